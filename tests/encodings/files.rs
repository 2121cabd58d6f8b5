//! Files as other programs write them: compiled Python, notebooks, office documents, databases and container images. Those
//! that only Python can make are made by it, and where there is none the test says that it did not test.
#![allow(clippy::disallowed_methods, reason = "Python is asked to make files")]

use std::io::{Cursor, ErrorKind, Write};
use std::process::{Command, Stdio};

use serde_json::json;
use unleak::words::Secret;

use super::keys::KINDS;
use super::{complaint, engine, holds, leaks, limits, scan};

/// What a Python script writes when it is given these lines; nothing, and a word about it, if that can't be tested here.
fn python(script: &str, lines: &[&str]) -> Option<Vec<u8>> {
    let piped = || Stdio::piped();
    let started =
        Command::new("python3").args(["-I", "-c", script]).stdin(piped()).stdout(piped()).stderr(piped()).spawn();
    let mut child = match started {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            eprintln!("NOT TESTED: there is no python3 to make the file");
            return None;
        }
        started => started.unwrap(),
    };
    child.stdin.take().unwrap().write_all(lines.join("\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("ModuleNotFoundError") {
        eprintln!("NOT TESTED: this python3 lacks a module: {said}");
        return None;
    }
    assert!(output.status.success(), "{said}");
    Some(output.stdout)
}

/// Where a key is found: the way, the member and the line; `None` if it is not.
type Place = Option<(String, Option<String>, u64)>;

/// Where each of these keys is found first; nothing else may be, and nothing may be left unread.
#[track_caller]
fn found<const N: usize>(bytes: &[u8], keys: [&str; N]) -> [Place; N] {
    let found = scan(&engine(limits()), bytes);
    assert!(found.skipped.is_empty(), "{:?}", found.skipped);
    let secrets = keys.map(|key| Secret::new(key.as_bytes()));
    let others: Vec<_> = leaks(&found).into_iter().filter(|leak| !secrets.contains(&leak.secret)).collect();
    let others: Vec<_> = others.iter().map(|leak| (&leak.rule, leak.mask.to_string(), &leak.via)).collect();
    assert!(others.is_empty(), "found beside the keys: {others:?}");
    secrets.map(|secret| {
        let leak = leaks(&found).into_iter().find(|leak| leak.secret == secret)?;
        let way = leak.via.steps().iter().map(|step| step.as_str()).collect::<Vec<_>>().join(" > ");
        Some((way, leak.via.member(), leak.start.line))
    })
}

fn place(way: &str, member: &str, line: u64) -> Place {
    Some((way.to_owned(), Some(member.to_owned()).filter(|member| !member.is_empty()), line))
}

#[test]
fn compiled_python_is_read() {
    let script = "
import py_compile, sys, tempfile, os
with tempfile.TemporaryDirectory() as folder:
    source = os.path.join(folder, 'settings.py')
    open(source, 'w').write(sys.stdin.read())
    compiled = py_compile.compile(source, os.path.join(folder, 'settings.pyc'), doraise=True)
    sys.stdout.buffer.write(open(compiled, 'rb').read())
";
    let engine = engine(limits());
    let mut complaints = Vec::new();
    // The length of a constant stands right before it and the type of the next right behind it, and both may be letters: a
    // session token's length is written `-`, and behind it stands an `N` for `None`.
    for kind in KINDS {
        let key = kind.key(1);
        for source in [
            format!("OPENAI_API_KEY = \"{key}\"\n"),
            format!("import os\n\ndef client():\n    return connect(api_key='{key}', retries=3)\n"),
            format!("HEADERS = {{'Authorization': 'Bearer {key}', 'n': None}}\n"),
            format!("KEYS = (b'{key}', None, 2.5, 'something else that is long')\n"),
            format!("class Client:\n    def call(self, key='{key}', *, retries=3):\n        return 'größer: {key}'\n"),
        ] {
            let Some(bytes) = python(script, &[&source]) else { return };
            if let Some(why) = complaint(&engine, &bytes, &key) {
                complaints.push(format!("{} in {:?}: {why}", kind.name, source.replace(&key, "@")));
            }
        }
    }
    holds(&complaints);
}

#[test]
fn notebooks_are_read_in_source_and_in_output() {
    let [source, stream, html] = [1, 2, 3].map(|seed| KINDS[0].key(seed));
    let notebook = json!({
        "cells": [
            { "cell_type": "markdown", "metadata": {}, "source": ["# Setup\n", "Put a key here."] },
            {
                "cell_type": "code", "execution_count": 1, "metadata": {},
                "source": ["import openai\n", format!("client = openai.OpenAI(api_key=\"{source}\")\n"), "client.models"],
                "outputs": [
                    { "output_type": "stream", "name": "stdout", "text": [format!("{{'key': '{stream}'}}\n")] },
                    {
                        "output_type": "display_data", "metadata": {},
                        "data": { "text/html": [format!("<td class=\"k\">{html}</td>\n")], "image/png": "iVBORw0KGgo=\n" }
                    },
                ]
            },
        ],
        "metadata": { "kernelspec": { "name": "python3", "language": "python", "display_name": "Python 3" } },
        "nbformat": 4, "nbformat_minor": 5,
    });
    let text = serde_json::to_string_pretty(&notebook).unwrap();
    let line = |key: &str| text.lines().position(|line| line.contains(key)).unwrap() as u64 + 1;
    let lines = [&source, &stream, &html].map(|key| line(key));
    let found = found(text.as_bytes(), [&source, &stream, &html]);
    assert_eq!(found.map(|place| place.map(|(_, member, line)| (member, line))), lines.map(|line| Some((None, line))));
}

/// A zip archive of these parts, in this order.
fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in parts {
        out.start_file(*name, options).unwrap();
        out.write_all(format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n{text}").as_bytes())
            .unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// The types of a package's parts.
const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>"#;

/// The relationships of a package whose main part is this one.
fn relationships(main: &str) -> String {
    format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"{main}\"/>\
         </Relationships>"
    )
}

#[test]
fn documents_of_a_word_processor_are_read() {
    let [whole, split] = [4, 5].map(|seed| KINDS[0].key(seed));
    let (begin, end) = split.split_at(30);
    // A word processor breaks a text into runs wherever it was edited or its spelling was looked at.
    let body = format!(
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>\
         <w:p w:rsidR=\"00A1\"><w:r><w:t>Our key is {whole}</w:t></w:r></w:p>\
         <w:p w:rsidR=\"00A2\"><w:r><w:t xml:space=\"preserve\">and the other one </w:t></w:r>\
         <w:proofErr w:type=\"spellStart\"/><w:r w:rsidR=\"00B7\"><w:t>{begin}</w:t></w:r>\
         <w:r w:rsidR=\"00C9\"><w:rPr><w:b/></w:rPr><w:t>{end}</w:t></w:r><w:proofErr w:type=\"spellEnd\"/></w:p>\
         <w:sectPr/></w:body></w:document>"
    );
    let relations = relationships("word/document.xml");
    let parts = [("[Content_Types].xml", TYPES), ("_rels/.rels", &relations), ("word/document.xml", &body)];
    let wanted = [place("zip", "word/document.xml", 2), place("zip > markup", "word/document.xml", 2)];
    assert_eq!(found(&package(&parts), [&whole, &split]), wanted);
}

#[test]
fn spreadsheets_are_read() {
    let [shared, inline, note] = [6, 7, 8].map(|seed| KINDS[0].key(seed));
    let space = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    let strings = format!(
        "<sst {space} count=\"2\" uniqueCount=\"2\"><si><t>OPENAI_API_KEY</t></si><si><t>{shared}</t></si></sst>"
    );
    let sheet = format!(
        "<worksheet {space}><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c>\
         <c r=\"C1\" t=\"inlineStr\"><is><t>{inline}</t></is></c></row></sheetData></worksheet>"
    );
    let notes = format!(
        "<comments {space}><authors><author>A</author></authors><commentList><comment ref=\"A1\" authorId=\"0\"><text>\
         <r><t xml:space=\"preserve\">A:\n</t></r><r><t>{note}</t></r></text></comment></commentList></comments>"
    );
    let book = format!("<workbook {space}><sheets><sheet name=\"Keys\" sheetId=\"1\"/></sheets></workbook>");
    let relations = relationships("xl/workbook.xml");
    let parts = [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", &relations),
        ("xl/workbook.xml", &book),
        ("xl/sharedStrings.xml", &strings),
        ("xl/worksheets/sheet1.xml", &sheet),
        ("xl/comments1.xml", &notes),
    ];
    let wanted = [
        place("zip", "xl/sharedStrings.xml", 2),
        place("zip", "xl/worksheets/sheet1.xml", 2),
        place("zip", "xl/comments1.xml", 3),
    ];
    assert_eq!(found(&package(&parts), [&shared, &inline, &note]), wanted);
}

#[test]
fn databases_are_read_where_rows_are_and_where_they_were() {
    let script = "
import sqlite3, sys, tempfile, os
row, long, dropped, deleted = sys.stdin.read().split()
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, 'app.db')
    db = sqlite3.connect(path, isolation_level=None)
    for line in ['page_size = 1024', 'secure_delete = OFF', 'auto_vacuum = NONE', 'journal_mode = DELETE']:
        db.execute('pragma ' + line).fetchall()
    for name in ['settings', 'logs', 'old']:
        db.execute('create table %s (name text, value text)' % name)
    db.executemany('insert into settings values (?, ?)', [('a', 'b'), ('openai', row), ('gone', deleted), ('z', 'z')])
    # On pages of 1,024 bytes some of these stand across the end of one: they are longer than a step.
    for before in range(0, 2000, 100):
        db.execute('insert into logs values (?, ?)', ('request', '.' * before + ' key=' + long + ' ' + '.' * (2000 - before)))
    db.executemany('insert into old values (?, ?)', [('n', '-' * 200)] * 20 + [('openai', dropped)] + [('n', '-' * 200)] * 20)
    db.execute(\"delete from settings where name = 'gone'\")
    db.execute('drop table old')
    assert db.execute('pragma freelist_count').fetchone()[0] > 3
    assert db.execute('pragma integrity_check').fetchone()[0] == 'ok'
    db.close()
    sys.stdout.buffer.write(open(path, 'rb').read())
";
    let keys = [9, 10, 11, 12].map(|seed| KINDS[0].key(seed));
    let keys = keys.each_ref().map(String::as_str);
    let Some(bytes) = python(script, &keys) else { return };
    assert!(bytes.starts_with(b"SQLite format 3\0"));
    let [row, long, dropped, deleted] = found(&bytes, keys).map(|place| place.map(|(way, ..)| way));
    assert_eq!((row.as_deref(), dropped.as_deref(), deleted.as_deref()), (Some(""), Some(""), Some("")));
    assert!(long.is_some());
    let (secret, key) = (Secret::new(keys[1].as_bytes()), keys[1].as_bytes());
    let scanned = scan(&engine(limits()), &bytes);
    let times = leaks(&scanned).iter().filter(|leak| leak.secret == secret).count();
    let whole = bytes.windows(key.len()).filter(|window| *window == key).count();
    assert!(whole < 20, "no row breaks within the key");
    assert_eq!(times, 20, "{whole} stand in one piece");
}

/// An image as `docker save` writes it: the old way, with a folder for each layer, or since version 25 as an OCI layout.
const IMAGE: &str = "
import gzip, hashlib, io, json, sys, tarfile
way, layered, environment, removed = sys.stdin.read().split()
def pack(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w') as archive:
        for name, content in files:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()
digest = lambda content: hashlib.sha256(content).hexdigest()
layers = [
    pack([('etc/hostname', b'x\\n'), ('app/old.env', b'A=1\\nOPENAI_API_KEY=' + removed.encode() + b'\\n')]),
    pack([('app/.wh.old.env', b''), ('app/.env', b'A=1\\nB=2\\nOPENAI_API_KEY=' + layered.encode() + b'\\n')]),
]
config = json.dumps({
    'architecture': 'amd64', 'os': 'linux',
    'config': {'Env': ['PATH=/usr/bin', 'OPENAI_API_KEY=' + environment], 'Cmd': ['python3', 'app.py']},
    'rootfs': {'type': 'layers', 'diff_ids': ['sha256:' + digest(layer) for layer in layers]},
}).encode()
if way == 'old':
    names = ['%s/layer.tar' % digest(layer) for layer in layers]
    name = digest(config) + '.json'
else:
    layers = [gzip.compress(layer, mtime=0) for layer in layers]
    names = ['blobs/sha256/' + digest(layer) for layer in layers]
    name = 'blobs/sha256/' + digest(config)
manifest = json.dumps([{'Config': name, 'RepoTags': ['app:latest'], 'Layers': names}]).encode()
sys.stdout.buffer.write(pack([(name, config)] + list(zip(names, layers)) + [('manifest.json', manifest)]))
";

#[test]
fn saved_images_are_read_in_layers_and_in_their_configuration() {
    let keys = [13, 14, 15].map(|seed| KINDS[0].key(seed));
    let [layered, environment, removed] = keys.each_ref().map(String::as_str);
    for (way, steps) in [("old", "tar > tar"), ("new", "tar > gzip > tar")] {
        let Some(bytes) = python(IMAGE, &[way, layered, environment, removed]) else { return };
        let places = found(&bytes, [layered, environment, removed]).map(|place| place.expect("a key is not found"));
        let [(steps_layered, layered, line), (steps_environment, environment, _), (_, removed, _)] = places;
        assert_eq!((steps_layered.as_str(), steps_environment.as_str(), line), (steps, "tar", 3));
        assert!(layered.is_some_and(|member| member.ends_with("!app/.env")));
        assert!(environment.is_some_and(|member| !member.contains('!')));
        assert!(
            removed.is_some_and(|member| member.ends_with("!app/old.env")),
            "what a later layer removes is in the image"
        );
    }
}

/// A PDF of these streams, each with what its dictionary says.
fn pdf(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    for (number, (says, stream)) in (1..).zip(streams) {
        let mut deflated = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        deflated.write_all(stream).unwrap();
        let stream = deflated.finish().unwrap();
        let length = stream.len();
        out.extend(format!("{number} 0 obj\n<</Filter /FlateDecode /Length {length}{says}>>\nstream\n").into_bytes());
        out.extend([&stream[..], b"\nendstream\nendobj\n"].concat());
    }
    out.extend_from_slice(b"trailer\n<</Size 9>>\n%%EOF\n");
    out
}

/// A font's map: each character of a key has the number of its place in this text, and `far` more.
const GLYPHS: &str = "-_.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz= ";

fn glyph(c: char, far: usize) -> usize {
    GLYPHS.find(c).unwrap() + far
}

fn font_map(far: usize, width: usize) -> String {
    let codes = GLYPHS.chars().map(|c| format!("<{:0width$x}> <{:04x}>\n", glyph(c, far), u32::from(c)));
    let space = format!("<{}> <{}>", "0".repeat(width), "f".repeat(width));
    format!(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n1 begincodespacerange\n{space}\n\
         endcodespacerange\n{} beginbfchar\n{}endbfchar\nendcmap\nend\n",
        GLYPHS.len(),
        codes.collect::<String>()
    )
}

#[test]
fn documents_are_read_in_the_text_that_they_show() {
    let keys = [16, 17, 18, 19, 20].map(|seed| KINDS[0].key(seed));
    let codes =
        |text: &str, far, width| text.chars().map(|c| format!("{:0width$X}", glyph(c, far))).collect::<String>();
    let lines = |parts: Vec<String>| parts.join(" ");
    // As LaTeX does it: letters as they are, moved closer to each other.
    let kerned = keys[0].as_bytes().chunks(7).map(|part| format!("({})", String::from_utf8_lossy(part))).collect();
    let kerned = format!(
        "BT\n/F8 9.96 Tf 91.9 759.9 Td [(k)-20(ey:)-333]TJ 20 0 Td [{}]TJ\nET\n",
        lines(kerned).replace(") (", ")28(")
    );
    // As browsers and word processors do it: glyphs by number, two bytes each, each part where it belongs.
    let placed = keys[1].as_bytes().chunks(11).zip(0..).map(|(part, number)| {
        format!("1 0 0 -1 {} 700 Tm <{}> Tj", 72 + 60 * number, codes(std::str::from_utf8(part).unwrap(), 30, 4))
    });
    let placed = format!("q 1 0 0 -1 0 842 cm BT /F4 11 Tf {} ET Q\n", lines(placed.collect()));
    // As office programs do it: a subset of a font with one byte a glyph, letter by letter.
    let single = keys[2].chars().map(|c| format!("<{}>1", codes(&c.to_string(), 1, 2)));
    let single = format!("BT 56.8 773.9 Td /F1 12 Tf[{}]TJ ET\n", lines(single.collect()));
    // Over two lines.
    let (first, second) = keys[3].split_at(80);
    let wrapped =
        format!("BT /F4 11 Tf 72 700 Td <{}> Tj 0 -14 Td <{}> Tj ET", codes(first, 30, 4), codes(second, 30, 4));
    // A font without a map, each letter on its own.
    let letters = keys[4].chars().map(|c| format!("({c}) Tj 6.6 0 Td"));
    let letters = format!("BT /F2 11 Tf 72 500 Td {} ET", lines(letters.collect()));
    let wide = font_map(30, 4);
    let narrow = font_map(1, 2);
    let document = pdf(&[
        ("", kerned.as_bytes()),
        ("", placed.as_bytes()),
        ("", wide.as_bytes()),
        ("", single.as_bytes()),
        ("", wrapped.as_bytes()),
        ("", letters.as_bytes()),
        ("", narrow.as_bytes()),
        ("/Type /XObject", &[7; 5000]),
    ]);
    let wanted = [1, 2, 4, 5, 6]
        .map(|number| place(if number == 5 { "pdf > folded" } else { "pdf" }, &format!("stream {number}"), 1));
    assert_eq!(found(&document, keys.each_ref().map(String::as_str)), wanted);
}

#[test]
fn an_encrypted_document_is_not_passed_over_in_silence() {
    let document = pdf(&[("", b"\x01\x02\x03")]);
    let document = String::from_utf8_lossy(&document).replace("trailer\n<<", "trailer\n<</Encrypt 9 0 R ");
    let skipped = scan(&engine(limits()), document.as_bytes()).skipped;
    assert!(skipped.len() == 1 && skipped[0].why.contains("encrypted"), "{skipped:?}");
    let named = pdf(&[("", b"/Encrypt 9 0 R is what an encrypted document says")]);
    assert!(scan(&engine(limits()), &named).skipped.is_empty());
}
