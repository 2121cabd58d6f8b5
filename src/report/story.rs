//! What became of a leak in its repository, as a sentence for people.

use crate::words::{Commit, Date, Life, short_ref};

/// How many references are named.
const REFS: usize = 3;

/// A leak's life in a sentence or two.
pub(super) fn story(life: &Life) -> String {
    let when =
        |commit: &Commit| format!("{} in {} by {}", Date::new(commit.seconds).day(), commit.id.short(), commit.name());
    let mut story = match &life.introduced {
        Some(commit) => format!("Came in on {}", when(commit)),
        None => "No commit holds it, but the repository does".to_owned(),
    };
    match &life.removed {
        _ if life.in_head => story.push_str(", still in HEAD"),
        Some(commit) => story.push_str(&format!(", left HEAD on {}", when(commit))),
        None => story.push_str(", not in HEAD"),
    }
    let all = life.refs.len() + life.more_refs;
    if all > 0 {
        let named: Vec<&str> = life.refs.iter().take(REFS).map(|name| short_ref(name)).collect();
        let more = if all > named.len() { format!(" and {} more", all - named.len()) } else { String::new() };
        story.push_str(&format!(". Readable from {}{more}", named.join(", ")));
    }
    story.push('.');
    story
}
