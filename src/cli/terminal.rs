//! The terminal: colour, width, and how failures are told.

#![expect(clippy::disallowed_methods, reason = "the one door to the terminal")]

use std::io::{self, IsTerminal, Write};
use std::panic;
use std::process::ExitCode;

use anstream::adapter::strip_bytes;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use unleak::app::without_keys;
use unleak::report::harmless;

use super::Failure;
use super::arguments::Color;

const BAD: Style = AnsiColor::BrightRed.on_default().bold();

const NOTE: Style = AnsiColor::Yellow.on_default().bold();

/// Columns of a report that is not for a terminal.
const WIDTH: usize = 100;

/// Colour is decided once, for everything that is written.
pub(super) fn choose_color(color: Color) {
    match color {
        Color::Auto => {}
        Color::Always => ColorChoice::AlwaysAnsi.write_global(),
        Color::Never => ColorChoice::Never.write_global(),
    }
}

/// How many columns a report may fill.
pub(super) fn width() -> usize {
    let size = terminal_size::terminal_size_of(io::stdout());
    size.map_or(WIDTH, |(terminal_size::Width(columns), _)| usize::from(columns).clamp(40, 160))
}

/// Asks a person yes or no; nothing if there is nobody to ask.
pub(super) fn ask(question: &str) -> Option<bool> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return None;
    }
    let mut err = io::stderr().lock();
    write!(err, "{question}").and_then(|()| err.flush()).ok()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).ok()?;
    Some(matches!(answer.trim(), "y" | "Y" | "yes" | "Yes" | "YES"))
}

/// Standard output, which loses its colour where nobody can see it. Nobody reading is no failure.
pub(super) fn to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let written = match AutoStream::choice(&out) {
        ColorChoice::Never => plain(write).and_then(|text| out.write_all(&text)),
        _ => write(&mut out),
    };
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Stdout(error)),
        _ => Ok(()),
    }
}

/// Standard error, with colour where somebody can see it. Nobody reading is no failure.
pub(super) fn to_stderr(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
    let mut text = Vec::new();
    if write(&mut text).is_ok() {
        let _ = AutoStream::auto(io::stderr().lock()).write_all(&text);
    }
}

/// Tells why a command line is refused. It quotes what was typed, in which a key may stand.
pub(super) fn refuse(error: &clap::Error) {
    let text = without_keys(error.render().ansi().to_string());
    to_stderr(|out| out.write_all(text.as_bytes()));
}

/// Tells what could not be honoured of rule files.
pub(super) fn tell_notes(notes: &[String]) {
    if !notes.is_empty() {
        to_stderr(|out| notes.iter().try_for_each(|note| writeln!(out, "{NOTE}note{NOTE:#}: {}", harmless(note))));
    }
}

/// What is written, without colour.
pub(super) fn plain(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    write(&mut text)?;
    Ok(strip_bytes(&text).into_vec())
}

/// Tells a failure, and gives its exit code.
pub(crate) fn complain(failure: &Failure) -> ExitCode {
    let message = without_keys(failure.to_string());
    let lines: Vec<_> = message.lines().map(harmless).collect();
    let _ = writeln!(AutoStream::auto(io::stderr().lock()), "{BAD}error{BAD:#}: {}", lines.join("\n  "));
    ExitCode::from(2)
}

/// A mistake of ours is told by where it happened, never by its message, which may hold anything. The pipeline makes of
/// it something that was not read.
pub(crate) fn keep_panics_quiet() {
    panic::set_hook(Box::new(|info| {
        let _ = writeln!(io::stderr().lock(), "{}", told(info.location()));
    }));
}

/// What is told of a panic: all that it is given is the place.
fn told(location: Option<&panic::Location<'_>>) -> String {
    let place = location.map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
    format!("unleak failed{place}; please report this")
}

#[cfg(test)]
mod tests {
    use std::panic::Location;

    use super::told;

    #[test]
    fn of_a_panic_only_its_place_is_told() {
        let here = Location::caller();
        let place = format!("unleak failed at {}:{}; please report this", here.file(), here.line());
        assert_eq!(told(Some(here)), place);
        assert_eq!(told(None), "unleak failed; please report this");
    }
}
