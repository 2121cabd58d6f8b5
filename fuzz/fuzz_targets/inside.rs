//! Any bytes inside of a gzip stream, as base64 and as UTF-16: what is decoded is decoded again.
#![no_main]

use std::io::Write;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    if packed.write_all(bytes).is_ok()
        && let Ok(packed) = packed.finish()
    {
        unleak_fuzz::scan(&packed);
        let hex: String = packed.iter().map(|byte| format!("{byte:02x}")).collect();
        unleak_fuzz::scan(hex.as_bytes());
    }
    let wide: Vec<u8> = bytes.iter().flat_map(|&byte| [byte, 0]).collect();
    unleak_fuzz::scan(&wide);
});
