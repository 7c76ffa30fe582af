"""CloudFormation's properties in the types of an API.

Templates write numbers and switches as text, and name members as CloudFormation does; `shaped` gives them the API's types.
A property that the API does not have ends the program, so nothing of a template is lost on the way.
"""

import json
from typing import Any

from botocore import xform_name
from seed import Account
from stack import Properties

Members = dict[str, str]

# A hyphen and an account's id.
LONGEST_END = 13


def shaped(value: Any, shape: Any, renamed: Members) -> Any:
    """A property's value as the API's shape wants it."""
    if shape.type_name == "structure":
        return shaped_members(value, shape, renamed)
    if shape.type_name == "list":
        parts = value if isinstance(value, list) else [value]
        return [shaped(part, shape.member, renamed) for part in parts]
    if shape.type_name == "map":
        return {name: shaped(part, shape.value, renamed) for name, part in value.items()}
    if shape.type_name == "boolean":
        return str(value).lower() == "true"
    if shape.type_name in ("integer", "long"):
        return int(value)
    if shape.type_name in ("float", "double"):
        return float(value)
    return json.dumps(value) if isinstance(value, dict) else str(value)


def shaped_members(value: Properties, shape: Any, renamed: Members) -> Properties:
    names = {name.lower(): name for name in shape.members}
    members = {}
    for given, part in value.items():
        name = names.get(renamed.get(given, given).lower())
        if name is None:
            raise SystemExit(f"{shape.name} has no {given}")
        members[name] = shaped(part, shape.members[name], renamed)
    return members


def call(aws: Account, service: str, operation: str, properties: Properties, **renamed: str) -> Any:
    client = aws.client(service)
    shape = client.meta.service_model.operation_model(operation).input_shape
    return getattr(client, xform_name(operation))(**shaped(properties, shape, renamed))


def short(name: str, most: int) -> str:
    """A name that AWS allows. Its end tells accounts apart, its beginning what it is."""
    return name if len(name) <= most else f"{name[: most - LONGEST_END]}{name[-LONGEST_END:]}"


def without(properties: Properties, *names: str) -> Properties:
    return {name: value for name, value in properties.items() if name not in names}


def tag(aws: Account, resource: str, properties: Properties) -> None:
    if tags := properties.get("Tags"):
        aws.client("ec2").create_tags(Resources=[resource], Tags=tags)
