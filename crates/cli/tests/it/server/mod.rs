//! A small HTTP server for tests, that does what it is told, and wrong things too.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Nothing in a test takes longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What was asked.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) headers: HashMap<String, String>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// How it is answered.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Properly.
    Send { status: u16, headers: Vec<(&'static str, String)>, body: Vec<u8> },
    /// With a length that promises more than is sent.
    Cut { body: Vec<u8>, sent: usize },
    /// Not at all.
    Hang,
    /// With the beginning of a body, and then nothing more.
    HangInBody { body: Vec<u8> },
    /// With a body that never ends.
    Endless,
    /// With a length past any limit.
    Huge,
}

impl Reply {
    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::Send { status: 200, headers: Vec::new(), body: body.into() }
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::Send { status, headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn redirect(to: impl Into<String>) -> Self {
        Self::Send { status: 302, headers: vec![("Location", to.into())], body: Vec::new() }
    }

    pub(crate) fn with(self, name: &'static str, value: impl Into<String>) -> Self {
        match self {
            Self::Send { status, mut headers, body } => {
                headers.push((name, value.into()));
                Self::Send { status, headers, body }
            }
            other => other,
        }
    }
}

type Answer = Box<dyn Fn(&Request, usize) -> Reply + Send>;

#[derive(Default)]
struct State {
    answers: HashMap<String, Answer>,
    requests: Vec<Request>,
}

/// A server on this machine, until it is dropped.
pub(crate) struct Server {
    port: u16,
    state: Arc<Mutex<State>>,
    stop: Arc<AtomicBool>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (state, stop) =
            (Arc::new(Mutex::new(State::default())), Arc::new(AtomicBool::new(false)));
        let (shared, stopping) = (Arc::clone(&state), Arc::clone(&stop));
        thread::spawn(move || {
            for stream in listener.incoming().take(10_000) {
                if stopping.load(Ordering::Relaxed) {
                    return;
                }
                let (state, stop) = (Arc::clone(&shared), Arc::clone(&stopping));
                // A client that goes away is what some tests are about.
                thread::spawn(move || stream.and_then(|stream| serve(stream, &state, &stop)));
            }
        });
        Self { port, state, stop }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Answers a path always the same.
    pub(crate) fn put(&self, path: &str, reply: Reply) {
        self.answer(path, move |_, _| reply.clone());
    }

    /// Answers a path by the request and its number, counted from 0 since this was called.
    pub(crate) fn answer(
        &self,
        path: &str,
        answer: impl Fn(&Request, usize) -> Reply + Send + 'static,
    ) {
        let mut state = self.state.lock().unwrap();
        state.answers.insert(path.to_owned(), Box::new(answer));
        state.requests.retain(|request| request.path != path);
    }

    /// What was asked of a path since it was last given an answer.
    pub(crate) fn requests(&self, path: &str) -> Vec<Request> {
        let state = self.state.lock().unwrap();
        state.requests.iter().filter(|request| request.path == path).cloned().collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn serve(stream: TcpStream, state: &Mutex<State>, stop: &AtomicBool) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = read_request(&stream)?;
    let reply = {
        let mut state = state.lock().unwrap();
        state.requests.push(request.clone());
        let number = state.requests.iter().filter(|other| other.path == request.path).count() - 1;
        state
            .answers
            .get(&request.path)
            .map_or(Reply::status(404), |answer| answer(&request, number))
    };
    write_reply(stream, reply, stop)
}

fn read_request(stream: &TcpStream) -> std::io::Result<Request> {
    let mut lines = BufReader::new(stream.take(1 << 14)).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let target = first.split(' ').nth(1).unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default().to_owned();
    let mut headers = HashMap::new();
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    Ok(Request { path, headers })
}

fn write_reply(mut out: TcpStream, reply: Reply, stop: &AtomicBool) -> std::io::Result<()> {
    match reply {
        Reply::Send { status, headers, body } => {
            let mut head = format!("HTTP/1.1 {status} X\r\nConnection: close\r\n");
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            if status != 304 {
                head.push_str(&format!("Content-Length: {}\r\n", body.len()));
            }
            write!(out, "{head}\r\n")?;
            out.write_all(&body)
        }
        Reply::Cut { body, sent } => {
            write!(out, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len())?;
            out.write_all(&body[..sent])
        }
        Reply::Hang => wait(stop),
        Reply::HangInBody { body } => {
            write!(out, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len())?;
            out.write_all(&body[..body.len() / 2])?;
            out.flush()?;
            wait(stop)
        }
        Reply::Endless => {
            write!(out, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<CONSOLIDATED_LIST>")?;
            // Far past the limits of the tests, and not for ever.
            for _ in 0..10_000 {
                out.write_all(&[b' '; 1 << 16])?;
            }
            Ok(())
        }
        Reply::Huge => {
            write!(
                out,
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n<CONSOLIDATED_LIST>"
            )?;
            wait(stop)
        }
    }
}

fn wait(stop: &AtomicBool) -> std::io::Result<()> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE && !stop.load(Ordering::Relaxed) {
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
