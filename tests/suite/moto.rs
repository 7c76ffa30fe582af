//! A moto server for the whole test run: installed below `target/`, started once, one account for each test.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::program::{program, waaudit};

/// The folder of the launcher and the accounts.
const HOME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/moto");

/// A running server.
pub(crate) struct Moto {
    endpoint: String,
    python: &'static Path,
    _process: Child,
}

/// One account on the server.
pub(crate) struct Account {
    /// Twelve digits.
    pub id: String,
    moto: &'static Moto,
    home: tempfile::TempDir,
}

/// The server, installed and started by the first test that needs it.
pub(crate) fn moto() -> &'static Moto {
    static SERVER: OnceLock<Moto> = OnceLock::new();
    SERVER.get_or_init(|| {
        let python = python();
        let mut process = Command::new(python)
            .args(["launcher.py", "--port", "0", "--parent-pid", &std::process::id().to_string()])
            .current_dir(HOME)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the launcher starts");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("the launcher's stdout");
        BufReader::new(stdout).read_line(&mut line).expect("the launcher's first line");
        let ready: Value = serde_json::from_str(&line).expect("the launcher's port");
        Moto { endpoint: format!("http://127.0.0.1:{}", ready["port"]), python, _process: process }
    })
}

/// Python with the pinned packages, installed by the first test that needs it.
pub(crate) fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(install)
}

/// A virtual environment with exactly the pinned packages; made anew when the pins change.
fn install() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("moto");
    let python = folder.join("bin/python");
    let pins = std::fs::read_to_string(format!("{HOME}/requirements.txt")).expect("the pins");
    let stamp = folder.join("installed.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == pins) {
        return python;
    }
    let run = |command: &mut Command| {
        let output = command.output().expect("python3 runs");
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", "requirements.txt"];
    run(Command::new(&python).args(pip).current_dir(HOME));
    std::fs::write(&stamp, pins).expect("the stamp");
    python
}

impl Moto {
    /// An empty account. Each test takes a number of its own. Its settings say that no rates of AWS hold.
    pub(crate) fn account(&'static self, number: u64) -> Account {
        let home = tempfile::tempdir().expect("a temporary folder");
        let account = Account { id: format!("{number:012}"), moto: self, home };
        account.settings("pace.emulator = true");
        account
    }

    fn post(&self, path: &str, body: &Value) {
        ureq::post(format!("{}{path}", self.endpoint)).send_json(body).expect("the launcher obeys");
    }
}

impl Account {
    /// Where the server listens.
    pub(crate) fn endpoint(&self) -> &str {
        &self.moto.endpoint
    }

    /// Fills the account with what `accounts/<name>.py` describes, and returns ids by role.
    pub(crate) fn seed(&self, name: &str) -> Value {
        serde_json::from_str(&self.python("seed.py", &["--name", name])).expect("ids")
    }

    /// Makes calls fail; replaces earlier faults.
    pub(crate) fn faults(&self, faults: &Value) {
        self.moto.post("/control/faults", &json!({"account": self.id, "faults": faults}));
    }

    /// Gives canned answers to calls; replaces earlier ones.
    pub(crate) fn answers(&self, answers: &Value) {
        self.moto.post("/control/answers", &json!({"account": self.id, "answers": answers}));
    }

    /// Keeps the server's answers: the account must not change any more.
    pub(crate) fn keep(&self) {
        let url = format!("{}/control/keep?account={}", self.moto.endpoint, self.id);
        ureq::post(&url).send_empty().expect("the launcher obeys");
    }

    /// The calls since the last time. They are read and forgotten at once: a call that came between would be lost.
    pub(crate) fn calls(&self) -> Vec<Value> {
        let url = format!("{}/control/calls?account={}", self.moto.endpoint, self.id);
        ureq::post(&url).send_empty().expect("the log").body_mut().read_json().expect("the log")
    }

    /// `waaudit` with credentials of this account and the server as its AWS.
    pub(crate) fn waaudit(&self, args: &[&str]) -> assert_cmd::Command {
        let mut command = waaudit(self.home.path());
        command
            .env("AWS_ACCESS_KEY_ID", format!("AKIA{}", self.id))
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_ENDPOINT_URL", &self.moto.endpoint)
            .args(args);
        command
    }

    /// Replaces the settings.
    pub(crate) fn settings(&self, text: &str) {
        std::fs::write(self.file("waaudit.toml"), text).expect("settings");
    }

    /// The same as a process to start and leave running, without arguments and in an account's own region.
    pub(crate) fn process(&self) -> Command {
        let mut command = Command::new(program());
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_ACCESS_KEY_ID", format!("AKIA{}", self.id))
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_ENDPOINT_URL", &self.moto.endpoint)
            .current_dir(self.home.path());
        command
    }

    /// Runs a Python program of `tests/moto` against the account, and returns what it prints.
    pub(crate) fn python(&self, program: &str, args: &[&str]) -> String {
        let output = Command::new(self.moto.python)
            .args([program, "--endpoint", &self.moto.endpoint, "--account", &self.id])
            .args(args)
            .current_dir(HOME)
            .output()
            .expect("Python runs");
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// The keys of a bucket, sorted.
    pub(crate) fn keys(&self, bucket: &str) -> Vec<String> {
        let list = self.get("s3", &format!("{bucket}?list-type=2"));
        list.split("<Key>").skip(1).filter_map(|part| part.split("</Key>").next()).map(str::to_owned).collect()
    }

    /// The text of an object.
    pub(crate) fn object(&self, bucket: &str, key: &str) -> String {
        self.get("s3", &format!("{bucket}/{}", key.replace('=', "%3D")))
    }

    /// The messages in a queue that a topic fills; they are gone from it then.
    pub(crate) fn messages(&self, queue: &str) -> Vec<Value> {
        let ask = |action: &str, body: Value| -> Value {
            let request = ureq::post(&self.moto.endpoint)
                .header("Authorization", self.signature("sqs"))
                .header("X-Amz-Target", format!("AmazonSQS.{action}"))
                .header("Content-Type", "application/x-amz-json-1.0");
            let text = request.send(body.to_string()).expect("an answer").body_mut().read_to_string();
            serde_json::from_str(&text.expect("its text")).unwrap_or_default()
        };
        let received = ask("ReceiveMessage", json!({"QueueUrl": queue, "MaxNumberOfMessages": 10}));
        let messages = received["Messages"].as_array().cloned().unwrap_or_default();
        for message in &messages {
            ask("DeleteMessage", json!({"QueueUrl": queue, "ReceiptHandle": message["ReceiptHandle"]}));
        }
        messages.iter().map(|message| serde_json::from_str(text(&message["Body"])).expect("what SNS sends")).collect()
    }

    fn get(&self, service: &str, path: &str) -> String {
        let request = ureq::get(format!("{}/{path}", self.moto.endpoint));
        let mut answer = request.header("Authorization", self.signature(service)).call().expect("an answer");
        answer.body_mut().read_to_string().expect("its text")
    }

    /// moto takes an account's word for who it is.
    fn signature(&self, service: &str) -> String {
        let scope = format!("AKIA{}TEST/20260101/eu-west-1/{service}/aws4_request", self.id);
        format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0")
    }

    /// The folder that `waaudit` runs in.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// A file in the folder that `waaudit` runs in.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Scans one region unless the flags say otherwise, and returns the report, without the gaps of calls that cost
    /// money and that nobody allowed.
    pub(crate) fn scan(&self, flags: &[&str]) -> Value {
        let mut report = self.report(flags);
        report["gaps"].as_array_mut().expect("gaps").retain(|gap| gap["reason"] != "billed");
        report
    }

    /// Where `SNAPSHOTS=FOLDER` keeps what a scan collected, for tests/moto/same_verdicts.py.
    fn kept_snapshot(&self) -> Option<String> {
        static SCANS: AtomicUsize = AtomicUsize::new(0);
        let folder = std::env::var("SNAPSHOTS").ok()?;
        Some(format!("{folder}/{}-{}.json", self.id, SCANS.fetch_add(1, Ordering::Relaxed)))
    }

    /// The whole report of a scan.
    fn report(&self, flags: &[&str]) -> Value {
        let regions: &[&str] = if flags.contains(&"--region") { &[] } else { &["--region", "eu-west-1"] };
        let kept = self.kept_snapshot().filter(|_| !flags.contains(&"--save-snapshot"));
        let keep: Vec<&str> = kept.iter().flat_map(|file| ["--save-snapshot", file]).collect();
        let args = [&["scan", "--format", "json"], regions, flags, &keep].concat();
        let output = self.waaudit(&args).output().expect("a run");
        let stderr = String::from_utf8_lossy(&output.stderr);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no report: {stderr}"))
    }
}

/// Findings with a verdict, as "rule resource".
pub(crate) fn with_verdict(report: &Value, verdict: &str) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings").iter();
    let wanted = findings.filter(|finding| finding["verdict"] == verdict);
    wanted.map(|finding| format!("{} {}", text(&finding["rule"]), text(&finding["resource"]["id"]))).collect()
}

/// A JSON string, or nothing.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}
