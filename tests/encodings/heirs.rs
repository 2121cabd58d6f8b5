//! Heirs: what decoders find in a text that is made from another one, as git's deltas are, is what they find in it whole.

use unleak::words::{Blob, Heritage, Origin, Secret, Shared, Watches};

use super::containers::zip;
use super::keys::KINDS;
use super::{Found, complaint, engine, leaks, limits};

/// What is found in `before + old + after` with `new` in place of `old`, as an heir of the former and as a whole.
fn both_ways(before: &str, old: &str, new: &str, after: &str) -> [Vec<Secret>; 2] {
    let engine = engine(limits());
    let mut scanner = engine.scanner();
    let base = format!("{before}{old}{after}");
    let mut look = |text: &str, heritage: Option<&Heritage<'_>>, watches: &mut Watches| {
        let mut found = Found::default();
        scanner.scan_heir(&Blob::whole(&Origin::Stdin, text.as_bytes()), heritage, watches, &mut found);
        leaks(&found).into_iter().map(|leak| leak.secret.clone()).collect::<Vec<_>>()
    };
    let mut watches = Watches::default();
    look(&base, None, &mut watches);
    let shared = [
        Shared { from: 0, at: 0, len: before.len() },
        Shared { from: before.len() + old.len(), at: before.len() + new.len(), len: after.len() },
    ];
    let heir = format!("{before}{new}{after}");
    let heritage = Heritage { shared: &shared, base_len: base.len(), watches: &watches };
    [look(&heir, Some(&heritage), &mut Watches::default()), look(&heir, None, &mut Watches::default())]
}

#[test]
fn markup_that_changes_far_from_the_pieces_it_joins_makes_no_difference() {
    let key = KINDS[0].key(1);
    let (one, other) = key.split_at(60);
    let words = "what stands here is of no interest; ".repeat(200);
    let mut joined = 0;
    let many = [1, 5, 20, 40, 60, 100, 300];
    for (left, right) in many.into_iter().flat_map(|left| many.map(|right| (left, right))) {
        let tags = |many| "</b>".repeat(many);
        let (before, after) =
            (format!("{words}<p>{one}{}", tags(left)), format!("{}{other}</p>\n{words}", tags(right)));
        let [heir, whole] = both_ways(&before, "<td>", "<i>", &after);
        assert_eq!(heir, whole, "{left} tags before the change and {right} behind it");
        joined += usize::from(whole.contains(&Secret::new(key.as_bytes())));
    }
    assert!((5..45).contains(&joined), "{joined}: some must be near enough, and some too far");
}

#[test]
fn lines_that_begin_to_go_on_make_no_difference() {
    let key = KINDS[1].key(2);
    let words = "what stands here is of no interest; ".repeat(200);
    let digits =
        base64::Engine::encode(&base64::prelude::BASE64_STANDARD, format!("{}key = {key}\n", "some text ".repeat(90)));
    let lines: Vec<&str> = digits.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    for cut in [1, 5, lines.len() - 2] {
        let before = format!("{words}\n{}", lines[..cut].join("\n"));
        let after = format!("\n{}\n\n{words}", lines[cut..].join("\n"));
        let [heir, whole] = both_ways(&before, " ---", "", &after);
        assert_eq!(heir, whole, "cut behind line {cut}");
        assert_eq!(whole, [Secret::new(key.as_bytes())]);
    }
}

#[test]
fn a_word_processor_may_say_much_between_two_pieces() {
    let key = KINDS[0].key(3);
    let (one, other) = key.split_at(60);
    let fonts =
        "<w:rFonts w:ascii=\"Consolas\" w:hAnsi=\"Consolas\" w:eastAsia=\"Times New Roman\" w:cs=\"Times New Roman\"/>";
    let run = format!(
        "<w:r w:rsidRPr=\"00A12345\"><w:rPr>{fonts}<w:b/><w:color w:val=\"A31515\"/><w:sz w:val=\"19\"/></w:rPr><w:t>"
    );
    let empty = format!("{run}</w:t></w:r>").repeat(4);
    let text = format!("<w:p>{run}{one}</w:t></w:r>{empty}{run}{other}</w:t></w:r></w:p>");
    let document = zip(text.as_bytes(), ::zip::CompressionMethod::Deflated);
    assert_eq!(complaint(&engine(limits()), &document, &key), None);
}
