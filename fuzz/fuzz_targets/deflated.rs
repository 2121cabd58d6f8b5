#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| unleak_fuzz::deflated::deflated(bytes));
