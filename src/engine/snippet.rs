//! The snippet: the line a sighting stands in, cut to a readable length, with every candidate in it masked, and whatever
//! else in it looks random: a secret that no rule knows is none to be shown.

use std::ops::Range;

use super::judge::looks_random;
use super::lines::line_around;
use super::runs::runs;

/// How much of the line is kept on either side of the secret, in bytes.
const AROUND: usize = 60;

/// What has to be hidden in a text: a range and the mask to show instead. Sorted, not overlapping.
pub(super) type Hidden = (Range<usize>, String);

/// The line around `secret`. Everything in `hidden` is replaced by its mask, also where the cut would go through it.
pub(super) fn snippet(text: &[u8], secret: &Range<usize>, hidden: &[Hidden]) -> String {
    let line = line_around(text, secret);
    let kept = line.start.max(secret.start.saturating_sub(AROUND))..line.end.min(secret.end + AROUND);
    let mut out = String::new();
    if kept.start > line.start {
        out.push('…');
    }
    let mut at = kept.start;
    let first = hidden.partition_point(|(range, _)| range.end <= kept.start);
    for (range, mask) in hidden[first..].iter().take_while(|(range, _)| range.start < kept.end) {
        push_plain(&mut out, text, at..range.start.max(at));
        out.push_str(mask);
        at = range.end;
    }
    push_plain(&mut out, text, at.min(kept.end)..kept.end);
    if kept.end < line.end {
        out.push('…');
    }
    out
}

/// Writes what may be shown, but for what looks random in it. A run that `part` cuts is judged by its whole.
fn push_plain(out: &mut String, text: &[u8], part: Range<usize>) {
    let around = part.start.saturating_sub(AROUND)..text.len().min(part.end + AROUND);
    let mut at = part.start;
    for run in runs(&text[around.clone()]) {
        let run = around.start + run.start..around.start + run.end;
        let seen = run.start.max(at)..run.end.min(part.end);
        if !seen.is_empty() && looks_random(&text[run]) {
            out.push_str(&String::from_utf8_lossy(&text[at..seen.start]));
            out.push('…');
            at = seen.end;
        }
    }
    out.push_str(&String::from_utf8_lossy(&text[at..part.end]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_random_is_not_shown_and_names_are() {
        let text = b"setCompletionsApiKeyV2(k, \"8fQ2mX9vLk3Wp7RtZ1cY\") // KEY";
        let secret = text.len() - 3..text.len();
        let shown = snippet(text, &secret, &[(secret.clone(), "<m>".to_owned())]);
        assert_eq!(shown, "setCompletionsApiKeyV2(k, \"…\") // <m>");
    }

    #[test]
    fn every_secret_in_sight_is_masked_also_the_one_that_is_cut() {
        let secret = "S".repeat(20);
        let text = format!("{secret} key={secret} {} {secret}{secret}\nnext", "x".repeat(40));
        let hidden: Vec<Hidden> =
            memchr::memmem::find_iter(text.as_bytes(), &secret).map(|at| (at..at + 20, "<m>".to_owned())).collect();
        let shown = snippet(text.as_bytes(), &hidden[1].0, &hidden);
        assert_eq!(shown, format!("<m> key=<m> {} <m>…", "x".repeat(40)));
    }
}
