//! The memory of verdicts: short, and without secrets.

use std::fs;

use serde_json::{Value, json};

use crate::server::{Authority, Reply, Server};
use crate::support::{project_key, write};
use crate::{alive, asking, incorrect, run, verdicts};

#[test]
fn a_verdict_is_remembered_for_a_while_and_a_secret_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let (living, dead, odd) = (project_key(1), project_key(2), project_key(3));
    for (name, key) in [("living", &living), ("dead", &dead), ("odd", &odd)] {
        write(folder.path(), format!("keys/{name}.env"), format!("KEY={key}\n"));
    }
    let (authority, known, lost) = (Authority::new(), living.clone(), dead.clone());
    let server = Server::tls(&authority, move |asked| match asked.bearer() {
        key if key == known => alive(asked),
        key if key == lost => incorrect(key),
        _ => Reply::json(401, json!({})),
    });
    let cache = folder.path().join("cache");
    let ask = |more: &[&str]| {
        let mut command = asking(folder.path(), &authority, &server);
        command.env("XDG_CACHE_HOME", &cache).args(["scan", "keys", "--verify", "--format", "json"]).args(more);
        run(&mut command).json()
    };
    let first = ask(&["--no-cache"]);
    assert!(!cache.exists());
    assert_eq!(server.asked().len(), 4);
    assert_eq!(verdicts(&ask(&[])), verdicts(&first));
    assert_eq!(server.asked().len(), 8);
    let again = ask(&[]);
    assert_eq!(verdicts(&again), verdicts(&first));
    assert_eq!(server.asked().len(), 9, "what nobody knows is asked again");
    let remembered = |report: &Value| {
        let leaks = report["leaks"].as_array().unwrap();
        leaks.iter().map(|leak| leak["liveness"]["remembered"].as_bool().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!((remembered(&first), remembered(&again)), (vec![false; 3], vec![true, true, false]));
    assert_eq!(again["leaks"][1]["liveness"]["identity"], first["leaks"][1]["liveness"]["identity"]);

    let file = cache.join("unleak/verdicts-1.json");
    let text = fs::read_to_string(&file).unwrap();
    for key in [&living, &dead, &odd] {
        for part in [&key[..], &key[8..40], &key[key.len() - 20..]] {
            assert!(!text.contains(part), "{text}");
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // What is old counts no more.
    let mut kept: Value = serde_json::from_str(&text).unwrap();
    for verdict in kept.as_object_mut().unwrap().values_mut() {
        verdict["asked"] = json!(verdict["asked"].as_u64().unwrap() - 3600);
    }
    fs::write(&file, kept.to_string()).unwrap();
    let later = ask(&[]);
    assert_eq!(verdicts(&later), verdicts(&first));
    assert_eq!(server.asked().len(), 12, "an hour later the living one is asked again");
    // Another address is another issuer, and analysis wants more than was learned.
    let other = Server::tls(&authority, |asked| incorrect(asked.bearer()));
    let moved = ask(&["--base-url", &format!("openai={}", other.url("/v1"))]);
    assert_eq!(verdicts(&moved)["keys/living.env"], "dead refused");
    fs::write(&file, "no JSON").unwrap();
    assert_eq!(verdicts(&ask(&[])), verdicts(&first));
}
