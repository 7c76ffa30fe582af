"""Reads a Grafana dashboard over Prometheus beside what a scan writes as OpenMetrics: each expression is parsed as PromQL, and
names metrics and labels that there are.

    python grafana.py ../../deploy/grafana/waaudit-prometheus.json scan.openmetrics
"""

import json
import re
import sys
from pathlib import Path

import promql_parser
from prometheus_client.openmetrics.parser import text_string_to_metric_families

PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")


def selectors(expression):
    """All selectors of metrics, and all labels that aggregations and matches name."""
    parts = [getattr(expression, name, None) for name in ("expr", "lhs", "rhs", "param", "vector_selector")]
    parts += getattr(expression, "args", None) or []
    found, labels = [], set()
    if isinstance(expression, promql_parser.VectorSelector):
        found.append(expression)
    modifier = getattr(expression, "modifier", None)
    if isinstance(modifier, promql_parser.AggModifier):
        labels |= set(modifier.labels)
    elif modifier is not None and modifier.matching is not None:
        labels |= set(modifier.matching.labels)
    for part in filter(None, parts):
        inner, named = selectors(part)
        found, labels = found + inner, labels | named
    return found, labels


def boxes(panels):
    """Each field of the grid that a panel covers."""
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] >= 0 and place["x"] + place["w"] <= 24, panel["title"]
        for x in range(place["x"], place["x"] + place["w"]):
            yield from ((x, y) for y in range(place["y"], place["y"] + place["h"]))


def main():
    dashboard, metrics = (Path(name).read_text() for name in sys.argv[1:])
    dashboard = json.loads(dashboard)
    families = {one.name: one for one in text_string_to_metric_families(metrics)}
    # A family without a sample in this report has the labels that all have.
    labels = {name: {"account"}.union(*(sample.labels for sample in one.samples)) for name, one in families.items()}
    source = {"type": "prometheus", "uid": "${source}"}
    shown = set()
    for panel in dashboard["panels"]:
        assert panel["datasource"] == source and panel["targets"], panel["title"]
        for target in panel["targets"]:
            expression = target["expr"].replace("$account", "1|2")
            found, named = selectors(promql_parser.parse(expression))
            known = set().union(*(labels[selector.name] for selector in found))
            matched = {matcher.name for selector in found for matcher in selector.matchers.matchers}
            assert found and "account" in matched, target
            assert matched | named | set(PLACEHOLDER.findall(target["legendFormat"])) <= known, (target, known)
            assert target["datasource"] == source, target
            shown |= {selector.name for selector in found}
    for variable in dashboard["templating"]["list"]:
        asked = re.fullmatch(r"label_values\((\w+), (\w+)\)", variable.get("definition", ""))
        assert not asked or asked[2] in labels[asked[1]], variable
    covered = list(boxes(dashboard["panels"]))
    assert len(covered) == len(set(covered)), "panels cover one another"
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids)), ids
    print(json.dumps({"shown": sorted(shown), "written": sorted(families)}))


if __name__ == "__main__":
    main()
