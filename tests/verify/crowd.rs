//! Ten thousand keys, some of which share a limit of sixty requests in each stretch of time: everybody gets an answer, the
//! right one, and the issuer is not pressed.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::server::{Asked, Reply, Server};
use crate::support::{project_key, write};
use crate::{alive, error, incorrect, offline, run};

const KEYS: u64 = 10_000;

/// A minute, as this test has it.
const MINUTE: Duration = Duration::from_millis(200);

/// How many requests it allows to those who share a limit.
const ALLOWED: u32 = 60;

/// What becomes of a key, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Dead,
    Alive,
    Unfunded,
    /// Dead, and its organization's requests are limited.
    Limited,
    /// Dead, after a failure of the issuer.
    Late,
}

fn fate(number: u64) -> Fate {
    match number % 20 {
        0 => Fate::Limited,
        1 => Fate::Late,
        2 => Fate::Unfunded,
        3 | 4 => Fate::Alive,
        _ => Fate::Dead,
    }
}

/// The issuer.
struct Issuer {
    fates: HashMap<String, Fate>,
    window: Mutex<(Instant, u32)>,
    late: Mutex<HashMap<String, u32>>,
}

impl Issuer {
    fn answer(&self, asked: &Asked) -> Reply {
        let key = asked.bearer();
        match self.fates[key] {
            Fate::Dead => incorrect(key),
            Fate::Alive => alive(asked),
            Fate::Unfunded => {
                error(429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota.")
            }
            Fate::Limited => self.limited(key),
            Fate::Late => {
                let mut late = self.late.lock().unwrap();
                let count = late.entry(key.to_owned()).or_insert(0);
                *count += 1;
                if *count < 3 { error(500, "server_error", "server_error", "Try again.") } else { incorrect(key) }
            }
        }
    }

    fn limited(&self, key: &str) -> Reply {
        let mut window = self.window.lock().unwrap();
        if window.0.elapsed() >= MINUTE {
            *window = (Instant::now(), 0);
        }
        if window.1 < ALLOWED {
            window.1 += 1;
            return incorrect(key);
        }
        let wait = (MINUTE - window.0.elapsed().min(MINUTE)).as_millis().max(1);
        error(429, "rate_limit_exceeded", "requests", "Rate limit reached").with("retry-after-ms", wait.to_string())
    }
}

#[test]
fn ten_thousand_keys_are_asked_about_politely() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::new();
    let keys: Vec<String> = (0..KEYS).map(|number| project_key(50_000 + number)).collect();
    keys.iter().for_each(|key| writeln!(text, "KEY={key}").unwrap());
    // Each key stands in two files and is asked about once.
    write(folder.path(), "a.env", &text);
    write(folder.path(), "b.env", &text);
    let fates = keys.iter().zip(0..).map(|(key, number)| (key.clone(), fate(number))).collect();
    let issuer = Issuer { fates, window: Mutex::new((Instant::now(), 0)), late: Mutex::default() };
    let server = Server::plain(move |asked| issuer.answer(asked));
    let mut command = offline(folder.path());
    command.env("UNLEAK_BASE_URL", format!("openai={}", server.url("/v1")));
    command.args(["scan", ".", "--verify", "--format", "json", "--no-cache", "--rate", "100000"]);
    let said = run(&mut command);
    let report = said.json();
    let leaks = report["leaks"].as_array().unwrap();
    assert_eq!(leaks.len() as u64, KEYS, "{}", said.stderr);
    for leak in leaks {
        let line = leak["sightings"][0]["line"].as_u64().unwrap();
        let wanted = match fate(line - 1) {
            Fate::Alive => json!(["live", "full"]),
            Fate::Unfunded => json!(["live", "unfunded"]),
            Fate::Dead | Fate::Limited | Fate::Late => json!(["dead", "refused"]),
        };
        let liveness = &leak["liveness"];
        let verdict: Value = json!([liveness["state"], liveness["detail"]]);
        assert_eq!(verdict, wanted, "{:?} in line {line}: {}", fate(line - 1), liveness["why"]);
    }
    let asked = server.asked();
    let of = |wanted| asked.iter().filter(|asked| fate_of(&keys, asked) == wanted).count() as u64;
    let each = |share| KEYS / 20 * share;
    assert_eq!([of(Fate::Dead), of(Fate::Late)], [each(15), each(1) * 3]);
    assert_eq!([of(Fate::Alive), of(Fate::Unfunded)], [each(2) * 2, each(1) * 2]);
    let limited = of(Fate::Limited);
    assert!(limited < each(1) * 12, "{limited} requests for {} keys that are told to wait", each(1));
    assert!((server.connections() as u64) < KEYS / 10, "{} connections", server.connections());
}

fn fate_of(keys: &[String], asked: &Asked) -> Fate {
    thread_local! {
        static NUMBERS: std::cell::RefCell<HashMap<String, u64>> = std::cell::RefCell::default();
    }
    NUMBERS.with_borrow_mut(|numbers| {
        if numbers.is_empty() {
            numbers.extend(keys.iter().cloned().zip(0..));
        }
        fate(numbers[asked.bearer()])
    })
}
