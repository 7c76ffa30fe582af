"""CloudWatch's GetMetricData, answered from what a test says of an account's metrics: moto keeps no points for two weeks.

Like AWS, it refuses more than 500 series or 100,800 points in a call. A series of which the test says nothing has no points.
"""

import functools
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from cbor2 import CBORTag
from werkzeug.wrappers import Response

import wire

SERIES_A_CALL = 500
POINTS_A_CALL = 100_800
# CBOR's tag for seconds since 1970.
SECONDS = 1


def answer(call: wire.Call, rules: list[dict[str, Any]]) -> Response:
    queries = call.params["MetricDataQueries"]
    start, end = as_time(call.params["StartTime"]), as_time(call.params["EndTime"])
    if len(queries) > SERIES_A_CALL:
        return wire.error(call, 400, "ValidationError", f"{len(queries)} series in a call")
    results = [result(call.region, query, start, end, rules) for query in queries]
    if sum(len(result["Values"]) for result in results) > POINTS_A_CALL:
        return wire.error(call, 400, "ValidationError", "too many points in a call")
    # As it goes over the wire from the start: there are a hundred thousand points in a call.
    return wire.cbor_response(200, {"MetricDataResults": results, "Messages": []})


def as_time(value: Any) -> float:
    return value.timestamp() if isinstance(value, datetime) else float(value)


def result(
    region: str, query: dict[str, Any], start: float, end: float, rules: list[dict[str, Any]]
) -> dict[str, Any]:
    stat = query["MetricStat"]
    rule = next((rule for rule in rules if matches(rule, stat, region)), None)
    times = points(int(start), int(end), stat["Period"], rule.get("days")) if rule else ()
    return {
        "Id": query["Id"],
        "Label": stat["Metric"]["MetricName"],
        "Timestamps": stamps(times),
        "Values": values(rule, times, end) if rule else [],
        "StatusCode": "Complete",
    }


def matches(rule: dict[str, Any], stat: dict[str, Any], region: str) -> bool:
    metric = stat["Metric"]
    dimensions = {one["Name"]: one["Value"] for one in metric.get("Dimensions", [])}
    wanted = rule.get("dimensions", {})
    return (
        fnmatchcase(metric["Namespace"], rule.get("namespace", "*"))
        and fnmatchcase(metric["MetricName"], rule.get("metric", "*"))
        and fnmatchcase(stat["Stat"], rule.get("statistic", "*"))
        and fnmatchcase(region, rule.get("region", "*"))
        and all(fnmatchcase(dimensions.get(name, ""), value) for name, value in wanted.items())
    )


@functools.lru_cache(maxsize=8)
def points(start: int, end: int, period: int, days: int | None) -> tuple[int, ...]:
    """The times of the last `days`, of all without them. The series of a call mostly share them."""
    first = start if days is None else end - int(timedelta(days=days).total_seconds())
    return tuple(time for time in range(start, end, period) if time >= first)


@functools.lru_cache(maxsize=8)
def stamps(times: tuple[int, ...]) -> list[CBORTag]:
    return [CBORTag(SECONDS, time) for time in times]


def values(rule: dict[str, Any], times: tuple[int, ...], end: float) -> list[float]:
    if "hours" not in rule and not rule.get("per_day"):
        return [float(rule["value"])] * len(times)
    return [value(rule, time, end) for time in times]


def value(rule: dict[str, Any], time: int, end: float) -> float:
    """`value` is that of the last point; `per_day` is what it changed by in each day before."""
    if "hours" in rule:
        return float(rule["hours"][time // 3600 % 24])
    return float(rule["value"] + rule.get("per_day", 0) * (time - end) / 86_400)
