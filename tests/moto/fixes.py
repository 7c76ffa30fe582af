"""What the AWS CLI makes of the commands of fixes: `parse` holds each against the CLI's own parser and the API's model,
`run` carries out the fixes of failures on an account of the test server. JSON on stdin, JSON on stdout."""

import argparse
import contextlib
import io
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
from collections import defaultdict
from typing import Any

from awscli.clidriver import create_clidriver
from botocore.validate import ParamValidator

from choices import Chooser
from seed import Account

# A command that writes what it prints into a file, and one that reads such a file.
WRITES = re.compile(r"^(?P<command>.*) > (?P<file>[\w.-]+)$")
READS = re.compile(r"file://([\w.-]+)")
# How long to wait for the test server.
WAITS = ("--cli-read-timeout", "120", "--cli-connect-timeout", "5")
PLACEHOLDER = re.compile(r"<([A-Za-z0-9][A-Za-z0-9 ,.*-]*)>")


def words(command: str, values: dict[str, str]) -> list[str]:
    """The words behind `aws`, with what the reader chooses filled in: several words where a place is a word by itself."""
    chosen: list[str] = []
    for word in shlex.split(command):
        filled = PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), word)
        chosen += filled.split() if PLACEHOLDER.fullmatch(word) and filled != word else [filled]
    return chosen[1:]


def written(command: str) -> tuple[str, str | None]:
    """The command without the file that it writes, and that file's name."""
    found = WRITES.match(command)
    return (found["command"], found["file"]) if found else (command, None)


def driver(home: str) -> Any:
    """A CLI without configuration of its own."""
    os.environ.update(AWS_CONFIG_FILE=f"{home}/none", AWS_SHARED_CREDENTIALS_FILE=f"{home}/none", AWS_PAGER="")
    return create_clidriver()


def call(cli: Any, arguments: list[str]) -> tuple[int, str, str]:
    """The exit code and what was printed."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = cli.main(arguments)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
    return code, out.getvalue(), err.getvalue()


def stand_in(name: str) -> str:
    """A value of the form that a place's name asks for."""
    parts = name.lower().split("-")
    if "arn" in parts:
        return "arn:aws:service:eu-west-1:111122223333:resource/12345678"
    if "id" in parts:
        return "12345678-1234-1234-1234-123456789012"
    return "2026-11-01" if {"start", "end", "day", "date", "month"} & set(parts) else "100"


def understood(cli: Any, heard: list[tuple[str, dict[str, Any]]], command: str) -> str | None:
    """What is wrong with a command; None where the CLI takes it and the API's model has all that it sends."""
    problem = None
    names = PLACEHOLDER.findall(command)
    for values in [{}, {name: stand_in(name) for name in names}] if names else [{}]:
        heard.clear()
        code, _, errors = call(cli, words(command, values))
        problem = " ".join(errors.split())[-300:] or "the CLI ended before it called anything"
        if code == 0 and heard:
            service = cli._get_command_table()[words(command, {})[0]].service_model.service_name
            # What an earlier step wrote is not known here.
            problem = None if READS.search(command) else problem_of(cli.session.get_service_model(service), *heard[-1])
        if problem is None:
            break
    return problem


def problem_of(model: Any, event: str, parameters: dict[str, Any]) -> str | None:
    operation = event.split(".", 2)[2]
    named = {name.lower(): name for name in model.operation_names}
    shape = model.operation_model(named[operation.replace("-", "")]).input_shape
    report = ParamValidator().validate(parameters, shape) if shape else None
    return report.generate_report() if report and report.has_errors() else None


def parse(commands: list[str], home: str) -> list[dict[str, Any]]:
    """The CLI's tables are its own for each service, and some services spoil them for the next command: a new CLI each."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
    os.chdir(home)
    files = {file for _, file in map(written, commands) if file}
    for file in files:
        pathlib.Path(file).write_text("{}")
    return [{"command": command, "problem": parsed(command, files, home)} for command in commands]


def parsed(command: str, files: set[str], home: str) -> str | None:
    if missing := set(READS.findall(command)) - files:
        return f"no step writes {', '.join(sorted(missing))}"
    command, _ = written(command)
    cli, heard = driver(home), []

    def hear(event_name: str, call_parameters: dict[str, Any], **_: Any) -> int:
        heard.append((event_name, call_parameters))
        return 0

    cli.session.get_component("event_emitter").register_first("calling-command.*", hear)
    return understood(cli, heard, command)


def run(failures: list[dict[str, Any]], home: str, endpoint: str, account: str) -> list[dict[str, Any]]:
    """Carries out the fix of each failure; a command that fails ends it."""
    os.environ.update(
        AWS_ACCESS_KEY_ID=f"AKIA{account}", AWS_SECRET_ACCESS_KEY="any", AWS_DEFAULT_REGION="eu-west-1", AWS_MAX_ATTEMPTS="1"
    )
    os.chdir(home)
    chooser = Chooser(Account(endpoint, account))
    clis: defaultdict[str, Any] = defaultdict(lambda: driver(home))
    return [{"rule": failure["rule"], "problem": carried_out(failure, chooser, clis, endpoint)} for failure in failures]


def carried_out(failure: dict[str, Any], chooser: Chooser, clis: dict[str, Any], endpoint: str) -> str | None:
    """What stopped a fix; None where all its commands went through. There is one CLI for each operation: it takes long to make."""
    for command, file in map(written, failure["commands"]):
        values = {name: chooser.value(name, failure["finding"]) for name in PLACEHOLDER.findall(command)}
        if open_choices := [name for name, value in values.items() if value is None]:
            return f"leaves open <{'>, <'.join(open_choices)}>"
        if not command.startswith("aws "):
            if subprocess.run(["sh", "-c", command]).returncode:
                return f"{command} fails"
            continue
        spoken = words(command, values)
        code, printed, errors = call(clis[" ".join(spoken[:2])], [*spoken, "--endpoint-url", endpoint, *WAITS])
        if code:
            return f"{command}: {' '.join(errors.split())[-300:]}"
        if file:
            pathlib.Path(file).write_text(printed)
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["parse", "run"])
    parser.add_argument("--home", required=True, help="a folder that holds no configuration")
    parser.add_argument("--endpoint")
    parser.add_argument("--account")
    options = parser.parse_args()
    asked = json.load(sys.stdin)
    done = parse(asked, options.home) if options.what == "parse" else run(asked, options.home, options.endpoint, options.account)
    json.dump(done, sys.stdout)


if __name__ == "__main__":
    main()
