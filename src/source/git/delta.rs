//! A delta makes an object from another: a list of instructions that copy from the base or insert new bytes.
//!
//! Format: git's `Documentation/gitformat-pack.txt`, "Deltified representation". Everything in it is checked before any
//! memory is asked for: a delta can claim any size.

use super::error::ReadError;
use super::inflate::{Buffer, MAX_OBJECT};
use crate::words::Shared;

const TRUNCATED: ReadError = ReadError::Corrupt("its delta ends early");

/// One instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// These bytes of the base.
    Copy {
        /// Offset in the base.
        from: usize,
        /// How many bytes.
        len: usize,
    },
    /// These bytes, which are new.
    Insert(&'a [u8]),
}

/// The instructions of an inflated delta, with the sizes it claims.
#[derive(Clone, Copy, Debug)]
pub(super) struct Delta<'a> {
    base_size: u64,
    result_size: u64,
    steps: &'a [u8],
}

impl<'a> Delta<'a> {
    /// Reads the two sizes at the start.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let (base_size, rest) = size(bytes)?;
        let (result_size, steps) = size(rest)?;
        Ok(Self { base_size, result_size, steps })
    }

    /// How many bytes it claims to make.
    pub(super) fn size(&self) -> usize {
        usize::try_from(self.result_size).unwrap_or(usize::MAX)
    }

    /// The instructions, one after the other.
    pub(super) fn steps(&self) -> Steps<'a> {
        Steps { rest: self.steps }
    }

    /// Makes the object in `out`, and notes in `shared` what it has from its base.
    pub(super) fn apply(&self, base: &[u8], out: &mut Buffer, shared: &mut Vec<Shared>) -> Result<(), ReadError> {
        shared.clear();
        if self.base_size != base.len() as u64 {
            return Err(ReadError::Corrupt("its delta is for a base of another size"));
        }
        if self.result_size > MAX_OBJECT {
            return Err(ReadError::TooLarge(self.result_size));
        }
        if self.result_size > (1 << 20) {
            self.check_size()?;
        }
        let mut room = out.room(self.result_size as usize).ok_or(ReadError::TooLarge(self.result_size))?;
        let size = room.len();
        for step in self.steps() {
            let bytes = match step? {
                Step::Copy { from, len } => {
                    share(shared, Shared { from, at: size - room.len(), len });
                    base.get(from..from + len).ok_or(ReadError::Corrupt("its delta copies from beyond its base"))?
                }
                Step::Insert(bytes) => bytes,
            };
            let (place, rest) = room
                .split_at_mut_checked(bytes.len())
                .ok_or(ReadError::Corrupt("its delta makes more bytes than it claims"))?;
            place.copy_from_slice(bytes);
            room = rest;
        }
        if room.is_empty() { Ok(()) } else { Err(ReadError::Corrupt("its delta makes fewer bytes than it claims")) }
    }

    /// Whether the instructions make as many bytes as claimed, before memory is asked for.
    fn check_size(&self) -> Result<(), ReadError> {
        let mut made = 0u64;
        for step in self.steps() {
            made += match step? {
                Step::Copy { len, .. } => len as u64,
                Step::Insert(bytes) => bytes.len() as u64,
            };
        }
        if made == self.result_size { Ok(()) } else { Err(ReadError::Corrupt("its delta makes other than it claims")) }
    }
}

/// Adds a stretch, to the one before it if it goes on where that ends.
fn share(shared: &mut Vec<Shared>, more: Shared) {
    match shared.last_mut() {
        Some(last) if last.end() == more.at && last.from + last.len == more.from => last.len += more.len,
        _ => shared.push(more),
    }
}

/// Iterates over instructions; ends after the first that makes no sense.
pub(super) struct Steps<'a> {
    rest: &'a [u8],
}

impl<'a> Steps<'a> {
    fn next_step(&mut self) -> Result<Step<'a>, ReadError> {
        let (&command, mut rest) = self.rest.split_first().ok_or(TRUNCATED)?;
        let step = if command & 0x80 != 0 {
            let (operands, taken) = operands(command, rest);
            rest = rest.get(taken..).ok_or(TRUNCATED)?;
            let (from, len) = ((operands & 0xFFFF_FFFF) as usize, (operands >> 32) as usize);
            Step::Copy { from, len: if len == 0 { 0x10000 } else { len } }
        } else if command == 0 {
            return Err(ReadError::Corrupt("its delta uses a reserved instruction"));
        } else {
            let (bytes, after) = rest.split_at_checked(usize::from(command)).ok_or(TRUNCATED)?;
            rest = after;
            Step::Insert(bytes)
        };
        self.rest = rest;
        Ok(step)
    }
}

impl<'a> Iterator for Steps<'a> {
    type Item = Result<Step<'a>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let step = self.next_step();
        if step.is_err() {
            self.rest = &[];
        }
        Some(step)
    }
}

/// The operands of a copy, and how many bytes of `rest` they take: four bytes say from where, three how many, and each bit of
/// the command, from the lowest on, whether one of these seven is told or zero. Which are told is hard to foresee, so that
/// nothing here depends on it but what is computed.
fn operands(command: u8, rest: &[u8]) -> (u64, usize) {
    let told = match rest.first_chunk() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => rest.iter().rev().fold(0, |told, &byte| told << 8 | u64::from(byte)),
    };
    let Spread { count, moved } = SPREADS[usize::from(command & 0x7F)];
    let mut operands = told & ((1 << (8 * count)) - 1);
    for (bytes, mask) in STRIDES.into_iter().zip(moved) {
        let moved = operands & mask;
        operands = operands ^ moved | moved << (8 * bytes);
    }
    (operands, count as usize)
}

/// By how many bytes operands are moved at once, to where they belong.
const STRIDES: [u32; 3] = [4, 2, 1];

/// How the operands that are told are spread among all seven.
#[derive(Clone, Copy)]
struct Spread {
    /// How many are told.
    count: u32,
    /// For each of the [`STRIDES`] the operands that are moved, where they are by then.
    moved: [u64; STRIDES.len()],
}

/// For each set of operands.
static SPREADS: [Spread; 1 << 7] = {
    let mut spreads = [Spread { count: 0, moved: [0; STRIDES.len()] }; 1 << 7];
    let mut command = 0;
    while command < spreads.len() {
        let spread = &mut spreads[command];
        let mut place = 0;
        while place < 7 {
            if command >> place & 1 == 1 {
                let (mut at, mut stride) = (spread.count, 0);
                while stride < STRIDES.len() {
                    if (place - spread.count) & STRIDES[stride] != 0 {
                        spread.moved[stride] |= 0xFF << (8 * at);
                        at += STRIDES[stride];
                    }
                    stride += 1;
                }
                spread.count += 1;
            }
            place += 1;
        }
        command += 1;
    }
    spreads
};

/// A size: seven bits a byte, the lowest first.
fn size(bytes: &[u8]) -> Result<(u64, &[u8]), ReadError> {
    let mut value = 0u64;
    for (place, &byte) in bytes.iter().take(9).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Ok((value, &bytes[place + 1..]));
        }
    }
    Err(TRUNCATED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_and_inserts() {
        let delta = Delta::parse(&[5, 6, 0x91, 1, 3, 3, b'x', b'y', b'z']).unwrap();
        let mut out = Buffer::default();
        let mut shared = Vec::new();
        delta.apply(b"abcde", &mut out, &mut shared).unwrap();
        assert_eq!(out.as_slice(), b"bcdxyz");
        assert_eq!(shared, [Shared { from: 1, at: 0, len: 3 }]);
    }

    #[test]
    fn each_operand_that_is_not_told_is_zero() {
        let told = [1, 2, 3, 4, 5, 6, 7];
        for command in 0x80..=u8::MAX {
            let set: Vec<usize> = (0..7).filter(|bit| command >> bit & 1 == 1).collect();
            let mut wanted = [0; 8];
            set.iter().zip(told).for_each(|(&place, byte)| wanted[place] = byte);
            for rest in [&told[..set.len()], &[&told[..], &[8, 9]].concat()] {
                assert_eq!(operands(command, rest), (u64::from_le_bytes(wanted), set.len()), "{command:b}");
            }
        }
    }

    #[test]
    fn lies_are_refused() {
        for (bytes, base) in [
            (&[5, 9, 0x91, 1, 3][..], &b"abcde"[..]),
            (&[5, 2, 0x91, 1, 3], b"abcde"),
            (&[5, 3, 0x91, 4, 3], b"abcde"),
            (&[4, 3, 0x91, 1, 3], b"abcde"),
            (&[5, 3, 0x91, 1], b"abcde"),
            (&[5, 3, 0], b"abcde"),
            (&[5, 0xff, 0xff, 0xff, 0x7f, 1, b'x'], b"abcde"),
        ] {
            let made = Delta::parse(bytes).and_then(|delta| delta.apply(base, &mut Buffer::default(), &mut Vec::new()));
            assert!(made.is_err(), "{bytes:?}");
        }
        assert!(Delta::parse(&[0xff; 20]).is_err());
    }
}
