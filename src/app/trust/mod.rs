//! What is known and accepted, applied to what was found: a [`Policy`] is the entries of a config and of a baseline for
//! one run. Each sighting that one of them accepts becomes a waived one with its name, and the ledger says of every entry
//! what it did: nothing is hidden in silence.

mod locate;
mod lowered;
mod pattern;
mod reach;

use std::path::Path;
use std::sync::Arc;

pub use locate::Ground;
pub use pattern::Pattern;
pub use reach::Reach;

use super::baseline::{Baseline, Cover, EntrySpec, Gone, Place, Unread};
use super::collect::finish;
use super::config::{Config, ConfigError, RuleUse, Tells};
use super::hide::without_keys;
use super::ruleset::find_rule;
use crate::rules::RuleSet;
use crate::words::{
    Entry, Leak, Ledger, Life, Liveness, Origin, Severity, Sighting, Sightings, Skipped, Standing, Verdict, Waived,
    Waiver, Written,
};
use locate::Locate;

/// What is accepted in one run.
pub struct Policy {
    locate: Locate,
    today: String,
    entries: Vec<(Entry, Tells)>,
}

impl Policy {
    /// What a config accepts. `today` is a day such as `2026-11-23`; `rules` are all that there are, or nothing if only some
    /// of them are used.
    ///
    /// # Errors
    /// The config has a mistake that only the rules or the calendar show.
    pub fn new(config: &Config, ground: Ground, rules: Option<&RuleSet>, today: String) -> Result<Self, ConfigError> {
        let entries = config.entries(&today).map_err(|(file, why)| ConfigError::Mistake { file, why })?;
        if let Some(rules) = rules {
            entries.iter().try_for_each(|(entry, tells)| check_rule(entry, tells, rules))?;
        }
        Ok(Self { locate: Locate { base: config.base.clone(), here: config.here.clone(), ground }, today, entries })
    }

    /// The number of the entry that leaves a blob out, if one does.
    #[must_use]
    pub fn left_out(&self, origin: &Origin) -> Option<usize> {
        if !matches!(origin, Origin::File(_) | Origin::Index(_) | Origin::Object(_)) {
            return None;
        }
        let excludes = || {
            self.entries.iter().enumerate().filter_map(|(number, (_, tells))| match tells {
                Tells::Exclude(pattern) => Some((number, pattern)),
                _ => None,
            })
        };
        excludes().next()?;
        let path = self.locate.path(origin)?;
        excludes().find(|(_, pattern)| pattern.matches(&path)).map(|(number, _)| number)
    }

    /// The root of the repository.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.locate.base
    }

    /// Every path from the root of the repository that a sighting stands at; none if it is not in it.
    #[must_use]
    pub fn paths(&self, sighting: &Sighting, life: Option<&Life>) -> Vec<String> {
        self.locate.paths(sighting, life)
    }

    /// Whether anything is left out at all.
    #[must_use]
    pub fn leaves_out(&self) -> bool {
        self.entries.iter().any(|(_, tells)| matches!(tells, Tells::Exclude(_)))
    }

    /// Moves what is accepted from the leaks to what is waived, and says what each entry did.
    pub fn apply(
        &mut self,
        ledger: &mut Ledger,
        baseline: Option<Result<Baseline, Unread>>,
        config: &Config,
        reach: &Reach,
        rules: &RuleSet,
    ) {
        let gone = |path: &str| reach.gone(config, path);
        let mut cover = match baseline {
            Some(Ok(baseline)) => Some(Cover::new(baseline, &self.today)),
            Some(Err(Unread { name, why })) => {
                let what = without_keys(name);
                ledger.skipped.push(Skipped { what, why: format!("nothing is accepted by it: {why}") });
                None
            }
            None => None,
        };
        for (number, count) in std::mem::take(&mut ledger.inputs.excluded) {
            self.did(number, |entry| entry.left_out += count);
        }
        if let Some(cover) = &mut cover {
            for Waived { sighting, .. } in &ledger.waived {
                cover.meet(&Place { sighting, paths: self.locate.paths(sighting, None) });
            }
        }
        for leak in std::mem::take(&mut ledger.leaks) {
            if let Some(leak) = self.judge(leak, cover.as_mut(), &gone, ledger) {
                ledger.leaks.push(self.weighed(leak, rules));
            }
        }
        let whole = |spec: &EntrySpec| match reach {
            Reach::Tree => !spec.history,
            Reach::History => spec.history,
            Reach::Part | Reach::Commits(_) => false,
        };
        for (entry, tells) in &mut self.entries {
            let silent = *reach == Reach::Tree && entry.standing == Standing::NotMet;
            if silent && matches!(tells, Tells::Exclude(_) | Tells::Waiver { .. }) {
                entry.standing = Standing::Stale;
            }
        }
        ledger.entries = self.entries.iter().map(|(entry, _)| entry.clone()).collect();
        ledger.entries.extend(cover.map(|cover| cover.into_entries(whole)).unwrap_or_default());
        finish(ledger);
    }

    fn did(&mut self, number: usize, what: impl FnOnce(&mut Entry)) {
        let Some((entry, _)) = self.entries.get_mut(number) else { return };
        what(entry);
        if entry.standing == Standing::NotMet {
            entry.standing = Standing::InForce;
        }
    }

    /// Sorts the places of one leak into those that are accepted and those that are not: the leak with these, if there are.
    fn judge(
        &mut self,
        mut leak: Leak,
        cover: Option<&mut Cover>,
        gone: &Gone<'_>,
        ledger: &mut Ledger,
    ) -> Option<Leak> {
        let life = leak.life.as_ref();
        let place = |sighting| Place { sighting, paths: self.locate.paths(sighting, life) };
        let places: Vec<Place<'_>> = leak.sightings.iter().map(place).collect();
        let live = leak.verified.as_ref().is_some_and(|said| matches!(said.liveness, Liveness::Live(_)));
        let covered = match cover {
            Some(cover) => cover.cover(&places, live, gone),
            None => vec![None; places.len()],
        };
        let paths: Vec<Vec<String>> = places.into_iter().map(|place| place.paths).collect();
        let mut real = Vec::new();
        for ((sighting, paths), covered) in leak.sightings.into_vec().into_iter().zip(paths).zip(covered) {
            match covered.or_else(|| self.waive(&sighting, &paths, live)) {
                Some(written) => ledger.waived.push(waived(sighting, written)),
                None => real.push(sighting),
            }
        }
        leak.sightings = Sightings::of(real)?;
        Some(leak)
    }

    /// The entry of the config that accepts a sighting, if one does.
    fn waive(&mut self, sighting: &Sighting, paths: &[String], live: bool) -> Option<Arc<Written>> {
        let all = |pattern: &Pattern| !paths.is_empty() && paths.iter().all(|path| pattern.matches(path));
        let fits = |(entry, tells): &(Entry, Tells)| match tells {
            _ if entry.standing == Standing::Expired => false,
            Tells::Waiver { spec, path } => {
                let same = |fingerprint: &String| {
                    let here = || {
                        paths.iter().any(|path| super::baseline::bound(sighting, &sighting.rule, path) == *fingerprint)
                    };
                    sighting.fingerprint().as_str() == fingerprint || here()
                };
                spec.rule.as_ref().is_none_or(|rule| **rule == *sighting.rule)
                    && path.as_ref().is_none_or(all)
                    && spec.fingerprint.as_ref().is_none_or(same)
            }
            Tells::Rule(id, RuleUse::Off) => **id == *sighting.rule,
            Tells::Exclude(pattern) => matches!(sighting.origin, Origin::Object(_)) && all(pattern),
            Tells::Rule(..) | Tells::Limit => false,
        };
        // What is known to work is no false alarm: to turn its rule off or to leave its path out does not accept it.
        let refuses = |tells: &Tells| live && !matches!(tells, Tells::Waiver { spec, .. } if spec.accept_live);
        let Some(number) = self.entries.iter().position(|one| !refuses(&one.1) && fits(one)) else {
            let refusing = self.entries.iter_mut().filter(|one| refuses(&one.1) && fits(one));
            refusing.for_each(|(entry, _)| entry.standing = Standing::Live);
            return None;
        };
        self.did(number, |entry| entry.waived += 1);
        Some(Arc::clone(&self.entries[number].0.written))
    }

    /// A leak with the severity that the config says, or the place that it stands at.
    fn weighed(&mut self, mut leak: Leak, rules: &RuleSet) -> Leak {
        let said = self.entries.iter().enumerate().find_map(|(number, (_, tells))| match tells {
            Tells::Rule(id, word) if **id == *leak.rule => Some((number, *word)),
            _ => None,
        });
        let severity = match said.map(|(_, word)| word) {
            None | Some(RuleUse::Off | RuleUse::On) => {
                let folders = |sighting| self.locate.folders(sighting, leak.life.as_ref());
                let paths: Vec<Vec<String>> = leak.sightings.iter().map(folders).collect();
                lowered::lower(&mut leak, rules, &paths);
                return leak;
            }
            Some(RuleUse::Low) => Severity::Low,
            Some(RuleUse::Medium) => Severity::Medium,
            Some(RuleUse::High) => Severity::High,
            Some(RuleUse::Critical) => Severity::Critical,
        };
        if let Some((number, _)) = said {
            self.did(number, |entry| entry.weighed += 1);
        }
        Leak { severity, ..leak }
    }
}

/// An entry for a rule that is not there would do nothing, and nobody would know.
fn check_rule(entry: &Entry, tells: &Tells, rules: &RuleSet) -> Result<(), ConfigError> {
    let id = match tells {
        Tells::Rule(id, _) => Some(id),
        Tells::Waiver { spec, .. } => spec.rule.as_ref(),
        Tells::Exclude(_) | Tells::Limit => None,
    };
    let Some(id) = id else { return Ok(()) };
    find_rule(rules, id).map(|_| ()).map_err(|unknown| ConfigError::Mistake {
        file: entry.written.file.clone(),
        why: format!("{}: {unknown}", entry.written.name),
    })
}

fn waived(mut sighting: Sighting, written: Arc<Written>) -> Waived {
    let waiver = Waiver::Entry(written);
    sighting.verdict = Verdict::Waived(waiver.clone());
    Waived { sighting, waiver }
}
