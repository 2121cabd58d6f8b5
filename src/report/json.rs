//! The JSON report: one document in the form that [`v1`] lays down. Here the words of the house become its words.

use std::borrow::Cow;
use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::generate::SchemaSettings;

use super::{Ignored, Report, TOOL, encode, liveness};
use crate::words::Date;
use crate::words::{
    Commit, Identity, Inputs, Leak, LeftOut, Life, Liveness, Noise, NoiseCount, Origin, Outcome, Remediation, Remedied,
    Severity, Sighting, Skipped, Step, Verified, Waived, Waiver,
};

pub(super) mod v1;

/// Writes the report as one document.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    encode::pretty(&report.document(), out)
}

/// The JSON Schema of a report in `json`; `#/$defs/Line` is that of a line of `jsonl`.
#[must_use]
pub fn schema() -> serde_json::Value {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.subschema_for::<v1::Line<'_>>();
    let mut schema = generator.into_root_schema_for::<v1::Report<'_>>();
    schema.insert("$id".to_owned(), format!("urn:{}", v1::SCHEMA.replace(['.', '/'], ":")).into());
    schema.to_value()
}

impl<'a> Report<'a> {
    fn document(&self) -> v1::Report<'a> {
        v1::Report {
            schema: v1::Schema::V1,
            tool: self.tool(),
            run: self.what_ran(),
            outcome: self.ledger.outcome().into(),
            leaks: self.ledger.leaks.iter().map(|leak| self.leak(leak)).collect(),
            noise: self.listed_noise().collect(),
            waived: self.ledger.waived.iter().map(|waived| self.waived(waived)).collect(),
            entries: self.ledger.entries.iter().map(v1::Entry::from).collect(),
            skipped: self.ledger.skipped.iter().map(v1::Skipped::from).collect(),
            gone: self.ledger.gone.iter().map(v1::Skipped::from).collect(),
            summary: self.summary(),
        }
    }

    pub(super) fn tool(&self) -> v1::Tool<'a> {
        v1::Tool { name: TOOL, version: &self.run.version }
    }

    pub(super) fn what_ran(&self) -> v1::Run<'a> {
        v1::Run {
            command: &self.run.command,
            roots: &self.run.roots,
            ignored_included: self.run.ignored == Ignored::Included,
        }
    }

    pub(super) fn leak(&self, leak: &'a Leak) -> v1::Leak<'a> {
        v1::Leak {
            subject: v1::Subject {
                rule: &leak.rule,
                provider: self.provider(&leak.rule),
                name: self.rule_name(&leak.rule),
                masked: leak.mask.to_string(),
                length: leak.mask.secret_len(),
                fingerprint: leak.fingerprint.as_str().into(),
            },
            severity: leak.severity.into(),
            lowered: leak.lowered.as_ref().map(ToString::to_string),
            sightings: leak.sightings.iter().map(|sighting| place(leak.life.as_ref(), sighting)).collect(),
            history: leak.life.as_ref().map(history),
            liveness: leak.verified.as_ref().map(v1::Liveness::from),
            remediation: leak.remediation.as_ref().map(v1::Remediation::from),
        }
    }

    /// Noise in full, if it was asked for.
    pub(super) fn listed_noise(&self) -> impl Iterator<Item = v1::Noise<'a>> + use<'a, '_> {
        self.noise().map(|(sighting, noise)| v1::Noise {
            subject: self.subject(sighting),
            reason: noise.into(),
            why: noise.to_string(),
            sighting: sighting.into(),
        })
    }

    pub(super) fn waived(&self, waived: &'a Waived) -> v1::Waived<'a> {
        v1::Waived {
            subject: self.subject(&waived.sighting),
            waiver: (&waived.waiver).into(),
            why: waived.waiver.to_string(),
            sighting: (&waived.sighting).into(),
        }
    }

    pub(super) fn summary(&self) -> v1::Summary<'a> {
        let ledger = self.ledger;
        let left_out = |what| ledger.inputs.left_out.get(&what).copied().unwrap_or(0);
        let Inputs { blobs, bytes, known, .. } = ledger.inputs;
        v1::Summary {
            leaks: ledger.leaks.len(),
            sightings: ledger.leaks.iter().map(|leak| leak.sightings.len()).sum(),
            waived: ledger.waived.len(),
            new_marks: ledger.new_marks,
            noise: ledger.noise_total(),
            skipped: ledger.skipped.len(),
            inputs: v1::Inputs { blobs, bytes, known },
            left_out: v1::LeftOut {
                symbolic_links: left_out(LeftOut::SymbolicLink),
                special_files: left_out(LeftOut::SpecialFile),
                submodules: left_out(LeftOut::Submodule),
                archives: left_out(LeftOut::Archive),
            },
            noise_counts: ledger.noise_counts.iter().map(v1::NoiseCount::from).collect(),
            remarks: &ledger.remarks,
        }
    }

    fn subject(&self, sighting: &'a Sighting) -> v1::Subject<'a> {
        v1::Subject {
            rule: &sighting.rule,
            provider: self.provider(&sighting.rule),
            name: self.rule_name(&sighting.rule),
            masked: sighting.mask.to_string(),
            length: sighting.mask.secret_len(),
            fingerprint: sighting.fingerprint().to_string().into(),
        }
    }

    fn provider(&self, rule: &str) -> Option<&'a str> {
        self.rules.get(rule).map(|rule| rule.provider().id.as_str())
    }
}

/// A place, with what is known of it from a repository's history.
fn place<'a>(life: Option<&'a Life>, sighting: &'a Sighting) -> v1::Place<'a> {
    let known = match &sighting.origin {
        Origin::Object(object) => life.and_then(|life| life.place_of(object)),
        _ => None,
    };
    v1::Place {
        commit: known.and_then(|place| place.commit.as_ref()).map(v1::Commit::from),
        in_head: known.map(|place| place.in_head),
        ..sighting.into()
    }
}

fn history(life: &Life) -> v1::History<'_> {
    v1::History {
        introduced: life.introduced.as_ref().map(v1::Commit::from),
        in_head: life.in_head,
        removed: life.removed.as_ref().map(v1::Commit::from),
        refs: &life.refs,
        more_refs: life.more_refs,
    }
}

impl<'a> From<&'a Commit> for v1::Commit<'a> {
    fn from(commit: &'a Commit) -> Self {
        Self { id: commit.id.to_string(), date: format!("{}Z", Date::new(commit.seconds).iso()), author: commit.name() }
    }
}

impl<'a> From<&'a Sighting> for v1::Place<'a> {
    fn from(sighting: &'a Sighting) -> Self {
        let bytes = sighting.origin.path();
        let text = bytes.map(String::from_utf8_lossy);
        Self {
            origin: (&sighting.origin).into(),
            path_base64: match text {
                Some(Cow::Owned(_)) => bytes.map(|bytes| STANDARD.encode(bytes)),
                _ => None,
            },
            path: text.unwrap_or_else(|| sighting.origin.name().into()),
            via: sighting.via.steps().iter().map(Step::as_str).collect(),
            member: sighting.via.member(),
            decoded_line: sighting.inner.map(|inner| inner.line),
            decoded_column: sighting.inner.map(|inner| inner.column),
            line: sighting.start.line,
            column: sighting.start.column,
            end_line: sighting.end.line,
            end_column: sighting.end.column,
            offset: sighting.span.start,
            length: sighting.span.len(),
            object: match &sighting.origin {
                Origin::Object(object) => Some(object.id.to_string()),
                _ => None,
            },
            commit: None,
            in_head: None,
        }
    }
}

impl From<&Origin> for v1::Origin {
    fn from(origin: &Origin) -> Self {
        match origin {
            Origin::File(_) => Self::File,
            Origin::Index(_) => Self::Index,
            Origin::Object(_) => Self::Object,
            Origin::TreeName(_) => Self::TreeName,
            Origin::RefName(_) => Self::RefName,
            Origin::Stdin => Self::Stdin,
        }
    }
}

impl<'a> From<&'a Verified> for v1::Liveness<'a> {
    fn from(verified: &'a Verified) -> Self {
        let Identity { owner, owner_id, email, organizations, project, scopes, models, limits } = &verified.identity;
        let identity = v1::Identity {
            owner: owner.as_deref(),
            owner_id: owner_id.as_deref(),
            email: email.as_deref(),
            organizations,
            project: project.as_deref(),
            scopes,
            models,
            limits,
        };
        Self {
            state: match verified.liveness {
                Liveness::Live(_) => v1::State::Live,
                Liveness::Dead(_) => v1::State::Dead,
                Liveness::Unknown(_) => v1::State::Unknown,
            },
            detail: verified.liveness.detail(),
            why: verified.liveness.to_string(),
            asked: verified.asked.map(|asked| format!("{}Z", liveness::time(asked))),
            remembered: verified.remembered,
            identity: Some(identity).filter(|_| !verified.identity.is_empty()),
        }
    }
}

impl<'a> From<&'a Remediation> for v1::Remediation<'a> {
    fn from(remediation: &'a Remediation) -> Self {
        Self {
            state: match remediation.state {
                Remedied::Revoked => v1::Remedied::Revoked,
                Remedied::FoundDead => v1::Remedied::FoundDead,
                Remedied::Contained => v1::Remedied::Contained,
                Remedied::Planned => v1::Remedied::Planned,
                Remedied::Refused => v1::Remedied::Refused,
                Remedied::Failed => v1::Remedied::Failed,
                Remedied::Unclear => v1::Remedied::Unclear,
                Remedied::Manual => v1::Remedied::Manual,
            },
            why: &remediation.why,
            key_id: remediation.key_id.as_deref(),
            request_id: remediation.request_id.as_deref(),
            done_at: remediation.done_at.as_deref(),
            dead_at: remediation.dead_at.as_deref(),
            link: remediation.link.as_deref(),
        }
    }
}

impl From<Outcome> for v1::Outcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Clean => Self::Clean,
            Outcome::Leaks => Self::Leaks,
            Outcome::Incomplete => Self::Incomplete,
        }
    }
}

impl From<Severity> for v1::Severity {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Low => Self::Low,
            Severity::Medium => Self::Medium,
            Severity::High => Self::High,
            Severity::Critical => Self::Critical,
        }
    }
}

impl From<&Noise> for v1::Reason {
    fn from(noise: &Noise) -> Self {
        match noise {
            Noise::Repetitive => Self::Repetitive,
            Noise::Sequence => Self::Sequence,
            Noise::RepeatedBlock => Self::RepeatedBlock,
            Noise::Word(_) => Self::Word,
            Noise::LowEntropy => Self::LowEntropy,
            Noise::Identifier => Self::Identifier,
            Noise::Digest => Self::Digest,
            Noise::Published => Self::Published,
            Noise::Truncated => Self::Truncated,
            Noise::Checksum => Self::Checksum,
            Noise::Expired => Self::Expired,
            Noise::Encrypted => Self::Encrypted,
        }
    }
}

impl<'a> From<&'a Waiver> for v1::Waiver<'a> {
    fn from(waiver: &'a Waiver) -> Self {
        match waiver {
            Waiver::Inline(mark) => Self::Inline { mark: mark.as_str() },
            Waiver::Entry(entry) => Self::Entry { file: &entry.file, entry: &entry.name, reason: &entry.reason },
        }
    }
}

impl<'a> From<&'a Skipped> for v1::Skipped<'a> {
    fn from(skipped: &'a Skipped) -> Self {
        Self { what: &skipped.what, why: &skipped.why }
    }
}

impl<'a> From<&'a NoiseCount> for v1::NoiseCount<'a> {
    fn from(counted: &'a NoiseCount) -> Self {
        Self {
            rule: &counted.rule,
            reason: (&counted.noise).into(),
            why: counted.noise.to_string(),
            count: counted.count,
        }
    }
}
