//! A Lambda runtime API as AWS documents it (2018-06-01), small: it hands events to a function and takes its answers.
//!
//! One process of the function serves all events, as in a warm execution environment. A function that asks for an event when
//! there is none waits, as it would in Lambda.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use super::moto::Account;
use super::process::{cpu_seconds_of, peak_mib_of};

/// What a function has to answer within; its own deadline is shorter in every test.
const PATIENCE: Duration = Duration::from_mins(3);

/// An event that waits to be taken.
struct Waiting {
    event: String,
    request_id: String,
    deadline: SystemTime,
}

/// A function that runs.
pub(crate) struct Function {
    events: Sender<Waiting>,
    answers: Receiver<(String, Answer)>,
    stdout: Arc<Mutex<String>>,
    process: Child,
    started: Instant,
    polled: Arc<Mutex<Option<Duration>>>,
}

/// What a function answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    /// A response.
    Response(Value),
    /// An error, with its type and message.
    Error(Value),
}

impl Answer {
    /// The response; a test that expects one ends at an error.
    pub(crate) fn response(self) -> Value {
        match self {
            Self::Response(value) => value,
            Self::Error(error) => panic!("the function answered with an error: {error}"),
        }
    }

    /// Type and message of the error.
    pub(crate) fn error(self) -> (String, String) {
        match self {
            Self::Error(error) => {
                let text = |name: &str| error[name].as_str().expect("a text").to_owned();
                (text("errorType"), text("errorMessage"))
            }
            Self::Response(value) => panic!("the function answered without an error: {value}"),
        }
    }
}

impl Function {
    /// Starts `waaudit` as Lambda starts `bootstrap`: without arguments, in an account.
    pub(crate) fn start(account: &Account) -> Self {
        Self::start_with(account, [])
    }

    /// The same with environment variables of its own.
    pub(crate) fn start_with<'a>(account: &Account, variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let (events, waiting) = channel();
        let (answered, answers) = channel();
        let polled = Arc::new(Mutex::new(None));
        let started = Instant::now();
        let first_poll = Arc::clone(&polled);
        std::thread::spawn(move || {
            let api = Api { waiting: Arc::new(Mutex::new(waiting)), answered, first_poll, started };
            for stream in listener.incoming().map_while(Result::ok) {
                let api = api.clone();
                std::thread::spawn(move || api.serve(&stream));
            }
        });
        let mut process = account
            .process()
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("AWS_LAMBDA_FUNCTION_NAME", "waaudit")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .envs(variables)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the function starts");
        let stdout = Arc::new(Mutex::new(String::new()));
        let log = Arc::clone(&stdout);
        let pipe = process.stdout.take().expect("the function's stdout");
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                *log.lock().expect("the log") += &(line + "\n");
            }
        });
        Self { events, answers, stdout, process, started, polled }
    }

    /// Hands over an event as a request of its own, and waits for the answer.
    pub(crate) fn invoke(&self, event: &Value, request_id: &str, time: Duration) -> Answer {
        self.send(event, request_id, time);
        self.answer(request_id)
    }

    /// Hands over an event.
    pub(crate) fn send(&self, event: &Value, request_id: &str, time: Duration) {
        let deadline = SystemTime::now() + time;
        let waiting = Waiting { event: event.to_string(), request_id: request_id.to_owned(), deadline };
        self.events.send(waiting).expect("the API listens");
    }

    /// Waits for the answer to a request.
    pub(crate) fn answer(&self, request_id: &str) -> Answer {
        let (answered, answer) = self.answers.recv_timeout(PATIENCE).expect("an answer");
        assert_eq!(answered, request_id);
        answer
    }

    /// What the function logged since the last time, as JSON lines.
    pub(crate) fn log(&self) -> Vec<Value> {
        // The answer may be here before the last line is.
        std::thread::sleep(Duration::from_millis(200));
        let log = std::mem::take(&mut *self.stdout.lock().expect("the log"));
        log.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }

    /// From the start of the process to its first request for an event.
    pub(crate) fn first_poll(&self) -> Duration {
        let end = self.started + PATIENCE;
        while Instant::now() < end {
            if let Some(polled) = *self.polled.lock().expect("the moment") {
                return polled;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        panic!("the function never asked for an event");
    }

    /// CPU seconds since its start.
    #[allow(dead_code, reason = "the benchmark uses it")]
    pub(crate) fn cpu_seconds(&self) -> f64 {
        cpu_seconds_of(self.process.id())
    }

    /// The most memory that the process ever had, in MiB, as the kernel counts it.
    pub(crate) fn peak_mib(&self) -> f64 {
        peak_mib_of(self.process.id())
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The API's side of a connection.
#[derive(Clone)]
struct Api {
    waiting: Arc<Mutex<Receiver<Waiting>>>,
    answered: Sender<(String, Answer)>,
    first_poll: Arc<Mutex<Option<Duration>>>,
    started: Instant,
}

impl Api {
    /// Serves the requests of a connection until the function is gone.
    fn serve(&self, stream: &TcpStream) -> Option<()> {
        let mut reader = BufReader::new(stream);
        loop {
            let (method, path, body) = request(&mut reader)?;
            let path = path.strip_prefix("/2018-06-01/runtime/")?.to_owned();
            match (method.as_str(), path.split('/').collect::<Vec<_>>().as_slice()) {
                ("GET", ["invocation", "next"]) => self.next(stream)?,
                ("POST", ["invocation", id, "response"]) => {
                    self.answer(id, Answer::Response(serde_json::from_slice(&body).ok()?), stream)?;
                }
                ("POST", ["invocation", id, "error"]) => {
                    self.answer(id, Answer::Error(serde_json::from_slice(&body).ok()?), stream)?;
                }
                _ => reply(stream, "404 Not Found", "", "{}")?,
            }
        }
    }

    fn next(&self, stream: &TcpStream) -> Option<()> {
        self.first_poll.lock().ok()?.get_or_insert_with(|| self.started.elapsed());
        let Waiting { event, request_id, deadline } = self.waiting.lock().ok()?.recv().ok()?;
        let deadline = deadline.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_millis();
        let headers = format!(
            "Lambda-Runtime-Aws-Request-Id: {request_id}\r\nLambda-Runtime-Deadline-Ms: {deadline}\r\n\
             Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:111122223333:function:waaudit\r\n\
             Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1\r\n"
        );
        reply(stream, "200 OK", &headers, &event)
    }

    fn answer(&self, id: &str, answer: Answer, stream: &TcpStream) -> Option<()> {
        reply(stream, "202 Accepted", "", r#"{"status":"OK"}"#)?;
        self.answered.send((id.to_owned(), answer)).ok()
    }
}

/// Method, path and body of a request.
fn request(reader: &mut BufReader<&TcpStream>) -> Option<(String, String, Vec<u8>)> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut length = None;
    let mut chunked = false;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let header = header.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse::<usize>().ok();
        }
        chunked = chunked || header.starts_with("transfer-encoding:") && header.contains("chunked");
    }
    let body = if chunked { chunks(reader)? } else { exactly(reader, length.unwrap_or(0))? };
    Some((method, path, body))
}

fn exactly(reader: &mut impl Read, length: usize) -> Option<Vec<u8>> {
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(body)
}

fn chunks(reader: &mut BufReader<&TcpStream>) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut size = String::new();
        reader.read_line(&mut size).ok()?;
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        body.extend(exactly(reader, size)?);
        exactly(reader, 2)?;
        if size == 0 {
            return Some(body);
        }
    }
}

fn reply(mut stream: &TcpStream, status: &str, headers: &str, body: &str) -> Option<()> {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{headers}\r\n");
    stream.write_all(format!("{head}{body}").as_bytes()).ok()
}
