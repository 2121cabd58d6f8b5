//! Keys of several kinds, made anew in each test run from recipes, and the texts that they stand in.

use unleak::app::catalogue::recipe::expand;

use crate::NOW;

/// A kind of key: its name, its recipe, and a text with `@` where it stands.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    recipe: &'static str,
    text: &'static str,
}

/// The kinds that are tested with everything.
pub(crate) const KINDS: &[Kind] = &[
    Kind { name: "project", recipe: "sk-proj-{openai:74}", text: "# set this\nOPENAI_API_KEY=@\nDEBUG=1\n" },
    Kind {
        name: "service",
        recipe: "sk-svcacct-{openai:57/58}",
        text: "{\"name\": \"x\", \"key\": \"@\", \"n\": 1}\n",
    },
    Kind { name: "admin", recipe: "sk-admin-{openai:58}", text: "headers = {'Authorization': 'Bearer @'}\n" },
    Kind { name: "legacy", recipe: "sk-{openai:20}", text: "openai.api_key = \"@\"\nprint(1)\n" },
    Kind { name: "session", recipe: "sess-{alnum:40}", text: "session: '@'\nother: value\n" },
    Kind { name: "refresh", recipe: "rt.1.{b64url:60}", text: "refresh = \"@\";\n" },
    Kind { name: "azure", recipe: "{cask:AAABACOG}", text: "AZURE_OPENAI_API_KEY=@\n" },
];

impl Kind {
    /// A key of this kind.
    pub(crate) fn key(&self, seed: u64) -> String {
        expand(self.recipe, seed, NOW).unwrap()
    }

    /// The text with `key` in it.
    pub(crate) fn text(&self, key: &str) -> String {
        self.text.replace('@', key)
    }
}
