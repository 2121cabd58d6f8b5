//! What other tools accept is carried over as far as it is found here.

use std::process::Command;

use serde_json::json;

use crate::common::Repo;
use crate::support::{project_key, unleak};
use crate::{leaks, report};

/// The SHA-1 of a text, by git's own program, which hashes more than the text: so by `sha1sum`.
fn sha1(text: &str) -> Option<String> {
    let script = format!("printf %s '{text}' | sha1sum");
    let output = Command::new("sh").args(["-c", &script]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.get(..40).map(ToOwned::to_owned)
}

#[test]
fn detect_secrets_names_secrets_by_their_sha1() {
    let repo = Repo::new();
    repo.write("a.env", format!("A=1\nOPENAI_API_KEY={}\n", project_key(1)));
    repo.write("b.env", format!("OPENAI_API_KEY={}\n", project_key(2)));
    let Some(hash) = sha1(&project_key(1)) else { return };
    let potential = |name: &str, hash: &str| json!({"type": "Secret Keyword", "filename": name, "hashed_secret": hash, "is_verified": false, "line_number": 99});
    let file = json!({"version": "1.5.0", "plugins_used": [], "results": {
        "a.env": [potential("a.env", &hash)],
        "b.env": [potential("b.env", &hash)],
    }});
    repo.write("../.secrets.baseline", file.to_string());
    let said = unleak(&repo.path, ["baseline", "import", "../.secrets.baseline"]);
    assert_eq!(said.status, Some(0), "{}{}", said.stdout, said.stderr);
    assert!(
        said.stdout.contains("detect-secrets: 1 carried over, 1 not") && said.stdout.contains("b.env:99"),
        "{}",
        said.stdout
    );
    assert_eq!(leaks(&report(&repo.path, &["scan"], 1)), ["b.env"]);
}

#[test]
fn a_gitleaks_report_names_them_by_the_secret_or_by_the_line() {
    let repo = Repo::new();
    repo.write("a.env", format!("A=1\nOPENAI_API_KEY={}\n", project_key(1)));
    repo.write("b.env", format!("OPENAI_API_KEY={}\n", project_key(2)));
    repo.write("c.env", format!("OPENAI_API_KEY={}\n", project_key(3)));
    let finding = |file: &str, line: u64, secret: &str| json!({"RuleID": "openai-api-key", "File": file, "StartLine": line, "Secret": secret, "Commit": "", "Fingerprint": format!("{file}:openai-api-key:{line}")});
    let found = json!([
        finding("a.env", 77, &project_key(1)),
        finding("b.env", 1, "REDACTED"),
        finding("c.env", 2, "REDACTED")
    ]);
    let path = repo.dir.path().join("gitleaks.json");
    std::fs::write(&path, found.to_string()).unwrap();
    let said = unleak(&repo.path, ["baseline".as_ref(), "import".as_ref(), path.as_os_str()]);
    assert!(said.status == Some(0) && said.stdout.contains("gitleaks: 2 carried over, 1 not"), "{}", said.stdout);
    assert_eq!(leaks(&report(&repo.path, &["scan"], 1)), ["c.env"]);
}

#[test]
fn a_gitleaksignore_names_lines_in_commits() {
    let repo = Repo::new();
    let commit = repo.commit("a.env", &format!("# one\nOPENAI_API_KEY={}\n", project_key(1)));
    repo.commit("a.env", &format!("OPENAI_API_KEY={}\n", project_key(1)));
    let gone = repo.commit("b.env", &format!("OPENAI_API_KEY={}\n", project_key(2)));
    repo.commit("b.env", "OPENAI_API_KEY=\n");
    repo.write("c.env", format!("OPENAI_API_KEY={}\n", project_key(3)));
    let lines = [
        format!("{commit}:a.env:openai-api-key:2"),
        format!("{}:b.env:openai-api-key:1", &gone[..8]),
        format!("{commit}:a.env:openai-api-key:1"),
        "c.env:openai-api-key:1".to_owned(),
    ];
    repo.write(".gitleaksignore", format!("# known\n{}\n", lines.join("\n")));
    let said = unleak(&repo.path, ["baseline", "import", ".gitleaksignore"]);
    assert!(said.status == Some(0) && said.stdout.contains("3 carried over, 1 not"), "{}{}", said.stdout, said.stderr);
    report(&repo.path, &["scan"], 0);
    assert_eq!(leaks(&report(&repo.path, &["history"], 0)), [""; 0]);
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-qm", "c"]);
    report(&repo.path, &["history"], 0);
    let said = unleak(&repo.path, ["baseline", "import", "a.env"]);
    assert!(said.status == Some(2) && !said.stderr.contains(&project_key(1)[20..40]), "{}", said.stderr);
}
