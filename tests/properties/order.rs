//! The same inputs give the same report to the byte, whatever order they come in and however many threads read them; and a
//! secret is one leak however often it is seen.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Mutex;

use proptest::collection::vec;
use proptest::prelude::*;
use unleak::app::{KeepNoise, Limits, ObeyMarks, RuleChoice, ScanOptions, load_rules, scan};
use unleak::report::{Detail, Format, Report, Run, write};
use unleak::rules::RuleSet;
use unleak::words::{Blob, Ledger, LeftOut, Origin, Secret, SinkMaker, Skipped, Source};

use super::cases;
use super::support::{made, project_key};

/// An input: where it is, and what is in it.
type Input = (Origin, Vec<u8>);

/// Inputs, each list of which is read by a thread.
struct Threads(Vec<Vec<Input>>);

impl Source for Threads {
    fn pour<'s>(&self, sink: &SinkMaker<'s>) {
        std::thread::scope(|scope| {
            for inputs in &self.0 {
                let mut sink = sink();
                scope.spawn(move || {
                    for (origin, bytes) in inputs {
                        sink.blob(&Blob::whole(origin, bytes));
                        sink.done(bytes.len() as u64);
                        if bytes.len() % 5 == 0 {
                            sink.skipped(Skipped { what: origin.name(), why: "it can't be read".to_owned() });
                            sink.left_out(LeftOut::SymbolicLink);
                        }
                    }
                });
            }
        });
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// A line of a file: few different keys, so that many are seen again.
fn line() -> impl Strategy<Value = String> {
    let recipe = prop::sample::select(vec![
        "@",
        "key: @ # unleak:allow",
        "sk-{openai:20}",
        "API_KEY={alnum:32}",
        "password = \"{alnum:12}\"",
        "sk-proj-{repeat:x:74}T3Blbk{=FJ}{repeat:x:74}",
        "ghp_{alnum:36}",
        "nothing",
    ]);
    (recipe, 0..6u64).prop_map(|(recipe, seed)| match recipe {
        text if text.contains('@') => text.replace('@', &project_key(seed)),
        recipe => made(recipe, seed),
    })
}

/// Files, some of them packed: in those all keys have one span.
fn inputs() -> impl Strategy<Value = Vec<Input>> {
    let file = (vec(line(), 0..6), any::<bool>()).prop_map(|(lines, packed)| {
        let text = lines.join("\n").into_bytes();
        if packed { gzip(&text) } else { text }
    });
    vec(file, 1..12).prop_map(|files| {
        let origin = |number| Origin::File(format!("{}/{number}", number % 3).into());
        files.into_iter().enumerate().map(|(number, bytes)| (origin(number), bytes)).collect()
    })
}

/// The rules, which a run gives back.
static RULES: Mutex<Option<RuleSet>> = Mutex::new(None);

/// What a run over these inputs comes to.
fn run(inputs: Vec<Vec<Input>>) -> (Ledger, Vec<String>) {
    let rules = RULES.lock().unwrap().take().unwrap_or_else(|| load_rules(&RuleChoice::default()).unwrap());
    let options = ScanOptions { noise: KeepNoise::Whole, marks: ObeyMarks::Yes, limits: Limits::default() };
    let sources: [Box<dyn Source>; 1] = [Box::new(Threads(inputs))];
    let (ledger, rules) = scan(&sources, rules, options, None, &unleak::words::Progress::default());
    let run = Run { noise: Detail::Full, places: Detail::Full, ..Run::default() };
    let reports = Format::ALL.map(|format| {
        let mut out = Vec::new();
        write(format, &Report { ledger: &ledger, rules: &rules, run: &run }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    });
    *RULES.lock().unwrap() = Some(rules);
    (ledger, reports.to_vec())
}

proptest! {
    #![proptest_config(cases(30))]

    #[test]
    fn no_order_and_no_number_of_threads_changes_a_report(inputs in inputs(), shuffled in any::<prop::sample::Index>(), threads in 2..5usize) {
        let (_, wanted) = run(vec![inputs.clone()]);
        let mut turned = inputs.clone();
        turned.rotate_left(shuffled.index(inputs.len()));
        turned.reverse();
        let (_, again) = run(vec![turned.clone()]);
        prop_assert!(wanted == again, "another order gives another report");
        let mut parts = vec![Vec::new(); threads];
        turned.into_iter().enumerate().for_each(|(number, input)| parts[number % threads].push(input));
        let (_, again) = run(parts);
        prop_assert!(wanted == again, "{} threads give another report", threads);
    }

    #[test]
    fn a_secret_is_one_leak_with_each_of_its_places_once(inputs in inputs()) {
        let (once, _) = run(vec![inputs.clone()]);
        let (twice, _) = run(vec![inputs.clone(), inputs]);
        let secrets: Vec<Secret> = twice.leaks.iter().map(|leak| leak.sightings.first().secret.clone()).collect();
        prop_assert_eq!(secrets.iter().collect::<BTreeSet<_>>().len(), secrets.len());
        let strong = twice.leaks.iter().filter(|leak| leak.sightings.first().secret.is_strong());
        let names: Vec<&str> = strong.map(|leak| leak.fingerprint.as_str()).collect();
        prop_assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "two secrets have one name");
        for leak in &twice.leaks {
            prop_assert!(leak.sightings.iter().all(|seen| seen.secret == leak.sightings.first().secret));
        }
        let places = |ledger: &Ledger| ledger.leaks.iter().map(|leak| leak.sightings.len()).sum::<usize>();
        prop_assert_eq!(places(&once), places(&twice));
        prop_assert_eq!((once.waived.len(), once.noise.len()), (twice.waived.len(), twice.noise.len()));
    }
}
