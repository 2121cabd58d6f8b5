//! The report as one page for a browser: complete in itself, without any network, in dark and in light.
//!
//! The page may run and look only as the two files beside this one say: its content security policy names them by their
//! hashes and allows nothing else, so that not even a mistake in escaping would run what was scanned. Without the script
//! everything is there to read; with it, it can be searched and filtered.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::entries::Remark;
use super::markup::Text;
use super::{Detail, Report, TOOL, count, grouped, sentence};
use crate::words::Date;
use crate::words::{Outcome, Sighting};

mod leak;

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// Writes the report.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    head(report, out)?;
    summary(report, out)?;
    if !report.ledger.leaks.is_empty() {
        filters(report, out)?;
        writeln!(out, "<section id=\"leaks\" aria-label=\"Leaks\">")?;
        for leak in &report.ledger.leaks {
            leak::write(report, leak, out)?;
        }
        writeln!(out, "<p id=\"none\" hidden>No leak fits this search.</p>\n</section>")?;
    }
    skipped(report, out)?;
    remarks(report, out)?;
    waived(report, out)?;
    noise(report, out)?;
    writeln!(out, "</main>\n<footer>{}</footer>", Text(made(report)))?;
    writeln!(out, "<script>{SCRIPT}</script>\n</body>\n</html>")
}

fn head(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(
        out,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{}'; script-src \
         'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'\">",
        hash(STYLE),
        hash(SCRIPT)
    )?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">")?;
    writeln!(out, "<link rel=\"icon\" href=\"data:,\">")?;
    writeln!(out, "<title>{TOOL}: {}</title>", Text(report.verdict()))?;
    writeln!(out, "<style>{STYLE}</style>\n</head>")
}

/// What the run comes down to, on the first screen.
fn summary(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (run, ledger) = (report.run, report.ledger);
    let outcome = ledger.outcome();
    writeln!(out, "<body>\n<a class=\"skip\" href=\"#main\">Skip to the leaks</a>")?;
    writeln!(out, "<header class=\"{}\">", outcome.as_str())?;
    let roots = if run.roots.is_empty() { String::new() } else { format!(" {}", run.roots.join(" ")) };
    writeln!(out, "<p class=\"run\">{TOOL} {}{}</p>", Text(&run.command), Text(roots))?;
    writeln!(out, "<h1>{}</h1>", Text(headline(report)))?;
    let mut facts = vec![format!("{} read", report.read())];
    facts.extend(run.began.and_then(|seconds| i64::try_from(seconds).ok()).map(|at| Date::new(at).people()));
    facts.push(format!("exit code {}", outcome.exit_code()));
    if !ledger.skipped.is_empty() {
        facts.push(report.unread());
    }
    facts.extend(report.lives());
    if !ledger.waived.is_empty() {
        facts.push(format!("{} waived", grouped(ledger.waived.len() as u64)));
    }
    facts.extend(report.new_marks());
    if ledger.noise_total() > 0 {
        facts.push(format!("{} noise", grouped(ledger.noise_total())));
    }
    write!(out, "<ul class=\"facts\">")?;
    for fact in facts {
        write!(out, "<li>{}</li>", Text(fact))?;
    }
    writeln!(out, "</ul>\n</header>\n<main id=\"main\">")?;
    match outcome {
        Outcome::Clean => Ok(()),
        Outcome::Leaks => writeln!(
            out,
            "<p class=\"advice\"><strong>Revoke each key first, then take it out.</strong> What was once pushed stays \
             readable in history, forks and caches.</p>"
        ),
        Outcome::Incomplete => writeln!(
            out,
            "<p class=\"advice\"><strong>Make what is listed here readable and run again.</strong> A leak may stand in \
             it.</p>"
        ),
    }
}

fn headline(report: &Report<'_>) -> String {
    let leaks = &report.ledger.leaks;
    let places: usize = leaks.iter().map(|leak| leak.sightings.len()).sum();
    match report.ledger.outcome() {
        Outcome::Leaks => {
            let leaks = count(leaks.len() as u64, "leak", "leaks");
            format!("{leaks} at {}", count(places as u64, "place", "places"))
        }
        _ if !leaks.is_empty() => report.verdict(),
        Outcome::Clean if report.ledger.inputs.blobs > 0 => "No leak found".to_owned(),
        Outcome::Clean => "There was nothing to read".to_owned(),
        Outcome::Incomplete => format!("No leak found, but {}", report.unread()),
    }
}

/// Counts by severity and by rule; with the script, each of them is a filter.
fn filters(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<section id=\"filters\" aria-label=\"Counts and filters\">")?;
    writeln!(out, "<div class=\"tiles\" role=\"group\" aria-label=\"By severity\">")?;
    for (severity, number) in report.by_severity() {
        let (word, disabled) = (severity.as_str(), if number == 0 { " disabled" } else { "" });
        writeln!(
            out,
            "<button type=\"button\" class=\"tile {word}\" data-severity=\"{word}\" aria-pressed=\"false\"{disabled}>\
             <b>{}</b> {word}</button>",
            grouped(number)
        )?;
    }
    writeln!(out, "</div>\n<div class=\"chips\" role=\"group\" aria-label=\"By kind\">")?;
    for (rule, number) in report.by_rule() {
        writeln!(
            out,
            "<button type=\"button\" class=\"chip\" data-rule=\"{}\" aria-pressed=\"false\">{} <b>{}</b></button>",
            Text(&**rule),
            Text(report.rule_name(rule)),
            grouped(number)
        )?;
    }
    writeln!(out, "</div>\n<div class=\"search\" id=\"search\" hidden>")?;
    writeln!(out, "<label for=\"query\">Search</label>")?;
    writeln!(
        out,
        "<input type=\"search\" id=\"query\" placeholder=\"path, kind, end of a key, commit\" autocomplete=\"off\" \
         spellcheck=\"false\" aria-keyshortcuts=\"/\">"
    )?;
    writeln!(out, "<button type=\"button\" id=\"reset\" hidden>Show all</button>")?;
    writeln!(out, "<output id=\"shown\" for=\"query\" aria-live=\"polite\"></output>\n</div>\n</section>")
}

fn skipped(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let skipped = &report.ledger.skipped;
    if skipped.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section class=\"list warn\">\n<h2>Not read</h2>\n<ul>")?;
    for skipped in skipped {
        writeln!(out, "<li><code>{}</code> {}</li>", Text(&skipped.what), Text(sentence(&skipped.why)))?;
    }
    writeln!(out, "</ul>\n</section>")
}

/// How the run went, and what entries of configs and baselines did; what there is to do about one stands first.
fn remarks(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (wanted, done): (Vec<Remark>, Vec<Remark>) = report.remarks().into_iter().partition(|remark| remark.wanted);
    let told = &report.ledger.remarks;
    let number = wanted.len() + done.len() + told.len();
    if number == 0 {
        return Ok(());
    }
    let (class, open) = if wanted.is_empty() { ("list", "") } else { ("list warn", " open") };
    let title = format!("<h2>Accepted, and by what <b>{}</b></h2>", grouped(number as u64));
    writeln!(out, "<section class=\"{class}\">\n<details{open}><summary>{title}</summary>\n<ul>")?;
    for text in told {
        writeln!(out, "<li>{}</li>", Text(text))?;
    }
    for remark in wanted.iter().chain(&done) {
        writeln!(out, "<li><code>{}</code> {}</li>", Text(&remark.what), Text(sentence(&remark.text)))?;
    }
    writeln!(out, "</ul>\n</details>\n</section>")
}

fn waived(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let waived = &report.ledger.waived;
    if waived.is_empty() {
        return Ok(());
    }
    let open = if report.run.places == Detail::Full { " open" } else { "" };
    let number = grouped(waived.len() as u64);
    writeln!(out, "<section class=\"list\">\n<details{open}><summary><h2>Waived <b>{number}</b></h2></summary>")?;
    writeln!(out, "<p>Leaks that somebody accepted.</p>\n<ul>")?;
    for waived in waived {
        aside(report, &waived.sighting, &waived.waiver.to_string(), out)?;
    }
    writeln!(out, "</ul>\n</details>\n</section>")
}

fn noise(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let counts = &report.ledger.noise_counts;
    if counts.is_empty() {
        return Ok(());
    }
    let number = grouped(report.ledger.noise_total());
    writeln!(out, "<section class=\"list\">\n<details><summary><h2>Noise <b>{number}</b></h2></summary>")?;
    writeln!(out, "<p>What looks like a leak and is none, and why.</p>\n<ul>")?;
    for counted in counts {
        let (name, why) = (Text(report.rule_name(&counted.rule)), Text(counted.noise.to_string()));
        writeln!(out, "<li>{name}: {why} <b>{}</b></li>", grouped(counted.count))?;
    }
    writeln!(out, "</ul>")?;
    let mut listed = report.noise().peekable();
    if listed.peek().is_some() {
        writeln!(out, "<ul>")?;
        for (sighting, why) in listed {
            aside(report, sighting, &why.to_string(), out)?;
        }
        writeln!(out, "</ul>")?;
    }
    writeln!(out, "</details>\n</section>")
}

/// A place that is no leak, on a line, and why it is none.
fn aside(report: &Report<'_>, sighting: &Sighting, why: &str, out: &mut dyn Write) -> io::Result<()> {
    let (place, name) = (Text(super::human::place(sighting)), Text(report.rule_name(&sighting.rule)));
    let mask = Text(sighting.mask.to_string());
    writeln!(out, "<li><code>{place}</code> {name} <code>{mask}</code> ({})</li>", Text(why))
}

fn made(report: &Report<'_>) -> String {
    format!("Made by {TOOL} {}. It holds no secret, only masks and fingerprints.", report.run.version)
}
