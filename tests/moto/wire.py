"""How a call to AWS looks on the wire: which call a request is, and the shape of an answer or an error to it.

Knows nothing of moto's data, of faults or of tests. Services go by the name that IAM policies use.
"""

import functools
import json
import re
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

import botocore.session
import cbor2
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.utils import parse_timestamp
from werkzeug.wrappers import Request, Response

SESSION = botocore.session.get_session()

# Services whose signing name is not their IAM prefix.
IAM_PREFIX = {"monitoring": "cloudwatch", "tagging": "tag"}

# Services that put the operation into method and path; their signing name is botocore's name.
REST = {
    "apigateway",
    "application-signals",
    "appsync",
    "arc-zonal-shift",
    "backup",
    "cloudfront",
    "dlm",
    "eks",
    "elasticfilesystem",
    "es",
    "kafka",
    "lambda",
    "mq",
    "route53",
    "s3",
    "synthetics",
    "xray",
}

# Services whose name in botocore is not the one that they sign with.
BOTOCORE = {"elasticfilesystem": "efs", "es": "opensearch"}
# Signing names that stand for several of botocore's services.
MODELS = {"apigateway": ("apigateway", "apigatewayv2"), "s3": ("s3", "s3control")}

SIGNATURE = re.compile(r"Credential=([^/]+)/\d+/([^/]*)/([^/]+)/aws4_request")
CBOR_PATH = re.compile(r"/service/(\w+)/operation/(\w+)")


@dataclass
class Call:
    """One signed request, as the log shows it."""

    service: str
    action: str
    region: str
    account: str
    protocol: str  # ec2, query, json, cbor, rest-json, rest-xml or s3
    params: dict[str, Any] = field(default_factory=dict)  # what tells it from other calls of the action
    at: float = field(default_factory=time.time)  # when it arrived, in seconds
    status: int | None = None
    fault: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@functools.cache
def model(service: str) -> ServiceModel:
    """botocore's description of a service."""
    return SESSION.get_service_model(BOTOCORE.get(service, service))


def access_key(request: Request) -> str | None:
    """The access key id that signed a request."""
    signed = SIGNATURE.search(request.headers.get("Authorization", ""))
    return signed[1] if signed else None


def identify(request: Request, account: str) -> Call | None:
    """The call that a request is; none for what is not signed."""
    signed = SIGNATURE.search(request.headers.get("Authorization", ""))
    if not signed:
        return None
    _, region, signing_name = signed.groups()
    protocol, action, params = read(request, signing_name)
    return Call(IAM_PREFIX.get(signing_name, signing_name), action, region, account, protocol, params)


def read(request: Request, signing_name: str) -> tuple[str, str, dict[str, Any]]:
    """Protocol, action and parameters of a request."""
    if path := CBOR_PATH.match(request.path):
        return "cbor", path[2], cbor2.loads(request.get_data()) if request.get_data() else {}
    if target := request.headers.get("X-Amz-Target"):
        return "json", target.rpartition(".")[2], json.loads(request.get_data() or b"{}")
    if signing_name not in REST:
        form = dict(parse_qsl(request.get_data(as_text=True), keep_blank_values=True))
        return "ec2" if signing_name == "ec2" else "query", form.pop("Action", "?"), form
    protocol = "s3" if signing_name == "s3" else model(signing_name).protocol
    params = {"path": request.path, **request.args.to_dict()}
    params.pop("x-id", None)
    if request.get_data():
        params["body"] = request.get_data(as_text=True)
    return protocol, rest_action(signing_name, request), params


def rest_action(service: str, request: Request) -> str:
    """The operation that a method, a path and the names in a query mean."""
    # As it was sent: an ARN in a path is one word there, its slashes encoded.
    sent = request.environ.get("RAW_URI", request.path).partition("?")[0]
    for action, method, path, keys, headers in rest_routes(service):
        fits = keys <= set(request.args) and all(name in request.headers for name in headers)
        if method == request.method and fits and path.fullmatch(sent):
            return action
    return "?"


@functools.cache
def rest_routes(service: str) -> list[tuple[str, str, re.Pattern[str], set[str], set[str]]]:
    """Every operation's route; the more a route demands, the earlier it stands."""
    routes = []
    models = [model(name) for name in MODELS.get(service, (service,))]
    for description, name in [(description, name) for description in models for name in description.operation_names]:
        operation = description.operation_model(name)
        path, _, query = operation.http["requestUri"].partition("?")
        pattern = re.sub(r"\{\w+\+\}", ".+", path.rstrip("/"))
        pattern = re.sub(r"\{\w+\}", "[^/]+", pattern)
        keys = {pair.partition("=")[0] for pair in query.split("&") if pair}
        keys |= required(operation, "querystring")
        if not operation.deprecated:
            routes.append((name, operation.http["method"], re.compile(pattern + "/?"), keys, required(operation, "header")))
    return sorted(routes, key=lambda route: (-len(route[3] | route[4]), -len(route[2].pattern)))


def required(operation: OperationModel, location: str) -> set[str]:
    """The names in a query or header without which an operation is another one."""
    shape = operation.input_shape
    members = [shape.members[name].serialization for name in shape.required_members] if shape else []
    return {member["name"] for member in members if member.get("location") == location}


# What a kind of failure is called: HTTP status and code by protocol, "*" for the others.
CODES: dict[str, dict[str, tuple[int, str]]] = {
    "denied": {
        "ec2": (403, "UnauthorizedOperation"),
        "json": (400, "AccessDeniedException"),
        "cbor": (400, "AccessDeniedException"),
        "rest-json": (403, "AccessDeniedException"),
        "*": (403, "AccessDenied"),
    },
    "throttled": {
        "ec2": (503, "RequestLimitExceeded"),
        "json": (400, "ThrottlingException"),
        "cbor": (400, "ThrottlingException"),
        "rest-json": (429, "TooManyRequestsException"),
        "s3": (503, "SlowDown"),
        "*": (400, "Throttling"),
    },
    "expired": {
        "ec2": (400, "RequestExpired"),
        "json": (400, "ExpiredTokenException"),
        "cbor": (400, "ExpiredTokenException"),
        "rest-json": (403, "ExpiredTokenException"),
        "*": (403, "ExpiredToken"),
    },
    "notfound": {
        "json": (400, "ResourceNotFoundException"),
        "cbor": (400, "ResourceNotFoundException"),
        "s3": (404, "NoSuchBucket"),
        "*": (404, "ResourceNotFoundException"),
    },
    "optin": {"*": (403, "OptInRequired")},
    "internal": {"ec2": (500, "InternalError"), "s3": (500, "InternalError"), "*": (500, "InternalFailure")},
}


def failure(call: Call, kind: str, status: int | None = None, code: str | None = None) -> Response:
    """The error that AWS would send for a kind of failure; status and code may be others than the usual ones."""
    usual_status, usual_code = CODES[kind].get(call.protocol) or CODES[kind]["*"]
    return error(call, status or usual_status, code or usual_code, f"{kind}: {call.service}:{call.action}")


def error(call: Call, status: int, code: str, message: str) -> Response:
    """An error in the shape of the call's protocol."""
    if call.protocol == "cbor":
        return cbor_response(status, {"__type": code, "message": message})
    if call.protocol in ("json", "rest-json"):
        body: Any = {"message": message} if call.protocol == "rest-json" else {"__type": code, "message": message}
        return Response(json.dumps(body), status, {"x-amzn-ErrorType": code, **REQUEST_ID}, content_type=JSON)
    inner = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
    if call.protocol == "ec2":
        xml = f"<Response><Errors>{inner}</Errors><RequestID>launcher</RequestID></Response>"
    elif call.protocol == "s3":
        xml = inner
    else:
        xml = f"<ErrorResponse>{inner}<RequestId>launcher</RequestId></ErrorResponse>"
    return xml_response(xml, status)


REQUEST_ID = {"x-amzn-RequestId": "launcher"}
JSON = "application/x-amz-json-1.1"


def xml_response(xml: str, status: int = 200) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>{xml}', status, REQUEST_ID, content_type="text/xml")


def cbor_response(status: int, data: Any) -> Response:
    headers = {"smithy-protocol": "rpc-v2-cbor", **REQUEST_ID}
    return Response(cbor2.dumps(data), status, headers, content_type="application/cbor")


def answer(call: Call, status: int, data: Any, headers: dict[str, str]) -> Response:
    """A canned answer: text goes out as it is, an object as the protocol's JSON or CBOR."""
    if call.protocol == "cbor":
        response = cbor_response(status, as_cbor(output_shape(call), data))
    elif isinstance(data, str):
        response = xml_response("", status)
        response.set_data(data)
    else:
        response = Response(json.dumps(data), status, REQUEST_ID, content_type=JSON)
    response.headers.update(headers)
    return response


def json_environ(environ: dict[str, Any], call: Call) -> dict[str, Any]:
    """A CBOR request said again in JSON, which moto understands."""
    prefix = model(call.service).metadata["targetPrefix"]
    body = json.dumps(call.params, default=datetime.timestamp).encode()
    again = dict(environ, PATH_INFO="/", REQUEST_URI="/", RAW_URI="/", CONTENT_TYPE="application/x-amz-json-1.0")
    again.update({"CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body), "HTTP_ACCEPT": "application/json"})
    again["HTTP_X_AMZ_TARGET"] = f"{prefix}.{call.action}"
    again.pop("HTTP_SMITHY_PROTOCOL", None)
    return again


def json_to_cbor(call: Call, response: Response) -> Response:
    """moto's JSON answer said again in CBOR."""
    try:
        data = json.loads(response.data or b"{}")
    except ValueError:  # moto lacks the operation: AWS would not answer so, and the test shall see it
        return response
    if response.status_code < 300:
        return cbor_response(response.status_code, as_cbor(output_shape(call), data))
    code = str(data.get("__type", "InternalFailure")).rpartition("#")[2]
    return error(call, response.status_code, code, data.get("message") or data.get("Message") or "")


def output_shape(call: Call) -> Shape | None:
    return model(call.service).operation_model(call.action).output_shape


def as_cbor(shape: Shape | None, value: Any) -> Any:
    """A JSON value with the types that the service's model demands."""
    if shape is None or value is None:
        return value if shape else {}
    match shape.type_name:
        case "structure":
            members = ((name, value.get(name)) for name in shape.members)
            return {name: as_cbor(shape.members[name], item) for name, item in members if item is not None}
        case "list":
            return [as_cbor(shape.member, item) for item in value]
        case "map":
            return {key: as_cbor(shape.value, item) for key, item in value.items()}
        case "timestamp":
            return cbor2.CBORTag(1, parse_timestamp(value).timestamp())
        case "double" | "float":
            return float(value)
        case "integer" | "long":
            return int(value)
        case "boolean":
            return value if isinstance(value, bool) else value == "true"
    return value
