//! A `Rule` is a spec that has been checked and knows its provider; its pattern is compiled when first needed.

use std::sync::{Arc, OnceLock};

use regex_automata::meta::{BuildError, Regex};
use regex_automata::util::syntax;

use super::spec::{RuleSpec, SeveritySpec};
use crate::words::{RuleId, Severity};

/// Who issues a kind of credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Short name, as in reports: `openai`.
    pub id: String,
    /// Name for people: `OpenAI`.
    pub name: String,
}

/// What one kind of credential looks like.
#[derive(Debug)]
pub struct Rule {
    id: RuleId,
    provider: Arc<Provider>,
    spec: RuleSpec,
    place: Option<String>,
    regex: OnceLock<Regex>,
}

impl Rule {
    /// A rule, and the file and line that it comes from unless it is built in.
    pub(super) fn new(provider: Arc<Provider>, spec: RuleSpec, place: Option<String>) -> Self {
        Self { id: spec.id.as_str().into(), provider, spec, place, regex: OnceLock::new() }
    }

    /// The same rule, no more specific than that.
    #[must_use]
    pub fn at_most(mut self, specificity: u8) -> Self {
        self.spec.specificity = self.spec.specificity.min(specificity);
        self
    }

    /// Where it stands: `acme.toml:4`, or nothing if it is built in.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }

    /// Its unique id.
    #[must_use]
    pub fn id(&self) -> &RuleId {
        &self.id
    }

    /// Who issues this kind of credential.
    #[must_use]
    pub fn provider(&self) -> &Provider {
        &self.provider
    }

    /// Everything its file says of it.
    #[must_use]
    pub fn spec(&self) -> &RuleSpec {
        &self.spec
    }

    /// How bad a leak is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self.spec.severity {
            SeveritySpec::Low => Severity::Low,
            SeveritySpec::Medium => Severity::Medium,
            SeveritySpec::High => Severity::High,
            SeveritySpec::Critical => Severity::Critical,
        }
    }

    /// The compiled pattern. Rules are compiled on first use, so that a scan pays only for those it meets.
    #[must_use]
    #[expect(clippy::expect_used, reason = "given rules are compiled when they are loaded, built-in ones by a test")]
    pub fn regex(&self) -> &Regex {
        self.regex.get_or_init(|| self.compile().expect("the pattern was compiled before"))
    }

    /// Compiles the pattern.
    ///
    /// # Errors
    /// The pattern is no regular expression.
    pub(super) fn compile(&self) -> Result<Regex, Box<BuildError>> {
        let bytes = syntax::Config::new().unicode(false).utf8(false);
        let pattern = self.spec.pattern.as_deref().unwrap_or("");
        Regex::builder().syntax(bytes).build(pattern).map_err(Box::new)
    }
}
