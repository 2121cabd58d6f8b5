//! The incident report: Markdown that a person can send on. What leaked, where, since when, what it could do, what it did,
//! what was done, what is left; how to take it out of the history, and what the code should say instead. No secret is in it:
//! the recipe for the history names the key by what may be shown of it and by its length.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::evidence::{Deed, State};
use super::plan::Leaked;
use super::remediation::of_log;
use super::usage::Usage;
use crate::words::{Liveness, Verified, day};

/// What is known of one leak.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// The leak.
    pub leaked: Leaked,
    /// Whether it still works, if somebody was asked.
    pub verified: Option<Verified>,
    /// What it did, if somebody was asked.
    pub usage: Option<Usage>,
}

/// So many places are named.
const PLACES: usize = 50;

/// The report. `log` is the whole evidence log, `now` the time in seconds since 1970.
#[must_use]
pub fn incident_report(chapters: &[Chapter], log: &[(String, Deed)], now: u64) -> String {
    let mut text = String::from("# Incident report: leaked keys\n\n");
    let open = chapters.iter().filter(|chapter| !is_over(chapter, log)).count();
    let _ = writeln!(
        text,
        "Made by unleak on {}. {} leaked keys, {open} not known to be dead.\n",
        date(now),
        chapters.len()
    );
    for (number, chapter) in chapters.iter().enumerate() {
        let _ = writeln!(text, "## {}. {} `{}`\n", number + 1, markdown(&chapter.leaked.name), chapter.leaked.masked);
        about(chapter, log, &mut text);
        done(chapter, log, &mut text);
        left(chapter, is_over(chapter, log), &mut text);
    }
    clean_up(chapters, &mut text);
    fixes(chapters, &mut text);
    text
}

fn date(seconds: u64) -> String {
    day(seconds.cast_signed())
}

/// Whether the key is known to be dead, by its issuer today or by the log.
fn is_over(chapter: &Chapter, log: &[(String, Deed)]) -> bool {
    let proven = |(_, deed): &(String, Deed)| deed.fingerprint == chapter.leaked.fingerprint && deed.dead_at.is_some();
    match &chapter.verified {
        Some(Verified { liveness: Liveness::Unknown(_), .. }) | None => log.iter().any(proven),
        Some(verified) => verified.liveness.is_dead(),
    }
}

fn about(chapter: &Chapter, log: &[(String, Deed)], text: &mut String) {
    let Chapter { leaked, verified, usage } = chapter;
    let _ = writeln!(text, "- **Fingerprint:** `{}`", leaked.fingerprint);
    let since =
        leaked.committed.map_or_else(|| "not known".to_owned(), |seconds| format!("committed on {}", date(seconds)));
    let _ = writeln!(text, "- **Since:** {since}");
    let _ = writeln!(text, "- **Places:** {}", leaked.places.len());
    for place in leaked.places.iter().take(PLACES) {
        let _ = writeln!(text, "  - {}", markdown(place));
    }
    if leaked.places.len() > PLACES {
        let _ = writeln!(text, "  - and {} more", leaked.places.len() - PLACES);
    }
    if leaked.refs.is_empty() {
        let _ = writeln!(text, "- **References that hold it:** none known; `unleak history` finds them");
    } else {
        let refs: Vec<String> = leaked.refs.iter().map(|name| markdown(name)).collect();
        let more = if leaked.more_refs > 0 { format!(" and {} more", leaked.more_refs) } else { String::new() };
        let _ = writeln!(text, "- **References that hold it:** {}{more}", refs.join(", "));
        let pushed = leaked.refs.iter().any(|name| name.starts_with("refs/remotes/") || name.contains("pull/"));
        let _ = writeln!(
            text,
            "- **Pushed:** {}",
            if pushed { "yes: a remote has it" } else { "not by what this clone knows" }
        );
    }
    let life =
        verified.as_ref().map_or_else(|| "nobody was asked".to_owned(), |verified| verified.liveness.to_string());
    let _ = writeln!(text, "- **Does it work?** {}", markdown(&life));
    if let Some(done) = of_log(&leaked.fingerprint, log) {
        let _ = writeln!(text, "- **What was done:** {}", markdown(&done.to_string()));
    }
    let _ = writeln!(text, "- **What it could do:** {}", markdown(&could_do(verified.as_ref())));
    match usage {
        Some(usage) => {
            let _ = writeln!(text, "- **What it did:** {}", markdown(&usage.verdict()));
            for (model, both) in usage.models.iter().filter(|(_, both)| !both.after.is_none()) {
                let new = if both.before.is_none() { ", new" } else { "" };
                let _ = writeln!(text, "  - {}: {} requests{new}", markdown(model), both.after.requests);
            }
            for unread in &usage.unread {
                let _ = writeln!(text, "  - not read: {}", markdown(unread));
            }
        }
        None => text.push_str("- **What it did:** nobody was asked; `unleak usage` asks\n"),
    }
    text.push('\n');
}

fn could_do(verified: Option<&Verified>) -> String {
    let Some(verified) = verified else { return "nobody was asked".to_owned() };
    let identity = &verified.identity;
    let lists = [
        ("organization", &identity.organizations),
        ("scopes", &identity.scopes),
        ("models", &identity.models),
        ("limits", &identity.limits),
    ];
    let project = identity.project.iter().map(|project| format!("project {project}"));
    let known = lists.into_iter().filter(|(_, list)| !list.is_empty()).map(|(name, list)| match list.len() {
        0..6 => format!("{name} {}", list.join(", ")),
        many => format!("{many} {name}"),
    });
    let known: Vec<String> = project.chain(known).collect();
    if known.is_empty() { "not known".to_owned() } else { known.join("; ") }
}

fn done(chapter: &Chapter, log: &[(String, Deed)], text: &mut String) {
    let ours: Vec<_> = log.iter().filter(|(_, deed)| deed.fingerprint == chapter.leaked.fingerprint).collect();
    if ours.is_empty() {
        text.push_str("Nothing was done by unleak, by the evidence log.\n\n");
        return;
    }
    text.push_str("| Time (UTC) | Step | State | Key id | Request | Meaning |\n|---|---|---|---|---|---|\n");
    for (time, deed) in ours {
        let state = match deed.state {
            State::Begin => "begun",
            State::Done => "done",
            State::Failed => "failed",
            State::Unclear => "unclear",
        };
        let one = |text: Option<&str>| markdown(text.unwrap_or("-"));
        let (id, request, meaning) =
            (one(deed.key_id.as_deref()), one(deed.request_id.as_deref()), markdown(&deed.meaning));
        let _ = writeln!(
            text,
            "| {} | {} | {state} | {id} | {request} | {meaning} |",
            markdown(time),
            markdown(&deed.step)
        );
    }
    text.push('\n');
}

fn left(chapter: &Chapter, over: bool, text: &mut String) {
    text.push_str("Left to do:\n\n");
    let tick = if over { 'x' } else { ' ' };
    let _ = writeln!(
        text,
        "- [{tick}] The key is dead. {}",
        if over { String::new() } else { markdown(&chapter.leaked.remedy) }
    );
    text.push_str("- [ ] The code reads it from the environment (below).\n");
    text.push_str("- [ ] It is out of the history, and every clone is made anew (below).\n");
    text.push_str("- [ ] Its use since the leak was looked at.\n\n");
}

/// How to take the keys out of the history. The file holds no key: each is named by its ends and its length.
fn clean_up(chapters: &[Chapter], text: &mut String) {
    let lines: Vec<String> = chapters.iter().filter_map(|chapter| expression(&chapter.leaked)).collect();
    text.push_str(
        "## Taking them out of the history\n\nA key that is dead does no harm there; a key that lives must die first. ",
    );
    text.push_str("Rewriting changes every later commit id: agree on it, have everybody push, and keep a backup.\n\n");
    text.push_str("1. Save this as `expressions.txt`:\n\n   ```text\n");
    for line in &lines {
        let _ = writeln!(text, "   {line}");
    }
    text.push_str("   ```\n\n");
    if lines.len() < chapters.len() {
        let _ = writeln!(
            text,
            "   {} keys may not be shown well enough to name them; add a line for each.\n",
            chapters.len() - lines.len()
        );
    }
    text.push_str(
        "2. In a fresh clone, with [git-filter-repo](https://github.com/newren/git-filter-repo):\n\n   ```sh\n   git \
         clone --mirror URL cleaned.git && cd cleaned.git\n   git filter-repo --replace-text ../expressions.txt \
         --replace-message ../expressions.txt\n   unleak history .\n   git push --mirror --force URL\n   ```\n\n3. Delete \
         forks and old clones, or have them made anew; ask the host to remove cached views and pull requests' references.\n\n",
    );
}

/// A line for `git filter-repo --replace-text` that matches this key by its ends and its length.
#[must_use]
pub fn expression(leaked: &Leaked) -> Option<String> {
    let (head, tail) = leaked.masked.split_once('…')?;
    if tail.is_empty() || tail.starts_with('(') {
        return None;
    }
    let middle = leaked.length.checked_sub(head.len() + tail.len())?;
    let literal = |text: &str| {
        text.chars().fold(String::new(), |mut out, c| {
            if !c.is_ascii_alphanumeric() && c != '_' && c != '-' {
                out.push('\\');
            }
            out.push(c);
            out
        })
    };
    Some(format!("regex:{}[!-~]{{{middle}}}{}==>REMOVED", literal(head), literal(tail)))
}

/// What the code should say instead, by the language of each place.
fn fixes(chapters: &[Chapter], text: &mut String) {
    text.push_str("## What the code should say\n\n| Place | Instead |\n|---|---|\n");
    let mut rows: BTreeSet<(&str, String)> = BTreeSet::new();
    for leaked in chapters.iter().map(|chapter| &chapter.leaked) {
        let name = variable(leaked);
        rows.extend(leaked.paths.iter().map(|path| (path.as_str(), instead(path, &name))));
    }
    for (path, instead) in rows.iter().take(200) {
        let _ = writeln!(text, "| {} | {instead} |", markdown(path));
    }
}

fn variable(leaked: &Leaked) -> String {
    match (leaked.rule.as_str(), leaked.provider.as_deref()) {
        ("openai-admin-key", _) => "OPENAI_ADMIN_KEY".to_owned(),
        (_, Some(provider)) => {
            let name: String = provider.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            format!("{}_API_KEY", name.to_ascii_uppercase().replace('-', "_"))
        }
        _ => "SECRET".to_owned(),
    }
}

/// The form in which a language reads a variable of the environment.
fn instead(path: &str, name: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    let code = match ending.as_str() {
        _ if file.starts_with(".env") || ending == "env" => {
            return "take the file out of git (`git rm --cached`), and name it in `.gitignore`".to_owned();
        }
        _ if file.starts_with("Dockerfile") => format!("RUN --mount=type=secret,id={name} …"),
        "py" | "ipynb" => format!("os.environ[\"{name}\"]"),
        "js" | "cjs" | "mjs" | "ts" | "tsx" | "jsx" | "vue" => format!("process.env.{name}"),
        "go" => format!("os.Getenv(\"{name}\")"),
        "rs" => format!("std::env::var(\"{name}\")"),
        "rb" => format!("ENV.fetch(\"{name}\")"),
        "java" | "kt" | "kts" | "scala" | "groovy" => format!("System.getenv(\"{name}\")"),
        "cs" => format!("Environment.GetEnvironmentVariable(\"{name}\")"),
        "php" => format!("getenv('{name}')"),
        "swift" => format!("ProcessInfo.processInfo.environment[\"{name}\"]"),
        "ex" | "exs" => format!("System.fetch_env!(\"{name}\")"),
        "r" => format!("Sys.getenv(\"{name}\")"),
        "sh" | "bash" | "zsh" => format!("\"${name}\""),
        "ps1" => format!("$env:{name}"),
        "yml" | "yaml" if path.contains(".github/workflows/") => format!("${{{{ secrets.{name} }}}}"),
        _ => return format!("read it from the environment ({name}), or from a secret store"),
    };
    format!("`{code}`")
}

/// Text that is not ours, so that Markdown shows it as it is.
#[must_use]
pub fn markdown(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '@' | '#' | '~' | '!' => {
                plain.push('\\');
                plain.push(c);
            }
            '&' => plain.push_str("&amp;"),
            c if c.is_control()
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}') =>
            {
                plain.push('�');
            }
            c => plain.push(c),
        }
    }
    plain
}
