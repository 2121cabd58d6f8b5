//! Kinds: every form of every OpenAI credential that is known, and the rule that has to name it.

/// What has to stand around a key for it to be told from what is not OpenAI's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Needs {
    /// Nothing: its form says all.
    Nothing,
    /// Its variable's name, near by.
    Mention,
    /// Its variable's name, as the name of the value.
    Assigned,
}

/// Where its form says that it begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bounds {
    /// Begin and end are told even if other key characters touch it.
    Told,
    /// Only its end isn't.
    OpenEnd,
    /// Nothing may touch it.
    Alone,
}

/// One form of one credential.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    pub(crate) rule: &'static str,
    pub(crate) recipe: &'static str,
    pub(crate) variable: &'static str,
    pub(crate) needs: Needs,
    pub(crate) bounds: Bounds,
}

const fn told(rule: &'static str, recipe: &'static str) -> Kind {
    Kind { rule, recipe, variable: "OPENAI_API_KEY", needs: Needs::Nothing, bounds: Bounds::Told }
}

const fn open(rule: &'static str, recipe: &'static str) -> Kind {
    Kind { bounds: Bounds::OpenEnd, ..told(rule, recipe) }
}

const fn alone(rule: &'static str, recipe: &'static str) -> Kind {
    Kind { bounds: Bounds::Alone, ..told(rule, recipe) }
}

const PROJECT: &str = "openai-project-key";
const SERVICE: &str = "openai-service-account-key";
const ADMIN: &str = "openai-admin-key";
const USER: &str = "openai-user-key";
const LEGACY: &str = "openai-legacy-key";
const NAMED: &str = "openai-named-key";
const AZURE: &str = "azure-openai-key";

/// All of them. Where a body is written out, its end is the point: `-`, `_`, or no zero byte.
pub(crate) const KINDS: &[Kind] = &[
    told(PROJECT, "sk-proj-{openai:20}"),
    told(PROJECT, "sk-proj-{openai:45/46}"),
    told(PROJECT, "sk-proj-{openai:46}"),
    told(PROJECT, "sk-proj-{openai:57}"),
    told(PROJECT, "sk-proj-{openai:57/58}"),
    told(PROJECT, "sk-proj-{openai:58}"),
    told(PROJECT, "sk-proj-{openai:59/60}"),
    told(PROJECT, "sk-proj-{openai:74}"),
    told(PROJECT, "sk-proj-{openai:50}"),
    told(PROJECT, "sk-proj-{openai:51/52}"),
    told(PROJECT, "sk-proj-{openai:90}"),
    told(PROJECT, "sk-proj-{b64url:74}T3Blbk{=FJ}{b64url:73}-"),
    told(PROJECT, "sk-proj-{b64url:74}T3Blbk{=FJ}{b64url:73}_"),
    told(PROJECT, "sk-proj-{b64url:58}T3Blbk{=FJ}{b64url:56}--"),
    told(PROJECT, "sk-proj--{b64url:73}T3Blbk{=FJ}_{b64url:73}"),
    told(SERVICE, "sk-svcacct-{openai:20}"),
    told(SERVICE, "sk-svcacct-{openai:45/46}"),
    told(SERVICE, "sk-svcacct-{openai:46}"),
    told(SERVICE, "sk-svcacct-{openai:57/58}"),
    told(SERVICE, "sk-svcacct-{openai:58}"),
    told(SERVICE, "sk-svcacct-{openai:59/60}"),
    told(SERVICE, "sk-svcacct-{openai:74}"),
    told(SERVICE, "sk-svcacct-{b64url:74}T3Blbk{=FJ}{b64url:73}_"),
    told(ADMIN, "sk-admin-{openai:58}"),
    told(ADMIN, "sk-admin-{openai:74}"),
    told(ADMIN, "sk-admin-{openai:20}"),
    told(ADMIN, "sk-admin-{b64url:58}T3Blbk{=FJ}{b64url:57}-"),
    told(USER, "sk-None-{openai:20}"),
    told(USER, "sk-None-{openai:58}"),
    told(USER, "sk-None-{openai:74}"),
    told(LEGACY, "sk-{openai:20}"),
    told(NAMED, "sk-service-billing-{openai:20}"),
    told(NAMED, "sk-my-laptop-{openai:20}"),
    told(NAMED, "sk-a-{openai:20}"),
    alone(NAMED, "sk-helpdesk-{openai:20}"), // with a letter before it, a legacy key is as likely
    told(NAMED, "sk-service-{alnum:20}-{alnum:21}-{openai:20}"),
    open("openai-key", "sk-newkind-{openai:74}"),
    open("openai-key", "sk-org_unit-{openai:58}"),
    alone("openai-session", "sess-{alnum:40}"),
    open("openai-chatgpt-token", ACCESS_TOKEN),
    open("openai-chatgpt-token", ID_TOKEN),
    alone("openai-refresh-token", "rt_{b64url:43}.{b64url:43}"),
    alone("openai-refresh-token", "rt_{b64url:42}-.{b64url:42}_"),
    open("openai-refresh-token-2026", "rt.1.{b64url:40}"),
    open("openai-refresh-token-2026", "rt.1.{b64url:86}"),
    open("openai-refresh-token-2026", "rt.1.A{b64url:200}"),
    Kind { variable: "CODEX_ACCESS_TOKEN", needs: Needs::Assigned, ..alone(PERSONAL, "at-{b64url:43}") },
    Kind { variable: "personal_access_token", needs: Needs::Assigned, ..alone(PERSONAL, "at-{alnum:64}") },
    alone("openai-realtime-secret", "ek_{hextime:now}{hex:24}"),
    alone("openai-realtime-secret", "ek_{hextime:now}{hex:76}"),
    Kind {
        variable: "OPENAI_WEBHOOK_SECRET",
        needs: Needs::Mention,
        ..told("openai-webhook-secret", "whsec_{b64:43}=")
    },
    told(AZURE, "{cask:AAABACOG}"),
    told(AZURE, "{cask:AAAAACOG}"),
    told(AZURE, "{cask:AAAEACOG}"),
    Kind { variable: "AZURE_OPENAI_API_KEY", needs: Needs::Mention, ..alone("azure-openai-legacy-key", "{hex:32}") },
];

const PERSONAL: &str = "openai-personal-access-token";

const ACCESS_TOKEN: &str = concat!(
    "{jwt:{\"aud\":[\"https://api.openai.com/v1\"],\"client_id\":\"app_EMoamEEZ73f0CkXaXp7hrann\",",
    "\"exp\":4102444800,\"https://api.openai.com/auth\":{\"chatgpt_account_id\":\"0c5a8a3e\",",
    "\"chatgpt_plan_type\":\"plus\",\"chatgpt_user_id\":\"user-1\"},\"iss\":\"https://auth.openai.com\",",
    "\"https://api.openai.com/profile\":{\"email\":\"someone@example.org\"},\"scp\":[\"openid\",\"offline_access\"]}}"
);

const ID_TOKEN: &str = concat!(
    "{jwt:{\"https://api.openai.com/auth\":{\"chatgpt_plan_type\":\"team\",\"organizations\":[]},",
    "\"aud\":[\"app_EMoamEEZ73f0CkXaXp7hrann\"],\"email\":\"someone@example.org\"}}"
);
