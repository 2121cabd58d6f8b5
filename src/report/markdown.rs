//! The report as GitHub-flavoured Markdown, for a job summary or a comment on a pull request or merge request: a table of
//! leaks, what to do, and everything else folded away.
//!
//! A comment has at most 65,536 characters (a summary a megabyte), and one that is longer is refused as a whole: this one
//! stops before that and says what it left out. What was scanned stands in code spans only, without the characters that
//! could end one; other text is escaped.

use std::io::{self, Write};

use super::human::place;
use super::terminal::harmless;
use super::{Report, count, grouped, liveness, sentence};
use crate::words::{Leak, Liveness, Outcome, Severity, Verified};

/// Bytes after which nothing more is listed.
const ENOUGH: usize = 60_000;

/// How many leaks the table shows.
const ROWS: usize = 100;

/// How many places of one leak are listed.
const PLACES: usize = 50;

/// Writes the report.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut page = format!("## {} unleak: {}\n\n", sign(report.ledger.outcome()), escape(&report.verdict()));
    if !report.ledger.leaks.is_empty() {
        table(report, &mut page);
        remedies(report, &mut page);
        places(report, &mut page);
    }
    skipped(report, &mut page);
    waived(report, &mut page);
    entries(report, &mut page);
    noise(report, &mut page);
    page.push_str(&format!("<sub>{}</sub>\n", escape(&footer(report))));
    out.write_all(page.as_bytes())
}

fn sign(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Clean => "✅",
        Outcome::Leaks => "🚨",
        Outcome::Incomplete => "⚠️",
    }
}

fn dot(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "🔴",
        Severity::Medium => "🟠",
        Severity::Low => "🟡",
    }
}

fn table(report: &Report<'_>, page: &mut String) {
    let asked = report.lives().is_some();
    page.push_str(match asked {
        true => "| Severity | Works? | What | Secret | Where |\n|---|---|---|---|---|\n",
        false => "| Severity | What | Secret | Where |\n|---|---|---|---|\n",
    });
    let leaks = &report.ledger.leaks;
    let mut shown = 0;
    for leak in leaks.iter().take_while(|_| page.len() < ENOUGH / 2).take(ROWS).collect::<Vec<_>>() {
        let (severity, name) = (leak.severity, escape(report.rule_name(&leak.rule)));
        let more = match leak.sightings.len() - 1 {
            0 => String::new(),
            more => format!(" and {}", count(more as u64, "more place", "more places")),
        };
        let (mask, place) = (code(&leak.mask.to_string()), code(&place(leak.sightings.first())));
        let lowered =
            leak.lowered.as_ref().map_or_else(String::new, |lowered| format!("<br>{}", escape(&lowered.to_string())));
        let lives = leak.verified.as_ref().map_or_else(String::new, lives);
        let done = leak.remediation.as_ref().map(|done| format!("<br>remediation: {}", escape(&done.to_string())));
        let name = name + &done.unwrap_or_default();
        let lives = if asked { format!(" {lives} |") } else { lives };
        page.push_str(&format!(
            "| {} {}{lowered} |{lives} {name} | {mask} | {place}{more} |\n",
            dot(severity),
            severity.as_str()
        ));
        shown += 1;
    }
    page.push('\n');
    left_out(leaks.len() - shown, "leak", "leaks", page);
}

/// Whether it works, and whose it is.
fn lives(verified: &Verified) -> String {
    let sign = match verified.liveness {
        Liveness::Live(_) => "🔥",
        Liveness::Dead(_) => "💀",
        Liveness::Unknown(_) => "❔",
    };
    let facts = liveness::facts(&verified.identity).into_iter();
    let facts = facts.map(|(label, text)| format!("<br>{label}: {}", escape(&text))).collect::<String>();
    format!("{sign} {}{facts}", escape(&liveness::sentence(verified)))
}

fn remedies(report: &Report<'_>, page: &mut String) {
    page.push_str(
        "**What to do.** Revoke each key first, then take it out: what was once pushed stays readable in history.\n\n",
    );
    for (rule, _) in report.by_rule() {
        if let Some(rule) = report.rules.get(rule) {
            let (name, remedy) = (escape(&rule.spec().name), linked(&sentence(&rule.spec().remedy)));
            page.push_str(&format!("- **{name}:** {remedy}\n"));
        }
    }
    page.push('\n');
}

/// All places of leaks that have more than the one in the table.
fn places(report: &Report<'_>, page: &mut String) {
    let many: Vec<&Leak> = report.ledger.leaks.iter().filter(|leak| leak.sightings.len() > 1).collect();
    if many.is_empty() {
        return;
    }
    fold("All places", page);
    for (index, leak) in many.iter().enumerate() {
        if page.len() > ENOUGH {
            left_out(many.len() - index, "leak", "leaks", page);
            break;
        }
        page.push_str(&format!("{} {}\n\n", escape(report.rule_name(&leak.rule)), code(&leak.mask.to_string())));
        for sighting in leak.sightings.iter().take(PLACES) {
            page.push_str(&format!("- {}\n", code(&place(sighting))));
        }
        page.push('\n');
        left_out(leak.sightings.len().saturating_sub(PLACES), "place", "places", page);
    }
    unfold(page);
}

/// What configs and baselines did.
fn entries(report: &Report<'_>, page: &mut String) {
    let remarks = report.remarks();
    let items = remarks.iter().map(|remark| format!("{}: {}", code(&remark.what), escape(&remark.text)));
    list(&count(remarks.len() as u64, "remark on what is accepted", "remarks on what is accepted"), items, page);
}

fn skipped(report: &Report<'_>, page: &mut String) {
    let skipped = &report.ledger.skipped;
    if skipped.is_empty() {
        return;
    }
    page.push_str(&format!("⚠️ **Incomplete:** {}. A leak may stand in what was not read.\n\n", report.unread()));
    let items = skipped.iter().map(|skipped| format!("{}: {}", code(&skipped.what), escape(&skipped.why)));
    list("Not read", items, page);
}

fn waived(report: &Report<'_>, page: &mut String) {
    let waived = &report.ledger.waived;
    let items = waived.iter().map(|waived| {
        let (sighting, why) = (&waived.sighting, escape(&waived.waiver.to_string()));
        let name = escape(report.rule_name(&sighting.rule));
        format!("{}: {name} {} ({why})", code(&place(sighting)), code(&sighting.mask.to_string()))
    });
    list(&format!("{} waived", grouped(waived.len() as u64)), items, page);
}

fn noise(report: &Report<'_>, page: &mut String) {
    let items = report.noise().map(|(sighting, noise)| {
        let (name, why) = (escape(report.rule_name(&sighting.rule)), escape(&noise.to_string()));
        format!("{}: {name} {} ({why})", code(&place(sighting)), code(&sighting.mask.to_string()))
    });
    list("Noise: looks like a leak and is none", items.collect::<Vec<_>>().into_iter(), page);
}

/// A folded list, if there is anything in it.
fn list(title: &str, items: impl ExactSizeIterator<Item = String>, page: &mut String) {
    let all = items.len();
    if all == 0 {
        return;
    }
    fold(title, page);
    let mut shown = 0;
    for item in items {
        if page.len() > ENOUGH {
            break;
        }
        page.push_str(&format!("- {item}\n"));
        shown += 1;
    }
    page.push('\n');
    left_out(all - shown, "entry", "entries", page);
    unfold(page);
}

fn left_out(number: usize, one: &str, many: &str, page: &mut String) {
    if number > 0 {
        let number = count(number as u64, one, many);
        page.push_str(&format!("_{number} more not shown here; `--format json` or `html` has all._\n\n"));
    }
}

fn fold(title: &str, page: &mut String) {
    page.push_str(&format!("<details><summary>{title}</summary>\n\n"));
}

fn unfold(page: &mut String) {
    page.push_str("</details>\n\n");
}

fn footer(report: &Report<'_>) -> String {
    let (run, ledger) = (report.run, report.ledger);
    let mut text = format!("unleak {} {} read {}", run.version, run.command, report.read());
    if ledger.noise_total() > 0 {
        text.push_str(&format!("; {} noise", grouped(ledger.noise_total())));
    }
    if let Some(marks) = report.new_marks() {
        text.push_str(&format!("; {marks}"));
    }
    let outcome = ledger.outcome();
    text + &format!("; exit code {} ({})", outcome.exit_code(), outcome.as_str())
}

/// What was scanned, in a code span that nothing in it can end: no backtick, and no `|`, which would end a cell.
pub(super) fn code(text: &str) -> String {
    let text = harmless(text).replace('`', "\\u{60}").replace('|', "\\u{7c}");
    let text = text.trim();
    if text.is_empty() { "` `".to_owned() } else { format!("`{text}`") }
}

/// Text of ours, of rules and of the system, without any markup: every mark that could begin some is escaped.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in harmless(text).chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            // GitHub makes a mention of it even when it is escaped.
            '@' => escaped.push_str("`@`"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '$' | '!' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Text in which web addresses are links, and nothing else is markup.
pub(super) fn linked(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let address = word.trim_end_matches(['.', ',', ';', ')', '!', '?']);
        let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b":/._~%?=&+#-".contains(&byte);
        if address.starts_with("https://") && address.bytes().all(is_safe) {
            format!("<{address}>{}", escape(&word[address.len()..]))
        } else {
            escape(word)
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_code_span_or_a_cell() {
        assert_eq!(code("a``b|c\n</td>"), "`a\\u{60}\\u{60}b\\u{7c}c\\n</td>`");
        assert_eq!(code(" "), "` `");
    }

    #[test]
    fn text_is_no_markup() {
        assert_eq!(escape("<b>[a](b) *c* @me"), "&lt;b&gt;\\[a\\](b) \\*c\\* `@`me");
    }

    #[test]
    fn addresses_are_links() {
        assert_eq!(linked("Go to https://a.b/c?d=e, *now*."), "Go to <https://a.b/c?d=e>, \\*now\\*.");
        assert_eq!(linked("https://a.b/<script>"), "https://a.b/&lt;script&gt;");
    }
}
