//! A small authorization server on a Unix socket, in a thread of the test: it answers, or fails to in some way.
//!
//! ```no_run
//! use support::{DasServer, Manner, NodeProcess};
//!
//! let directory = tempfile::tempdir()?;
//! let server = DasServer::start(directory.path(), Manner::Grants(r#"{"gp":[]}"#.into()));
//! let node = NodeProcess::with().set(&server.setting(0)).start();
//! assert!(server.questions().is_empty());
//! # Ok::<(), std::io::Error>(())
//! ```

#![expect(clippy::expect_used, reason = "a server that cannot start shows nothing")]

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// How a server behaves.
#[derive(Clone, Debug)]
pub enum Manner {
    /// It grants this policy, the value of `dai`.
    Grants(String),
    /// It answers with this body, whatever it is.
    Says(String),
    /// It refuses the question with 4103.
    Refuses,
    /// It reads the question and never answers.
    Silent,
    /// It answers when whoever asked has hung up.
    Late(String),
    /// It answers with what is no HTTP.
    Garbage,
    /// It answers with more than anybody reads.
    Huge,
    /// It hangs up.
    HangsUp,
    /// It answers to another question.
    Mistakes(String),
}

struct Shared {
    manner: Mutex<Manner>,
    questions: Mutex<Vec<String>>,
    ends: AtomicBool,
}

/// A running server; it ends when this is dropped.
pub struct DasServer {
    socket: PathBuf,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl DasServer {
    /// Listens on `das.sock` in this directory.
    ///
    /// # Panics
    ///
    /// When the socket cannot be bound.
    #[must_use]
    pub fn start(directory: &Path, manner: Manner) -> Self {
        let socket = directory.join("das.sock");
        let listener = UnixListener::bind(&socket).expect("a socket");
        let (questions, ends) = (Mutex::default(), AtomicBool::new(false));
        let shared = Arc::new(Shared { manner: Mutex::new(manner), questions, ends });
        let serving = Arc::clone(&shared);
        let thread = std::thread::spawn(move || serve(&listener, &serving));
        Self { socket, shared, thread: Some(thread) }
    }

    /// Behaves so from now on.
    pub fn behave(&self, manner: Manner) {
        *self.shared.manner.lock().unwrap_or_else(PoisonError::into_inner) = manner;
    }

    /// Its point of access.
    #[must_use]
    pub fn point(&self) -> String {
        format!("unix:{}", self.socket.display())
    }

    /// The setting by which a node takes whoever listens there for a server, if it is this user.
    #[must_use]
    pub fn setting(&self, user: u32) -> String {
        format!("consultation.servers.{}={user},/id-das/das", self.point())
    }

    /// The questions since this was last asked, each with its head and its body.
    #[must_use]
    pub fn questions(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.questions.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for DasServer {
    fn drop(&mut self) {
        self.shared.ends.store(true, Ordering::SeqCst);
        // It waits for somebody to come. Where its socket is gone nobody can, and it ends with the process.
        let woken = UnixStream::connect(&self.socket).is_ok();
        if let Some(thread) = self.thread.take().filter(|_| woken) {
            drop(thread.join());
        }
    }
}

fn serve(listener: &UnixListener, shared: &Shared) {
    // Those who are not answered are not let go either.
    let mut waiting = Vec::new();
    for stream in listener.incoming() {
        if shared.ends.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let manner = shared.manner.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // Whoever hangs up early is no fault of the server.
        if let Ok(Some(stream)) = exchange(stream, &manner, shared) {
            waiting.push(stream);
        }
    }
}

/// Reads one question and answers it; gives the stream back where it does not.
fn exchange(stream: UnixStream, manner: &Manner, shared: &Shared) -> std::io::Result<Option<UnixStream>> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length, mut id) = (String::new(), 0_usize, String::new());
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap_or_default(),
                "x-m2m-ri" => value.trim().clone_into(&mut id),
                _ => {}
            }
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let question = format!("{head}\n{}", String::from_utf8_lossy(&body));
    shared.questions.lock().unwrap_or_else(PoisonError::into_inner).push(question);
    let mut stream = reader.into_inner();
    let granting = |dai: &str| format!(r#"{{"m2m:seci":{{"sit":2,"dres":{{"dai":{dai}}}}}}}"#);
    match manner {
        Manner::Grants(dai) => stream.write_all(&answer(&id, 2000, &granting(dai)))?,
        Manner::Says(body) => stream.write_all(&answer(&id, 2000, body))?,
        Manner::Mistakes(dai) => stream.write_all(&answer("another", 2000, &granting(dai)))?,
        Manner::Refuses => stream.write_all(&answer(&id, 4103, r#"{"m2m:dbg":"no"}"#))?,
        Manner::Silent => return Ok(Some(stream)),
        Manner::Late(dai) => {
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest)?;
            stream.write_all(&answer(&id, 2000, &granting(dai)))?;
        }
        Manner::Garbage => stream.write_all(b"\x16\x03\x01 this is no HTTP\r\n\r\n")?,
        Manner::Huge => {
            let body = format!(r#"{{"m2m:dbg":"{}"}}"#, "x".repeat(1 << 20));
            stream.write_all(&answer(&id, 2000, &body))?;
        }
        Manner::HangsUp => {}
    }
    Ok(None)
}

fn answer(id: &str, code: u16, body: &str) -> Vec<u8> {
    let status = if code < 4000 { 200 } else { 403 };
    format!(
        "HTTP/1.1 {status} \r\nX-M2M-RSC: {code}\r\nX-M2M-RI: {id}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
