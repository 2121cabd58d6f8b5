//! How many bytes a second the engine looks at, by what stands in them: `cargo bench --bench engine`. Each text but the
//! first gives one decoder its work.
#![allow(clippy::unwrap_used, missing_docs, reason = "a bench")]

use std::io::Write;
use std::path::PathBuf;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use flate2::Compression;
use flate2::write::GzEncoder;
use unleak::app::{KeepNoise, Limits, ObeyMarks};
use unleak::engine::{Engine, Found, Options};
use unleak::rules::{RuleSet, builtin};
use unleak::words::{Blob, Origin};

/// What a text is made of.
#[derive(Clone, Copy, Debug)]
enum Text {
    /// Words, as in code.
    Words,
    /// Names with values of the length of keys.
    Assignments,
    /// Hashes: runs that no rule wants.
    Hashes,
    Base64,
    Hex,
    Escapes,
    Wide,
    Gzip,
}

const TEXTS: [Text; 8] =
    [Text::Words, Text::Assignments, Text::Hashes, Text::Base64, Text::Hex, Text::Escapes, Text::Wide, Text::Gzip];

/// How many bytes of words each text is made from.
const SIZE: usize = 1 << 18;

/// The same numbers in every run (Park and Miller's generator).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> usize {
        self.0 = self.0 * 16_807 % 2_147_483_647;
        (self.0 % most) as usize
    }

    fn letters(&mut self, alphabet: &[u8], count: usize) -> String {
        (0..count).map(|_| char::from(alphabet[self.below(alphabet.len() as u64)])).collect()
    }
}

fn words(numbers: &mut Numbers) -> String {
    const WORDS: [&str; 12] =
        ["let", "return", "config", "self.value", "client", "request", "(", ");", "if", "for", "path", "=>"];
    let mut text = String::with_capacity(SIZE + 16);
    while text.len() < SIZE {
        text.push_str(WORDS[numbers.below(12)]);
        text.push(if numbers.below(9) == 0 { '\n' } else { ' ' });
    }
    text
}

fn lines(line: impl FnMut() -> String) -> Vec<u8> {
    std::iter::repeat_with(line).take(SIZE / 64).collect::<String>().into_bytes()
}

impl Text {
    fn bytes(self) -> Vec<u8> {
        const HEX: &[u8] = b"0123456789abcdef";
        const KEYS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut numbers = Numbers(42);
        match self {
            Self::Words => words(&mut numbers).into_bytes(),
            Self::Assignments => lines(|| format!("service_id = \"{}\"\n", numbers.letters(KEYS, 32))),
            Self::Hashes => lines(|| format!("sha256:{}\n", numbers.letters(HEX, 64))),
            Self::Base64 => BASE64_STANDARD.encode(words(&mut numbers)).into_bytes(),
            Self::Hex => words(&mut numbers).bytes().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes(),
            Self::Escapes => words(&mut numbers).replace(' ', "\\u0020").into_bytes(),
            Self::Wide => words(&mut numbers).encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(words(&mut numbers).as_bytes()).unwrap();
                encoder.finish().unwrap()
            }
        }
    }
}

fn engine() -> Engine {
    let rules = RuleSet::new(builtin().unwrap()).unwrap();
    let limits = Limits::default();
    Engine::new(rules, Options { now: 0, noise: KeepNoise::Counted, marks: ObeyMarks::Yes, limits })
}

/// A scan of one text.
#[divan::bench(args = TEXTS)]
fn scan(bencher: Bencher<'_, '_>, text: Text) {
    let (engine, bytes) = (engine(), text.bytes());
    let origin = Origin::File(PathBuf::from("text"));
    let mut scanner = engine.scanner();
    bencher.counter(BytesCount::of_slice(&bytes)).bench_local(|| {
        let mut found = Found::default();
        scanner.scan(&Blob::whole(&origin, black_box(&bytes)), &mut found);
        found.volume()
    });
}

/// What a run needs before it can look at anything.
#[divan::bench]
fn start() -> Engine {
    engine()
}

fn main() {
    divan::main();
}
