"""Runs the ready queries over reports as Athena would see them, and prints their rows as JSON.

    python athena.py ../../deploy/athena old.json new.json

The older report is laid down as of eight days ago, the newer as of today, under the keys that a run writes. Columns are read by
the types of the table definitions, so a field that a definition names and a report lacks ends the program, but for those
that only the other version of the report has. DuckDB stands in for Athena: it takes the same SQL, apart from these functions that
go by other names.
"""

import datetime
import json
import re
import sys
from pathlib import Path
from typing import Any

import duckdb

# Athena's names for what DuckDB has under others.
MACROS = """
CREATE MACRO sequence(a, b) AS generate_series(a, b);
CREATE MACRO cardinality(list) AS len(list);
CREATE MACRO element_at(list, place) AS list_extract(list, place);
"""

# Fields that one version of the report alone has.
ONLY_IN = {
    1: {"findings.fix.terraform", "findings.fix.flags", "reports.gaps[].resource"},
    2: {"reports.gaps[].count", "reports.gaps[].resources", "reports.simulation", "reports.headroom", "reports.plan"}
    | {"reports.summary.score_without_waivers"},
}

TABLE = re.compile(r"CREATE EXTERNAL TABLE IF NOT EXISTS waaudit\.(\w+) \((.*?)\)\nPARTITIONED BY \((.*?)\)\n(.*?)\);", re.S)


def fields(text: str) -> dict[str, str]:
    """The names and types of a list that only brackets nest."""
    parts, depth, part = [], 0, ""
    for letter in re.sub(r"\s+", " ", text) + ",":
        depth += {"<": 1, ">": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += letter
    return dict(re.split(r"[ :]\s*", part, maxsplit=1) for part in parts)


def check(value: Any, kind: str, place: str, version: int) -> None:
    """Ends the program where a document of a version of the report does not fit a type."""
    if value is None:
        return
    outer, _, inner = kind.partition("<")
    inner = inner.removesuffix(">")
    if outer == "struct":
        for name, part in fields(inner).items():
            if f"{place}.{name}" in ONLY_IN[3 - version]:
                continue
            if name not in value:
                sys.exit(f"{place} has no {name}")
            check(value[name], part, f"{place}.{name}", version)
    elif outer == "array":
        for part in value:
            check(part, inner, f"{place}[]", version)
    elif outer == "map":
        for part in value.values():
            check(part, fields(f"key {inner.partition(',')[2]}")["key"], f"{place}{{}}", version)
    elif place == "reports.rules[]" and version == 2:
        # What is declared as text reads a document as text.
        check(value, "struct<id:string, title:string, why:string>", place, version)
    else:
        wanted = {"string": str, "boolean": bool, "double": (int, float), "bigint": int}[outer]
        if not isinstance(value, wanted):
            sys.exit(f"{place} is {value!r}, no {kind}")


def as_findings(report: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines that a run writes beside the report."""
    extra = {"taken_at": report["taken_at"], "complete": report["complete"]}
    if report["schema_version"] == 1:
        return [{**finding, **extra} for finding in report["findings"]]
    rules = {rule["id"]: rule for rule in report["rules"]}
    words = ("title", "area", "severity", "stage", "pillars")
    return [{**{word: rules[finding["rule"]][word] for word in words}, **finding, **extra} for finding in report["findings"]]


def lay_down(folder: Path, report: dict[str, Any], day: datetime.date) -> None:
    report["taken_at"] = f"{day}T03:00:00Z"
    partition = f"account={report['account']['id']}/date={day}"
    for name, lines, ending in (("reports", [report], "json"), ("findings", as_findings(report), "ndjson")):
        place = folder / name / partition
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{day}T030000Z.{ending}").write_text("".join(json.dumps(line) + "\n" for line in lines))


def duck_type(kind: str) -> str:
    """A type of Athena's in DuckDB's words."""
    outer, _, inner = kind.partition("<")
    inner = inner.removesuffix(">")
    if outer == "struct":
        return "STRUCT(" + ", ".join(f'"{name}" {duck_type(part)}' for name, part in fields(inner).items()) + ")"
    if outer == "array":
        return duck_type(inner) + "[]"
    if outer == "map":
        key, _, value = inner.partition(",")
        return f"MAP({duck_type(key)}, {duck_type(value.strip())})"
    return {"string": "VARCHAR"}.get(outer, outer.upper())


def main() -> None:
    athena, old, new = map(Path, sys.argv[1:])
    today = datetime.datetime.now(datetime.UTC).date()
    reports = [(json.loads(old.read_text()), today - datetime.timedelta(days=8)), (json.loads(new.read_text()), today)]
    data = Path("data")
    for report, day in reports:
        lay_down(data, report, day)
    database = duckdb.connect()
    database.execute(f"CREATE SCHEMA waaudit; {MACROS}")
    tables = TABLE.findall((athena / "tables.sql").read_text())
    for name, columns, partitions, properties in tables:
        if f"/{name}/account=${{account}}/date=${{date}}/" not in properties or list(fields(partitions)) != ["account", "`date`"]:
            sys.exit(f"{name} has other partitions than the keys of a run")
        kinds = fields(columns)
        for report, _ in reports:
            for line in [report] if name == "reports" else as_findings(report):
                check(line, f"struct<{', '.join(f'{column}:{kind}' for column, kind in kinds.items())}>", name, report["schema_version"])
        listed = ", ".join(f"'{column}': '{duck_type(kind)}'" for column, kind in kinds.items())
        files = f"{data}/{name}/*/*/*"
        database.execute(
            f"CREATE VIEW waaudit.{name} AS SELECT * FROM read_json('{files}', format = 'newline_delimited', "
            f"columns = {{{listed}}}, hive_partitioning = true, hive_types_autocast = false, maximum_object_size = 100000000)"
        )
    rows = {}
    for query in sorted((athena / "queries").glob("*.sql")):
        cursor = database.execute(query.read_text())
        names = [column[0] for column in cursor.description]
        rows[query.stem] = [dict(zip(names, row)) for row in cursor.fetchall()]
    print(json.dumps(rows, default=str))


if __name__ == "__main__":
    main()
