//! The services that credentials are sent to, each with its one address. A rule names a site by its id; that is all that
//! data can choose.

use std::borrow::Cow;

/// A service: where it answers, and how much is asked of it at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its name in rules and on the command line: `openai`.
    pub id: Cow<'static, str>,
    /// The provider whose credentials may be sent there, by its id in `rules/*.toml`.
    pub provider: Cow<'static, str>,
    /// What paths are put behind.
    pub base: Cow<'static, str>,
    /// How many requests a second are made at most. Our own choice: no issuer documents one for these calls.
    pub per_second: u32,
    /// How many requests are under way at most.
    pub at_once: usize,
}

const fn at(id: &'static str, provider: &'static str, base: &'static str) -> Site {
    let (id, provider, base) = (Cow::Borrowed(id), Cow::Borrowed(provider), Cow::Borrowed(base));
    Site { id, provider, base, per_second: 10, at_once: 4 }
}

/// Every site. Addresses: each issuer's own reference of its API.
pub const SITES: &[Site] = &[
    at("openai", "openai", "https://api.openai.com/v1"),
    // Where data has to stay in a region, the key works there only. Hosts: openai-python, `_base_url` documentation.
    at("openai-us", "openai", "https://us.api.openai.com/v1"),
    at("openai-eu", "openai", "https://eu.api.openai.com/v1"),
    at("openai-ae", "openai", "https://ae.api.openai.com/v1"),
    at("openai-au", "openai", "https://au.api.openai.com/v1"),
    at("openai-in", "openai", "https://in.api.openai.com/v1"),
    at("openai-jp", "openai", "https://jp.api.openai.com/v1"),
    // Accounts of ChatGPT and Codex. Source: openai/codex, `login`.
    at("openai-auth", "openai", "https://auth.openai.com"),
    // Security Token Service, one of each partition: keys of one are unknown to the others. Source: "AWS STS Regions and
    // endpoints" and the endpoints of AWS China and GovCloud; `aws` is the global one, which signs for us-east-1.
    at("aws", "aws", "https://sts.amazonaws.com"),
    at("aws-cn", "aws", "https://sts.cn-north-1.amazonaws.com.cn"),
    at("aws-gov", "aws", "https://sts.us-gov-west-1.amazonaws.com"),
    at("anthropic", "anthropic", "https://api.anthropic.com/v1"),
    // The region is any one of a partition: keys of an IAM user work in all of it.
    at("bedrock", "bedrock", "https://bedrock.us-east-1.amazonaws.com"),
    at("bedrock-gov", "bedrock", "https://bedrock.us-gov-west-1.amazonaws.com"),
    at("buildkite", "buildkite", "https://api.buildkite.com/v2"),
    at("cerebras", "cerebras", "https://api.cerebras.ai/v1"),
    at("cohere", "cohere", "https://api.cohere.com/v1"),
    at("cursor", "cursor", "https://api.cursor.com"),
    at("deepgram", "deepgram", "https://api.deepgram.com/v1"),
    at("deepseek", "deepseek", "https://api.deepseek.com"),
    at("dropbox", "dropbox", "https://api.dropboxapi.com/2"),
    at("elevenlabs", "elevenlabs", "https://api.elevenlabs.io/v1"),
    at("fireworks", "fireworks", "https://api.fireworks.ai/inference/v1"),
    at("github", "github", "https://api.github.com"),
    at("gitlab", "gitlab", "https://gitlab.com/api/v4"),
    at("google", "google", "https://generativelanguage.googleapis.com"),
    at("groq", "groq", "https://api.groq.com/openai/v1"),
    at("huggingface", "huggingface", "https://huggingface.co/api"),
    // Source: Langfuse's documentation of its data regions.
    at("langfuse", "langfuse", "https://cloud.langfuse.com/api/public"),
    at("langfuse-us", "langfuse", "https://us.cloud.langfuse.com/api/public"),
    at("langfuse-jp", "langfuse", "https://jp.cloud.langfuse.com/api/public"),
    at("langfuse-hipaa", "langfuse", "https://hipaa.cloud.langfuse.com/api/public"),
    at("langsmith", "langsmith", "https://api.smith.langchain.com/api/v1"),
    at("mistral", "mistral", "https://api.mistral.ai/v1"),
    at("npm", "npm", "https://registry.npmjs.org"),
    at("nvidia", "nvidia", "https://api.ngc.nvidia.com/v3"),
    at("openrouter", "openrouter", "https://openrouter.ai/api/v1"),
    at("pinecone", "pinecone", "https://api.pinecone.io"),
    at("replicate", "replicate", "https://api.replicate.com/v1"),
    at("slack", "slack", "https://slack.com/api"),
    at("stability", "stability", "https://api.stability.ai/v1"),
    at("stripe", "stripe", "https://api.stripe.com/v1"),
    at("tavily", "tavily", "https://api.tavily.com"),
    at("together", "together", "https://api.together.xyz/v1"),
    at("vercel", "vercel", "https://api.vercel.com"),
    at("voyage", "voyage", "https://api.voyageai.com/v1"),
    at("wandb", "wandb", "https://api.wandb.ai"),
    at("xai", "xai", "https://api.x.ai/v1"),
];

/// The site of the table with this id.
#[must_use]
pub fn site(id: &str) -> Option<&'static Site> {
    SITES.iter().find(|site| site.id == id)
}

impl Site {
    /// A site that is not in the table: a provider of someone's own rules, with the address that they gave themselves.
    pub(super) fn own(id: &str, base: &str) -> Self {
        let (id, base): (Cow<str>, Cow<str>) = (id.to_owned().into(), base.to_owned().into());
        Self { provider: id.clone(), id, base, ..at("", "", "") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_site_is_there_once_and_speaks_tls() {
        for (index, site) in SITES.iter().enumerate() {
            assert!(site.base.starts_with("https://") && !site.base.ends_with('/'), "{site:?}");
            assert!(SITES[..index].iter().all(|other| other.id != site.id), "{} is there twice", site.id);
        }
    }
}
