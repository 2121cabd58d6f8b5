//! Order: any number of threads and any order of paths give the same report, byte for byte.

use super::support::{made, project_key, unleak, write};

#[test]
fn threads_and_the_order_of_paths_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..300u64 {
        let recipe = ["sk-{openai:20}", "x", "API_KEY={alnum:32}", "sk-proj-{repeat:x:74}T3Blbk{=FJ}{repeat:x:74}"];
        let mark = if number % 11 == 0 { " # unleak:allow" } else { "" };
        let other = made(recipe[number as usize % 4], number);
        let content = format!("{}{mark}\n{other}\n{}\n", project_key(number % 17), project_key(number));
        write(folder.path(), format!("{}/{}/{number}.txt", number % 3, number % 7), content);
    }
    let arguments = |threads: &'static str, paths: &[&'static str]| {
        let mut all = vec!["scan", "--format", "json", "--noise", "--threads", threads];
        all.extend(paths);
        all
    };
    let report = |threads, paths: &[&'static str]| {
        let said = unleak(folder.path(), arguments(threads, paths));
        let (head, rest) = said.stdout.split_once("\"outcome\"").unwrap();
        assert!(head.contains("\"roots\""), "{head}");
        rest.to_owned()
    };
    let wanted = report("1", &["0", "1", "2"]);
    assert!(wanted.len() > 100_000);
    assert_eq!(
        unleak(folder.path(), arguments("1", &["."])).stdout,
        unleak(folder.path(), arguments("8", &["."])).stdout
    );
    for paths in [["0", "1", "2"], ["2", "0", "1"], ["1", "2", "0"], ["2", "1", "0"]] {
        assert!(report("8", &paths) == wanted, "{paths:?}");
        assert!(report("1", &paths) == wanted, "{paths:?}");
    }
    for twice in [&["0", "1", "2", "2/1"][..], &["0", "0", "1", "2"]] {
        assert!(leaks(&report("8", twice)) == leaks(&wanted), "{twice:?}");
    }
}

/// A report without what it read, which a path named twice makes more.
fn leaks(report: &str) -> &str {
    report.split_once("\"summary\"").unwrap().0
}
