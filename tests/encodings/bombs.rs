//! Limits: what is made to fill memory or time is cut, and told; what is broken gives what could be read, and says so.

use unleak::app::Limits;

use super::containers::{PACKERS, gzip, tar, zip};
use super::keys::KINDS;
use super::{engine, leaks, limits, scan};

/// What was not read, as one text.
fn skipped(limits: Limits, bytes: &[u8]) -> String {
    scan(&engine(limits), bytes).skipped.iter().map(|skipped| format!("{}: {}\n", skipped.what, skipped.why)).collect()
}

#[track_caller]
fn says(told: &str, wanted: &str) {
    assert!(told.contains(wanted), "wanted {wanted:?}, got {told:?}");
}

#[test]
fn each_limit_cuts_and_names_its_flag() {
    let zeros = gzip(&vec![0; 20 << 20]);
    says(&skipped(Limits { ratio: 100, ..limits() }, &zeros), "--max-ratio");
    says(&skipped(Limits { decoded: 1 << 20, ..limits() }, &zeros), "--max-decoded");
    says(&skipped(Limits { container: 1000, ..limits() }, &zeros), "--max-container");
    says(&skipped(Limits { time: std::time::Duration::ZERO, ..limits() }, &zeros), "--max-seconds");
    let found = scan(&engine(Limits { depth: 0, ..limits() }), &zeros);
    assert_eq!((found.unopened, found.skipped.len()), (1, 0), "asked to decode nothing, it counts what it left closed");
    says(&skipped(Limits { entries: 1, ..limits() }, &tar(b"x")), "--max-entries");
    let deep = (0..6).fold(b"x".to_vec(), |inside, _| gzip(&inside));
    says(&skipped(Limits { depth: 4, ..limits() }, &deep), "--max-depth");
    assert_eq!(skipped(limits(), &deep), "");
    let text = (0..5).fold("some text to be nested".to_owned(), |inside, _| {
        base64::Engine::encode(&base64::prelude::BASE64_STANDARD, inside)
    });
    says(&skipped(Limits { depth: 3, ..limits() }, text.as_bytes()), "--max-depth");
}

/// How much a bomb may make is counted where containers are opened, in `src/engine/decode/containers`.
#[test]
fn a_bomb_is_cut_and_told_once() {
    let zeros = gzip(&gzip(&vec![0; 24 << 20]));
    let bomb = (0..3).fold(zeros, |inside, _| tar(&inside));
    let told = skipped(Limits { decoded: 4 << 20, ratio: 1_000_000, ..limits() }, &bomb);
    says(&told, "--max-decoded");
    assert_eq!(told.lines().count(), 1, "{told}");
}

#[test]
fn a_cut_says_which_member() {
    let inner = gzip(&vec![0; 20 << 20]);
    let told = skipped(Limits { decoded: 1 << 20, ..limits() }, &zip(&inner, ::zip::CompressionMethod::Stored));
    says(&told, "<stdin>!config/.env: ");
}

#[test]
fn a_broken_archive_gives_what_could_be_read_and_says_so() {
    let engine = engine(limits());
    let key = KINDS[0].key(1);
    let noise: String =
        (0..40_000).map(|number: u64| format!("{:x}\n", number.wrapping_mul(0x9E37_79B9_7F4A_7C15))).collect();
    let text = format!("{}{noise}", KINDS[0].text(&key));
    for (name, pack) in PACKERS.iter().filter(|(name, _)| *name != "pdf") {
        let whole = pack(text.as_bytes());
        let found = scan(&engine, &whole[..whole.len() / 2]);
        assert!(!found.skipped.is_empty(), "{name} says nothing");
        let blocks = matches!(*name, "bzip2" | "bzip2 in zip" | "xz" | "zstd"); // they give nothing of a block that is not whole
        assert!(blocks || leaks(&found).len() == 1, "{name} gives nothing: {:?}", found.skipped);
    }
}

#[test]
fn what_stands_behind_a_gzip_stream_as_padding_is_no_trouble() {
    let key = KINDS[0].key(2);
    let bytes = [gzip(KINDS[0].text(&key).as_bytes()), vec![0; 512]].concat();
    assert_eq!(super::complaint(&engine(limits()), &bytes, &key), None);
}
