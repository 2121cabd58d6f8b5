//! A `Table` of codes: the next bits of a stream choose an entry, which says what they stand for and how many to take.
//!
//! It is made by doubling: once the codes of up to some length are in it, what is there is repeated for either next bit. To
//! make it costs more than to use it where a block is small. Codes that are longer than what a table is chosen by have a
//! small table of their own behind it, to which a link leads.

/// One place of a table: what a code stands for. From the lowest bit on: how many bits to take, those that belong to the
/// symbol included (5 bits); three marks; how many of those bits are the code (4 bits); a mark; 16 bits of value.
#[derive(Clone, Copy)]
pub(super) struct Entry(u32);

impl Entry {
    /// A byte.
    pub(super) const LITERAL: u32 = 1 << 5;
    /// Neither a byte nor a length or distance: see the other marks. With none of them it is no code.
    pub(super) const OTHER: u32 = 1 << 6;
    /// The end of a block.
    pub(super) const END: u32 = 1 << 7;
    /// A table of longer codes.
    pub(super) const LINK: u32 = 1 << 12;
    /// No code.
    pub(super) const NOTHING: Self = Self(Self::OTHER);
    /// The symbol that ends a block.
    pub(super) const LAST: Self = Self(Self::OTHER | Self::END);

    /// A byte, or another small number.
    pub(super) const fn literal(number: usize) -> Self {
        Self(Self::LITERAL | (number as u32) << 16)
    }

    /// A length or a distance: the least, and how many more bits say how much more.
    pub(super) const fn from(least: usize, more: u32) -> Self {
        Self(more | (least as u32) << 16)
    }

    /// The same symbol with a code of so many bits.
    const fn coded(self, bits: u32) -> Self {
        Self((self.0 + bits) | bits << 8)
    }

    /// A link to a table: where it begins, how many bits choose in it, how many led here.
    const fn link(start: usize, chosen_by: u32, taken: u32) -> Self {
        Self(taken | Self::OTHER | Self::LINK | chosen_by << 8 | (start as u32) << 16)
    }

    /// Whether it has a mark.
    #[inline(always)]
    pub(super) const fn is(self, mark: u32) -> bool {
        self.0 & mark != 0
    }

    /// How many bits to take: the code, and those that belong to the symbol.
    #[inline(always)]
    pub(super) const fn taken(self) -> u32 {
        self.0 & 31
    }

    /// How many of them are the code; of a link, how many more choose.
    #[inline(always)]
    pub(super) const fn code_bits(self) -> u32 {
        self.0 >> 8 & 15
    }

    /// The byte, the least length or distance, or where a link leads.
    #[inline(always)]
    pub(super) const fn value(self) -> usize {
        (self.0 >> 16) as usize
    }
}

/// The most bits of a code. Source: RFC 1951, 3.2.7.
const MOST_BITS: usize = 15;

/// The most symbols of a table.
pub(super) const MOST_SYMBOLS: usize = 288;

/// How many codes there are of each length, in bits.
type Counts = [u16; MOST_BITS + 1];

/// Entries that the next `BITS` bits choose from, and the tables that links lead to.
pub(super) struct Table<const BITS: u32, const SIZE: usize>([Entry; SIZE]);

impl<const BITS: u32, const SIZE: usize> Table<BITS, SIZE> {
    /// One without codes.
    pub(super) const fn new() -> Self {
        Self([Entry::NOTHING; SIZE])
    }

    /// The entry for the next bits.
    #[inline(always)]
    pub(super) fn at(&self, bits: u64) -> Entry {
        self.0[bits as usize & ((1 << BITS) - 1)]
    }

    /// The entry that a link leads to, for the bits behind those that led to it.
    #[inline(always)]
    pub(super) fn follow(&self, link: Entry, bits: u64) -> Entry {
        let place = link.value() + (bits as usize & ((1 << link.code_bits()) - 1));
        self.0.get(place).copied().unwrap_or(Entry::NOTHING)
    }

    /// Makes it from the length of each symbol's code; nothing if there can be no such codes. If they may be `partial`, one
    /// code of one bit is enough, or none, as zlib has it.
    pub(super) fn make(&mut self, lengths: &[u8], symbols: &[Entry], partial: bool) -> Option<()> {
        let mut counts: Counts = [0; MOST_BITS + 1];
        with_codes(lengths, |_, length| counts[length] += 1);
        counts[0] = 0;
        let (mut space, mut begins, mut longest) = (0u32, [0u16; MOST_BITS + 2], 0);
        for bits in 1..=MOST_BITS {
            space += u32::from(counts[bits]) << (MOST_BITS - bits);
            begins[bits + 1] = begins[bits] + counts[bits];
            if counts[bits] > 0 {
                longest = bits;
            }
        }
        let full = 1 << MOST_BITS;
        if space > full || space < full && !(partial && longest <= 1) {
            return None;
        }
        // In the order of their codes; where the next of them would be, the last without a code.
        let mut sorted = [0u16; MOST_SYMBOLS + 1];
        let codes = usize::from(begins[MOST_BITS + 1]);
        begins[0] = begins[MOST_BITS + 1];
        with_codes(lengths, |symbol, length| {
            if let Some(place) = sorted.get_mut(usize::from(begins[length])) {
                *place = symbol as u16;
            }
            begins[length] += u16::from(length > 0);
        });
        let mut sorted = sorted.get(..codes)?.iter().map(|&symbol| symbols.get(usize::from(symbol)).copied());
        let code = self.fill(|| sorted.next()?, &counts)?;
        self.fill_links(|| sorted.next()?, &counts, code)
    }

    /// Fills in the codes that the table is chosen by. Returns the code that follows them.
    fn fill(&mut self, mut symbol: impl FnMut() -> Option<Entry>, counts: &Counts) -> Option<usize> {
        let mut code = 0;
        self.0[0] = Entry::NOTHING;
        for bits in 1..=BITS {
            let half = 1 << (bits - 1);
            self.0.copy_within(..half, half);
            for _ in 0..counts[bits as usize] {
                self.0[code] = symbol()?.coded(bits);
                code = following(code, bits);
            }
        }
        Some(code)
    }

    /// Fills in the longer codes, the first of which is `code`, and links to them.
    fn fill_links(
        &mut self,
        mut symbol: impl FnMut() -> Option<Entry>,
        counts: &Counts,
        mut code: usize,
    ) -> Option<()> {
        let (mut end, mut linked, mut start) = (1 << BITS, None, 0);
        for bits in BITS + 1..=MOST_BITS as u32 {
            for left in (1..=counts[bits as usize]).rev() {
                let first = code & ((1 << BITS) - 1);
                if linked != Some(first) {
                    let chosen_by = chosen_by(counts, BITS, bits, left);
                    (linked, start, end) = (Some(first), end, end + (1 << chosen_by));
                    self.0[first] = Entry::link(start, chosen_by, BITS);
                }
                let entry = symbol()?.coded(bits - BITS);
                let table = self.0.get_mut(start..end)?;
                table.iter_mut().skip(code >> BITS).step_by(1 << (bits - BITS)).for_each(|place| *place = entry);
                code = following(code, bits);
            }
        }
        Some(())
    }
}

/// The code that follows one of so many bits. The first bit of a code is the lowest, since it is the next in a stream.
fn following(code: usize, bits: u32) -> usize {
    let open = !code & ((1 << bits) - 1);
    let first = open.checked_ilog2().map_or(0, |bit| 1usize << bit);
    code & first.wrapping_sub(1) | first
}

/// How many bits choose in a table for the codes that go on after `taken` bits, the shortest of which has `bits`, and of which
/// length `left` are left: as many as are needed for the codes that share those they begin with.
fn chosen_by(counts: &Counts, taken: u32, bits: u32, left: u16) -> u32 {
    let (mut chosen_by, mut space) = (bits - taken, usize::from(left));
    while space < 1 << chosen_by && taken + chosen_by < MOST_BITS as u32 {
        chosen_by += 1;
        space = 2 * space + usize::from(counts[(taken + chosen_by) as usize]);
    }
    chosen_by
}

/// Calls `each` with every symbol that has a code and the length of that, and with some that have none. Most have none.
#[inline(always)]
fn with_codes(lengths: &[u8], mut each: impl FnMut(usize, usize)) {
    let (eights, last) = lengths.as_chunks::<8>();
    for (number, eight) in eights.iter().enumerate().filter(|&(_, eight)| u64::from_ne_bytes(*eight) != 0) {
        eight.iter().enumerate().for_each(|(at, &length)| each(8 * number + at, usize::from(length & 15)));
    }
    last.iter().enumerate().for_each(|(at, &length)| each(8 * eights.len() + at, usize::from(length & 15)));
}
