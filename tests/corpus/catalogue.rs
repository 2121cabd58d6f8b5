//! The catalogue: every rule says what it is, is tested by its own hits and misses, and claims nothing of another's.

use unleak::app::catalogue::check;
use unleak::app::load_rules;

#[test]
fn every_rule_tells_what_it_is_and_how_it_is_tested() {
    let rules = load_rules(&Default::default()).unwrap();
    for rule in rules.rules() {
        let (id, spec) = (rule.id(), rule.spec());
        assert!(spec.hits.len() >= 3 && spec.misses.len() >= 3, "{id}: three hits and three misses");
        assert!(spec.description.ends_with('.') && spec.remedy.len() > 30, "{id}: a sentence that helps");
        let https = |reference: &String| reference.starts_with("https://");
        let known = rule.provider().id == "generic" || !spec.references.is_empty();
        assert!(known && spec.references.iter().all(https), "{id}: where its facts come from");
    }
}

#[test]
fn every_hit_is_claimed_by_its_rule_alone_and_no_miss_is_found() {
    let checked = check(load_rules(&Default::default()).unwrap()).unwrap();
    let told: Vec<String> = checked
        .failures
        .iter()
        .map(|failure| format!("{}: {} {}", failure.rule, failure.recipe, failure.why))
        .collect();
    assert!(told.is_empty(), "{told:#?}");
}
