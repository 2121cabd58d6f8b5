//! Large inputs: a key at every edge of every window, in many lines and in one, from a file and from a pipe.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use memchr::{memchr_iter, memrchr};

use super::support::{Said, program, project_key, unleak};

/// `WINDOW` and `OVERLAP` of `src/source/window.rs`. If those change, keys stand at other places, and are found as well.
const WINDOW: usize = 16 << 20;
const OVERLAP: usize = 64 << 10;
const SIZE: usize = 40 << 20;

/// Where windows begin and end, and where what is their own does.
fn edges() -> Vec<usize> {
    let bases = (0..3).map(|window| window * (WINDOW - 2 * OVERLAP));
    let mut edges: Vec<usize> =
        bases.flat_map(|base| [base, base + OVERLAP, base + WINDOW - OVERLAP, base + WINDOW]).collect();
    edges.extend([WINDOW * 2, OVERLAP / 2, 1 << 20]);
    edges.sort_unstable();
    edges.dedup();
    edges.retain(|&edge| edge > 200 && edge < SIZE - 200);
    edges
}

/// A text of [`SIZE`] bytes with a key at every edge: ending there, beginning there, or across it. And where they begin.
fn text(filler: &[u8]) -> (Vec<u8>, Vec<usize>) {
    let mut bytes = filler.repeat(SIZE / filler.len());
    let mut starts = Vec::new();
    for (number, edge) in edges().into_iter().enumerate() {
        let start = edge - [90, 164, 0, 163, 1][number % 5];
        let key = project_key(number as u64);
        bytes[start - 1] = b' ';
        bytes[start..start + key.len()].copy_from_slice(key.as_bytes());
        bytes[start + key.len()] = b' ';
        starts.push(start);
    }
    (bytes, starts)
}

/// Offset, line and column of each leak that was told, by place.
fn told(said: &Said) -> Vec<(usize, usize, usize)> {
    let report = said.json();
    let leaks = report["leaks"].as_array().unwrap();
    let mut told: Vec<_> = leaks
        .iter()
        .flat_map(|leak| leak["sightings"].as_array().unwrap())
        .map(|place| ["offset", "line", "column"].map(|field| place[field].as_u64().unwrap() as usize))
        .map(|[offset, line, column]| (offset, line, column))
        .collect();
    told.sort_unstable();
    told
}

/// What should be told of a text in ASCII.
fn wanted(bytes: &[u8], starts: &[usize]) -> Vec<(usize, usize, usize)> {
    let place = |&start: &usize| {
        let before = &bytes[..start];
        let line = memchr_iter(b'\n', before).count() + 1;
        let column = start - memrchr(b'\n', before).map_or(0, |newline| newline + 1) + 1;
        (start, line, column)
    };
    starts.iter().map(place).collect()
}

#[test]
fn no_key_is_lost_at_the_edge_of_a_window() {
    let folder = tempfile::tempdir().unwrap();
    let (bytes, starts) = text(b"Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do.\n");
    assert!(starts.len() >= 9, "{starts:?}");
    fs::write(folder.path().join("large.log"), &bytes).unwrap();
    let said = unleak(folder.path(), ["--format", "json"]);
    assert_eq!(told(&said), wanted(&bytes, &starts));
}

#[test]
fn no_key_is_lost_in_one_line_of_forty_megabytes_from_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let (bytes, starts) = text(b"a=function(b){return b.c+1};");
    let mut command = program(folder.path());
    command.args(["scan", "-", "--format", "json"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&bytes).unwrap();
    drop(stdin);
    let said = Said::from(child.wait_with_output().unwrap());
    assert_eq!(told(&said), wanted(&bytes, &starts));
}

#[test]
fn columns_of_a_long_line_are_counted_in_characters_in_every_window() {
    let folder = tempfile::tempdir().unwrap();
    let filler = "é日 ".repeat((WINDOW + OVERLAP) / 6);
    let line = format!("{filler}{}", project_key(1));
    fs::write(folder.path().join("line.txt"), &line).unwrap();
    let said = unleak(folder.path(), ["--format", "json"]);
    assert_eq!(told(&said), [(filler.len(), 1, filler.chars().count() + 1)]);
}
