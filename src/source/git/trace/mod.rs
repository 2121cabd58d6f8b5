//! Where leaks come from and what became of them: asked once, after a scan, for all leaks together.
//!
//! Every commit and tree is read once, in the order of delta trees, without any blob, or not at all if a reading of
//! everything has left its survey; from the objects in question one climbs to all trees above them, and along the commits
//! it is plain which of them brought a thing in, which took it out, and from which references it can be reached. Nothing is
//! compared with anything.

mod gather;
mod hot;
mod line;

use std::collections::HashMap;
use std::num::NonZeroUsize;

use foldhash::fast::RandomState;
use gather::{Asked, ByKey, Gathered, Gatherer, Keep, Keys, join};
use hot::Hot;
use line::{Fates, Line, Own};

use super::open::{Repository, path_of};
use super::parse;
use super::reader::Reader;
use super::refs::{self, Refs};
use super::store::Store;
use super::survey::{Key, Survey, key};
use super::walk::{Kinds, Plan};
use crate::source::threads::{both, shared};
use crate::words::{Commit, Life, ObjectId, ObjectKind, Origin, Place};

/// How many things one mask has bits for.
const BITS: usize = 64;

/// What a repository knows of leaks. Each question is the origins of one leak's sightings; each answer has a place for
/// each of them. Origins that are in no history (files, standard input) get empty places.
#[must_use]
pub fn trace(repo: &Repository, questions: &[Vec<Origin>], threads: NonZeroUsize) -> Vec<Life> {
    let (targets, asked) = targets(questions);
    if targets.is_empty() {
        let places = |question: &Vec<Origin>| vec![Place::default(); question.len()];
        return questions.iter().map(|question| Life { places: places(question), ..Life::default() }).collect();
    }
    let store = Store::open(repo);
    let id_len = repo.hash.len_in_bytes();
    let look = |keep: &Keep| look(&store, &asked, keep, id_len, threads);
    let surveys = repo.surveyed().filter(|surveys| !surveys.is_empty() && surveys.iter().all(Survey::is_whole));
    let mut looked = if surveys.is_some() { Vec::new() } else { look(&Keep::All) };
    let read: Vec<_> = looked.iter_mut().map(|part| std::mem::take(&mut part.commits)).collect();
    let surveyed = surveys.iter().flat_map(|surveys| surveys.iter()).flat_map(Survey::commits);
    let commits = surveyed.chain(read.iter().flatten()).map(|(id, links)| (*id, links)).collect();
    let ((line, refs), hot) = both(
        threads,
        || (Line::of(commits, refs::find(repo, b"HEAD")), Refs::read(repo)),
        || {
            let parts = match &surveys {
                Some(surveys) => survey(surveys, &asked, id_len).unwrap_or_else(|| look(&Keep::All)),
                None => looked,
            };
            let links = join(parts);
            if links.overflow { by_level(&look) } else { Hot::climb(&links) }
        },
    );
    let roots: Keys = line.trees().filter(|tree| hot.has(*tree)).collect();
    let all_paths = hot.paths(&roots);
    let mut tracer = Tracer { tips: Vec::new(), all_paths, reader: Reader::new(&store), hot, line, refs, targets };
    tracer.find_tips();
    tracer.answer(questions)
}

/// What an origin is in a repository.
#[derive(Clone, Copy, Debug)]
enum Target {
    /// Something that trees hold: a blob, or a name.
    Held(Key),
    /// A commit or a tag.
    Itself(ObjectId),
}

/// What all origins are, and what to look for in trees.
fn targets(questions: &[Vec<Origin>]) -> (HashMap<Origin, Target, RandomState>, Asked) {
    let (mut targets, mut asked) = (HashMap::default(), Asked::default());
    for origin in questions.iter().flatten() {
        let target = match origin {
            Origin::Object(object) => match object.kind {
                ObjectKind::Blob | ObjectKind::Tree => {
                    asked.objects.insert(key(object.id.as_bytes()));
                    Target::Held(key(object.id.as_bytes()))
                }
                ObjectKind::Commit | ObjectKind::Tag => Target::Itself(object.id),
            },
            Origin::TreeName(path) => {
                let Some(name) = path.file_name() else { continue };
                // A made-up key: no tree or blob has it but by a chance of one in 2^64.
                let number = (asked.names.len() as Key + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                let name = name.as_encoded_bytes().to_vec();
                Target::Held(*asked.names.entry(name).or_insert(number))
            }
            Origin::File(_) | Origin::Index(_) | Origin::RefName(_) | Origin::Stdin => continue,
        };
        targets.insert(origin.clone(), target);
    }
    (targets, asked)
}

/// Gathers links from surveys, each in a thread of its own; `None` if one makes no sense.
fn survey(surveys: &[Survey], asked: &Asked, id_len: usize) -> Option<Vec<Gathered>> {
    let gather = |survey: &Survey| Gatherer::new(asked, &Keep::All, id_len).survey(survey);
    shared(surveys.iter().collect(), &gather).into_iter().collect()
}

/// Gathers links from the trees themselves, and commits if all links are wanted.
fn look(store: &Store, asked: &Asked, keep: &Keep, id_len: usize, threads: NonZeroUsize) -> Vec<Gathered> {
    let kinds: &[ObjectKind] = match keep {
        Keep::All => &[ObjectKind::Commit, ObjectKind::Tree],
        Keep::To(_) => &[ObjectKind::Tree],
    };
    let plan = Plan::new(store, Kinds::of(kinds), None, threads.get());
    plan.run(&|| Gatherer::new(asked, keep, id_len)).into_iter().map(Gatherer::into_gathered).collect()
}

/// Climbs level by level, where there are too many links to keep all of them.
fn by_level(look: &dyn Fn(&Keep) -> Vec<Gathered>) -> Hot {
    let mut known = Keys::default();
    loop {
        let links = join(look(&Keep::To(known.clone())));
        let hot = Hot::climb(&links);
        let trees: Keys = hot.trees().collect();
        if trees.len() == known.len() {
            return hot;
        }
        known = trees;
    }
}

/// All that is known of a repository, to answer from.
struct Tracer<'s> {
    targets: HashMap<Origin, Target, RandomState>,
    hot: Hot,
    line: Line,
    refs: Refs,
    /// References with the commit they lead to, the most telling first.
    tips: Vec<(String, ObjectId, u32)>,
    all_paths: ByKey<Vec<Vec<u8>>>,
    reader: Reader<'s>,
}

/// One thing that gets a bit: a whole question or one of its origins.
struct Subject {
    question: usize,
    origin: Option<usize>,
}

impl Tracer<'_> {
    /// Follows every reference to its commit.
    fn find_tips(&mut self) {
        let rank = |name: &str| match name {
            name if name.starts_with("refs/heads/") => 0,
            name if name.starts_with("refs/tags/") => 1,
            name if name.starts_with("refs/remotes/") => 2,
            _ => 3,
        };
        let counts = |name: &[u8]| name.starts_with(b"refs/") || (name == b"HEAD" && self.refs.is_head_detached());
        for (name, id) in self.refs.objects().filter(|(name, _)| counts(name)) {
            let mut commit = id;
            for _ in 0..8 {
                if let Some(place) = self.line.place(&commit) {
                    self.tips.push((String::from_utf8_lossy(name).into_owned(), id, place));
                    break;
                }
                let Ok(bytes) = self.reader.read_kind(&commit, ObjectKind::Tag) else { break };
                let Some(target) = parse::tag_target(bytes) else { break };
                commit = target;
            }
        }
        self.tips.sort_by(|a, b| rank(&a.0).cmp(&rank(&b.0)).then_with(|| a.0.cmp(&b.0)));
    }

    fn answer(&mut self, questions: &[Vec<Origin>]) -> Vec<Life> {
        let places = |question: &Vec<Origin>| vec![Place::default(); question.len()];
        let mut lives: Vec<Life> =
            questions.iter().map(|question| Life { places: places(question), ..Life::default() }).collect();
        let subjects: Vec<Subject> = questions
            .iter()
            .enumerate()
            .flat_map(|(question, origins)| {
                let one = (0..origins.len()).filter(|&at| self.targets.contains_key(&origins[at])).map(Some);
                std::iter::once(None).chain(one).map(move |origin| Subject { question, origin })
            })
            .collect();
        for subjects in subjects.chunks(BITS) {
            let fates = self.fates(questions, subjects);
            for (bit, subject) in subjects.iter().enumerate() {
                let origins = &questions[subject.question];
                let life = &mut lives[subject.question];
                match subject.origin {
                    None => self.fill_life(life, origins, &fates, bit),
                    Some(at) => life.places[at] = self.place(&origins[at], &fates, bit),
                }
            }
        }
        lives
    }

    fn fates(&self, questions: &[Vec<Origin>], subjects: &[Subject]) -> Fates {
        let (mut bits, mut own) = (ByKey::default(), Own::default());
        for (bit, subject) in subjects.iter().enumerate() {
            let origins = &questions[subject.question];
            let origins = subject.origin.map_or(&origins[..], |at| &origins[at..=at]);
            for target in origins.iter().filter_map(|origin| self.targets.get(origin)) {
                match target {
                    Target::Held(key) => *bits.entry(*key).or_insert(0) |= 1u64 << bit,
                    Target::Itself(id) => {
                        if let Some(place) = self.line.place(id) {
                            *own.entry(place).or_insert(0) |= 1u64 << bit;
                        }
                    }
                }
            }
        }
        self.line.fates(&self.hot.masks(&bits), &own)
    }

    fn fill_life(&mut self, life: &mut Life, origins: &[Origin], fates: &Fates, bit: usize) {
        life.introduced = fates.introduced[bit].and_then(|place| self.commit(place));
        life.removed = fates.removed[bit].and_then(|place| self.commit(place));
        life.in_head = fates.in_head & 1 << bit != 0;
        let is_itself = |id: &ObjectId| {
            origins.iter().any(|origin| matches!(self.targets.get(origin), Some(Target::Itself(own)) if own == id))
        };
        let is_named = |name: &str| origins.iter().any(|origin| matches!(origin, Origin::RefName(own) if own == name));
        let holds = |tip: &&(String, ObjectId, u32)| {
            fates.reach[tip.2 as usize] & 1 << bit != 0 || is_itself(&tip.1) || is_named(&tip.0)
        };
        let mut refs: Vec<String> = self.tips.iter().filter(holds).map(|tip| tip.0.clone()).collect();
        life.more_refs = refs.len().saturating_sub(Life::MOST_REFS);
        refs.truncate(Life::MOST_REFS);
        life.refs = refs;
    }

    fn place(&mut self, origin: &Origin, fates: &Fates, bit: usize) -> Place {
        let commit = fates.introduced[bit];
        let mut place = Place { in_head: fates.in_head & 1 << bit != 0, ..Place::default() };
        if let Some(Target::Held(key)) = self.targets.get(origin) {
            let path = commit.and_then(|commit| self.hot.path(self.line.tree(commit), *key));
            place.path = path.map(|path| path_of(&path));
            let mut all = self.all_paths.get(key).cloned().unwrap_or_default();
            all.sort();
            place.more_paths = all.len() > Place::MOST_PATHS;
            place.paths = all.iter().take(Place::MOST_PATHS).map(|path| path_of(path)).collect();
        }
        place.commit = commit.and_then(|commit| self.commit(commit));
        place
    }

    fn commit(&mut self, place: u32) -> Option<Commit> {
        let id = self.line.id(place);
        let bytes = self.reader.read_kind(&id, ObjectKind::Commit).ok()?;
        Some(parse::commit_for_people(id, bytes))
    }
}
