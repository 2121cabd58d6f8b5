//! Numbers for tests that ask much and in no order: the same in every run.

/// A source of numbers below what is asked for.
pub(crate) fn random() -> impl FnMut(usize) -> usize {
    let mut seed = 7_u32;
    move |below| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize % below
    }
}
