//! Any bytes behind the beginning of each container: the first byte says which.
#![no_main]

/// How each container begins; a tar header and a SQLite header are long, so the fuzzer finds them from seeds.
const BEGINS: [&[u8]; 7] = [
    &[0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3],
    b"BZh91AY&SY",
    &[0xFD, b'7', b'z', b'X', b'Z', 0],
    &[0x28, 0xB5, 0x2F, 0xFD],
    b"PK\x03\x04\x14\0\0\0\x08\0",
    b"%PDF-1.7\n1 0 obj<<>>stream\n\x78\x9c",
    b"SQLite format 3\0\x02\0\x01\x01\0",
];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let [which, rest @ ..] = bytes else { return };
    let begin = BEGINS[usize::from(*which) % BEGINS.len()];
    unleak_fuzz::scan(&[begin, rest].concat());
});
