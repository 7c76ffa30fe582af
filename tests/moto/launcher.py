"""moto's server for tests: it answers as an AWS account does, and where a test says so, as one that is in trouble.

    python launcher.py --port 0 --parent-pid 4711

It prints {"port": …} when it is ready and ends with its parent. Everything is kept by account, so tests that
use different accounts do not disturb one another. An access key id AKIA<account> signs for that account.
Tests steer it under /control/; the README beside this file says how.
"""

import argparse
import json
import logging
import os
import re
import select
import sys
import threading
import time
import types
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from io import BytesIO
from typing import Any

def stand_in(name: str, **members: Any) -> None:
    """A module that moto imports, and never uses here: it would bring a dozen packages along."""
    module = types.ModuleType(name)
    vars(module).update(members)
    sys.modules[name] = module


# They check the documents of APIs that are imported from one.
stand_in("openapi_spec_validator", validate=None)
stand_in("openapi_spec_validator.validation")
stand_in("openapi_spec_validator.validation.exceptions", OpenAPIValidationError=ValueError)
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # must be set before moto is loaded

from moto.iam.models import get_account_id_from
from moto.moto_api import state_manager
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

import answers
import metrics
import wire

ACCOUNT_KEY = re.compile(r"AKIA(\d{12})")
EVERY_ACCOUNT = "*"
HANG_SECONDS = 600


@dataclass(frozen=True)
class Answer:
    """What moto answered once."""

    data: bytes
    status: int
    headers: list[tuple[str, str]]

    def response(self) -> Response:
        return Response(self.data, self.status, self.headers)


@dataclass
class Steering:
    """What tests asked for in one account, and what was called there."""

    faults: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    metrics: list[dict[str, Any]] = field(default_factory=list)
    calls: list[wire.Call] = field(default_factory=list)
    kept: dict[tuple[str, ...], Answer] | None = None  # answers by request, where the account is to stay as it is
    # moto replaces its tables while it reads them: of two calls at once, what one of them made can be lost.
    turn: threading.Lock = field(default_factory=threading.Lock)


def backend(service: str | None) -> Any:
    """moto's application for a service, which says in one line what it lacks; or what says that moto has no such service."""
    if service is None:
        return Response("moto lacks the service", 500)
    application = create_backend_app(service)
    application.register_error_handler(NotImplementedError, lambda lacking: (f"moto: {lacking}", 500))
    return application


class Launcher:
    """The WSGI application in front of moto's."""

    def __init__(self) -> None:
        self.moto = DomainDispatcherApplication(backend)
        self.accounts: defaultdict[str, Steering] = defaultdict(Steering)
        self.lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        if request.path.startswith("/control/"):
            return self.control(request)(environ, start_response)
        rewindable(request)
        call = wire.identify(request, account_of(request))
        if call is None:
            return self.moto(environ, start_response)
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = call.account
        with self.lock:
            self.accounts[call.account].calls.append(call)
        response = self.respond(environ, call)
        call.status = response.status_code
        return response(environ, start_response)

    def respond(self, environ: dict[str, Any], call: wire.Call) -> Response:
        if (fault := self.rule("faults", call)) and (response := fail(call, fault)):
            return response
        canned = self.rule("answers", call)
        if canned and "body" in canned:
            return wire.answer(call, canned.get("status", 200), canned["body"], canned.get("headers", {}))
        if (call.service, call.action) == ("cloudwatch", "GetMetricData"):
            return self.once(call, lambda: metrics.answer(call, self.accounts[call.account].metrics))
        with self.accounts[call.account].turn:
            response = answers.missing_answer(call) or self.once(call, lambda: self.ask_moto(environ, call))
        for old, new in (canned or {}).get("replace", {}).items():
            response.data = response.data.replace(old.encode(), new.encode())
        return wire.json_to_cbor(call, response) if call.protocol == "cbor" else response

    def once(self, call: wire.Call, ask: Callable[[], Response]) -> Response:
        """An answer, or the one that was kept of the same request, whatever its time."""
        kept = self.accounts[call.account].kept
        if kept is None:
            return ask()
        params = {name: value for name, value in call.params.items() if name not in ("StartTime", "EndTime")}
        request = (call.service, call.action, call.region, json.dumps(params, sort_keys=True, default=str))
        if request not in kept:
            response = ask()
            kept[request] = Answer(response.data, response.status_code, list(response.headers))
        return kept[request].response()

    def ask_moto(self, environ: dict[str, Any], call: wire.Call) -> Response:
        asked = wire.json_environ(environ, call) if call.protocol == "cbor" else environ
        response = Response.from_app(self.moto, asked, buffered=True)
        answers.repair(call, response)
        return response

    def rule(self, sort: str, call: wire.Call) -> dict[str, Any] | None:
        """The first rule that matches a call and is not used up."""
        with self.lock:
            own = getattr(self.accounts[call.account], sort)
            for rule in own + getattr(self.accounts[EVERY_ACCOUNT], sort):
                if matches(rule, call) and in_turn(rule):
                    return rule
        return None

    def control(self, request: Request) -> Response:
        subject = request.path.removeprefix("/control/")
        if subject == "calls":
            return self.control_calls(request.args["account"], request.method == "POST")
        if subject == "keep" and request.method == "POST":
            self.accounts[request.args["account"]].kept = {}
            return Response("{}", content_type="application/json")
        if subject not in RULE_KEYS or request.method != "POST":
            return Response(f"POST /control/ and keep or one of {sorted(RULE_KEYS)}; GET or POST /control/calls\n", 404)
        try:
            wanted = json.loads(request.get_data())
            rules = [dict(rule, hits=0) for rule in wanted[subject]]
        except (ValueError, KeyError, TypeError) as error:
            return Response(f"not what /control/{subject} takes: {error!r}\n", 400)
        if complaints := [complaint for rule in rules if (complaint := mistyped(subject, rule))]:
            return Response("\n".join(complaints) + "\n", 400)
        with self.lock:
            setattr(self.accounts[wanted.get("account", EVERY_ACCOUNT)], subject, rules)
        return Response(json.dumps({"rules": len(rules)}), content_type="application/json")

    def control_calls(self, account: str, forget: bool) -> Response:
        with self.lock:
            steering = self.accounts[account]
            log = [call.as_dict() for call in steering.calls]
            if forget:
                steering.calls = []
        return Response(json.dumps(log, default=str), content_type="application/json")


def rewindable(request: Request) -> None:
    """Reads the body into memory, for the launcher and moto both want it."""
    body = request.get_data(cache=True)
    request.environ.update({"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))})
    request.environ.pop("HTTP_TRANSFER_ENCODING", None)


def account_of(request: Request) -> str:
    key = wire.access_key(request) or ""
    named = ACCOUNT_KEY.match(key)
    return named[1] if named else get_account_id_from(key)


def matches(rule: dict[str, Any], call: wire.Call) -> bool:
    globs = all(fnmatchcase(getattr(call, name), rule.get(name, "*")) for name in ("service", "action", "region"))
    return globs and all(call.params.get(name) == value for name, value in rule.get("params", {}).items())


def in_turn(rule: dict[str, Any]) -> bool:
    """Counts a hit; the first `skip` hits pass by the rule, and it is used up after `times` more."""
    rule["hits"] += 1
    turn = rule["hits"] - rule.get("skip", 0)
    return turn > 0 and turn <= rule.get("times", turn)


RULE_KEYS = {
    "faults": {"service", "action", "region", "params", "skip", "times", "kind", "delay_ms", "status", "code"},
    "answers": {"service", "action", "region", "params", "skip", "times", "status", "headers", "body", "replace"},
    "metrics": {"namespace", "metric", "dimensions", "statistic", "region", "value", "hours", "days", "per_day"},
}
KINDS = {*wire.CODES, "garbage", "slow", "hang"}


def mistyped(subject: str, rule: dict[str, Any]) -> str | None:
    """A mistyped rule must not pass for a rule that never matched."""
    if unknown := rule.keys() - RULE_KEYS[subject] - {"hits"}:
        return f"unknown keys in a rule: {sorted(unknown)}"
    if subject == "faults" and rule.get("kind") not in KINDS:
        return f"unknown kind of fault: {rule.get('kind')}"
    if subject == "metrics" and len(rule.keys() & {"value", "hours"}) != 1:
        return "a metric needs a value or 24 values by hour"
    if subject == "answers" and not rule.keys() & {"body", "replace"}:
        return "an answer needs a body or a replace"
    return None


def fail(call: wire.Call, fault: dict[str, Any]) -> Response | None:
    """The answer that a fault gives; none where moto answers after a delay."""
    kind = call.fault = fault["kind"]
    time.sleep(fault.get("delay_ms", 0) / 1000)
    if kind == "slow":
        return None
    if kind == "hang":
        time.sleep(HANG_SECONDS)
    if kind in ("hang", "garbage"):
        return Response("<html>a proxy says hello</html>", fault.get("status", 200), content_type="text/html")
    return wire.failure(call, kind, fault.get("status"), fault.get("code"))


def end_with(parent: int) -> None:
    """Ends this process when the parent's does, even if the parent was killed."""
    try:
        handle = os.pidfd_open(parent)
        select.select([handle], [], [])
    except AttributeError:  # no pidfd outside Linux
        while os.getppid() == parent:
            time.sleep(0.5)
    except ProcessLookupError:
        pass
    os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--parent-pid", type=int)
    arguments = parser.parse_args()
    if arguments.parent_pid:
        threading.Thread(target=end_with, args=[arguments.parent_pid], daemon=True).start()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    for model in ("dax::cluster", "cloudfront::distribution"):
        state_manager.set_transition(model, {"progression": "immediate"})
    server = make_server("127.0.0.1", arguments.port, Launcher(), threaded=True, request_handler=MotoRequestHandler)
    os.environ["MOTO_PORT"] = str(server.port)
    print(json.dumps({"port": server.port}), flush=True)
    # Tests read one line. moto prints more: to a closed pipe that would be an error that werkzeug takes for a lost client.
    sys.stdout = sys.stderr
    server.serve_forever()


if __name__ == "__main__":
    main()
