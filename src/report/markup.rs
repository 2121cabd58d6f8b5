//! Text in HTML and XML, made so that it is text and nothing else, wherever it stands: between tags or in a quoted
//! attribute.

use std::fmt::{self, Display, Formatter, Write};

use super::terminal::harmless;

/// A text that is written with everything escaped that markup or a terminal would obey.
pub(super) struct Text<T>(pub(super) T);

impl<T: AsRef<str>> Display for Text<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for character in harmless(self.0.as_ref()).chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                // No XML document may hold them (https://www.w3.org/TR/xml/#charsets).
                '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}')?,
                _ => f.write_char(character)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        let evil = "</p><script a=\"1\" b='2'>&amp;\u{1b}[0m\u{ffff}\n";
        let text = Text(evil).to_string();
        assert_eq!(text, "&lt;/p&gt;&lt;script a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;amp;\\u{1b}[0m\u{fffd}\\n");
    }
}
