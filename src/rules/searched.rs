//! The lane of other programs' rules: their keywords, in any case of letters, are looked for in one pass, and only the
//! patterns whose keyword is there are searched. It costs nothing where there are no such rules.

use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use regex_automata::{Input, MatchKind, PatternSet};

/// Rules whose patterns are searched.
#[derive(Debug)]
pub(crate) struct Searched {
    keywords: Option<Regex>,
    /// For each keyword, its rule.
    owners: Vec<usize>,
    /// Rules without a keyword.
    always: Vec<usize>,
}

impl Searched {
    /// Nothing if there are no such rules.
    pub(super) fn new(rules: Vec<(Vec<String>, usize)>) -> Option<Self> {
        let (mut literals, mut owners, mut always) = (Vec::new(), Vec::new(), Vec::new());
        for (words, rule) in &rules {
            if words.is_empty() {
                always.push(*rule);
            }
            for word in words {
                literals.push(escaped(word));
                owners.push(*rule);
            }
        }
        let config = syntax::Config::new().unicode(false).utf8(false).case_insensitive(true);
        let all = Regex::config().match_kind(MatchKind::All);
        let keywords =
            (!literals.is_empty()).then(|| Regex::builder().syntax(config).configure(all).build_many(&literals).ok());
        (!rules.is_empty()).then(|| Self { keywords: keywords.flatten(), owners, always })
    }

    /// The rules whose pattern has to be searched in `text`.
    pub(crate) fn in_text(&self, text: &[u8]) -> Vec<usize> {
        let mut rules = self.always.clone();
        match &self.keywords {
            Some(keywords) => {
                let mut seen = PatternSet::new(keywords.pattern_len());
                keywords.which_overlapping_matches(&Input::new(text), &mut seen);
                rules.extend(seen.iter().map(|keyword| self.owners[keyword.as_usize()]));
            }
            None => rules.extend(&self.owners),
        }
        rules.sort_unstable();
        rules.dedup();
        rules
    }
}

/// The literal as a pattern.
fn escaped(literal: &str) -> String {
    literal.bytes().map(|byte| format!("\\x{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rules_whose_keyword_is_there_are_searched() {
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let searched =
            Searched::new(vec![(words(&["acme", "a.c"]), 3), (words(&["beta"]), 5), (words(&[]), 7)]).unwrap();
        assert_eq!(searched.in_text(b"an ACME key, abc"), [3, 7]);
        assert_eq!(searched.in_text(b"Beta, A.C"), [3, 5, 7]);
        assert_eq!(searched.in_text(b""), [7]);
        assert!(Searched::new(Vec::new()).is_none());
    }
}
