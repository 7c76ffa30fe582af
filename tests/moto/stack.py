"""A CloudFormation template, resolved here: moto's own CloudFormation skips what it does not know and says that all is well.

Each resource is made by a function of MAKERS that the caller brings; a type that has none there ends the program.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from seed import REGION, ZONES, Account

Properties = dict[str, Any]

# What `Ref` of a resource is, and what `Fn::GetAtt` of it is by attribute.
Made = tuple[str, dict[str, str]]
Makers = dict[str, Callable[[Account, str, Properties], Made]]

NO_VALUE = object()


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms."""


def short_form(loader: Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt":
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


Loader.add_multi_constructor("!", short_form)


def load(template: str | Path) -> dict[str, Any]:
    return yaml.load(Path(template).read_text(), Loader)


def depends_on(resource: Properties) -> list[str]:
    names = resource.get("DependsOn", [])
    return names if isinstance(names, list) else [names]


class Stack:
    """A template, its parameters, and what was made of it."""

    def __init__(
        self, aws: Account, name: str, template: dict[str, Any], parameters: dict[str, Any], makers: Makers
    ) -> None:
        self.aws = aws
        self.name = name
        self.template = template
        self.makers = makers
        self.references: dict[str, Any] = {
            "AWS::AccountId": aws.id,
            "AWS::NoValue": NO_VALUE,
            "AWS::Partition": "aws",
            "AWS::Region": REGION,
            "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{aws.id}:stack/{name}/1",
            "AWS::StackName": name,
        }
        for parameter_name, parameter in template.get("Parameters", {}).items():
            value = parameters.get(parameter_name, parameter.get("Default"))
            if value is None:
                raise SystemExit(f"the parameter {parameter_name} has no value")
            is_list = parameter["Type"] == "CommaDelimitedList" or parameter["Type"].startswith("List<")
            self.references[parameter_name] = str(value).split(",") if is_list else str(value)
        self.attributes: dict[tuple[str, str], str] = {}

    def resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            parts = [self.resolve(part) for part in value]
            return [part for part in parts if part is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((function, argument),) = value.items()
            if function == "Ref":
                return self.references[argument]
            if function == "Condition" and isinstance(argument, str):
                return self.condition(argument)
            if function.startswith("Fn::"):
                return self.functions[function](self, argument)
        members = {name: self.resolve(part) for name, part in value.items()}
        return {name: part for name, part in members.items() if part is not NO_VALUE}

    def sub(self, argument: Any) -> str:
        text, names = (argument, {}) if isinstance(argument, str) else argument
        names = self.resolve(names)

        def value(found: re.Match[str]) -> str:
            name, _, attribute = found[1].partition(".")
            return str(names.get(name) or (self.attributes[name, attribute] if attribute else self.references.get(name, "")))

        return re.sub(r"\$\{([\w:.]+)\}", value, text)

    def find_in_map(self, argument: Any) -> Any:
        mapping, first, second = self.resolve(argument)
        return self.template["Mappings"][mapping][first][second]

    def condition(self, name: str) -> bool:
        return bool(self.resolve(self.template["Conditions"][name]))

    functions: dict[str, Callable[["Stack", Any], Any]] = {
        "Fn::And": lambda self, argument: all(self.resolve(argument)),
        # SDKs encode what has to be.
        "Fn::Base64": lambda self, argument: self.resolve(argument),
        "Fn::Equals": lambda self, argument: self.resolve(argument[0]) == self.resolve(argument[1]),
        "Fn::FindInMap": lambda self, argument: self.find_in_map(argument),
        # Of the Region that the account is in: no template asks for another one's.
        "Fn::GetAZs": lambda self, _: list(ZONES),
        "Fn::GetAtt": lambda self, argument: self.attributes[tuple(argument)],
        "Fn::If": lambda self, argument: self.resolve(argument[1 if self.condition(argument[0]) else 2]),
        "Fn::Join": lambda self, argument: argument[0].join(self.resolve(argument[1])),
        "Fn::Not": lambda self, argument: not self.resolve(argument[0]),
        "Fn::Or": lambda self, argument: any(self.resolve(argument)),
        "Fn::Select": lambda self, argument: self.resolve(argument[1])[int(argument[0])],
        "Fn::Sub": lambda self, argument: self.sub(argument),
    }

    def make(self) -> dict[str, str]:
        """Makes each resource after those that it refers to or depends on, and returns their types by name."""
        waiting = {
            name: resource
            for name, resource in self.template["Resources"].items()
            if "Condition" not in resource or self.condition(resource["Condition"])
        }
        made = {}
        while waiting:
            before = len(waiting)
            for name, resource in list(waiting.items()):
                if not waiting.keys().isdisjoint(depends_on(resource)):
                    continue
                try:
                    properties = self.resolve(resource.get("Properties", {}))
                except KeyError:
                    continue
                self.make_one(name, resource["Type"], properties)
                made[name] = resource["Type"]
                del waiting[name]
            if len(waiting) == before:
                raise SystemExit(f"these refer to one another, or to nothing: {sorted(waiting)}")
        return made

    def make_one(self, name: str, kind: str, properties: Properties) -> None:
        reference, attributes = self.makers[kind](self.aws, f"{self.name}-{name.lower()}-{self.aws.id}", properties)
        self.references[name] = reference
        self.attributes.update({(name, attribute): value for attribute, value in attributes.items()})

    def output(self, name: str) -> str:
        return self.resolve(self.template["Outputs"][name]["Value"])
