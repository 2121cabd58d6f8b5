//! Contexts: texts that people leave keys in. In a template `§` stands for the key, `¤` for the name of its variable,
//! and U+0080 and U+00FF for the bytes 0x80 and 0xFF, which no UTF-8 text holds.

use super::kinds::Needs;

/// A text around a key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    pub(crate) file: &'static str,
    /// What a key may need that this gives.
    pub(crate) gives: Needs,
    pub(crate) template: &'static str,
}

const fn assigned(file: &'static str, template: &'static str) -> Context {
    Context { file, gives: Needs::Assigned, template }
}

const fn mentioned(file: &'static str, template: &'static str) -> Context {
    Context { file, gives: Needs::Mention, template }
}

const fn bare(file: &'static str, template: &'static str) -> Context {
    Context { file, gives: Needs::Nothing, template }
}

pub(crate) const CONTEXTS: &[Context] = &[
    assigned(".env", "A=1\n¤=§\nB=2\n"),
    assigned("quoted.env", "export ¤=\"§\"\n"),
    assigned("single.env", "¤='§' # for the bot\n"),
    assigned("no-newline.env", "¤=§"),
    assigned("crlf.env", "A=1\r\n¤=§\r\nB=2\r\n"),
    assigned("bom.env", "\u{feff}¤=§\n"),
    assigned("columns.env", "# ключ 日本\né ¤=§ 日本\n"),
    assigned("compact.json", "{\"a\":1,\"¤\":\"§\",\"b\":[]}"),
    assigned("pretty.json", "{\n  \"model\": \"gpt\",\n  \"¤\": \"§\"\n}\n"),
    assigned("escaped.json", "{\"body\":\"{\\\"¤\\\":\\\"§\\\"}\"}\n"),
    assigned("notebook.ipynb", "{\"cells\":[{\"source\":[\"os.environ[\\\"¤\\\"] = \\\"§\\\"\\n\",\n\"x\"]}]}\n"),
    assigned("plain.yaml", "llm:\n  ¤: §\n  model: gpt\n"),
    assigned("quoted.yaml", "env:\n  - \"x\"\n¤: \"§\"\n"),
    assigned("compose.yaml", "environment:\n  - ¤=§\n"),
    mentioned("kubernetes.yaml", "env:\n  - name: ¤\n    value: \"§\"\n"),
    assigned("config.toml", "[openai]\n¤ = \"§\"\n"),
    assigned("config.ini", "[openai]\n¤ = §\n; end\n"),
    assigned("app.properties", "¤=§\nx.y=1\n"),
    assigned("app.py", "import os\n¤ = \"§\"\nclient = 1\n"),
    assigned("env.py", "os.environ['¤'] = '§'\n"),
    assigned("app.js", "const ¤ = '§';\n"),
    assigned("app.ts", "export const ¤: string = `§`;\n"),
    assigned("app.rs", "const ¤: &str = \"§\";\n"),
    assigned("app.go", "func init() {\n\tos.Setenv(\"¤\", \"§\")\n}\n"),
    assigned("Short.go", "\t¤ := \"§\"\n"),
    assigned("App.java", "  private static final String ¤ = \"§\";\n"),
    assigned("App.cs", "  const string ¤ = @\"§\";\n"),
    assigned("app.rb", "ENV['¤'] = '§'\n"),
    assigned("app.php", "<?php return ['¤' => '§'];\n"),
    assigned("app.swift", "let ¤: String = \"§\"\n"),
    assigned("App.kt", "const val ¤ = \"§\"\n"),
    mentioned("app.h", "#define ¤ \"§\"\n"),
    mentioned("define.php", "define('¤', '§');\n"),
    assigned("app.lua", "local ¤ = \"§\"\n"),
    assigned("Makefile", "¤ := §\nall:\n\techo\n"),
    assigned("Dockerfile", "FROM alpine\nENV ¤=§\nRUN true\n"),
    assigned("Old.Dockerfile", "FROM alpine\nENV ¤ §\n"),
    assigned("main.tf", "variable = {\n  ¤ = \"§\"\n}\n"),
    assigned("run.ps1", "$env:¤ = \"§\"\r\n"),
    assigned("run.cmd", "set ¤=§\r\n"),
    assigned("url.txt", "GET https://example.org/v1?¤=§&page=2 HTTP/1.1\n"),
    assigned("element.xml", "<config><¤>§</¤></config>\n"),
    mentioned("attribute.xml", "<add key=\"¤\" value=\"§\" />\n"),
    mentioned("page.html", "<!-- ¤ --><input value='§'><p>x</p>\n"),
    mentioned("entity.html", "<p>¤ is &quot;§&quot;.</p>\n"),
    mentioned("table.csv", "id,¤\n7,§,x\n"),
    mentioned("dump.sql", "INSERT INTO settings VALUES (1,'¤','§'),(2,'a','b');\n"),
    mentioned("curl.sh", "# ¤\ncurl -H \"Authorization: Bearer §\" https://api.openai.com/v1/models\n"),
    mentioned("user.sh", "# ¤\ncurl -u \":§\" https://api.openai.com/v1/models\n"),
    mentioned("NOTES.md", "Set ¤ to `§`, then see page 2.\n"),
    mentioned("prose.md", "My ¤ was §. It is gone.\n"),
    mentioned("link.md", "[¤](https://example.org/#§)\n"),
    assigned("server.log", "2026-01-02T03:04:05Z INFO start ¤=§ pid=7\n"),
    mentioned("trace.log", "{\"level\":\"debug\",\"msg\":\"¤ header: Bearer §\\n\\tat main\"}\n"),
    mentioned("newline.json", "{\"msg\":\"¤\\n§\\n\"}\n"),
    mentioned("tab.json", "{\"msg\":\"¤\\t§\\tend\"}\n"),
    mentioned("percent.txt", "¤%3D§%26page%3D2\n"),
    mentioned("unicode.json", "{\"msg\":\"¤\\u003d§\\u0026x\"}\n"),
    mentioned("hex-escape.py", "\"¤\\x3d§\\x26\"\n"),
    mentioned("ansi.log", "¤ \u{1b}[31m§\u{1b}[0m\n"),
    mentioned("core.bin", "\0\0¤\0§\0\u{80}\u{ff}\0"),
    mentioned("invalid.bin", "¤\u{ff}\u{80}\n\u{ff} \u{ff}§\u{80}\n"),
    mentioned("yarn.lock", "# ¤\n\"x@1\":\n  resolved \"https://r/x.tgz?t=§\"\n"),
    mentioned("icon.svg", "<svg><!-- ¤ --><text>§</text></svg>\n"),
    bare("bare.txt", "§"),
    bare("line.txt", "\n\n§\n\n"),
    bare("header.http", "POST / HTTP/1.1\r\nAuthorization: Bearer §\r\n\r\n"),
    bare("basic.txt", "https://user:§@example.org/x\n"),
    bare("list.py", "keys = [\"§\", \"b\"]\n"),
    bare("call.js", "new OpenAI({apiKey:\"§\"})\n"),
    bare("brackets.txt", "[§] (2)\n"),
    bare("netrc", "machine x login y password §\n"),
];

/// What may stand right after a key. `/` makes a path of hex digits.
pub(crate) const FOLLOWERS: &[&str] = &[
    ",", ".", ")", "]", "}", "<", ">", "&", ":", "/", "#", "%", ";", "'", "\"", "`", "\\", "\0", "\n", "\r\n", "\t",
    " ", "\u{80}", "\u{ff}", "|", "*", "!", "?", "@", "$", "^", "~", "(", "[", "{", "\u{2026}", "\u{201d}", "\\n",
    "\\\"", "%26", "...", "</", "&quot;", "*/", "://",
];

/// What may be glued to the end of a key whose form tells where it ends.
pub(crate) const GLUED_AFTER: &[&str] =
    &["x", "Z9", "7", "-", "_", "-next", "_old", "--", "xsk", "0123456789", "+", "/a", "Q5=="];

/// What may be glued before a key whose form tells where it begins.
pub(crate) const GLUED_BEFORE: &[&str] = &["x", "Z", "9", "-", "_", "/", "+", "key_", "n", "sk-", "my-sk-", "ask-"];

/// What may stand between two keys.
pub(crate) const BETWEEN: &[&str] = &[" ", ",", ";", "|", "\\n", "/", "\",\""];
