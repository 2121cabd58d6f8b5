//! Codex logins: `auth.json` in every order of its members, compact and pretty, with every kind of refresh token. The
//! refresh token is the secret of the one finding that each is.

use super::placements::{Expected, Placement};
use crate::support::made;

const RULE: &str = "openai-codex-auth";

/// The refresh token: old, of 2026, and of the Auth0 time, which has no form of its own.
const REFRESH: [&str; 3] = ["rt_{b64url:43}.{b64url:43}", "rt.1.{b64url:86}", "{b64url:64}"];

/// The members of `tokens`, in an order.
const ORDERS: [[&str; 4]; 5] = [
    ["id_token", "access_token", "refresh_token", "account_id"],
    ["refresh_token", "id_token", "access_token", "account_id"],
    ["account_id", "access_token", "id_token", "refresh_token"],
    ["access_token", "refresh_token", "account_id", "id_token"],
    ["account_id", "refresh_token", "id_token", "access_token"],
];

/// The file around `tokens`.
const FILES: [(&str, &str); 4] = [
    ("{\"OPENAI_API_KEY\":null,\"tokens\":", ",\"last_refresh\":\"2026-01-02T03:04:05Z\"}"),
    ("{\"auth_mode\":\"chatgpt\",\"last_refresh\":\"2026-01-02T03:04:05Z\",\"tokens\":", "}"),
    ("{\"tokens\":", ",\"auth_mode\":\"chatgpt\",\"OPENAI_API_KEY\":null}"),
    ("{\"last_refresh\":\"2026-01-02T03:04:05Z\",\"OPENAI_API_KEY\":null,\"tokens\":", ",\"agent_identity\":null}"),
];

/// How a JSON text is laid out.
#[derive(Clone, Copy, Debug)]
enum Layout {
    Compact,
    Spaced,
    Pretty,
    PrettyCrlf,
}

const LAYOUTS: [Layout; 4] = [Layout::Compact, Layout::Spaced, Layout::Pretty, Layout::PrettyCrlf];

/// All of them.
pub(crate) fn placements() -> Vec<Placement> {
    let mut all = Vec::new();
    for (token, recipe) in REFRESH.iter().enumerate() {
        for (order, members) in ORDERS.iter().enumerate() {
            for (file, around) in FILES.iter().enumerate() {
                for layout in LAYOUTS {
                    let name = format!("login-{token}{order}{file}-{layout:?}.json");
                    all.push(placement(name, recipe, members, *around, layout, all.len() as u64));
                }
            }
        }
    }
    all
}

fn placement(
    file: String,
    recipe: &str,
    members: &[&str; 4],
    around: (&str, &str),
    layout: Layout,
    seed: u64,
) -> Placement {
    let refresh = made(recipe, seed);
    let value = |member: &&str| match *member {
        "refresh_token" => refresh.clone(),
        "account_id" => "0c5a8a3e-0000-4000-8000-000000000000".to_owned(),
        _ => made("{jwt:{\"https://api.openai.com/auth\":{\"chatgpt_plan_type\":\"pro\"},\"exp\":4102444800}}", seed),
    };
    let tokens: Vec<String> = members.iter().map(|member| format!("\"{member}\":\"{}\"", value(member))).collect();
    let compact = format!("{}{{{}}}{}", around.0, tokens.join(","), around.1);
    let text = laid_out(&compact, layout);
    let start = text.find(&refresh).unwrap();
    let what = format!("{layout:?} login with {members:?} and {recipe}");
    let expected = vec![Expected { rule: RULE, key: refresh.into_bytes(), start }];
    Placement { file, what, bytes: text.into_bytes(), expected }
}

/// A compact JSON text in another layout. No string in it holds a comma, colon or brace that JSON would read.
fn laid_out(compact: &str, layout: Layout) -> String {
    let (newline, colon) = match layout {
        Layout::Compact => return compact.to_owned(),
        Layout::Spaced => return compact.replace(",\"", ", \"").replace("\":", "\" : "),
        Layout::Pretty => ("\n", "\": "),
        Layout::PrettyCrlf => ("\r\n", "\": "),
    };
    compact
        .replace("\":", colon)
        .replace('{', &format!("{{{newline}  "))
        .replace(",\"", &format!(",{newline}  \""))
        .replace('}', &format!("{newline}}}"))
}
