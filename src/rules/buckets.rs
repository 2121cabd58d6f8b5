//! Which literals a search tells apart by one bit: it looks at the first bytes of a text, at the low and the high half of
//! each for itself, so a bucket says yes to every mixture of the halves that its literals have. Literals that look alike are
//! dealt to one bucket, and those that begin as most texts do to none that has others.

use std::cmp::Reverse;

/// How many bytes such a search looks at.
const LOOKED_AT: usize = 3;

/// Puts items in such an order that those whose numbers are the same modulo `buckets` look alike at their beginnings.
pub(super) fn deal<T>(items: &mut [T], buckets: usize, beginning: impl Fn(&T) -> &[u8]) {
    let rows = items.len().div_ceil(buckets);
    let mut long_columns = items.len() - items.len().saturating_sub(1) / buckets * buckets;
    // What stands nearly everywhere has the first choice.
    let alone = |item: &T| Bucket::default().with(beginning(item)).chance;
    items.sort_by(|one, other| alone(other).total_cmp(&alone(one)));
    let mut dealt = vec![Bucket::default(); buckets];
    let mut places = Vec::with_capacity(items.len());
    for item in items.iter() {
        let has_room = |bucket: &Bucket| bucket.count + 1 < rows || bucket.count < rows && long_columns > 0;
        let columns = (0..buckets).filter(|&column| has_room(&dealt[column]));
        let dearer = columns.map(|column| (column, dealt[column].with(beginning(item))));
        let more = |(column, bucket): &(usize, Bucket)| bucket.chance - dealt[*column].chance;
        let Some((column, bucket)) = dearer.min_by(|one, other| more(one).total_cmp(&more(other))) else { return };
        long_columns -= usize::from(bucket.count == rows);
        places.push((column, bucket.count));
        dealt[column] = bucket;
    }
    // Row by row, the long columns first: so each row but the last has all of them.
    let mut places = places.into_iter();
    items.sort_by_cached_key(|_| places.next().map(|(column, row)| (row, Reverse(dealt[column].count), column)));
}

/// The literals that one bit stands for.
#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    count: usize,
    places: [Halves; LOOKED_AT],
    /// How often it says yes, more or less.
    chance: f32,
}

impl Bucket {
    /// The same with one literal more.
    fn with(mut self, beginning: &[u8]) -> Self {
        self.count += 1;
        self.places.iter_mut().zip(beginning).for_each(|(halves, &byte)| halves.add(byte >> 4, byte & 15));
        self.chance = self.places.iter().map(|halves| halves.chance).product();
        self
    }
}

/// Which halves of a byte the literals of a bucket have at a place, a bit for each, and how often they meet.
#[derive(Clone, Copy, Debug, Default)]
struct Halves {
    high: u16,
    low: u16,
    chance: f32,
}

impl Halves {
    fn add(&mut self, high: u8, low: u8) {
        if self.high & 1 << high == 0 {
            self.high |= 1 << high;
            self.chance += bits(self.low).map(|low| how_often(high, low)).sum::<f32>();
        }
        if self.low & 1 << low == 0 {
            self.low |= 1 << low;
            self.chance += bits(self.high).map(|high| how_often(high, low)).sum::<f32>();
        }
    }
}

/// The numbers of the bits that are set.
fn bits(mut mask: u16) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let bit = (mask != 0).then(|| mask.trailing_zeros() as u8);
        mask &= mask.wrapping_sub(1);
        bit
    })
}

/// About how often the byte of two halves stands in sources and documents, in hundredths.
fn how_often(high: u8, low: u8) -> f32 {
    HOW_OFTEN[usize::from(high << 4 | low)]
}

static HOW_OFTEN: [f32; 256] = {
    let mut how_often = [0.05; 256];
    let mut number = 0;
    while number < 256 {
        how_often[number] = match number as u8 {
            b' ' => 16.0,
            b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' | b'\n' => 4.0,
            b'a'..=b'z' => 1.0,
            b'!'..=b'~' => 0.5,
            _ => 0.05,
        };
        number += 1;
    }
    how_often
};

#[cfg(test)]
mod tests {
    use super::*;

    fn dealt(mut literals: Vec<&str>, buckets: usize) -> Vec<Vec<&str>> {
        deal(&mut literals, buckets, |literal| literal.as_bytes());
        let mut columns = vec![Vec::new(); buckets];
        literals.iter().enumerate().for_each(|(number, literal)| columns[number % buckets].push(*literal));
        columns.iter_mut().for_each(|column| column.sort_unstable());
        columns.sort();
        columns
    }

    #[test]
    fn what_looks_alike_shares_a_bucket() {
        let literals = vec!["pwd", "://", "AB_", "PWD", ":/9", "AB-"];
        assert_eq!(dealt(literals, 3), [["://", ":/9"], ["AB-", "AB_"], ["PWD", "pwd"]]);
    }

    #[test]
    fn every_bucket_has_its_share() {
        for count in 0..50 {
            let literals: Vec<String> = (0..count).map(|number| format!("{number:03}")).collect();
            let columns = dealt(literals.iter().map(String::as_str).collect(), 16);
            let all: usize = columns.iter().map(Vec::len).sum();
            assert_eq!(all, count);
            assert!(columns.iter().all(|column| (count / 16..=count.div_ceil(16)).contains(&column.len())));
        }
    }
}
