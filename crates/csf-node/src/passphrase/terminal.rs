//! A question on the controlling terminal, whose answer is not shown.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};

use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};
use se_plugin_soft::MAX_PASSPHRASE_BYTES;
use zeroize::Zeroizing;

use crate::error::NodeError;

const INTERRUPT: u8 = 3;
const END: u8 = 4;
const BACKSPACE: u8 = 8;
const KILL_LINE: u8 = 21;
const DELETE: u8 = 127;

/// The controlling terminal, whatever standard input and output are.
pub(super) struct Terminal {
    device: File,
}

impl Terminal {
    pub(super) fn open() -> Result<Self, NodeError> {
        let device = OpenOptions::new().read(true).write(true).open("/dev/tty");
        let device = device.map_err(|_| {
            NodeError::text(
                "there is no terminal to ask for the passphrase on: start the node on one, or set \
                 soft.root_passphrase_from to a descriptor such as fd:3",
            )
        })?;
        Ok(Self { device })
    }

    pub(super) fn say(&self, text: &str) -> Result<(), NodeError> {
        (&self.device).write_all(text.as_bytes()).map_err(|why| NodeError::part("terminal", &why))
    }

    /// Asks, and reads a line without showing it. Keys to interrupt end the question and not the process, so that
    /// the terminal is left as it was found.
    pub(super) fn ask(&self, question: &str) -> Result<Zeroizing<Vec<u8>>, NodeError> {
        let silence = Silence::begin(&self.device)?;
        self.say(question)?;
        let mut line = Zeroizing::new(Vec::with_capacity(MAX_PASSPHRASE_BYTES.saturating_add(1)));
        let answered = read_line(&self.device, &mut line);
        drop(silence);
        self.say("\n")?;
        answered.map(|()| line)
    }
}

/// Reads keys until the line ends. What is too long for a passphrase is cut where that can still be seen.
fn read_line(mut keys: impl Read, line: &mut Zeroizing<Vec<u8>>) -> Result<(), NodeError> {
    let mut key = Zeroizing::new([0]);
    loop {
        match keys.read(key.as_mut_slice()) {
            Ok(0) => return Err(abandoned()),
            Ok(_) => {}
            Err(why) if why.kind() == ErrorKind::Interrupted => continue,
            Err(why) => return Err(NodeError::part("terminal", &why)),
        }
        let [octet] = *key;
        match octet {
            b'\n' | b'\r' => return Ok(()),
            INTERRUPT | END => return Err(abandoned()),
            BACKSPACE | DELETE => {
                // A whole character: the octets that continue one, and the one that began it.
                while line.pop().is_some_and(|octet| octet & 0xc0 == 0x80) {}
            }
            KILL_LINE => line.clear(),
            _ if line.len() <= MAX_PASSPHRASE_BYTES => line.push(octet),
            _ => {}
        }
    }
}

fn abandoned() -> NodeError {
    NodeError::text("no passphrase was given; nothing was changed")
}

/// The terminal without echo, until dropped.
struct Silence<'a> {
    device: &'a File,
    before: Termios,
}

impl<'a> Silence<'a> {
    fn begin(device: &'a File) -> Result<Self, NodeError> {
        let failed = |why: nix::Error| NodeError::part("terminal", &why);
        let before = tcgetattr(device).map_err(failed)?;
        let mut silent = before.clone();
        silent
            .local_flags
            .remove(LocalFlags::ECHO | LocalFlags::ECHONL | LocalFlags::ICANON | LocalFlags::ISIG);
        // What was typed before the question was shown, and so for something else, is thrown away.
        tcsetattr(device, SetArg::TCSAFLUSH, &silent).map_err(failed)?;
        Ok(Self { device, before })
    }
}

impl Drop for Silence<'_> {
    fn drop(&mut self) {
        // Nothing better can be done for a terminal that has gone.
        let _ = tcsetattr(self.device, SetArg::TCSANOW, &self.before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[u8]) -> Option<Vec<u8>> {
        let mut line = Zeroizing::new(Vec::new());
        read_line(keys, &mut line).ok().map(|()| line.to_vec())
    }

    #[test]
    fn keys_that_correct_a_line_do_and_keys_that_end_it_end_it() {
        assert_eq!(typed(b"one two\rthree"), Some(b"one two".to_vec()));
        assert_eq!(typed(b"onx\x7fe\n"), Some(b"one".to_vec()));
        assert_eq!(typed("aä\x08b\n".as_bytes()), Some(b"ab".to_vec()));
        assert_eq!(typed(b"\x08\x08x\n"), Some(b"x".to_vec()));
        assert_eq!(typed(b"wrong\x15right\n"), Some(b"right".to_vec()));
        for given_up in [&b"one\x03\n"[..], b"one\x04", b"one", b""] {
            assert_eq!(typed(given_up), None);
        }
        let long = typed(&[&[b'x'; MAX_PASSPHRASE_BYTES + 9][..], b"\n"].concat());
        assert_eq!(long.map(|line| line.len()), Some(MAX_PASSPHRASE_BYTES + 1), "too long, and seen to be");
    }
}
