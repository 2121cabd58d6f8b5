//! `unleak config`: what all layers say together, and who says what.

use std::io::{self, Write};

use anstyle::Style;
use unleak::app::baseline::Baseline;
use unleak::app::config::{Config, LimitKey};
use unleak::report::harmless;
use unleak::words::Outcome;

use super::arguments::ConfigCommand;
use super::{Failure, terminal};

const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// Does what was asked for.
pub(super) fn run(command: ConfigCommand) -> Result<Outcome, Failure> {
    let ConfigCommand::Show { judge } = command;
    let config = Config::read(&judge.ask())?;
    let baseline = Baseline::of_run(&config, judge.trust.baseline.as_deref())?;
    let mut lines = lines(&config);
    lines.push(match baseline {
        None => ("baseline".to_owned(), "none".to_owned(), String::new()),
        Some(Ok(found)) => ("baseline".to_owned(), format!("{} entries", found.entries.len()), found.name),
        Some(Err(unread)) => ("baseline".to_owned(), format!("can't be used: {}", unread.why), unread.name),
    });
    terminal::to_stdout(|out| show(&lines, out))?;
    Ok(Outcome::Clean)
}

/// Key, value and origin of each setting.
fn lines(config: &Config) -> Vec<(String, String, String)> {
    let mut lines = Vec::new();
    let mut add = |key: &str, value: String, by: &dyn ToString| lines.push((key.to_owned(), value, by.to_string()));
    for said in &config.exclude {
        add("exclude", format!("{:?}", said.value), &said.by);
    }
    for said in &config.rule_files {
        add("rule-files", format!("{:?}", said.value.name()), &said.by);
    }
    add("inline-waivers", config.inline_waivers.value.to_string(), &config.inline_waivers.by);
    add("cache", config.cache.value.to_string(), &config.cache.by);
    for (id, said) in &config.rules {
        add(&format!("rules.{id}"), format!("{:?}", said.value.as_str()), &said.by);
    }
    for (key, said) in LimitKey::ALL.into_iter().zip(&config.limits) {
        add(key.key(), key.shown(said.value), &said.by);
    }
    for said in &config.waivers {
        let waiver = &said.value;
        let parts = [("rule", &waiver.rule), ("path", &waiver.path), ("fingerprint", &waiver.fingerprint)];
        let parts = parts.into_iter().filter_map(|(what, value)| Some(format!("{what} {:?}", value.as_deref()?)));
        add("waiver", format!("{}: {}", parts.collect::<Vec<_>>().join(", "), waiver.reason), &said.by);
    }
    lines
}

fn show(lines: &[(String, String, String)], out: &mut dyn Write) -> io::Result<()> {
    let widest = |column: fn(&(String, String, String)) -> &String| {
        lines.iter().map(|line| column(line).chars().count()).max().unwrap_or(0).min(60)
    };
    let (keys, values) = (widest(|line| &line.0), widest(|line| &line.1));
    for (key, value, by) in lines {
        let (key, value, by) = (harmless(key), harmless(value), harmless(by));
        let line = format!("{BOLD}{key:keys$}{BOLD:#}  {value:values$}  {FAINT}{by}{FAINT:#}");
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
