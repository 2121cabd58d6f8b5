//! The message of a commit that is about to be made, as git hands it to a `commit-msg` hook.

#![expect(clippy::disallowed_methods, reason = "the door to messages that are not committed yet")]

use std::path::PathBuf;

use crate::words::{Blob, Origin, SinkMaker, Skipped, Source};

/// What stands in the line below which `git commit --verbose` shows the change itself. See `--cleanup=scissors` in
/// `git help commit`.
const SCISSORS: &[u8] = b" ------------------------ >8 ------------------------";

/// A message in a file.
#[derive(Clone, Debug)]
pub struct Message(pub PathBuf);

impl Source for Message {
    fn pour<'s>(&self, sink: &SinkMaker<'s>) {
        let mut sink = sink();
        match std::fs::read(&self.0) {
            Ok(bytes) => {
                sink.blob(&Blob::whole(&Origin::File(self.0.clone()), message(&bytes)));
                sink.done(bytes.len() as u64);
            }
            Err(error) => {
                let (what, why) = (self.0.display().to_string(), format!("the message can't be read: {error}"));
                sink.skipped(Skipped { what, why });
            }
        }
    }
}

/// The part that may become the message. What is below the scissors never does, and shows lines that go away too: to
/// take a key out of a file would be refused for its sake. Comments count, since some settings keep them.
fn message(bytes: &[u8]) -> &[u8] {
    let mut at = 0;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let comment = line.trim_ascii_end().strip_suffix(SCISSORS);
        if comment.is_some_and(|comment| !comment.is_empty() && !comment.iter().any(u8::is_ascii_alphanumeric)) {
            return &bytes[..at];
        }
        at += line.len();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn what_the_scissors_cut_off_is_no_message() {
        let cut = "# ------------------------ >8 ------------------------\n# Do not modify\n-old";
        assert_eq!(
            message(format!("Subject\n\nBody\n# a comment\n{cut}").as_bytes()),
            b"Subject\n\nBody\n# a comment\n"
        );
        assert_eq!(message(cut.as_bytes()), b"");
        let spoken = b"Say ------------------------ >8 ------------------------\nmore";
        assert_eq!(message(spoken), spoken);
    }
}
