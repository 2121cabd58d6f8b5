//! From a pattern to its steps, if they are plain.

use regex_syntax::hir::{Hir, HirKind, Repetition};

use super::{Set, Step};

/// A group that is repeated is written out, up to so many steps.
const MOST_STEPS: usize = 64;

/// What may stand where a step begins: the bytes that it or those after it may begin with, and whether there may be none.
struct Next {
    first: Set,
    nothing: bool,
}

impl Next {
    /// Whether something that ends before one of `set` is never made to end earlier by what follows it.
    fn parts_from(&self, set: &Set) -> bool {
        self.nothing || !self.first.meets(set)
    }
}

/// The steps of a pattern; nothing if it is not plain.
pub(super) fn steps(hir: &Hir) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    add(hir, &mut steps)?;
    check(&steps, Next { first: Set::default(), nothing: true })?;
    Some(steps)
}

/// Adds the steps of a pattern; nothing if it has something that is not plain.
fn add(hir: &Hir, steps: &mut Vec<Step>) -> Option<()> {
    match hir.kind() {
        HirKind::Empty => {}
        HirKind::Literal(literal) => steps.push(Step::Literal(literal.0.clone())),
        HirKind::Class(class) => steps.push(Step::Run { set: Set::of_class(class)?, least: 1, most: 1 }),
        HirKind::Repetition(repetition) => add_repeated(repetition, steps)?,
        HirKind::Capture(capture) if capture.index == 1 => {
            steps.push(Step::Begin);
            add(&capture.sub, steps)?;
            steps.push(Step::End);
        }
        HirKind::Capture(capture) => add(&capture.sub, steps)?,
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| add(part, steps))?,
        HirKind::Alternation(branches) => {
            let branches = branches.iter().map(apart).collect::<Option<_>>()?;
            steps.push(Step::OneOf(branches));
        }
        HirKind::Look(_) => return None,
    }
    Some(())
}

fn add_repeated(repetition: &Repetition, steps: &mut Vec<Step>) -> Option<()> {
    let Repetition { min, max, greedy, sub } = repetition;
    if !greedy && *max != Some(*min) {
        return None;
    }
    let single = match sub.kind() {
        HirKind::Class(class) => Some(Set::of_class(class)?),
        HirKind::Literal(literal) if literal.0.len() == 1 => Some(Set::of(literal.0[0])),
        _ => None,
    };
    match (single, max) {
        (Some(set), _) => {
            let most = max.map_or(usize::MAX, |most| most as usize);
            steps.push(Step::Run { set, least: *min as usize, most });
        }
        (None, Some(1)) if *min == 0 => steps.push(Step::Maybe(apart(sub)?)),
        (None, Some(most)) if most == min => {
            let once = apart(sub)?;
            if once.len().saturating_mul(*most as usize) > MOST_STEPS {
                return None;
            }
            (0..*most).for_each(|_| steps.extend(once.iter().cloned()));
        }
        _ => return None,
    }
    Some(())
}

/// The steps of a part that is not in every match; the secret is no such part.
fn apart(hir: &Hir) -> Option<Box<[Step]>> {
    let mut steps = Vec::new();
    add(hir, &mut steps)?;
    let has_secret = steps.iter().any(|step| matches!(step, Step::Begin));
    (!has_secret).then(|| steps.into())
}

/// Whether the next byte decides every choice in these steps, with that after them; if so, what they may begin with.
fn check(steps: &[Step], after: Next) -> Option<Next> {
    let mut next = after;
    for step in steps.iter().rev() {
        next = match step {
            Step::Begin | Step::End => next,
            Step::Literal(literal) => Next { first: Set::of(*literal.first()?), nothing: false },
            Step::Run { set, least, most } => {
                if least < most && !next.parts_from(set) {
                    return None;
                }
                let first = if *least == 0 { set.and(&next.first) } else { *set };
                Next { first, nothing: *least == 0 && next.nothing }
            }
            Step::Maybe(steps) => {
                let first = inner(steps, &next)?;
                if !next.parts_from(&first) {
                    return None;
                }
                Next { first: first.and(&next.first), ..next }
            }
            Step::OneOf(branches) => {
                let mut first = Set::default();
                for (number, branch) in branches.iter().enumerate() {
                    let begins = inner(branch, &next)?;
                    if begins.meets(&first) && !branches[..number].iter().all(|other| differ(other, branch)) {
                        return None;
                    }
                    first = first.and(&begins);
                }
                Next { first, nothing: false }
            }
        };
    }
    Some(next)
}

/// What steps that are not in every match may begin with; nothing if they are not plain, or may be nothing.
fn inner(steps: &[Step], after: &Next) -> Option<Set> {
    let may_be_nothing = |step: &Step| matches!(step, Step::Run { least: 0, .. } | Step::Maybe(_));
    if steps.iter().all(may_be_nothing) {
        return None;
    }
    check(steps, Next { first: after.first, nothing: after.nothing }).map(|next| next.first)
}

/// Whether two branches begin with literals of which no text has both.
fn differ(one: &[Step], other: &[Step]) -> bool {
    match (one.first(), other.first()) {
        (Some(Step::Literal(one)), Some(Step::Literal(other))) => !one.starts_with(other) && !other.starts_with(one),
        _ => false,
    }
}
