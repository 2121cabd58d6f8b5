//! Reading one family: from the root down its tree of deltas, each entry inflated once.

use super::Visitor;
use super::forest::Forest;
use crate::source::git::delta::Delta;
use crate::source::git::error::ReadError;
use crate::source::git::inflate::{Buffer, Inflater};
use crate::words::{ObjectId, ObjectKind};

/// How much memory may lie in buffers that wait to be used again, in bytes.
const SPARE_BYTES: usize = 16 << 20;

/// An object, as a visitor gets it.
pub(in crate::source::git) struct Found<'a> {
    /// Its name.
    pub(in crate::source::git) id: ObjectId,
    /// What it is.
    pub(in crate::source::git) kind: ObjectKind,
    /// Its bytes.
    pub(in crate::source::git) bytes: &'a [u8],
}

/// An entry that was read and has children that are yet to be read.
struct Frame {
    bytes: Buffer,
    /// Where its children begin in the list of those to be read.
    children: usize,
}

/// A thread's tools for reading families: everything is used again.
pub(super) struct Walker {
    inflater: Inflater,
    delta: Buffer,
    spare: Vec<Buffer>,
    spare_bytes: usize,
    frames: Vec<Frame>,
    waiting: Vec<u32>,
}

impl Walker {
    pub(super) fn new() -> Self {
        Self {
            inflater: Inflater::new(),
            delta: Buffer::default(),
            spare: Vec::new(),
            spare_bytes: 0,
            frames: Vec::new(),
            waiting: Vec::new(),
        }
    }

    /// The inflater, for what is loose.
    pub(super) fn inflater(&mut self) -> &mut Inflater {
        &mut self.inflater
    }

    /// Reads the family of a whole object.
    pub(super) fn family(&mut self, forest: &Forest<'_>, root: u32, kind: ObjectKind, visitor: &mut dyn Visitor) {
        let mut bytes = self.take();
        match self.inflate(forest, root, None, &mut bytes) {
            Ok(()) => self.down(forest, root, kind, bytes, visitor),
            Err(why) => {
                self.give(bytes);
                self.fail(forest, root, why, visitor);
            }
        }
    }

    /// Reads the family of a delta whose base is not in its pack.
    pub(super) fn adopted(
        &mut self,
        forest: &Forest<'_>,
        root: u32,
        base: Result<(ObjectKind, &[u8]), ReadError>,
        visitor: &mut dyn Visitor,
    ) {
        let mut bytes = self.take();
        let made = base.and_then(|(kind, base)| {
            self.inflate(forest, root, Some(base), &mut bytes)?;
            Ok(kind)
        });
        match made {
            Ok(kind) => self.down(forest, root, kind, bytes, visitor),
            Err(why) => {
                self.give(bytes);
                self.fail(forest, root, why, visitor);
            }
        }
    }

    /// Shows an object that was read, and goes down to its children.
    fn down(&mut self, forest: &Forest<'_>, root: u32, kind: ObjectKind, bytes: Buffer, visitor: &mut dyn Visitor) {
        self.arrive(forest, root, kind, bytes, visitor);
        while let (Some(base), Some(child)) = (self.frames.pop(), self.waiting.pop()) {
            let mut bytes = self.take();
            let made = self.inflate(forest, child, Some(base.bytes.as_slice()), &mut bytes);
            if self.waiting.len() > base.children {
                self.frames.push(base);
            } else {
                self.give(base.bytes);
            }
            match made {
                Ok(()) => self.arrive(forest, child, kind, bytes, visitor),
                Err(why) => {
                    self.give(bytes);
                    self.fail(forest, child, why, visitor);
                }
            }
        }
    }

    /// Shows an object, and keeps its bytes if it has children.
    fn arrive(&mut self, forest: &Forest<'_>, number: u32, kind: ObjectKind, bytes: Buffer, visitor: &mut dyn Visitor) {
        if forest.wants(number)
            && let Some(id) = forest.id(number)
        {
            visitor.found(&Found { id, kind, bytes: bytes.as_slice() });
        }
        let children = self.waiting.len();
        forest.children(number, &mut self.waiting);
        if self.waiting.len() > children {
            self.frames.push(Frame { bytes, children });
        } else {
            self.give(bytes);
        }
    }

    /// Names an object that can't be read, and all that are made from it.
    fn fail(&mut self, forest: &Forest<'_>, number: u32, why: ReadError, visitor: &mut dyn Visitor) {
        let (mut numbers, mut next, mut why) = (vec![number], 0, why);
        while let Some(&number) = numbers.get(next) {
            next += 1;
            if let Some(id) = forest.id(number) {
                visitor.broken(&id, why);
            }
            why = ReadError::BaseBroken;
            forest.children(number, &mut numbers);
        }
    }

    /// Inflates an entry into `out`: whole, or by applying it to `base`.
    fn inflate(
        &mut self,
        forest: &Forest<'_>,
        number: u32,
        base: Option<&[u8]>,
        out: &mut Buffer,
    ) -> Result<(), ReadError> {
        let (input, size) = forest.deflated(number)?;
        match base {
            None => self.inflater.whole(input, size, out),
            Some(base) => {
                self.inflater.whole(input, size, &mut self.delta)?;
                Delta::parse(self.delta.as_slice())?.apply(base, out)
            }
        }
    }

    fn take(&mut self) -> Buffer {
        let buffer = self.spare.pop().unwrap_or_default();
        self.spare_bytes -= buffer.capacity();
        buffer
    }

    fn give(&mut self, buffer: Buffer) {
        if self.spare_bytes + buffer.capacity() <= SPARE_BYTES {
            self.spare_bytes += buffer.capacity();
            self.spare.push(buffer);
        }
    }
}
