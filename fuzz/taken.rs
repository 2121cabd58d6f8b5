//! Any bytes as a list of choices: what is taken from them one after the other. When they run out, all is zero and empty.

/// The bytes that are left.
pub struct Taken<'b>(pub &'b [u8]);

impl<'b> Taken<'b> {
    /// One byte.
    pub fn byte(&mut self) -> u8 {
        self.bytes(1).first().copied().unwrap_or(0)
    }

    /// A number of two bytes.
    pub fn number(&mut self) -> usize {
        usize::from(self.byte()) << 8 | usize::from(self.byte())
    }

    /// So many bytes, or all that are left.
    pub fn bytes(&mut self, many: usize) -> &'b [u8] {
        let (taken, rest) = self.0.split_at(many.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// Some bytes: as many as one byte says.
    pub fn some(&mut self) -> &'b [u8] {
        let many = self.byte().into();
        self.bytes(many)
    }

    /// Some text.
    pub fn text(&mut self) -> String {
        String::from_utf8_lossy(self.some()).into_owned()
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
