//! Where a new key goes: to a file that only its owner can read, to a program that a person named, or to whoever reads
//! standard output, if that is no terminal. It is never shown.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place where a new key leaves the program, where a person sends it"
)]

use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use zeroize::Zeroizing;

use super::admin_key::shell;
use crate::respond::HandsOver;
use crate::words::Secret;

/// Where a new key goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandOver {
    /// Into this file, which is replaced, and which only its owner can read.
    File(PathBuf),
    /// To this command, on its standard input.
    Command(String),
    /// To standard output.
    Stdout,
}

/// Hands keys over.
#[derive(Debug)]
pub struct Handing {
    /// Where to.
    pub to: HandOver,
    /// The variable that the key is given to, as `NAME=key`; alone without it.
    pub variable: Option<String>,
}

/// Finds out what can't work before a key is made: a terminal would show it, a folder that is not there takes nothing.
///
/// # Errors
/// Why it can't work, and what to do.
pub fn check_hand_over(to: &HandOver) -> Result<(), String> {
    match to {
        HandOver::Stdout if io::stdout().is_terminal() => {
            Err("--to-stdout would show the key here; pipe it to the program that takes it".to_owned())
        }
        HandOver::File(path) => {
            let folder = folder_of(path);
            if fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) {
                return Err(format!("{} is no regular file; name another", path.display()));
            }
            tempfile::tempfile_in(&folder)
                .map(|_| ())
                .map_err(|cause| format!("no file can be made in {}: {cause}", folder.display()))
        }
        _ => Ok(()),
    }
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

impl HandsOver for Handing {
    fn hand_over(&mut self, secret: &Secret) -> Result<String, String> {
        let mut text = Zeroizing::new(Vec::with_capacity(secret.len() + 64));
        if let Some(name) = &self.variable {
            text.extend_from_slice(name.as_bytes());
            text.push(b'=');
        }
        text.extend_from_slice(secret.expose());
        match &self.to {
            HandOver::File(path) => {
                text.push(b'\n');
                to_file(path, &text).map_err(|cause| format!("{} can't be written: {cause}", path.display()))?;
                Ok(format!("the file {}", path.display()))
            }
            HandOver::Command(command) => {
                to_command(command, &text)?;
                Ok("the command of --to-command".to_owned())
            }
            HandOver::Stdout => {
                text.push(b'\n');
                let mut out = io::stdout().lock();
                let said = out.write_all(&text).and_then(|()| out.flush());
                said.map_err(|cause| format!("standard output can't be written to: {cause}"))?;
                Ok("standard output".to_owned())
            }
        }
    }
}

/// Written beside its place and moved there when it is on the disk. The library keeps such files to their owner (0600).
fn to_file(path: &Path, text: &[u8]) -> io::Result<()> {
    let folder = folder_of(path);
    let mut file = tempfile::Builder::new().prefix(".unleak-key-").tempfile_in(&folder)?;
    file.write_all(text)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    if let Ok(folder) = File::open(&folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Its output is not ours to show: a program may repeat what it was given.
fn to_command(command: &str, text: &[u8]) -> Result<(), String> {
    let mut run = shell(command);
    run.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = run.spawn().map_err(|cause| format!("the command could not be run: {cause}"))?;
    let sent = child.stdin.take().map_or(Ok(()), |mut input| input.write_all(text));
    let status = child.wait().map_err(|cause| format!("the command can't be waited for: {cause}"))?;
    if !status.success() {
        return Err(format!("the command failed ({status}); what it printed is not shown, as the key may be in it"));
    }
    sent.map_err(|cause| format!("the command did not read the key: {cause}"))
}
