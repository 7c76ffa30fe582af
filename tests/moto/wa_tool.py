"""Reads what a report answers to the AWS Well-Architected Tool: the document, and the script, which is run."""

import contextlib
import http.server
import io
import json
import os
import pathlib
import re
import stat
import subprocess
import sys
import tempfile
import threading
import urllib.parse

import boto3
import botocore.validate
from awscli.clidriver import create_clidriver

WORKLOAD = "0123456789abcdef0123456789abcdef"
# It stands in for the AWS CLI, and prints the words that the shell made.
STAND_IN = "#!{python}\nimport json, os, sys\nopen(os.environ['WORDS'], 'a').write(json.dumps(sys.argv[1:]) + '\\n')\n"


def expected(report):
    """By choice: what its findings say, where a choice is known by its best practice."""
    answers = {}
    for rule in report["rules"]:
        for practice in rule["refs"].get("well_architected", []):
            answers.setdefault(practice, []).extend(f["verdict"] for f in report["findings"] if f["rule"] == rule["id"])

    def answer(verdicts):
        judged = set(verdicts) - {"skip"}
        return "refuted" if "fail" in judged else "supported" if judged == {"pass"} else "open"

    return {practice: answer(verdicts) for practice, verdicts in answers.items()}


def document(text, report):
    answers = json.loads(text)
    assert answers["lens"] == "wellarchitected" and answers["account"] == report["account"]["id"]
    choices = [choice for question in answers["questions"] for choice in question["choices"]]
    assert {choice["practice"]: choice["answer"] for choice in choices} == expected(report)
    assert {"refuted", "supported"} <= {choice["answer"] for choice in choices}
    assert not [choice for choice in choices if choice["not_judged"]]
    for choice in choices:
        for found in choice["rules"]:
            for verdict in ("pass", "fail", "unknown", "skip", "waived"):
                findings = [f for f in report["findings"] if (f["rule"], f["verdict"]) == (found["rule"], verdict)]
                assert found[verdict] == len(findings), found


def run(script):
    """The words of each call of the AWS CLI that a shell makes of the script."""
    with tempfile.TemporaryDirectory() as home:
        home = pathlib.Path(home)
        (home / "aws").write_text(STAND_IN.format(python=sys.executable))
        (home / "aws").chmod(stat.S_IRWXU)
        (home / "answers.sh").write_text(script)
        environment = {"PATH": f"{home}:/usr/bin:/bin", "WORDS": str(home / "words")}
        command = ["sh", "answers.sh"]
        without = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False)
        assert without.returncode != 0 and "WORKLOAD_ID" in without.stderr and not (home / "words").exists()
        environment["WORKLOAD_ID"] = WORKLOAD
        ran = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0 and not ran.stdout + ran.stderr, ran.stderr
        assert sorted(path.name for path in home.iterdir()) == ["answers.sh", "aws", "words"]
        return [json.loads(line) for line in (home / "words").read_text().splitlines()]


@contextlib.contextmanager
def tool(heard):
    """An endpoint that takes every answer."""

    class Endpoint(http.server.BaseHTTPRequestHandler):
        def do_PATCH(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((urllib.parse.unquote(self.path), json.loads(body)))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def script(text, report):
    """A shell reads the script, the AWS CLI the words, and the API's model what the CLI sends."""
    calls, heard = run(text), []
    with tool(heard) as endpoint:
        os.environ.update(AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_REGION="eu-west-1")
        os.environ.update(AWS_DEFAULT_REGION="eu-west-1", AWS_CONFIG_FILE="/dev/null", AWS_PAGER="")
        os.environ.update(AWS_ENDPOINT_URL=endpoint)
        cli = create_clidriver()
        for call in calls:
            output, errors = io.StringIO(), io.StringIO()
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
                assert cli.main(call) == 0, (call, errors.getvalue())
    service = boto3.Session(region_name="eu-west-1").client("wellarchitected").meta.service_model
    request = service.operation_model("UpdateAnswer").input_shape
    answered = {}
    assert len(heard) == len(calls) > 0
    for path, body in heard:
        found = re.fullmatch(rf"/workloads/{WORKLOAD}/lensReviews/wellarchitected/answers/([a-z_-]+)", path)
        whole = {"WorkloadId": WORKLOAD, "LensAlias": "wellarchitected", "QuestionId": found[1], **body}
        problems = botocore.validate.ParamValidator().validate(whole, request)
        assert not problems.has_errors() and set(body) == {"ChoiceUpdates"}, problems.generate_report()
        for choice, update in body["ChoiceUpdates"].items():
            assert update["Status"] in ("SELECTED", "UNSELECTED") and 1 <= len(update["Notes"]) <= 250, update
            assert choice not in answered and set(update) == {"Status", "Notes"}, choice
            answered[choice] = update["Status"]
    counts = {"SELECTED": "supported", "UNSELECTED": "refuted"}
    answers = list(expected(report).values())
    for status, answer in counts.items():
        assert list(answered.values()).count(status) == answers.count(answer), status
