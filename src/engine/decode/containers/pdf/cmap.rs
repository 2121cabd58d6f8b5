//! What the codes of a font stand for: its `ToUnicode` map, as far as that is ASCII, which all keys are.
//!
//! Facts: ISO 32000-1, section 9.10.3; Adobe Technical Note 5411, "ToUnicode Mapping File Tutorial".

use memchr::memmem;

/// The most characters that one code may stand for here: a ligature has three.
const MOST: usize = 3;

/// What each code of a font stands for: up to [`MOST`] characters, and nothing where that is not known.
#[derive(PartialEq, Eq)]
pub(super) struct Codes {
    /// How many bytes a code has.
    width: usize,
    means: Vec<[u8; MOST]>,
}

/// Whether a stream that begins so may be such a map.
pub(super) fn may_be(begin: &[u8]) -> bool {
    [&b"CIDInit"[..], b"begincmap", b"beginbf"].iter().any(|word| memmem::find(begin, word).is_some())
}

impl Codes {
    /// Reads a map; nothing if it has no codes of one or two bytes.
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let (_, space) = section(text, b"codespacerange")?;
        let width = Hexes { rest: space }.next()?.ok()?.len();
        if !(1..=2).contains(&width) {
            return None;
        }
        let mut codes = Self { width, means: vec![[0; MOST]; 1 << (8 * width)] };
        let mut rest = text;
        while let Some((after, chars)) = section(rest, b"bfchar") {
            let mut hexes = Hexes { rest: chars };
            while let (Some(Ok(code)), Some(Ok(means))) = (hexes.next(), hexes.next()) {
                codes.set(number(&code), &means);
            }
            rest = after;
        }
        rest = text;
        while let Some((after, ranges)) = section(rest, b"bfrange") {
            codes.read_ranges(ranges);
            rest = after;
        }
        codes.means.iter().any(|means| means[0] != 0).then_some(codes)
    }

    fn read_ranges(&mut self, ranges: &[u8]) {
        let mut hexes = Hexes { rest: ranges };
        while let (Some(Ok(low)), Some(Ok(high))) = (hexes.next(), hexes.next()) {
            let codes = number(&low)..=number(&high).min(self.means.len());
            match hexes.next() {
                Some(Ok(first)) => {
                    for (code, more) in codes.zip(0..=u8::MAX) {
                        let mut means = first.clone();
                        let Some(last) = means.last_mut() else { break };
                        *last = last.wrapping_add(more);
                        self.set(code, &means);
                    }
                }
                Some(Err(b'[')) => {
                    for code in codes {
                        let Some(Ok(means)) = hexes.next() else { break };
                        self.set(code, &means);
                    }
                    if hexes.rest.trim_ascii_start().first() == Some(&b']') {
                        hexes.next();
                    }
                }
                _ => return,
            }
        }
    }

    /// Notes what a code stands for, in UTF-16.
    fn set(&mut self, code: usize, utf16: &[u8]) {
        let ascii = utf16.chunks(2).all(|unit| matches!(unit, [0, b' '..=b'~']));
        let Some(means) = self.means.get_mut(code).filter(|_| ascii && utf16.len() <= 2 * MOST) else { return };
        *means = [0; MOST];
        means.iter_mut().zip(utf16.chunks(2)).for_each(|(to, unit)| *to = unit[1]);
    }

    /// What a string of this font says, put at the end of `text`; `?` stands for what is not ASCII. How much of it is known.
    pub(super) fn decode(&self, string: &[u8], text: &mut Vec<u8>) -> usize {
        let mut known = 0;
        for code in string.chunks_exact(self.width) {
            let means = self.means.get(number(code)).copied().unwrap_or_default();
            let len = means.iter().take_while(|&&byte| byte != 0).count();
            text.extend_from_slice(if len == 0 { b"?" } else { &means[..len] });
            known += usize::from(len > 0);
        }
        known
    }
}

/// What stands between `begin` and `end` of a section with this name, and what stands behind it.
fn section<'t>(text: &'t [u8], name: &[u8]) -> Option<(&'t [u8], &'t [u8])> {
    let begin = [b"begin", name].concat();
    let start = memmem::find(text, &begin)? + begin.len();
    let inside = &text[start..];
    let end = memmem::find(inside, b"end").unwrap_or(inside.len());
    Some((&inside[end..], &inside[..end]))
}

/// Hex strings, and any other mark that is no blank.
struct Hexes<'t> {
    rest: &'t [u8],
}

impl Iterator for Hexes<'_> {
    type Item = Result<Vec<u8>, u8>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rest = self.rest.trim_ascii_start();
        let (&mark, rest) = self.rest.split_first()?;
        if mark != b'<' {
            self.rest = rest;
            return Some(Err(mark));
        }
        let end = memchr::memchr(b'>', rest)?;
        self.rest = &rest[end + 1..];
        Some(Ok(super::text::hex(&rest[..end])))
    }
}

/// The number that up to two bytes are.
fn number(bytes: &[u8]) -> usize {
    bytes.iter().rev().take(2).rev().fold(0, |number, &byte| number << 8 | usize::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_map_is_read() {
        let text = b"/CIDInit /ProcSet findresource begin 1 begincodespacerange <0000> <FFFF> endcodespacerange\n\
            2 beginbfchar <0003> <0020> <0004> <00660069> endbfchar\n\
            2 beginbfrange <0010> <0012> <0061> <0020><0021>[<0078> <0079>] endbfrange 1 beginbfchar <30> <00E9> endbfchar";
        let codes = Codes::read(text).unwrap();
        let mut said = Vec::new();
        let known = codes.decode(&[0, 0x10, 0, 0x12, 0, 3, 0, 4, 0, 0x20, 0, 0x21, 0, 0x30, 0], &mut said);
        assert_eq!((known, said.as_slice()), (6, &b"ac fixy?"[..]));
        let narrow =
            Codes::read(b"begincodespacerange<00><FF>endcodespacerange beginbfrange <01> <02> <0041> endbfrange");
        let mut said = Vec::new();
        narrow.unwrap().decode(&[1, 2, 3], &mut said);
        assert_eq!(said, b"AB?");
    }

    #[test]
    fn what_makes_no_sense_is_no_map() {
        for text in [
            &b""[..],
            b"begincodespacerange",
            b"begincodespacerange <000000> <FFFFFF> endcodespacerange",
            b"beginbfchar <00",
        ] {
            assert!(Codes::read(text).is_none());
        }
    }
}
