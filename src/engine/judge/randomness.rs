//! How random a text is, measured against what chance would give for its alphabet and length.
//!
//! Three questions: how many kinds of characters (Shannon entropy), how often the same one comes again (collisions), and
//! how much the letters follow each other as they do in English words. None allocates.

/// What kind of character each byte is, as a bit.
mod kind {
    pub(super) const LOWER_HEX: u8 = 1;
    pub(super) const LOWER: u8 = 1 << 1;
    pub(super) const UPPER_HEX: u8 = 1 << 2;
    pub(super) const UPPER: u8 = 1 << 3;
    pub(super) const DIGIT: u8 = 1 << 4;
    pub(super) const JOINT: u8 = 1 << 5;
}

static KINDS: [u8; 256] = {
    let mut kinds = [kind::JOINT; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'a'..=b'f' => kind::LOWER_HEX,
            b'g'..=b'z' => kind::LOWER,
            b'A'..=b'F' => kind::UPPER_HEX,
            b'G'..=b'Z' => kind::UPPER,
            b'0'..=b'9' => kind::DIGIT,
            _ => kind::JOINT,
        };
        byte += 1;
    }
    kinds
};

/// The smallest alphabet a text fits: how many characters a random text of its kind would be drawn from.
pub(super) fn alphabet_size(text: &[u8]) -> u32 {
    let all = text.iter().fold(0, |all, &byte| all | KINDS[usize::from(byte)]);
    let has = |kinds: u8| all & kinds != 0;
    let (lower, upper) = (has(kind::LOWER_HEX | kind::LOWER), has(kind::UPPER_HEX | kind::UPPER));
    let (digit, joints) = (has(kind::DIGIT), has(kind::JOINT));
    if lower != upper && digit && !has(kind::LOWER | kind::UPPER) {
        return 16 + 2 * u32::from(joints);
    }
    26 * u32::from(lower) + 26 * u32::from(upper) + 10 * u32::from(digit) + 2 * u32::from(joints)
}

/// Counts so small are those of nearly all characters of a key.
const SMALL: usize = 16;

/// Shannon entropy in bits a character, of the text's own characters.
pub(super) fn shannon(text: &[u8]) -> f64 {
    let length = text.len() as f64;
    let share = |count: u32| f64::from(count) / length * (length / f64::from(count)).log2();
    let mut counts = [0u32; 256];
    text.iter().for_each(|&byte| counts[usize::from(byte)] += 1);
    // Most characters come as often as others do, and to take a logarithm is slow.
    let mut shares = [None; SMALL];
    let mut share_of = |count: u32| match shares.get_mut(count as usize) {
        Some(known) => *known.get_or_insert_with(|| share(count)),
        None => share(count),
    };
    counts.iter().filter(|&&count| count > 0).map(|&count| share_of(count)).sum()
}

/// How many standard deviations more pairs of equal characters there are than in a random text over `alphabet`. Of
/// random texts one in three thousand passes 6 (32 hex digits; others are rarer), none in a hundred thousand passes 10.
pub(super) fn excess_collisions(text: &[u8], alphabet: u32) -> f64 {
    let mut counts = [0u32; 256];
    let mut seen = 0;
    for &byte in text {
        let count = &mut counts[usize::from(byte)];
        seen += u64::from(*count);
        *count += 1;
    }
    let count = text.len() as f64;
    let chance = 1.0 / f64::from(alphabet.max(2));
    let expected = count * (count - 1.0) / 2.0 * chance;
    (seen as f64 - expected) / (expected * (1.0 - chance)).sqrt().max(1.0)
}

/// How much the letters follow each other as in English words: the mean, over all pairs of neighbouring letters, of the
/// binary logarithm of how much more often the pair stands in words than chance gives. Words and names made of them are
/// above 1, random texts about -2. With it the number of pairs; nothing if they are fewer than six.
pub(super) fn wordiness(text: &[u8]) -> Option<(f64, usize)> {
    let pairs = letter_pairs(text).count();
    (pairs >= 6).then(|| (pair_score(text), pairs))
}

/// The mean that [`wordiness`] is made of, also for short texts.
pub(super) fn pair_score(text: &[u8]) -> f64 {
    let (sum, pairs) = letter_pairs(text).fold((0i32, 0i32), |(sum, pairs), pair| (sum + pair, pairs + 1));
    f64::from(sum) / f64::from(pairs.max(1))
}

fn letter_pairs(text: &[u8]) -> impl Iterator<Item = i32> {
    text.windows(2).filter(|pair| pair.iter().all(u8::is_ascii_alphabetic)).map(|pair| {
        let [first, second] = [pair[0], pair[1]].map(|byte| usize::from(byte.to_ascii_lowercase() - b'a'));
        i32::from(PAIRS[first][second]) - i32::from(b'4')
    })
}

/// For each first letter, for each second: 4 plus the binary logarithm of how much more often the pair stands in English
/// words and the names of programs than chance gives, between 0 and 8. Counted over 16,000 words of the documents and
/// sources of three public projects, each word weighted by the square root of its count.
const PAIRS: [[u8; 26]; 26] = [
    *b"35651350603757050767433242",
    *b"51215100420510400331400010",
    *b"61316206505510730536400030",
    *b"52137120602311410341310020",
    *b"63675541211657354886253630",
    *b"41115410600400500412300020",
    *b"30106023400313310431400000",
    *b"50006000400011500314300010",
    *b"54655550002658740566050304",
    *b"00003000000000200030100000",
    *b"20005110400101010030100000",
    *b"61147200600611620054420050",
    *b"63206000500240560031300010",
    *b"61666471504314530167441020",
    *b"34551340424568550755655210",
    *b"60136013401510550645400120",
    *b"00000000000000000000400000",
    *b"71448240604344630556531050",
    *b"50527205603322551267512040",
    *b"60438206700310630665501150",
    *b"44435230400546050656000000",
    *b"50006000500000300000000000",
    *b"40004003400103400320000000",
    *b"20203000300000040004000000",
    *b"11101000200123240032000000",
    *b"30004000100000100000000000",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Splitmix64: the tests need many random texts, the same in each run.
    fn random(length: usize, alphabet: &[u8], seed: u64) -> Vec<u8> {
        let mut state = seed << 32;
        let mut next = || {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            mixed ^ (mixed >> 31)
        };
        (0..length).map(|_| alphabet[(next() >> 33) as usize % alphabet.len()]).collect()
    }

    const HEX: &[u8] = b"0123456789abcdef";
    const ALNUM: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    #[test]
    fn random_texts_collide_as_often_as_chance_says() {
        for (alphabet, length) in [(HEX, 32), (ALNUM, 20), (ALNUM, 40), (ALNUM, 148)] {
            let excess = |seed| excess_collisions(&random(length, alphabet, seed), alphabet.len() as u32);
            let above = |limit: f64| (0..100_000).filter(|&seed| excess(seed) > limit).count();
            assert!(above(6.0) <= 40 && above(10.0) == 0, "{length} over {}", alphabet.len());
        }
    }

    #[test]
    fn alphabets_are_the_smallest_that_fit() {
        let sizes =
            [("", 0), ("0123", 10), ("abc0", 16), ("ABC0", 16), ("ab-0", 18), ("aBc0", 62), ("abcg0", 36), ("abc", 26)];
        sizes.iter().for_each(|(text, size)| assert_eq!(alphabet_size(text.as_bytes()), *size, "{text}"));
    }

    #[test]
    fn entropy_is_that_of_the_formula() {
        for text in ["a", "ab", "abca", "aaaaaaaaaaaaaaaaaaaaaaaab", "Zt7Lm2Wp9Kd4Rs8Vb3Qx"] {
            let share = |byte: u8| {
                let count = text.bytes().filter(|&other| other == byte).count() as f64;
                count / text.len() as f64 * (text.len() as f64 / count).log2()
            };
            let kinds: std::collections::BTreeSet<u8> = text.bytes().collect();
            let plainly: f64 = kinds.into_iter().map(share).sum();
            assert!((shannon(text.as_bytes()) - plainly).abs() < 1e-12, "{text}");
        }
    }

    #[test]
    fn few_characters_again_and_again_are_far_from_chance() {
        for text in ["abababababababababab", "aaaabbbbccccddddeeee", "1234123412341234abcd1234"] {
            assert!(excess_collisions(text.as_bytes(), alphabet_size(text.as_bytes())) > 4.0, "{text}");
        }
    }

    #[test]
    fn words_are_told_from_random_letters() {
        for name in ["createOpenAICompatible1", "my-super-secret-token-1", "sha256IntegrityHash", "languageModelV2Call"]
        {
            assert!(wordiness(name.as_bytes()).is_some_and(|(score, _)| score > 1.0), "{name}");
        }
        let random = (0..2000).filter_map(|seed| wordiness(&random(24, ALNUM, seed + 1)));
        assert!(random.filter(|&(score, _)| score > 0.5).count() < 10);
    }
}
