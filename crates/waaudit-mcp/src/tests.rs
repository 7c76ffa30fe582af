//! The server on the demo, spoken to over a pipe as a client does, and the parts that no demo reaches.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf, duplex, split};

use super::{INSTRUCTIONS, Scan, Setup, Source, converse, entries};
use waaudit_judge::waivers::Waivers;
use waaudit_model::error::Failure;
use waaudit_model::settings::Settings;
use waaudit_model::snapshot::Snapshot;
use waaudit_rules::RuleSet;
use waaudit_rules::fixtures::DEMO;

fn demo() -> Snapshot {
    Snapshot::from_json(DEMO).unwrap()
}

fn setup(source: Source, scan: Option<Scan>) -> Setup {
    Setup {
        source,
        baseline: None,
        rules: RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}")),
        settings: Settings::default(),
        waivers: Waivers::default(),
        permissions: Box::new(|selection| Ok(json!({"rules": selection.rules}))),
        scan,
    }
}

fn of_demo() -> Setup {
    setup(Source::Snapshot(Box::new(demo())), None)
}

/// A client that has said hello.
struct Client {
    to: WriteHalf<DuplexStream>,
    from: Lines<BufReader<ReadHalf<DuplexStream>>>,
    asked: u64,
}

impl Client {
    async fn of(setup: Setup) -> Self {
        let (near, far) = duplex(1 << 20);
        let (from, to) = split(far);
        tokio::spawn(converse(setup, from, to));
        let (from, to) = split(near);
        let mut client = Self { to, from: BufReader::new(from).lines(), asked: 0 };
        let hello =
            json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}});
        let told = client.request("initialize", hello).await;
        assert_eq!(told["result"]["serverInfo"]["name"], "waaudit");
        assert_eq!(told["result"]["instructions"], INSTRUCTIONS);
        client.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).await;
        client
    }

    async fn send(&mut self, message: &Value) {
        self.to.write_all(format!("{message}\n").as_bytes()).await.unwrap();
    }

    async fn request(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.asked, "method": method, "params": params})).await;
        let line = tokio::time::timeout(Duration::from_mins(2), self.from.next_line()).await.unwrap();
        let answer: Value = serde_json::from_str(&line.unwrap().unwrap()).unwrap();
        assert_eq!(answer["id"], self.asked, "{answer}");
        answer
    }

    /// The answer of a tool.
    async fn ask(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self.request("tools/call", json!({"name": tool, "arguments": arguments})).await;
        assert_eq!(answer["result"]["isError"], false, "{tool}: {answer}");
        answer["result"]["structuredContent"].clone()
    }

    /// What is said where a question has no answer.
    async fn refused(&mut self, tool: &str, arguments: Value) -> String {
        let answer = self.request("tools/call", json!({"name": tool, "arguments": arguments})).await;
        assert_eq!(answer["result"]["isError"], true, "{tool}: {answer}");
        answer["result"]["content"][0]["text"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn what_happens_when_a_zone_fails_is_answered_worst_first() {
    let mut client = Client::of(of_demo()).await;
    let answer = client.ask("simulate_zone_loss", json!({"zone": "eu-west-1a", "limit": 100})).await;
    let losses = answer["zone_losses"]["items"].as_array().unwrap();
    let shop = losses.iter().find(|loss| loss["way_in"]["name"] == "fernweh-shop").unwrap();
    assert_eq!((&shop["outcome"], &shop["decided_by"]["name"]), (&json!("dies"), &json!("checkout")));
    let dying = losses.iter().filter(|loss| loss["outcome"] == "dies").count();
    assert!(dying > 0 && losses[..dying].iter().all(|loss| loss["outcome"] == "dies"));
}

#[tokio::test]
async fn a_tool_that_there_is_not_is_an_error_of_the_protocol_and_the_server_goes_on() {
    let mut client = Client::of(of_demo()).await;
    let answer = client.request("tools/call", json!({"name": "scan", "arguments": {}})).await;
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    assert!(client.refused("findings", json!({"severities": "high"})).await.contains("it takes area, cursor, limit"));
    assert!(client.ask("summary", json!({})).await["summary"]["score"].is_number());
}

#[tokio::test]
async fn a_long_page_ends_early_and_its_cursor_goes_on_where_it_ended() {
    let mut snapshot = demo();
    let long = "n".repeat(9_000);
    for resource in &mut snapshot.resources {
        resource.name = Some(long.clone());
    }
    let mut client = Client::of(setup(Source::Snapshot(Box::new(snapshot)), None)).await;
    let mut fingerprints = Vec::new();
    let mut cursor = Value::Null;
    for _ in 0..4 {
        let answer = client.ask("findings", json!({"limit": 100, "cursor": cursor})).await;
        assert!(answer.to_string().len() < 150_000 && answer["note"].as_str().unwrap().contains("cut off"));
        let items = answer["findings"]["items"].as_array().unwrap();
        assert!(!items.is_empty() && items.len() < 100, "{}", items.len());
        fingerprints.extend(items.iter().map(|finding| finding["fingerprint"].clone()));
        cursor = answer["findings"]["next_cursor"].clone();
    }
    let mut single = fingerprints.clone();
    single.dedup();
    assert_eq!(single, fingerprints);
}

#[tokio::test]
async fn a_scan_is_run_when_it_is_asked_for_and_its_account_replaces_the_one_before() {
    static FAILS: AtomicBool = AtomicBool::new(true);
    let scan: Scan = Box::new(|| {
        // The scan of the command line brings a runtime of its own.
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            if FAILS.load(Ordering::Relaxed) {
                return Err(Failure::new("no credentials").help("aws sso login"));
            }
            Ok(demo())
        })
    });
    let mut client = Client::of(setup(Source::Scan, Some(scan))).await;
    assert!(client.refused("summary", json!({})).await.contains("call the tool `scan`"));
    assert!(client.refused("scan", json!({})).await.contains("aws sso login"));
    FAILS.store(false, Ordering::Relaxed);
    let scanned = client.ask("scan", json!({})).await;
    assert_eq!(client.ask("summary", json!({})).await, scanned);
    let cursor = client.ask("findings", json!({"limit": 1})).await["findings"]["next_cursor"].clone();
    client.ask("scan", json!({})).await;
    assert!(client.refused("findings", json!({"limit": 1, "cursor": cursor})).await.contains("next scan"));
}

#[tokio::test]
async fn a_panic_is_an_answer_and_the_server_goes_on() {
    let scan: Scan = Box::new(|| panic!("on purpose"));
    let mut client = Client::of(setup(Source::Snapshot(Box::new(demo())), Some(scan))).await;
    assert!(client.refused("scan", json!({})).await.contains("a defect of waaudit"));
    assert!(client.ask("summary", json!({})).await["summary"]["score"].is_number());
    assert!(client.refused("scan", json!({})).await.contains("a defect of waaudit"), "the next scan is not locked out");
}

#[test]
fn the_tool_that_scans_is_listed_only_where_it_may_and_no_schema_is_open() {
    let names = |may_scan| entries(may_scan).into_iter().map(|entry| entry.tool.name).collect::<Vec<_>>();
    assert!(!names(false).contains(&"scan".into()) && names(true).contains(&"scan".into()));
    for tool in entries(true).into_iter().map(|entry| entry.tool) {
        assert_eq!(tool.input_schema["additionalProperties"], false, "{}", tool.name);
        let output = tool.output_schema.unwrap();
        assert!(output["type"] == "object" && output["properties"]["note"].is_object(), "{}", tool.name);
    }
}
