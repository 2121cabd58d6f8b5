//! Any bytes as a text: the matcher, all decoders of text, the map back.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| unleak_fuzz::scan(bytes));
