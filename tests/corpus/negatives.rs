//! Hard negatives: what looks like an OpenAI credential and is none. Written as recipes, so that nothing in them looks
//! like a key before the test runs.

use std::fs;

use unleak::words::Verdict;

use super::support::{made, text, unleak};
use super::{engine, found, holds};

/// Where another vendor's key may stand: a name that says secret makes it the generic rule's, and nobody else's.
const PLACES: [&str; 6] = [
    "API_KEY=§\n",
    "{\"openai\": {\"apiKey\": \"§\"}}\n",
    "OPENAI_API_KEY='§'\n",
    "Authorization: Bearer §\r\n",
    "see § there\n",
    "# openai, azure and the others\nx = [\"§\"]\n",
];

/// Other vendors' keys.
const OTHERS: &[&str] = &[
    "sk-ant-api03-{b64url:93}AA",
    "sk-ant-admin01-{b64url:93}AA",
    "sk-ant-api03-{openai:20}",
    "sk-ant-api03-{openai:74}",
    "sk-or-v1-{hex:64}",
    "sk-or-v1-{openai:20}",
    "sk-or-v1-{openai:58}",
    "sk-lf-{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}",
    "sk-lf-{openai:20}",
    "sk-litellm-{alnum:22}",
    "sk-litellm-{openai:20}",
    "sk-{alnum:22}",
    "sk-{hex:32}",
    "sk-{alnum:48}",
    "sk-kimi-{alnum:48}",
    "sk-api-{b64url:100}",
    "sk-clb-{alnum:43}",
    "sk_live_{alnum:24}",
    "sk_test_{alnum:99}",
    "rk_live_{alnum:24}",
    "sk_{hex:48}",
    "gsk_{alnum:52}",
    "xai-{alnum:80}",
    "hf_{alnum:34}",
    "AIza{b64url:35}",
    "ghp_{alnum:36}",
    "glpat-{b64url:20}",
    "npm_{alnum:36}",
    "pypi-AgEIcHlwaS5vcmc{b64url:120}",
    "xoxb-{digit:12}-{digit:12}-{alnum:24}",
    "AKIA{upper:16}",
    "dapi{hex:32}",
    "r8_{alnum:37}",
    "pplx-{alnum:48}",
    "whsec_{b64:32}",
    "{jwt:{\"sub\":\"1234567890\",\"name\":\"A\",\"iat\":1516239022}}",
    "{jwt:{\"iss\":\"https://accounts.google.com\",\"exp\":4102444800}}",
    "{jwt:{\"https://api.openai.com/profile\":{}}}",
    "{alnum:52}JQQJ99BA{alnum:12}AAAXACOG{alnum:4}",
    "{alnum:84}",
    "{hex:32}",
];

/// What nobody may find, whatever the rule.
const NOTHING: &[&str] = &[
    // Words that end in "sk".
    "risk-none-{b64url:40}",
    "risk-None-{b64url:60} task-proj-{alnum:40}",
    "class='sk-container-id-1 sk-toggleable sk-top-container'",
    "#sk-container-id-1 div.sk-toggleable__content pre {{ color: black; }}",
    ".sk-cube-grid .sk-cube1 {{ animation: sk-cubeGridScaleDelay 1.3s infinite }}",
    "flask-admin-1.6.1-py3-none-any.whl",
    "desk-service-account-manager-production-01",
    "mask-proj-encoder-layer-norm-weights-v2.safetensors",
    "disk-svcacct-backup-2026-01-02T03-04-05.tar.gz",
    "sk-SK sk-ssh-ed25519@openssh.com sk-ecdsa-sha2-nistp256@openssh.com",
    "sk-ssh-ed25519@openssh.com {b64:68} someone@laptop",
    "i18n.sk-proj-settings-page-title-with-a-very-long-name-of-words = Nastavenia",
    "{{\"sk-proj.form.field.api_key.placeholder\": \"Your key\"}}",
    // Placeholders without the marker.
    "OPENAI_API_KEY=sk-...",
    "OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "OPENAI_API_KEY=sk-proj-YOUR_KEY_HERE",
    "OPENAI_API_KEY=sk-your-openai-api-key-here",
    "OPENAI_API_KEY=<your-openai-api-key>",
    "OPENAI_API_KEY=***",
    "OPENAI_API_KEY=changeme",
    "OPENAI_API_KEY=sk-test-key-for-unit-tests-only",
    "OPENAI_API_KEY=sk-1234567890abcdefghijklmnopqrstuvwxyz1234567890ab",
    "OPENAI_ADMIN_KEY=sk-admin-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    // Placeholders with the marker.
    "sk-xxxxxxxxxxxxxxxxxxxxT3Blbk{=FJ}xxxxxxxxxxxxxxxxxxxx",
    "sk-proj-{repeat:x:74}T3Blbk{=FJ}{repeat:x:74}",
    "sk-proj-{repeat:X:58}T3Blbk{=FJ}{repeat:Y:58}",
    "sk-proj-{repeat:0:20}T3Blbk{=FJ}{repeat:0:20}",
    "sk-proj-{repeat:abc:74}T3Blbk{=FJ}{repeat:abc:74}",
    "sk-proj-{repeat:1234567890:74}T3Blbk{=FJ}{repeat:1234567890:74}",
    "sk-proj-{repeat:abcdefghijklmnopqrstuvwxyz:74}T3Blbk{=FJ}{repeat:abcdefghijklmnopqrstuvwxyz:74}",
    "sk-svcacct-{repeat:YOUR_KEY_:74}T3Blbk{=FJ}{repeat:YOUR_KEY_:74}",
    "sk-admin-{repeat:FAKE-ADMIN-KEY-:58}T3Blbk{=FJ}{repeat:FAKE-ADMIN-KEY-:58}",
    "sk-None-{repeat:a:20}T3Blbk{=FJ}{repeat:b:20}",
    "sk-ABCDEFGHIJKLMNOPQRSTT3Blbk{=FJ}UVWXYZABCDEFGHIJKLMN",
    "sk-abcdefghijklmnopqrstT3Blbk{=FJ}uvwxyz0123456789ABCD",
    "sk-12345678901234567890T3Blbk{=FJ}12345678901234567890",
    "sk-{alnum:14}EXAMPLET3Blbk{=FJ}{alnum:20}",
    "sk-{alnum:20}T3Blbk{=FJ}{alnum:13}example",
    "sk-{alnum:20}T3Blbk{=FJ}{alnum:16}test",
    "sk-proj-{alnum:20}T3Blbk{=FJ}{alnum:10}YourApiKey",
    "sk-proj-{alnum:10}REDACTED{alnum:2}T3Blbk{=FJ}{alnum:20}",
    "sk-a1b2c3d4e5f6g7h8i9j0T3Blbk{=FJ}a1b2c3d4e5f6g7h8i9j0",
    "sk-proj-abababababababababab{=T3Blbk}FJabababababababababab",
    "sk-billing-xxxxxxxxxxxxxxxxxxxxT3Blbk{=FJ}xxxxxxxxxxxxxxxxxxxx",
    "sk-proj-zyxwvutsrqponmlkjihgT3Blbk{=FJ}zyxwvutsrqponmlkjihg",
    "sk-svcacct-{repeat:qwertyuiop:46}T3Blbk{=FJ}{repeat:qwertyuiop:46}",
    // Masked keys.
    "sk-proj-****************************************abcd",
    "sk-proj-{repeat:*:152}{alnum:4}",
    "Incorrect API key provided: sk-proj-{repeat:*:152}{alnum:4}. You can find your API key at https://x.",
    "sk-...{alnum:4}",
    "sk-abc...def sk-admin...def sk-svcac{repeat:*:155}{alnum:4}",
    "sk-proj-{alnum:10}…{alnum:4}",
    "sk-{alnum:4}••••••••••••••••••••T3Blbk{=FJ}••••{alnum:4}",
    "sk-proj-[REDACTED]T3Blbk{=FJ}[REDACTED]",
    // Regex sources and the marker alone.
    "r'sk-[A-Za-z0-9]{{20}}T3Blbk{=FJ}[A-Za-z0-9]{{20}}'",
    "sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{{20,100}}T3Blbk{=FJ}[A-Za-z0-9_-]{{20,100}}",
    "regex: /\\bsk-proj-\\w+T3Blbk{=FJ}\\w+\\b/",
    "sk-[a-zA-Z0-9]+T3Blbk{=FJ}[a-zA-Z0-9]+",
    "the marker T3Blbk{=FJ} is base64 of OpenAI",
    "const MARKER: &[u8] = b\"T3Blbk{=FJ}\";",
    "{b64:200}T3Blbk{=FJ}{b64:200}",
    "data:image/png;base64,{b64:300}T3Blbk{=FJ}{b64:300}==",
    "sk-proj-{alnum:19}T3Blbk{=FJ}{alnum:19}",
    // Truncated keys.
    "sk-proj-{b64url:74}T3Blbk{=FJ}{b64url:30}",
    "sk-proj-{b64url:74}T3Blbk{=FJ}{b64url:70}\n",
    "sk-svcacct-{b64url:74}T3Blbk{=FJ}{b64url:20}",
    "sk-admin-{b64url:58}T3Blbk{=FJ}",
    "sk-proj-{b64url:74}T3Blb",
    "sk-{alnum:20}T3Blbk{=FJ}{alnum:12}",
    "sk-None-{b64url:74}T3Blbk{=FJ}{b64url:40}...",
    // Secrets of code, and none: where they come from.
    "OPENAI_API_KEY: ${{{{ secrets.OPENAI_API_KEY }}}}",
    "OPENAI_API_KEY: ${{{{ secrets.ORG_WIDE_OPENAI_API_KEY_2 }}}}",
    "apiKey: process.env.OPENAI_API_KEY_PRODUCTION_2",
    "api_key = os.environ[\"OPENAI_API_KEY\"]",
    "api_key=os.getenv('AZURE_OPENAI_API_KEY_EAST_US_2')",
    "OPENAI_API_KEY=$(op read op://vault/OpenAI/credential2)",
    "OPENAI_API_KEY=${{OPENAI_API_KEY:?missing}}",
    "apiKey: config.get<string>('openai.apiKey2')",
    "const apiKey = await getSecretFromVaultForEnvironment2(name)",
    "token = createAccessTokenForServiceAccount2",
    "password: createOpenAICompatible2",
    "def test_recomputes_rt_output_in_a_bare_repository_when_rt_changes_2():",
    "fn start_of_the_week_ek_is_found_by_its_prefix_and_rt_too_42() {{}}",
    "it('rejects sk-proj- keys without T3Blbk{=FJ} and with 74 characters')",
    // Digests, ids and the like.
    "commit {hex:40}",
    "\"version\": \"{hex:40}\"",
    "id: {hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}",
    "API_TOKEN_ID={hex:8}-{hex:4}-4{hex:3}-a{hex:3}-{hex:12}",
    "\"integrity\": \"sha512-{b64:86}==\"",
    "checksum = \"{hex:64}\"",
    "resolved \"https://registry.npmjs.org/sk-proj/-/sk-proj-1.0.0.tgz#{hex:40}\"",
    "etag: \"{hex:32}\"",
    "md5sum {hex:32}  openai.tar.gz",
    "nextPageToken: {alnum:40}",
    "idempotency_token: {alnum:32}",
    "public_key: {b64:44}",
    "org-{alnum:24} proj_{alnum:24} user-{alnum:24} key_{alnum:16}",
    "asst_{alnum:24} file-{alnum:24} thread_{alnum:24} resp_{hex:48} req_{hex:32}",
    "chatcmpl-{alnum:29} sess_{alnum:20} evt_{hex:32} wh_{hex:48} cksess_{alnum:40}",
    "client_id: app_EMoamEEZ73f0CkXaXp7hrann",
    // Files that machines make.
    "//# sourceMappingURL=data:application/json;base64,{b64:400}",
    "{{\"mappings\":\"AAAA,SAASA,EAAEC,GAAG,OAAOA,{b64:100};{b64:60}\"}}",
    "<img src=\"data:image/png;base64,iVBORw0KGgo{b64:600}=\">",
    "!function(e,t){{e.exports=t(e.sk_proj_a1B2c3,e.risk-t.None-9)}}(this,0),n=function(e){{return e&&e.__esModule}}",
    "{{\"encrypted_content\": \"gAAAAAB{b64url:300}sk-{b64url:300}==\"}}",
    "-----BEGIN CERTIFICATE-----\n{b64:64}\n{b64:64}\n{b64:64}\n-----END CERTIFICATE-----",
    "WEBVTT {digit:40} {digit:60}",
    // Others of OpenAI, dead or not enough.
    "ek_{hextime:1700000000}{hex:24}",
    "{{\"client_secret\": {{\"value\": \"ek_{hextime:1735689600}{hex:24}\"}}}}",
    "week_{hextime:now}{hex:24}",
    "ek_{repeat:ab:32}",
    "ek_{hex:31}",
    "ek_1234 ek_abc123 ek_token_placeholder_value_here",
    "chatkit_token_placeholder_value_1234567",
    "assess-{alnum:40}",
    "sess-{alnum:39}",
    "sess-{repeat:ab:40}",
    "at-{b64url:43}",
    "that-{b64url:43}",
    "CODEX_ACCESS_TOKEN=at-{repeat:x:40}",
    "CODEX_ACCESS_TOKEN=at-example",
    "rt_{b64url:43}",
    "start_{b64url:43}.{b64url:43}",
    "rt_{repeat:a:43}.{repeat:a:43}",
    "rt.1.{b64url:20}",
    "rt.1.{repeat:x:60}",
    "chart.rt.1.createOpenAICompatibleChartOfRevenueByQuarterAndRegionOfTheWorld2",
    "{jwt:{\"https://api.openai.com/auth\":{},\"exp\":1700000000}}",
    "{jwt:{\"https://api.openai.com/auth\":{},\"exp\":1}}",
    "eyJ{b64url:20}.eyJ{b64url:40}.{b64url:43}",
    "eyJ{b64url:200}",
    "STRIPE_WEBHOOK={repeat:x:8}whsec_{repeat:y:43}=",
    "OPENAI_WEBHOOK_SECRET=whsec_{repeat:a:43}=",
    "OPENAI_WEBHOOK_SECRET=whsec_...",
    "# azure_openai\nfingerprint = \"{hex:32}\"",
    "azure_openai_image_md5: {hex:32}",
    "AZURE_OPENAI_API_KEY={repeat:0:32}",
    "AZURE_OPENAI_API_KEY=0123456789abcdef0123456789abcdef",
    "AZURE_OPENAI_API_KEY=<32 hex digits>",
    "{repeat:a:52}JQQJ99BA{repeat:b:12}AAABACOGabcd",
    "{alnum:52}JQQJ99BA{alnum:12}AAABACOG{repeat:0:4}",
    "\"tokens\": {{\"refresh_token\": \"<your refresh token here>\", \"account_id\": \"x\"}}",
    "{{\"OPENAI_API_KEY\": null, \"tokens\": {{\"refresh_token\": \"{repeat:x:40}\", \"account_id\": \"x\"}}}}",
    "{{\"usage\": {{\"tokens\": {{\"input\": 12, \"output\": 14}}, \"account_id\": \"x\"}}}}",
    "{{\"auth_mode\": \"chatgpt\", \"tokens\": null}}",
];

/// How many times each is made, with other random parts.
const ROUNDS: u64 = 10;

#[test]
fn there_are_as_many_negatives_as_we_say() {
    let (others, nothing) = (OTHERS.len() * PLACES.len(), NOTHING.len());
    assert!(others >= 200 && nothing >= 130, "{others} of other vendors, {nothing} that are nothing");
}

#[test]
fn nobody_elses_key_is_called_openai() {
    let engine = engine();
    let mut complaints = Vec::new();
    for (number, (other, place)) in others().enumerate() {
        for round in 0..ROUNDS {
            let text = place.replace('§', &made(other, round + 100 * number as u64));
            let found = found(engine, text.as_bytes()).sightings;
            let openai = |rule: &str| engine.rules().get(rule).is_some_and(|rule| rule.provider().id == "openai");
            let ours = found.iter().filter(|seen| seen.verdict == Verdict::Real && openai(&seen.rule));
            complaints.extend(ours.map(|seen| format!("{other} in {place:?}: {} {:?}", seen.rule, seen.span)));
        }
    }
    holds(&complaints, OTHERS.len() * PLACES.len());
}

fn others() -> impl Iterator<Item = (&'static str, &'static str)> {
    OTHERS.iter().flat_map(|&other| PLACES.iter().map(move |&place| (other, place)))
}

#[test]
fn what_is_no_key_is_not_found() {
    let engine = engine();
    let mut complaints = Vec::new();
    for (number, nothing) in NOTHING.iter().enumerate() {
        for round in 0..ROUNDS {
            let text = made(nothing, round + 100 * number as u64);
            let found = found(engine, text.as_bytes()).sightings;
            let real = found.iter().filter(|seen| seen.verdict == Verdict::Real);
            complaints.extend(real.map(|seen| format!("{nothing}: {} {:?} in {text:.300}", seen.rule, seen.span)));
        }
    }
    holds(&complaints, NOTHING.len());
}

#[test]
fn the_program_says_so_too() {
    let folder = tempfile::tempdir().unwrap();
    for (number, nothing) in NOTHING.iter().enumerate() {
        fs::write(folder.path().join(format!("{number}.txt")), made(nothing, number as u64)).unwrap();
    }
    let said = unleak(folder.path(), ["--format", "json"]);
    assert_eq!((said.status, text(&said.json()["outcome"])), (Some(0), "clean".to_owned()), "{}", said.stdout);
}
