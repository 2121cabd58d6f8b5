//! Reading one family: from the root down its tree of deltas, each entry inflated once.

use super::Visitor;
use super::forest::Forest;
use super::spare::Spare;
use crate::source::git::delta::Delta;
use crate::source::git::error::ReadError;
use crate::source::git::inflate::{Buffer, Inflater};
use crate::words::{ObjectId, ObjectKind, Shared};

/// An object, as a visitor gets it.
pub(in crate::source::git) struct Found<'a> {
    /// Its name.
    pub(in crate::source::git) id: ObjectId,
    /// What it is.
    pub(in crate::source::git) kind: ObjectKind,
    /// Its bytes.
    pub(in crate::source::git) bytes: &'a [u8],
}

/// What an object was made from.
pub(in crate::source::git) struct Base<'a, N> {
    /// What the object has from it.
    pub(in crate::source::git) shared: &'a [Shared],
    /// Its size.
    pub(in crate::source::git) len: usize,
    /// What the visitor kept of it.
    pub(in crate::source::git) note: &'a N,
}

/// An entry that was read and has children that are yet to be read.
struct Frame<N> {
    bytes: Buffer,
    /// What the visitor kept of it, if it was shown.
    note: Option<N>,
    /// Where its children begin in the list of those to be read.
    children: usize,
}

/// A thread's tools for reading families: everything is used again.
pub(super) struct Walker<V: Visitor> {
    inflater: Inflater,
    delta: Buffer,
    shared: Vec<Shared>,
    spare: Spare,
    frames: Vec<Frame<V::Note>>,
    waiting: Vec<u32>,
}

impl<V: Visitor> Walker<V> {
    pub(super) fn new() -> Self {
        Self {
            inflater: Inflater::default(),
            delta: Buffer::default(),
            shared: Vec::new(),
            spare: Spare::default(),
            frames: Vec::new(),
            waiting: Vec::new(),
        }
    }

    /// The inflater, for what is loose.
    pub(super) fn inflater(&mut self) -> &mut Inflater {
        &mut self.inflater
    }

    /// Reads the family of a whole object.
    pub(super) fn family(&mut self, forest: &Forest<'_>, root: u32, kind: ObjectKind, visitor: &mut V) {
        match self.inflate(forest, root, None) {
            Ok(bytes) => self.down(forest, root, kind, bytes, visitor),
            Err(why) => self.fail(forest, root, why, visitor),
        }
    }

    /// Reads the family of a delta whose base is not in its pack.
    pub(super) fn adopted(
        &mut self,
        forest: &Forest<'_>,
        root: u32,
        base: Result<(ObjectKind, &[u8]), ReadError>,
        visitor: &mut V,
    ) {
        match base.and_then(|(kind, base)| Ok((kind, self.inflate(forest, root, Some(base))?))) {
            Ok((kind, bytes)) => self.down(forest, root, kind, bytes, visitor),
            Err(why) => self.fail(forest, root, why, visitor),
        }
    }

    /// Shows an object that was read, and goes down to its children.
    fn down(&mut self, forest: &Forest<'_>, root: u32, kind: ObjectKind, bytes: Buffer, visitor: &mut V) {
        let note = show(forest, root, kind, &bytes, None, visitor);
        self.keep(forest, root, bytes, note);
        while let (Some(base), Some(child)) = (self.frames.pop(), self.waiting.pop()) {
            if visitor.is_halted() {
                return self.leave(base);
            }
            match self.inflate(forest, child, Some(base.bytes.as_slice())) {
                Ok(bytes) => {
                    let (shared, len) = (&self.shared[..], base.bytes.as_slice().len());
                    let made_from = base.note.as_ref().map(|note| Base { shared, len, note });
                    let note = show(forest, child, kind, &bytes, made_from.as_ref(), visitor);
                    self.put_back(base);
                    self.keep(forest, child, bytes, note);
                }
                Err(why) => {
                    self.put_back(base);
                    self.fail(forest, child, why, visitor);
                }
            }
        }
    }

    /// Leaves a family unread from here on.
    fn leave(&mut self, base: Frame<V::Note>) {
        self.spare.give(base.bytes);
        self.frames.clear();
        self.waiting.clear();
    }

    /// Keeps a base that more is made from.
    fn put_back(&mut self, base: Frame<V::Note>) {
        if self.waiting.len() > base.children {
            self.frames.push(base);
        } else {
            self.spare.give(base.bytes);
        }
    }

    /// Keeps an object if something is made from it.
    fn keep(&mut self, forest: &Forest<'_>, number: u32, bytes: Buffer, note: Option<V::Note>) {
        let children = self.waiting.len();
        forest.children(number, &mut self.waiting);
        if self.waiting.len() > children {
            self.frames.push(Frame { bytes, note, children });
        } else {
            self.spare.give(bytes);
        }
    }

    /// Names an object that can't be read, and all that are made from it.
    fn fail(&mut self, forest: &Forest<'_>, number: u32, why: ReadError, visitor: &mut V) {
        let (mut numbers, mut next, mut why) = (vec![number], 0, why);
        while let Some(&number) = numbers.get(next) {
            next += 1;
            if let Some(id) = forest.id(number).filter(|_| forest.wants(number)) {
                visitor.broken(&id, why);
            }
            why = ReadError::BaseBroken;
            forest.children(number, &mut numbers);
        }
    }

    /// Inflates an entry: whole, or by applying it to `base`.
    fn inflate(&mut self, forest: &Forest<'_>, number: u32, base: Option<&[u8]>) -> Result<Buffer, ReadError> {
        let (input, size) = forest.deflated(number)?;
        let mut out;
        let made = match base {
            None => {
                out = self.spare.take(size as usize);
                self.inflater.whole(input, size, &mut out)
            }
            Some(base) => {
                self.inflater.whole(input, size, &mut self.delta)?;
                let delta = Delta::parse(self.delta.as_slice())?;
                out = self.spare.take(delta.size());
                delta.apply(base, &mut out, &mut self.shared)
            }
        };
        match made {
            Ok(()) => Ok(out),
            Err(why) => {
                self.spare.give(out);
                Err(why)
            }
        }
    }
}

/// Shows an object to the visitor, if it is one of those that are wanted.
fn show<V: Visitor>(
    forest: &Forest<'_>,
    number: u32,
    kind: ObjectKind,
    bytes: &Buffer,
    base: Option<&Base<'_, V::Note>>,
    visitor: &mut V,
) -> Option<V::Note> {
    let id = forest.id(number).filter(|_| forest.wants(number))?;
    Some(visitor.found(&Found { id, kind, bytes: bytes.as_slice() }, base))
}
