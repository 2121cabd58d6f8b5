//! Keeping to a pace, waiting when asked to, trying again, giving up.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use unleak::issuer::{Client, Failure, Settings};

use crate::server::{Reply, Server};
use crate::{client, models, secret, settings};

/// A server that gives these replies, one after the other, and then 200.
fn in_turn(replies: Vec<Reply>) -> Server {
    let next = AtomicUsize::new(0);
    Server::plain(move |_| {
        let reply = replies.get(next.fetch_add(1, Ordering::SeqCst)).cloned();
        reply.unwrap_or_else(|| Reply::json(200, json!({})))
    })
}

fn said(status: u16) -> Reply {
    Reply::json(status, json!({}))
}

#[test]
fn a_failure_that_may_pass_is_tried_twice_more() {
    for (replies, status, asked) in [
        (vec![said(500), said(503)], 200, 3),
        (vec![said(500), said(503), said(502), said(500)], 502, 3),
        (vec![Reply::Close, Reply::Raw(b"?".to_vec())], 200, 3),
        (vec![said(429)], 200, 2),
        (vec![said(401)], 401, 1),
        (vec![said(404)], 404, 1),
    ] {
        let server = in_turn(replies);
        let client = client(&server);
        let answer = client.send(&models(&client, &secret())).unwrap();
        assert_eq!((answer.status(), server.asked().len()), (status, asked));
    }
}

#[test]
fn who_is_asked_to_wait_waits_and_that_is_no_failure() {
    let wait = || said(429).with("retry-after-ms", "60");
    let server = in_turn(vec![wait(), wait(), wait(), wait()]);
    let client = client(&server);
    let begin = Instant::now();
    assert_eq!(client.send(&models(&client, &secret())).unwrap().status(), 200);
    assert!(begin.elapsed() >= Duration::from_millis(240), "{:?}", begin.elapsed());
    assert_eq!(server.asked().len(), 5);
}

#[test]
fn a_credential_that_has_nothing_left_rests_before_its_next_request() {
    let spent = said(200).with("x-ratelimit-remaining-requests", "0").with("x-ratelimit-reset-requests", "80ms");
    let server = in_turn(vec![spent]);
    let client = client(&server);
    let begin = Instant::now();
    client.send(&models(&client, &secret())).unwrap();
    client.send(&models(&client, &secret())).unwrap();
    assert!(begin.elapsed() >= Duration::from_millis(80), "{:?}", begin.elapsed());
}

#[test]
fn nobody_waits_longer_than_the_run_may_take() {
    let server = in_turn(vec![said(429).with("retry-after", "60")]);
    let client = client(&server);
    let answer = client.send(&models(&client, &secret())).unwrap();
    assert_eq!((answer.status(), server.asked().len()), (429, 1));
    let over = Client::new(Settings { deadline: Duration::ZERO, ..settings(&server) }).unwrap();
    assert_eq!(over.send(&models(&over, &secret())).unwrap_err(), Failure::Deadline);
}

#[test]
fn a_pace_is_kept() {
    let server = Server::plain(|_| said(200));
    let client = Client::new(Settings { per_second: Some(100), ..settings(&server) }).unwrap();
    let begin = Instant::now();
    (0..11).for_each(|_| drop(client.send(&models(&client, &secret())).unwrap()));
    assert!(begin.elapsed() >= Duration::from_millis(100), "{:?}", begin.elapsed());
    assert_eq!(client.made(), 11);
}
