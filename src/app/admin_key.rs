//! Where an organization's admin key comes from: the environment, or a command of the person's own, such as a password
//! manager. Never an argument, which other users of the machine could read, and never anything that is scanned.

#![expect(clippy::disallowed_methods, reason = "the one look at the environment for an admin key, and its command")]

use std::env;
use std::io;
use std::process::{Command, Stdio};

use zeroize::Zeroizing;

use crate::words::Secret;

/// The variable that OpenAI's own libraries read.
pub(super) const ADMIN_KEY: &str = "OPENAI_ADMIN_KEY";

/// Why there is no admin key.
#[derive(Debug, thiserror::Error)]
pub enum AdminKeyError {
    /// The command could not be run.
    #[error("--admin-key-command could not be run: {0}")]
    NotRun(io::Error),
    /// The command failed.
    #[error("--admin-key-command failed ({0}); it has to print the admin key and nothing else")]
    Failed(std::process::ExitStatus),
    /// What was given is no admin key.
    #[error("{0} gives no admin key: one begins with sk-admin- and stands alone, without spaces or lines around it")]
    NoAdminKey(&'static str),
}

/// The admin key, from the command if one is given, or else from the environment; nothing if there is none.
///
/// # Errors
/// The command failed, or what was given is no admin key.
pub fn admin_key(command: Option<&str>) -> Result<Option<Secret>, AdminKeyError> {
    let (text, whence) = match command {
        Some(command) => (said_by(command)?, "--admin-key-command"),
        None => match env::var(ADMIN_KEY).map(Zeroizing::new) {
            Ok(text) if !text.trim().is_empty() => (text, ADMIN_KEY),
            _ => return Ok(None),
        },
    };
    let key = text.trim();
    let fits = key.starts_with("sk-admin-") && key.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(Some(Secret::new(key.as_bytes()))) } else { Err(AdminKeyError::NoAdminKey(whence)) }
}

/// What a command prints. Standard input and error stay the person's: a password manager may ask for something.
fn said_by(command: &str) -> Result<Zeroizing<String>, AdminKeyError> {
    let output = shell(command).stdout(Stdio::piped()).stderr(Stdio::inherit()).stdin(Stdio::inherit()).output();
    let output = output.map_err(AdminKeyError::NotRun)?;
    let text = Zeroizing::new(String::from_utf8_lossy(&output.stdout).into_owned());
    drop(Zeroizing::new(output.stdout));
    if output.status.success() { Ok(text) } else { Err(AdminKeyError::Failed(output.status)) }
}

/// A command as the person's shell would read it.
pub(super) fn shell(command: &str) -> Command {
    let (program, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("/bin/sh", "-c") };
    let mut shell = Command::new(program);
    shell.arg(flag).arg(command).env_remove(ADMIN_KEY);
    shell
}
