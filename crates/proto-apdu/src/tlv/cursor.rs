//! A place in the input that only moves forward and knows how far it came.

use super::{TlvError, TlvErrorKind};

#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub(super) rest: &'a [u8],
    pub(super) position: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn byte(&mut self) -> Result<u8, TlvError> {
        let Some((&byte, rest)) = self.rest.split_first() else {
            return Err(TlvErrorKind::Truncated.at(self.position));
        };
        self.rest = rest;
        self.position = self.position.saturating_add(1);
        Ok(byte)
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], TlvError> {
        let Some((taken, rest)) = self.rest.split_at_checked(count) else {
            return Err(TlvErrorKind::Truncated.at(self.position.saturating_add(self.rest.len())));
        };
        self.rest = rest;
        self.position = self.position.saturating_add(count);
        Ok(taken)
    }
}
