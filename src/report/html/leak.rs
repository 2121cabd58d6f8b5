//! One leak on the page: what it is, every place with its line, what to do next, and its life if that is known.

use std::io::{self, Write};

use crate::report::human::place;
use crate::report::markup::Text;
use crate::report::terminal::Excerpt;
use crate::report::{Report, count, grouped, liveness, sentence};
use crate::words::Date;
use crate::words::{Commit, Leak, Life, Sighting, Verified, short_ref};

/// How many places are shown before the others are folded away.
const PLACES: usize = 4;

/// How many references are named.
const REFS: usize = 10;

/// How many columns of a source line are shown.
const COLUMNS: usize = 200;

/// Writes a leak as an article.
pub(super) fn write(report: &Report<'_>, leak: &Leak, out: &mut dyn Write) -> io::Result<()> {
    let (severity, rule) = (leak.severity.as_str(), Text(&*leak.rule));
    writeln!(out, "<article class=\"leak {severity}\" data-severity=\"{severity}\" data-rule=\"{rule}\">")?;
    writeln!(out, "<div class=\"title\"><span class=\"badge {severity}\">{severity}</span>")?;
    if let Some(verified) = &leak.verified {
        let state = verified.liveness.as_str();
        writeln!(out, "<span class=\"badge life-{state}\">{state}</span>")?;
    }
    let places = count(leak.sightings.len() as u64, "place", "places");
    writeln!(out, "<h2>{}</h2>", Text(report.rule_name(&leak.rule)))?;
    writeln!(out, "<code class=\"mask\">{}</code><span class=\"many\">{places}</span></div>", mask(leak))?;
    let marked = marked(leak);
    let (shown, folded) = marked.split_at(marked.len().min(PLACES));
    list(shown, out)?;
    if !folded.is_empty() {
        let more = count(folded.len() as u64, "more place", "more places");
        writeln!(out, "<details><summary>{more}</summary>")?;
        list(folded, out)?;
        writeln!(out, "</details>")?;
    }
    if let Some(lowered) = &leak.lowered {
        writeln!(out, "<p class=\"lowered\">Its severity is {}.</p>", Text(lowered.to_string()))?;
    }
    if let Some(life) = &leak.life {
        timeline(life, out)?;
    }
    if let Some(verified) = &leak.verified {
        life(verified, out)?;
    }
    if let Some(remediation) = &leak.remediation {
        let text = sentence(&remediation.to_string());
        writeln!(out, "<p class=\"remediation\"><strong>Remediation</strong> {}</p>", linked(&text))?;
    }
    if let Some(rule) = report.rules.get(&leak.rule) {
        writeln!(out, "<p class=\"next\"><strong>Next</strong> {}</p>", linked(&sentence(&rule.spec().remedy)))?;
    }
    let fingerprint = Text(leak.fingerprint.as_str());
    writeln!(out, "<p class=\"names\"><code>{rule}</code> <code>{fingerprint}</code></p>\n</article>")
}

/// Whether it still works, and what it opens.
fn life(verified: &Verified, out: &mut dyn Write) -> io::Result<()> {
    let state = verified.liveness.as_str();
    writeln!(out, "<p class=\"life life-{state}\">{}</p>", Text(liveness::sentence(verified)))?;
    let facts = liveness::facts(&verified.identity);
    if facts.is_empty() {
        return Ok(());
    }
    writeln!(out, "<dl class=\"opens\">")?;
    for (label, text) in facts {
        writeln!(out, "<dt>{label}</dt><dd>{}</dd>", Text(text))?;
    }
    writeln!(out, "</dl>")
}

/// What became of the leak in its repository: when it came, when it went, and what still holds it.
fn timeline(life: &Life, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<ol class=\"timeline\" aria-label=\"History\">")?;
    match &life.introduced {
        Some(commit) => event("", "introduced", commit, out)?,
        None => writeln!(out, "<li>in no commit, but still in the repository</li>")?,
    }
    if let Some(commit) = &life.removed {
        event(" class=\"gone\"", "removed", commit, out)?;
    }
    if life.in_head {
        writeln!(out, "<li class=\"still\"><strong>still in HEAD</strong></li>")?;
    }
    if !life.refs.is_empty() {
        let class = if life.in_head { "" } else { " class=\"still\"" };
        let code = |name: &String| format!("<code>{}</code>", Text(short_ref(name)));
        let shown: Vec<String> = life.refs.iter().take(REFS).map(code).collect();
        let more = life.refs.len().saturating_sub(REFS) + life.more_refs;
        let more = if more == 0 { String::new() } else { format!(" and {} more", grouped(more as u64)) };
        writeln!(out, "<li{class}>readable from {}{more}</li>", shown.join(" "))?;
    }
    writeln!(out, "</ol>")
}

fn event(class: &str, what: &str, commit: &Commit, out: &mut dyn Write) -> io::Result<()> {
    let author = Text(commit.name());
    let (day, id) = (Date::new(commit.seconds).day(), commit.id.short());
    writeln!(out, "<li{class}><time>{day}</time> {what} in <code>{id}</code> by {author}</li>")
}

fn mask(leak: &Leak) -> Text<String> {
    Text(leak.mask.to_string())
}

/// Each place with its source line, the secret in it marked.
fn marked(leak: &Leak) -> Vec<(&Sighting, Excerpt)> {
    let mut marked: Vec<(&Sighting, Excerpt)> = Vec::with_capacity(leak.sightings.len());
    let mut nth = 0;
    for sighting in leak.sightings.iter() {
        let same = |before: &Sighting| before.origin == sighting.origin && before.via == sighting.via;
        let on_line = |before: &Sighting| same(before) && before.start.line == sighting.start.line;
        nth = if marked.last().is_some_and(|(before, _)| on_line(before)) { nth + 1 } else { 0 };
        let mask = sighting.mask.to_string();
        let of = sighting.snippet.matches(&mask).count();
        marked.push((sighting, Excerpt::new(&sighting.snippet, &mask, nth, of).fit(COLUMNS)));
    }
    marked
}

fn list(places: &[(&Sighting, Excerpt)], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<ul class=\"places\">")?;
    for (sighting, excerpt) in places {
        writeln!(out, "<li><span class=\"place\">{}</span>", Text(place(sighting)))?;
        let Excerpt { before, marked, after } = excerpt;
        if excerpt.has_company() {
            writeln!(out, "<pre>{}<mark>{}</mark>{}</pre>", Text(before), Text(marked), Text(after))?;
        }
        writeln!(out, "</li>")?;
    }
    writeln!(out, "</ul>")
}

/// Text in which web addresses are links.
fn linked(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let address = word.trim_end_matches(['.', ',', ';', ')', '!', '?']);
        if address.starts_with("https://") {
            let (link, rest) = (Text(address), Text(&word[address.len()..]));
            format!("<a href=\"{link}\" rel=\"noreferrer\">{link}</a>{rest}")
        } else {
            Text(word).to_string()
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_links_and_nothing_else_is() {
        assert_eq!(
            linked("At https://a.b/?c&d, or <b> javascript:alert(1)."),
            "At <a href=\"https://a.b/?c&amp;d\" rel=\"noreferrer\">https://a.b/?c&amp;d</a>, or &lt;b&gt; \
             javascript:alert(1)."
        );
        assert!(!linked("https://a\"onclick=\"x").contains("\"onclick"));
    }
}
