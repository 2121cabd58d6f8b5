//! The `Codes` of a block: those of bytes and lengths, and those of distances; fixed ones, or such as the block brings.

use super::bits::Bits;
use super::table::{Entry, MOST_SYMBOLS, Table};

/// Literals and lengths are mostly told in so many bits at most, distances and lengths of codes in so many.
const LITERAL_BITS: u32 = 11;
const DISTANCE_BITS: u32 = 8;
const LENGTH_BITS: u32 = 7;

/// Room for all tables of a kind. Codes that need more, if there are any, are not read. (The most are 2342 and 402 entries:
/// zlib's `examples/enough.c`, for 288 symbols with 11 bits, for 32 with 8, and codes of 15 bits.)
const LITERAL_ROOM: usize = 2432;
const DISTANCE_ROOM: usize = 512;
const LENGTH_ROOM: usize = 1 << LENGTH_BITS;

/// How many distances can have a code.
const MOST_DISTANCES: usize = 32;

/// What codes of literals and lengths stand for. Source: RFC 1951, 3.2.5.
const LITERALS: [Entry; MOST_SYMBOLS] = {
    let mut symbols = [Entry::NOTHING; MOST_SYMBOLS];
    let mut symbol = 0;
    while symbol < 256 {
        symbols[symbol] = Entry::literal(symbol);
        symbol += 1;
    }
    symbols[256] = Entry::LAST;
    let (mut least, mut symbol) = (3, 257);
    while symbol < 285 {
        let more = if symbol < 265 { 0 } else { (symbol as u32 - 261) / 4 };
        symbols[symbol] = Entry::from(least, more);
        least += 1 << more;
        symbol += 1;
    }
    symbols[285] = Entry::from(258, 0);
    symbols
};

/// What codes of distances stand for. Source: RFC 1951, 3.2.5.
const DISTANCES: [Entry; MOST_DISTANCES] = {
    let mut symbols = [Entry::NOTHING; MOST_DISTANCES];
    let (mut least, mut symbol) = (1, 0);
    while symbol < 30 {
        let more = if symbol < 4 { 0 } else { symbol as u32 / 2 - 1 };
        symbols[symbol] = Entry::from(least, more);
        least += 1 << more;
        symbol += 1;
    }
    symbols
};

/// The symbols that lengths of codes are told in, and the order in which the lengths of their own codes are told: up to 15
/// it is the length itself. Source: RFC 1951, 3.2.7.
const LENGTHS: [Entry; 19] = {
    let mut symbols = [Entry::NOTHING; 19];
    let mut symbol = 0;
    while symbol < 19 {
        symbols[symbol] = Entry::literal(symbol);
        symbol += 1;
    }
    symbols
};
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Codes of bytes, lengths, and the end of a block.
pub(super) type Literals = Table<LITERAL_BITS, LITERAL_ROOM>;

/// Codes of distances.
pub(super) type Distances = Table<DISTANCE_BITS, DISTANCE_ROOM>;

/// The codes of a block.
pub(super) struct Codes {
    pub(super) literals: Literals,
    pub(super) distances: Distances,
    lengths: Table<LENGTH_BITS, LENGTH_ROOM>,
}

impl Codes {
    /// None.
    pub(super) const fn new() -> Self {
        Self { literals: Table::new(), distances: Table::new(), lengths: Table::new() }
    }

    /// Those of a block that brings none. Source: RFC 1951, 3.2.6.
    pub(super) fn fixed() -> Option<Box<Self>> {
        let mut lengths = [8; MOST_SYMBOLS];
        lengths[144..256].fill(9);
        lengths[256..280].fill(7);
        let mut codes = Box::new(Self::new());
        codes.literals.make(&lengths, &LITERALS, false)?;
        codes.distances.make(&[5; MOST_DISTANCES], &DISTANCES, false)?;
        Some(codes)
    }

    /// Reads those that a block brings. The bits that follow them. Source: RFC 1951, 3.2.7.
    pub(super) fn read<'a>(&mut self, mut bits: Bits<'a>) -> Option<Bits<'a>> {
        bits.refill();
        let (literals, distances, told) = (bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4);
        if literals > 286 || distances > 30 {
            return None;
        }
        let mut lengths = [0; LENGTHS.len()];
        for symbols in ORDER[..told].chunks(16) {
            bits.refill();
            symbols.iter().for_each(|&symbol| lengths[symbol] = bits.take(3) as u8);
        }
        self.lengths.make(&lengths, &LENGTHS, false)?;
        let mut lengths = [0; MOST_SYMBOLS + MOST_DISTANCES];
        let bits = self.read_lengths(bits, lengths.get_mut(..literals + distances)?)?;
        self.literals.make(&lengths[..literals], &LITERALS, true)?;
        self.distances.make(&lengths[literals..literals + distances], &DISTANCES, true)?;
        (lengths[256] > 0).then_some(bits)
    }

    /// Reads the lengths of codes into `lengths`, which are zeros.
    fn read_lengths<'a>(&self, mut bits: Bits<'a>, lengths: &mut [u8]) -> Option<Bits<'a>> {
        let mut at = 0;
        while at < lengths.len() {
            bits.refill();
            let entry = self.lengths.at(bits.next());
            bits.skip(entry.taken());
            at += match entry.value() {
                length @ 0..16 => {
                    lengths[at] = length as u8;
                    1
                }
                16 => {
                    let (last, times) = (*lengths.get(at.checked_sub(1)?)?, 3 + bits.take(2));
                    lengths.get_mut(at..at + times)?.iter_mut().for_each(|length| *length = last);
                    times
                }
                17 => 3 + bits.take(3),
                _ => 11 + bits.take(7),
            };
        }
        (at == lengths.len()).then_some(bits)
    }
}
