//! `Via`: the way from a blob's raw bytes to the text in which something was found, through decoders and containers.
//!
//! Most texts are the raw bytes themselves, and their way is empty. A step is an encoding that was undone in the text, or
//! a container that was opened and the member that was read.

use std::fmt;

/// How text hides in other text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// Escapes of string literals, as in JSON, JavaScript, Python, C or YAML: `\u002d`, `\x2d`, `\055`, `\"`.
    Escapes,
    /// Percent-encoding of URLs: `%2D`.
    Percent,
    /// Character references of HTML and XML: `&#45;`, `&#x2d;`, `&quot;`.
    Html,
    /// Quoted-printable of mails: `=2D`, and lines that end in `=`.
    QuotedPrintable,
    /// Base64 in its standard or URL alphabet.
    Base64,
    /// Two hex digits for each byte.
    Hex,
    /// UTF-16 of either byte order.
    Utf16,
    /// UTF-32 of either byte order.
    Utf32,
    /// String literals that the program puts together: `"a" + "b"`, `"a" "b"`, a `\` at the end of a line.
    Joined,
    /// Text that was broken into lines.
    Folded,
    /// Text with markup in it: `<b>a</b>b`.
    Markup,
}

impl Encoding {
    /// Every encoding.
    pub const ALL: [Self; 11] = [
        Self::Escapes,
        Self::Percent,
        Self::Html,
        Self::QuotedPrintable,
        Self::Base64,
        Self::Hex,
        Self::Utf16,
        Self::Utf32,
        Self::Joined,
        Self::Folded,
        Self::Markup,
    ];

    /// The word used in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Escapes => "escapes",
            Self::Percent => "percent",
            Self::Html => "html",
            Self::QuotedPrintable => "quoted-printable",
            Self::Base64 => "base64",
            Self::Hex => "hex",
            Self::Utf16 => "utf-16",
            Self::Utf32 => "utf-32",
            Self::Joined => "joined",
            Self::Folded => "folded",
            Self::Markup => "markup",
        }
    }
}

/// What holds members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Container {
    /// One compressed file.
    Gzip,
    /// One compressed file.
    Bzip2,
    /// One compressed file.
    Xz,
    /// One compressed file.
    Zstd,
    /// Zip and its family: jar, whl, docx, xlsx, nupkg, apk.
    Zip,
    /// A tar archive; `docker save` makes one of layers that are tar archives too.
    Tar,
    /// A PDF document; its members are its compressed streams.
    Pdf,
    /// A SQLite database; its members are rows that do not fit on one page.
    Sqlite,
    /// Compiled Python; its member is its strings, one after the other.
    Pyc,
}

impl Container {
    /// Whether it is one compressed stream, and nothing else.
    #[must_use]
    pub fn is_stream(self) -> bool {
        matches!(self, Self::Gzip | Self::Bzip2 | Self::Xz | Self::Zstd)
    }

    /// The word used in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
            Self::Zip => "zip",
            Self::Tar => "tar",
            Self::Pdf => "pdf",
            Self::Sqlite => "sqlite",
            Self::Pyc => "pyc",
        }
    }
}

/// One step of a way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// An encoding was undone.
    Decoded(Encoding),
    /// A container was opened, and this member of it was read; empty where members have no names.
    Member(Container, String),
}

impl Step {
    /// The word used in reports.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Decoded(encoding) => encoding.as_str(),
            Self::Member(container, _) => container.as_str(),
        }
    }
}

/// The steps from the raw bytes inwards.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Via(Vec<Step>);

impl Via {
    /// A way of these steps, outermost first.
    #[must_use]
    pub fn new(steps: Vec<Step>) -> Self {
        Self(steps)
    }

    /// The steps, outermost first.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether the text is the raw bytes themselves.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a container was opened: lines are then those of what was in it.
    #[must_use]
    pub fn is_opened(&self) -> bool {
        self.0.iter().any(|step| matches!(step, Step::Member(..)))
    }

    /// The path through the containers: `layer.tar!app/.env`; nothing if no named member was read.
    #[must_use]
    pub fn member(&self) -> Option<String> {
        let names = self.0.iter().filter_map(|step| match step {
            Step::Member(_, name) if !name.is_empty() => Some(name.as_str()),
            _ => None,
        });
        let path = names.collect::<Vec<_>>().join("!");
        (!path.is_empty()).then_some(path)
    }
}

/// The steps that [`Via::member`] does not tell: `gzip > base64`.
impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unnamed = |step: &&Step| !matches!(step, Step::Member(_, name) if !name.is_empty());
        for (index, step) in self.0.iter().filter(unnamed).enumerate() {
            f.write_str(if index == 0 { "" } else { " > " })?;
            f.write_str(step.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_is_told_in_two_parts() {
        let member = |container, name: &str| Step::Member(container, name.to_owned());
        let via = Via::new(vec![
            member(Container::Gzip, ""),
            member(Container::Tar, "app.zip"),
            member(Container::Zip, "a/.env"),
            Step::Decoded(Encoding::Base64),
        ]);
        assert_eq!(via.member().as_deref(), Some("app.zip!a/.env"));
        assert_eq!(via.to_string(), "gzip > base64");
        assert_eq!(Via::default().member(), None);
        assert!(via.is_opened() && !Via::new(vec![Step::Decoded(Encoding::Base64)]).is_opened());
    }
}
