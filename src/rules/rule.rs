//! A `Rule` is a spec that has been checked and knows its provider; its pattern is compiled when first needed.

use std::sync::{Arc, OnceLock};

use regex_automata::meta::{BuildError, Config, Regex};
use regex_automata::util::syntax;
use regex_syntax::hir::Hir;

use super::glance::{self, Glance};
use super::lead::Lead;
use super::plain::{self, Plain};
use super::spec::{CheckSpec, RevokeSpec, RuleSpec, SeveritySpec, TriggerSpec, VerifySpec, WithinSpec};
use crate::words::{RuleId, Severity};

/// What is searched for no farther than this around a literal is searched for without another look for that literal: to set
/// it up takes longer than to read what is there.
const NEAR: u32 = 64;

/// Who issues a kind of credential.
#[derive(Clone, Debug, PartialEq)]
pub struct Provider {
    /// Short name, as in reports: `openai`.
    pub id: String,
    /// Name for people: `OpenAI`.
    pub name: String,
    /// How to find out whether its secrets still work, where a rule does not say it itself.
    pub verify: Option<VerifySpec>,
    /// How its secrets are made to end, where a rule does not say it itself.
    pub revoke: Option<Box<RevokeSpec>>,
}

/// What one kind of credential looks like.
#[derive(Debug)]
pub struct Rule {
    id: RuleId,
    provider: Arc<Provider>,
    trigger: TriggerSpec,
    spec: OnceLock<Box<RuleSpec>>,
    /// What its spec is read from when it is first needed, if it is built in.
    kept: &'static [u8],
    place: Option<String>,
    regex: OnceLock<Regex>,
    form: OnceLock<Form>,
    glance: OnceLock<Glance>,
    paths: OnceLock<Paths>,
    beside: OnceLock<Vec<(Arc<str>, Regex)>>,
}

/// The patterns of paths and of what is allowed, compiled.
#[derive(Debug, Default)]
pub(crate) struct Paths {
    /// What the path has to match.
    pub(crate) wanted: Option<Regex>,
    /// For each allowance: patterns of paths, and of texts.
    pub(crate) allowed: Vec<(Option<Regex>, Option<Regex>)>,
}

/// What a pattern says before it is matched: it is parsed once for all of it.
#[derive(Debug, Default)]
struct Form {
    /// The pattern itself, if it is so plain.
    plain: Option<Plain>,
    /// See [`Rule::least_run`].
    least_run: usize,
    /// What the pattern begins with.
    lead: Lead,
    /// See [`Rule::begins_alone`].
    begins_alone: bool,
}

impl Rule {
    /// A rule, and the file and line that it comes from unless it is built in.
    pub(super) fn new(provider: Arc<Provider>, spec: RuleSpec, place: Option<String>) -> Self {
        let (id, trigger) = (spec.id.as_str().into(), spec.trigger.clone());
        Self { place, spec: Box::new(spec).into(), ..Self::kept(provider, id, trigger, &[]) }
    }

    /// A built-in rule as `build.rs` wrote it: most runs need no more of most rules than what triggers them.
    pub(super) fn kept(provider: Arc<Provider>, id: RuleId, trigger: TriggerSpec, kept: &'static [u8]) -> Self {
        Self {
            id,
            provider,
            trigger,
            spec: OnceLock::new(),
            kept,
            place: None,
            regex: OnceLock::new(),
            form: OnceLock::new(),
            glance: OnceLock::new(),
            paths: OnceLock::new(),
            beside: OnceLock::new(),
        }
    }

    /// The same rule as a repository may bring it: no more specific than that, and nobody is asked about what it finds, nor
    /// told to end it, since it would choose what is sent to an issuer, and how.
    #[must_use]
    pub fn brought(mut self, most_specific: u8) -> Self {
        let mut spec = self.spec().clone();
        spec.specificity = spec.specificity.min(most_specific);
        spec.verify = None;
        spec.revoke = None;
        self.spec = Box::new(spec).into();
        self.provider = Arc::new(Provider { verify: None, revoke: None, ..(*self.provider).clone() });
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
    #[expect(clippy::expect_used, reason = "a test reads the specs of all built-in rules")]
    pub fn spec(&self) -> &RuleSpec {
        self.spec.get_or_init(|| postcard::from_bytes(self.kept).expect("build.rs wrote it"))
    }

    /// Whether a secret of this kind has to be assigned to a name that says so.
    pub(super) fn wants_name(&self) -> bool {
        self.spec().context.as_ref().is_some_and(|context| context.within == WithinSpec::Name)
    }

    /// How a name may begin to which a secret of this kind is assigned: in any way, if it need not be assigned to one.
    pub(super) fn name_begins(&self) -> u64 {
        if self.wants_name() { glance::beginnings(self.spec()) } else { u64::MAX }
    }

    /// What makes the engine look at all.
    pub(super) fn trigger(&self) -> &TriggerSpec {
        &self.trigger
    }

    /// How to find out whether a secret of this kind still works, if anybody has said so.
    #[must_use]
    pub fn verify(&self) -> Option<&VerifySpec> {
        self.spec().verify.as_ref().or(self.provider.verify.as_ref())
    }

    /// How a secret of this kind is made to end, if there is a call that whoever holds it may make.
    #[must_use]
    pub fn revoke(&self) -> Option<&RevokeSpec> {
        self.spec().revoke.as_deref().or(self.provider.revoke.as_deref())
    }

    /// How bad a leak is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self.spec().severity {
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

    /// The pattern in a form that needs no regular expression, if it is so plain.
    pub(crate) fn plain(&self) -> Option<&Plain> {
        self.form().plain.as_ref()
    }

    /// How long the run that its keyword stands in has to be for the two to be of a match; 0 if its matches may leave it.
    pub(crate) fn least_run(&self) -> usize {
        self.form().least_run
    }

    /// Whether its pattern may match where `text` begins: a quick look that only spares some work.
    pub(crate) fn may_begin(&self, text: &[u8]) -> bool {
        self.form().lead.fits(text)
    }

    /// Whether its matches are secrets as a whole, which nothing may touch.
    pub(crate) fn begins_alone(&self) -> bool {
        self.form().begins_alone
    }

    /// What its pattern says before it is matched.
    fn form(&self) -> &Form {
        self.form.get_or_init(|| {
            let read = |pattern| syntax::parse_with(pattern, &syntax_of_patterns()).ok();
            let Some(pattern) = self.spec().pattern.as_deref().and_then(read) else { return Form::default() };
            let (plain, lead) = (Plain::of(&pattern), Lead::of(&pattern));
            let is_all_secret = pattern.properties().explicit_captures_len() == 0;
            let begins_alone = is_all_secret && self.spec().checks.contains(&CheckSpec::Alone);
            Form { plain, least_run: self.least_run_of(&pattern), lead, begins_alone }
        })
    }

    fn least_run_of(&self, pattern: &Hir) -> usize {
        let keywords = match &self.trigger {
            TriggerSpec::Keywords(keywords) => keywords.as_slice(),
            _ => &[],
        };
        let hold = keywords.iter().all(|keyword| plain::always_holds(pattern, keyword));
        let least = if hold { plain::least_keys(pattern) } else { 0 };
        if least > self.spec().offset as usize { least } else { 0 }
    }

    /// What a quick look has to see for a word of its context to be in a text or a name.
    pub(crate) fn glance(&self) -> &Glance {
        self.glance.get_or_init(|| Glance::of(self.spec()))
    }

    /// The compiled patterns of paths and of what is allowed.
    pub(crate) fn paths(&self) -> &Paths {
        self.paths.get_or_init(|| self.compile_paths().unwrap_or_default())
    }

    /// The other parts that are looked for beside its secrets: what each is called, and its pattern.
    pub(crate) fn beside(&self) -> &[(Arc<str>, Regex)] {
        match self.verify() {
            Some(VerifySpec::Ask(ask)) if !ask.beside.is_empty() => {
                self.beside.get_or_init(|| self.compile_beside().unwrap_or_default())
            }
            _ => &[],
        }
    }

    /// Compiles the patterns of other parts.
    ///
    /// # Errors
    /// One of them is no regular expression.
    pub(super) fn compile_beside(&self) -> Result<Vec<(Arc<str>, Regex)>, Box<BuildError>> {
        let Some(VerifySpec::Ask(ask)) = self.verify() else { return Ok(Vec::new()) };
        ask.beside.iter().map(|beside| Ok((beside.part.as_str().into(), any_of(&[&beside.pattern])?))).collect()
    }

    /// Compiles the pattern.
    ///
    /// # Errors
    /// The pattern is no regular expression.
    pub(super) fn compile(&self) -> Result<Regex, Box<BuildError>> {
        let pattern = self.spec().pattern.as_deref().unwrap_or("");
        let is_near = matches!(self.trigger, TriggerSpec::Anywhere(_)) && self.spec().reach <= NEAR;
        let config = Config::new().auto_prefilter(!is_near);
        Regex::builder().configure(config).syntax(syntax_of_patterns()).build(pattern).map_err(Box::new)
    }

    /// Compiles the patterns of paths and of what is allowed.
    ///
    /// # Errors
    /// One of them is no regular expression.
    pub(super) fn compile_paths(&self) -> Result<Paths, Box<BuildError>> {
        let wanted = self.spec().path.as_deref().map(|path| any_of(&[path])).transpose()?;
        let some = |patterns: &[String]| (!patterns.is_empty()).then(|| any_of(patterns)).transpose();
        let allowed = self.spec().allow.iter().map(|allow| Ok((some(&allow.paths)?, some(&allow.patterns)?)));
        Ok(Paths { wanted, allowed: allowed.collect::<Result<_, Box<BuildError>>>()? })
    }
}

/// A regular expression over bytes that matches where one of `patterns` does.
fn any_of<P: AsRef<str>>(patterns: &[P]) -> Result<Regex, Box<BuildError>> {
    Regex::builder().syntax(syntax_of_patterns()).build_many(patterns).map_err(Box::new)
}

/// Patterns are about bytes.
pub(super) fn syntax_of_patterns() -> syntax::Config {
    syntax::Config::new().unicode(false).utf8(false)
}
