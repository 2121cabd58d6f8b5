//! A `Blob` is bytes to look at, and an `Origin` says where they come from.
//!
//! A `Source` pushes blobs: it owns its threads and gives each of them a `Sink` of its own. Nothing here reads anything.

use std::ops::Range;
use std::path::PathBuf;

use super::{GitObject, Halt, Heritage, LeftOut, Skipped, Watches};

/// Where a blob comes from. Cheap to build for each blob; kept only for blobs in which something was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A file of the work tree, by the path it was reached through.
    File(PathBuf),
    /// What the index holds for a path, from the root of the work tree: what the next commit would contain.
    Index(PathBuf),
    /// A git object.
    Object(GitObject),
    /// The name of a file or folder: on the disk with the path that leads to it, in some tree of a git repository without.
    TreeName(PathBuf),
    /// The name of a git reference.
    RefName(String),
    /// Standard input.
    Stdin,
}

impl Origin {
    /// The path's bytes as the system gave them, for origins that have one.
    #[must_use]
    pub fn path(&self) -> Option<&[u8]> {
        match self {
            Self::File(path) | Self::Index(path) | Self::TreeName(path) => Some(path.as_os_str().as_encoded_bytes()),
            Self::Object(object) => object.path.as_ref().map(|path| path.as_os_str().as_encoded_bytes()),
            Self::RefName(_) | Self::Stdin => None,
        }
    }

    /// The name for people: the path, or `<stdin>`. May hold any character: reports escape what a terminal would obey.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::File(path) | Self::Index(path) => path.to_string_lossy().into_owned(),
            Self::Object(GitObject { path: Some(path), commit: Some(commit), .. }) => {
                format!("{}:{}", commit.short(), path.to_string_lossy())
            }
            Self::Object(object) => format!("{} {}", object.kind.as_str(), object.id.short()),
            Self::TreeName(name) => format!("file name {}", name.to_string_lossy()),
            Self::RefName(name) => format!("reference name {name}"),
            Self::Stdin => "<stdin>".to_owned(),
        }
    }
}

/// Bytes to look at. A large input comes as several windows that overlap, so that memory stays bounded.
#[derive(Clone, Debug)]
pub struct Blob<'a> {
    /// Where they come from.
    pub origin: &'a Origin,
    /// The bytes of this window.
    pub bytes: &'a [u8],
    /// Which of `bytes` are this window's own: what begins elsewhere is another window's to report.
    pub own: Range<usize>,
    /// Offset of `bytes[0]` in the whole blob.
    pub base: u64,
    /// How many lines end before `bytes[0]`.
    pub lines_before: u64,
    /// How many columns of the line that `bytes[0]` stands in come before it.
    pub column_before: u64,
}

impl<'a> Blob<'a> {
    /// A blob that is here as a whole.
    #[must_use]
    pub fn whole(origin: &'a Origin, bytes: &'a [u8]) -> Self {
        Self { origin, bytes, own: 0..bytes.len(), base: 0, lines_before: 0, column_before: 0 }
    }

    /// Whether all of it is here, and not only a window.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.base == 0 && self.own == (0..self.bytes.len())
    }
}

/// What a source hands its blobs to. Each thread has its own; dropping it hands in what it learned.
pub trait Sink {
    /// How many bytes of an input that begins like this it wants at once, if it wants more than a source gives usually:
    /// a container can only be opened if it is here as a whole.
    fn at_once(&self, head: &[u8]) -> Option<u64> {
        let _ = head;
        None
    }
    /// The wish that the run should end, if there can be one.
    fn halt(&self) -> Option<&Halt> {
        None
    }

    /// Whether nothing more is wanted, as the run should end. A source looks between one input and the next.
    fn is_halted(&self) -> bool {
        self.halt().is_some_and(Halt::is_on)
    }

    /// Looks at a blob.
    fn blob(&mut self, blob: &Blob<'_>);
    /// Looks at a blob that others may be made from, and says what to watch in those. It may itself be made from one.
    fn heir(&mut self, blob: &Blob<'_>, heritage: Option<&Heritage<'_>>, watches: &mut Watches) {
        let _ = heritage;
        watches.watch_all();
        self.blob(blob);
    }
    /// Whether nothing at all was learned from the blob that it looked at last: no leak, no noise, nothing that could not
    /// be read.
    fn is_silent(&self) -> bool {
        false
    }
    /// So many inputs were not read because nothing is to be learned from them, as an earlier run knows; `bytes` is their
    /// size. They count as read.
    fn known(&mut self, inputs: u64, bytes: u64) {
        let _ = (inputs, bytes);
    }
    /// One input is finished (however many windows it came in); `bytes` is its size.
    fn done(&mut self, bytes: u64);
    /// Something that should have been read was not.
    fn skipped(&mut self, skipped: Skipped);
    /// Something was passed over by design, and is counted.
    fn left_out(&mut self, what: LeftOut);
}

/// Makes a sink for one thread.
pub type SinkMaker<'s> = dyn Fn() -> Box<dyn Sink + Send + 's> + Sync + 's;

/// Where blobs come from: a walk, standard input, an index, a range, a history.
pub trait Source: Sync {
    /// Pushes every blob into sinks made by `sink`, one for each thread, and returns when all is read. What can't be
    /// read goes to [`Sink::skipped`]; it never ends the run.
    fn pour<'s>(&self, sink: &SinkMaker<'s>);
}
