//! What goes over the wire, and every way in which it can go wrong.

use std::net::TcpListener;
use std::time::Duration;

use serde_json::json;
use unleak::issuer::{Client, Credential, Failure, ProxyChoice, Request, Settings, Tries};
use unleak::words::Secret;

use crate::server::{Authority, Reply, Server};
use crate::{base, client, models, secret, settings, trusting};

/// What a server that replies so makes of a request.
fn failure(reply: Reply) -> Failure {
    let server = Server::plain(move |_| reply.clone());
    let client = client(&server);
    client.send_once(&models(&client, &secret())).unwrap_err()
}

fn raw(text: &str) -> Reply {
    Reply::Raw(text.as_bytes().to_vec())
}

#[test]
fn a_request_says_who_asks_and_nothing_more() {
    let authority = Authority::new();
    let server = Server::tls(&authority, |_| Reply::json(200, json!({"data": []})).with("x-request-id", "req_1"));
    let client = trusting(&server, &authority);
    let answer = client.send(&models(&client, &secret())).unwrap();
    assert_eq!((answer.status(), answer.request_id()), (200, Some("req_1")));
    assert_eq!(answer.json(), Some(json!({"data": []})));
    let [asked] = &server.asked()[..] else { panic!("{:?}", server.asked()) };
    let mut headers: Vec<&str> = asked.headers.iter().map(|(name, _)| name.as_str()).collect();
    headers.sort_unstable();
    assert_eq!(headers, ["accept", "accept-encoding", "authorization", "host", "user-agent"]);
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("GET", "/v1/models"));
    assert_eq!(asked.header("authorization"), "Bearer a token that opens nothing");
    assert_eq!(asked.header("user-agent"), concat!("unleak/", env!("CARGO_PKG_VERSION")));
}

#[test]
fn bodies_and_other_credentials_arrive_as_they_were_meant() {
    let server = Server::plain(|_| Reply::json(200, json!({"value": "a new key"})));
    let client = client(&server);
    let (site, secret, empty) = (client.site("openai").unwrap(), secret(), Secret::new(b""));
    let own = Credential::Header { name: "x-api-key", secret: &secret };
    let answer = client.send(&Request::post(site, "keys", own, &json!({"name": "x"})).header("version", "1")).unwrap();
    assert_eq!(answer.secret("/value"), Some(Secret::new(b"a new key")));
    assert_eq!(format!("{answer:?}"), "Answer(200, 21 bytes)");
    let basic = Credential::Basic { user: &secret, password: &empty };
    client.send(&Request::delete(site, "keys", basic).then("key/1")).unwrap();
    let asked = server.asked();
    assert_eq!((asked[0].method.as_str(), asked[0].json()), ("POST", json!({"name": "x"})));
    assert_eq!([asked[0].header("x-api-key"), asked[0].header("version")], ["a token that opens nothing", "1"]);
    assert_eq!(asked[0].header("content-type"), "application/json");
    assert_eq!((asked[1].method.as_str(), asked[1].path.as_str()), ("DELETE", "/v1/keys/key%2F1"));
    assert_eq!(asked[1].header("authorization"), "Basic YSB0b2tlbiB0aGF0IG9wZW5zIG5vdGhpbmc6");
    assert!(asked[1].body.is_empty());
}

#[test]
fn no_redirect_is_followed() {
    let elsewhere = Server::plain(|_| Reply::json(200, json!({})));
    for status in [301, 302, 303, 307, 308] {
        let to = elsewhere.url("/v1/models");
        assert_eq!(failure(Reply::json(status, json!({})).with("location", to)), Failure::Redirected(status));
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[test]
fn what_breaks_is_told_apart() {
    assert_eq!(failure(Reply::Close), Failure::Broken);
    assert_eq!(failure(raw("not HTTP at all\r\n\r\n")), Failure::Broken);
    assert_eq!(failure(raw("HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhalf")), Failure::Broken);
    let stall = |text: &str| Reply::Stall(text.as_bytes().to_vec(), Duration::from_secs(4));
    assert_eq!(failure(stall("")), Failure::SlowToAnswer);
    assert_eq!(failure(stall("HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhalf")), Failure::SlowToAnswer);
    let huge = format!("HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n{}", "x".repeat(9_000_000));
    assert_eq!(failure(raw(&huge)), Failure::TooLarge);
    let lying = format!("HTTP/1.1 200 OK\r\nx-more: {}\r\n\r\n", "0123456789".repeat(10_000));
    assert_eq!(failure(raw(&lying)), Failure::TooLarge);
}

#[test]
fn what_is_not_there_is_told_apart() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", gone.local_addr().unwrap());
    drop(gone);
    let one = |bases| {
        let client = Client::new(Settings { bases, ..Settings::default() }).unwrap();
        client.send_once(&models(&client, &secret())).unwrap_err()
    };
    assert_eq!(one(vec![base("openai", &url)]), Failure::Refused);
    let unnamed = one(vec![base("openai", "https://unleak.invalid")]);
    assert!([Failure::NoSuchName, Failure::Offline].contains(&unnamed), "{unnamed:?}");
}

#[test]
fn a_certificate_has_to_be_trusted_and_for_the_right_name() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = Server::tls(&authority, |_| Reply::json(200, json!({})));
    let told = |client: Client| client.send_once(&models(&client, &secret())).unwrap_err();
    let Failure::Tls(said) = told(client(&server)) else { panic!("trusted by nobody") };
    assert!(said.contains("UnknownIssuer"), "{said}");
    assert!(matches!(told(trusting(&server, &other)), Failure::Tls(_)));
    let misnamed = Server::tls_for(&authority, vec!["api.openai.com".to_owned()], |_| Reply::json(200, json!({})));
    let Failure::Tls(said) = told(trusting(&misnamed, &authority)) else { panic!("trusted for another name") };
    assert!(said.contains("not valid for name"), "{said}");
    assert_eq!(server.asked().len() + misnamed.asked().len(), 0);
    let bad = Client::new(Settings { roots: Some(b"no certificate".to_vec()), ..settings(&server) });
    assert!(bad.unwrap_err().to_string().contains("SSL_CERT_FILE"));
}

#[test]
fn tls_is_spoken_or_nothing() {
    let plain = Server::plain(|_| Reply::json(200, json!({})));
    let bases = vec![base("openai", &plain.url("/v1").replace("http:", "https:"))];
    let client = Client::new(Settings { bases, ..settings(&plain) }).unwrap();
    assert!(client.send_once(&models(&client, &secret())).is_err());
    assert_eq!(plain.asked().iter().filter(|asked| !asked.bearer().is_empty()).count(), 0);
}

#[test]
fn a_secret_that_is_no_header_is_not_sent() {
    let server = Server::plain(|_| Reply::json(200, json!({})));
    let client = client(&server);
    let smuggled = Secret::new(b"x\r\nhost: elsewhere");
    assert_eq!(client.send(&models(&client, &smuggled)).unwrap_err(), Failure::Unsendable);
    assert_eq!(server.connections(), 0);
}

/// A proxy that refuses everything sees which host was wanted, and no secret.
#[test]
fn a_proxy_sees_names_only_and_this_machine_is_reached_without_it() {
    let proxy = Server::plain(|_| raw("HTTP/1.1 403 No\r\n\r\n"));
    let server = Server::plain(|_| Reply::json(200, json!({})));
    let choice = |except: &str| ProxyChoice {
        url: proxy.url("").replace("//", "//user:word@"),
        variable: "HTTPS_PROXY".to_owned(),
        except: except.to_owned(),
    };
    let with = |choice, bases| Client::new(Settings { proxy: Some(choice), bases, ..settings(&server) }).unwrap();
    let away = with(choice(""), Vec::new());
    let refused = away.send_once(&models(&away, &secret())).unwrap_err();
    assert!(matches!(refused, Failure::Proxy(_)), "{refused:?}");
    let [asked] = &proxy.asked()[..] else { panic!("{:?}", proxy.asked()) };
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("CONNECT", "api.openai.com:443"));
    assert!(!format!("{asked:?}").contains("opens nothing"));
    assert!(!format!("{away:?}").contains("word"));
    let here = with(choice(""), vec![base("openai", &server.url("/v1"))]);
    assert_eq!(here.send_once(&models(&here, &secret())).unwrap().status(), 200);
    let except = with(choice("unleak.invalid"), vec![base("openai", "https://unleak.invalid")]);
    assert!(except.send_once(&models(&except, &secret())).is_err());
    assert_eq!(proxy.asked().len(), 1);
}

#[test]
fn what_may_have_arrived_is_not_said_twice() {
    let server = Server::plain(|_| Reply::Close);
    let client = client(&server);
    let site = client.site("openai").unwrap();
    assert!(client.send(&Request::post(site, "keys", Credential::None, &json!({}))).is_err());
    assert_eq!(server.asked().len(), 1);
    assert!(client.send(&Request::get(site, "models", Credential::None)).is_err());
    assert_eq!(server.asked().len(), 4);
    assert!(client.send(&Request::get(site, "models", Credential::None).tries(Tries::OnceArrived)).is_err());
    assert_eq!(server.asked().len(), 5);
}
