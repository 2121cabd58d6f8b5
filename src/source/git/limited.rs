//! A history within limits: what some references, branches or commits lead to, since some time, below some paths.
//!
//! Limits are about commits, so here commits are walked, and each brings in what none of its parents holds: together all
//! that the commits hold. Objects that no commit in the limits leads to are not read; that is what a limit is for.

use std::collections::HashSet;

use super::brought::{Brought, Files};
use super::commits::{self, Span};
use super::fetch;
use super::history::{HistoryOptions, Scope};
use super::open::Repository;
use super::parse;
use super::reader::Reader;
use super::refs::Refs;
use super::revision::resolve;
use super::store::Store;
use crate::words::{Blob, GitObject, ObjectId, ObjectKind, Origin, Sink, SinkMaker, Skipped};

/// Pushes what is within the limits.
pub(super) fn pour(repo: &Repository, store: &Store, options: &HistoryOptions, sink: &SinkMaker<'_>) {
    store.packs();
    let mut first = sink();
    let mut reader = Reader::new(store);
    let tips = tips(repo, &mut reader, &options.scope, &mut *first);
    let walked = commits::walk(repo, &mut reader, &Span { tips, since: options.since, ..Span::default() });
    for (id, why) in &walked.broken {
        first.skipped(Skipped { what: format!("commit {id}"), why: why.to_string() });
    }
    if let Some(cut) = walked.steps.iter().find(|step| step.cut) {
        let why = "the clone is shallow, so what lies before is not here and was not read: `git fetch --unshallow` (or \
                   fetch-depth: 0 in actions/checkout) brings it";
        first.skipped(Skipped { what: format!("what comes before commit {}", cut.id), why: why.to_owned() });
    }
    let mut brought = Brought::new(reader, &mut *first, Files::Below(&options.paths));
    walked.steps.iter().for_each(|step| brought.commit(step));
    let wanted = brought.into_wanted();
    store.skipped().for_each(|skipped| first.skipped(skipped.clone()));
    drop(first);
    fetch::pour(store, wanted, options.threads, sink);
}

/// The commits to begin with. Tags on the way are looked at.
fn tips(repo: &Repository, reader: &mut Reader<'_>, scope: &Scope, sink: &mut dyn Sink) -> Vec<ObjectId> {
    let starts: Vec<(String, ObjectId)> = match scope {
        Scope::Of(names) => names.iter().filter_map(|name| named(repo, reader, name, sink)).collect(),
        Scope::Everything | Scope::References => {
            let refs = Refs::read(repo);
            refs.skipped.iter().for_each(|skipped| sink.skipped(skipped.clone()));
            refs.objects().map(|(name, id)| (String::from_utf8_lossy(name).into_owned(), id)).collect()
        }
    };
    let (mut tips, mut seen) = (Vec::new(), HashSet::new());
    for (name, start) in starts {
        let mut id = start;
        while seen.insert(id) {
            match reader.read(&id) {
                Ok((ObjectKind::Commit, _)) => tips.push(id),
                Ok((ObjectKind::Tag, bytes)) => {
                    let origin = Origin::Object(GitObject { path: None, commit: None, id, kind: ObjectKind::Tag });
                    sink.blob(&Blob::whole(&origin, bytes));
                    sink.done(bytes.len() as u64);
                    id = parse::tag_target(bytes).unwrap_or(id);
                }
                Ok((kind, _)) => {
                    let why = format!(
                        "it leads to a {} and to no commit, so it is in no limit; without limits it is read",
                        kind.as_str()
                    );
                    sink.skipped(Skipped { what: name.clone(), why });
                }
                Err(why) => sink.skipped(Skipped { what: format!("{name} ({id})"), why: why.to_string() }),
            }
        }
    }
    tips
}

fn named(repo: &Repository, reader: &mut Reader<'_>, name: &str, sink: &mut dyn Sink) -> Option<(String, ObjectId)> {
    match resolve(repo, reader, name) {
        Ok(id) => Some((name.to_owned(), id)),
        Err(why) => {
            sink.blob(&Blob::whole(&Origin::RefName(name.to_owned()), name.as_bytes()));
            sink.skipped(Skipped { what: name.to_owned(), why: why.to_string() });
            None
        }
    }
}
