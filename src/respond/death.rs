//! The proof that a secret is dead: its issuer is asked until it says so, or the time is over, and the log says what came of it.

use std::time::{Duration, Instant};

use super::answers::HowGone;
use super::carry_out::{Fate, Tools};
use super::evidence::{Deed, Evidence, EvidenceError, State, rfc3339};
use super::plan::Leaked;
use crate::words::{Liveness, Secret};

/// The longest pause between two questions whether a key is dead. OpenAI: a deleted key stops within seconds.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Asks until the secret is dead, or the time is over. `entry` is the step as the log names it, `begin` when it was ended.
pub(super) fn prove_death(
    tools: &Tools<'_>,
    leaked: &Leaked,
    entry: &Deed,
    (how, begin): (HowGone, Instant),
    evidence: &mut Evidence,
) -> Result<Fate, EvidenceError> {
    let Some(secret) = leaked.secret.as_ref() else {
        let why = "the key itself was not found again, so nobody could be asked whether it is dead";
        evidence.record(&entry.then(State::Unclear, why))?;
        return Ok(Fate::Unproven { why: why.to_owned() });
    };
    evidence.record(entry)?;
    let (last, after) = watch(tools, &leaked.rule, secret, begin);
    let fate = match &last {
        Liveness::Dead(_) => Fate::Dead { after: Some(after) },
        Liveness::Live(_) if how == HowGone::NotThere => {
            Fate::Failed { why: "the key is not where the list had it, and still works; run this again".to_owned() }
        }
        Liveness::Live(_) => Fate::StillAlive { waited: after },
        Liveness::Unknown(why) => Fate::Unproven { why: why.to_string() },
    };
    let (state, dead_at) = match &last {
        Liveness::Dead(_) => (State::Done, Some(rfc3339(evidence.now()))),
        Liveness::Live(_) => (State::Failed, None),
        Liveness::Unknown(_) => (State::Unclear, None),
    };
    evidence.record(&Deed { dead_at, ..entry.then(state, last.to_string()) })?;
    Ok(fate)
}

/// Asks until it is dead; what nobody can be asked about is asked about once.
fn watch(tools: &Tools<'_>, rule: &str, secret: &Secret, begin: Instant) -> (Liveness, Duration) {
    let client = tools.client;
    let mut asked = 0;
    loop {
        let liveness = tools.asks.ask(rule, secret).liveness;
        let after = begin.elapsed();
        asked += 1;
        let pause = client.backoff().pause(asked).min(LONGEST_PAUSE);
        let silent = matches!(&liveness, Liveness::Unknown(why) if !why.is_failure());
        if liveness.is_dead() || silent || after + pause > tools.wait || client.rest(pause).is_err() {
            return (liveness, after);
        }
    }
}
