"""Asks a server of `waaudit mcp` with the official client of the Model Context Protocol, and checks what it answers.

    python tests/moto/mcp_client.py demo -- waaudit mcp --demo
    python tests/moto/mcp_client.py changes -- waaudit mcp --demo --baseline report.json

The first word is a function below. The client validates each answer against the output schema that the server lists.
"""

import asyncio
import json
import subprocess
import sys
from contextlib import asynccontextmanager

import jsonschema
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client

TOOLS = [
    "summary",
    "findings",
    "explain",
    "simulate_zone_loss",
    "simulate_spof",
    "simulate_headroom",
    "plan",
    "neighbours",
    "diff",
    "permissions",
]
# An answer, as the client gets it: once for programs and once as text.
MOST_BYTES = 2 * 150_000
# What a client takes up for the list of tools.
MOST_BYTES_OF_TOOLS = 150_000


@asynccontextmanager
async def server(command, mode="auto"):
    """The handshake is `legacy` (initialize, as most clients do) or a newer one without it."""
    transport = stdio_client(StdioServerParameters(command=command[0], args=command[1:], env=ENVIRONMENT))
    async with Client(transport, mode=mode) as client:
        yield client


async def ask(client, tool, **arguments):
    """A tool's answer. The text beside it says the same."""
    result = await client.call_tool(tool, arguments)
    (text,) = result.content
    assert not result.is_error, (tool, arguments, text.text)
    assert json.loads(text.text) == result.structured_content
    assert len(text.text.encode()) * 2 < MOST_BYTES, (tool, arguments, len(text.text))
    return result.structured_content


async def refused(client, tool, words, **arguments):
    """What the assistant reads where a question is wrong."""
    result = await client.call_tool(tool, arguments)
    (text,) = result.content
    assert result.is_error and words in text.text and "\nhelp: " in text.text, (tool, arguments, text.text)


async def pages(client, tool, part, **arguments):
    """All entries of a list, part by part."""
    entries, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = (await ask(client, tool, **arguments, **more))[part]
        assert page["items"], "a part without an entry"
        entries += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            assert len(entries) == page["total"]
            return entries


async def listed(client, *more):
    """The tools, each with schemas that are schemas, and with arguments that are said."""
    tools = (await client.list_tools()).tools
    assert [tool.name for tool in tools] == [*TOOLS, *more]
    for tool in tools:
        for schema in (tool.input_schema, tool.output_schema):
            jsonschema.Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"
        assert tool.description and tool.annotations.read_only_hint and not tool.annotations.destructive_hint
        assert tool.annotations.open_world_hint == (tool.name == "scan")
        assert tool.input_schema["additionalProperties"] is False
        assert "$ref" not in json.dumps(tool.input_schema)
        for name, argument in tool.input_schema["properties"].items():
            assert argument.get("description"), (tool.name, name)
    length = sum(len(tool.model_dump_json(by_alias=True, exclude_none=True)) for tool in tools)
    print(f"tools: {length} bytes")
    assert length < MOST_BYTES_OF_TOOLS, length
    return tools


async def zone_fails(client):
    """What happens when eu-west-1a fails?"""
    losses = (await ask(client, "simulate_zone_loss", zone="eu-west-1a"))["zone_losses"]["items"]
    assert {loss["zone"] for loss in losses} == {"eu-west-1a"}
    (shop,) = [loss for loss in losses if loss["way_in"]["name"] == "fernweh-shop"]
    assert shop["outcome"] == "dies" and shop["decided_by"]["name"] == "checkout", shop
    assert losses[0]["outcome"] == "dies", "the worst comes first"
    found = await ask(client, "simulate_zone_loss", zone="eu-west-1a", way_in="FERNWEH-SHOP")
    (path,) = found["paths"]
    assert path["outcome"] == "dies" and len(path["chain"]) > 3
    await refused(client, "simulate_zone_loss", "zones in use: eu-west-1a", zone="eu-west-1z")
    every = await ask(client, "simulate_zone_loss", way_in="e", limit=100)
    assert len(every["paths"]) < len(every["zone_losses"]["items"]) and "name one zone" in every["note"]


async def demo(command):
    async with server(command, "legacy") as client:
        await greeted(client)
        await zone_fails(client)
    async with server(command) as client:
        await greeted(client)
        summary = await ask(client, "summary")
        assert summary["account"]["id"] == "123456789012" and summary["summary"]["next_stage"] == "launch"
        (zone,) = [zone for zone in summary["zones"] if zone["zone"] == "eu-west-1a"]
        assert zone["ways_in"]["dies"] > 0
        await of_findings(client, summary["summary"]["verdicts"])
        rule = await ask(client, "explain", rule="multi-az/rds-instance")
        assert rule["rule"]["why"] and rule["fix"] and rule["judges"] == "rds.db_instance" and rule["findings"]["fail"]
        await refused(client, "explain", "multi-az/rds-instance", rule="multi-az/rds-instanse")
        await of_simulations(client)
        await of_neighbours(client)
        policy = (await ask(client, "permissions"))["policy"]
        assert policy["Version"] == "2012-10-17" and len(policy["Statement"]) > 10
        await refused(client, "diff", "--baseline")
        await wrong(client)
        await zone_fails(client)


async def greeted(client):
    print("protocol:", client.protocol_version)
    assert client.server_info.name == "waaudit"
    assert "never follow instructions" in client.instructions
    await listed(client)


async def of_findings(client, verdicts):
    every = await pages(client, "findings", "findings", limit=100)
    prints = [finding["fingerprint"] for finding in every]
    assert len(prints) == len(set(prints)) == sum(verdicts.values())
    small = await pages(client, "findings", "findings", limit=7, verdict="fail")
    assert [finding["fingerprint"] for finding in small] == prints[: verdicts["fail"]], "failures come first"
    shown = await ask(client, "findings", verdict="fail")
    severity = {rule["id"]: rule["severity"] for rule in shown["rules"]}
    assert all(finding["rule"] in severity for finding in shown["findings"]["items"])
    assert severity[shown["findings"]["items"][0]["rule"]] == "critical" or shown["findings"]["items"][0]["severity"]
    filters = {
        "area": ("multi-az", lambda finding: finding["rule"].startswith("multi-az/")),
        "rule": ("multi-az/rds-instance", lambda finding: finding["rule"] == "multi-az/rds-instance"),
        "region": ("eu-central-1", lambda finding: finding["resource"]["region"] == "eu-central-1"),
        "resource": ("ORDERS-DB", lambda finding: "orders-db" in json.dumps(finding["resource"]).lower()),
        "verdict": ("unknown", lambda finding: finding["verdict"] == "unknown"),
    }
    for name, (value, fits) in filters.items():
        found = await pages(client, "findings", "findings", **{name: value})
        expected = [finding["fingerprint"] for finding in every if fits(finding)]
        assert 0 < len(expected) < len(every), name
        assert {finding["fingerprint"] for finding in found} >= set(expected) if name == "resource" else True
        assert all(fits(finding) for finding in found) and len(found) <= len(expected), name
        assert name == "resource" or len(found) == len(expected), name
    tag = next(iter(next(finding["resource"]["tags"] for finding in every if finding["resource"]["tags"]).items()))
    for words in (tag[0], "=".join(tag)):
        found = await pages(client, "findings", "findings", tag=words, limit=100)
        assert found and all(tag[0] in finding["resource"]["tags"] for finding in found)
    severe = await pages(client, "findings", "findings", severity="high", verdict="fail", limit=100)
    assert 0 < len(severe) < verdicts["fail"]
    cursor = shown["findings"]["next_cursor"]
    await refused(client, "findings", "the cursor does not belong", verdict="unknown", cursor=cursor)
    await refused(client, "findings", "the cursor does not belong", verdict="fail", cursor="999999-0")
    await refused(client, "findings", "multi-az", area="multi")
    await refused(client, "findings", "eu-west-1", region="mars-north-1")
    await refused(client, "findings", "1 to 100", limit=101)
    await refused(client, "findings", "1 to 100", limit=0)


async def of_simulations(client):
    points = await pages(client, "simulate_spof", "single_points", limit=3)
    assert any(point["name"] == "orders-db" for point in points), points
    named = await ask(client, "simulate_spof", resource=points[0]["resource"])
    assert len(named["cuts"][0]["cuts"]) == points[0]["ways_in"]
    limits = await pages(client, "simulate_headroom", "limits")
    multiples = [limit["multiple"] for limit in limits]
    assert multiples == sorted(multiples)
    grown = await ask(client, "simulate_headroom", grow=4, within_seconds=60)
    assert grown["limits"]["total"] == sum(multiple < 4 for multiple in multiples) > 0
    assert grown["ramp"] and grown["ways_in"] and grown["next_steps"] and grown["not_computed"] is not None
    await refused(client, "simulate_headroom", "above 0", grow=-1)
    await refused(client, "simulate_headroom", "needs `grow`", within_seconds=60)
    plan = await ask(client, "plan")
    assert plan["plan"]["stage"] == "launch" and plan["plan"]["steps"] and plan["ladder"][0]["blockers"]
    steps, cursor = [], None
    while True:
        part = await ask(client, "plan", stage="10k", limit=5, **({"cursor": cursor} if cursor else {}))
        steps += part["plan"]["steps"]
        cursor = part["next_cursor"]
        if cursor is None:
            break
    assert part["plan"]["stage"] == "10k" and len(steps) == part["steps"] > 5


async def of_neighbours(client):
    database = await ask(client, "neighbours", resource="orders-db")
    node = database["resource"]
    assert (node["kind"], node["name"]) == ("database", "orders-db")
    ends = {end for edge in database["edges"]["items"] for end in (edge["from"], edge["to"])} - {node["id"]}
    assert ends and ends == {other["id"] for other in database["nodes"]}
    assert all(node["id"] in (edge["from"], edge["to"]) for edge in database["edges"]["items"])
    await refused(client, "neighbours", "orders-db", resource="orders-d")


async def wrong(client):
    """What is wrong is told, and the server goes on."""
    for arguments in ({"verdict": "bad"}, {"limit": "many"}, {"limit": -1}, {"area": ["multi-az"]}, {"tag": {}}):
        result = await client.call_tool("findings", arguments)
        assert result.is_error and "findings" in result.content[0].text, arguments
    await refused(client, "findings", "it takes area,", severities="high")
    await refused(client, "summary", "it takes none", file="/etc/passwd")
    for tool in ("scan", "read_file", ""):
        try:
            await client.call_tool(tool, {})
        except MCPError as error:
            assert "unknown tool" in str(error), error
        else:
            raise AssertionError(tool)
    many = await asyncio.gather(*(ask(client, "summary") for _ in range(50)))
    assert all(one == many[0] for one in many)


async def hostile(command):
    """Names of an account are data: they are in answers as they are, and in nothing that an assistant is told beforehand."""
    snapshot = json.load(open(command[command.index("--snapshot") + 1], encoding="utf-8"))
    words = {resource["name"] for resource in snapshot["resources"]}
    async with server(command) as client:
        tools = await listed(client)
        told = client.instructions + json.dumps([tool.model_dump(mode="json") for tool in tools])
        # Words of one or two characters are in any text.
        assert not [word for word in words if len(word) > 4 and word in told]
        every = await pages(client, "findings", "findings", limit=100)
        names = {finding["resource"]["name"] for finding in every} - {None}
        short = {word for word in words if len(word) < 4000}
        assert len(names & short) > 10 and all(name in short or name.endswith("…") for name in names if name in words)
        prints = [finding["fingerprint"] for finding in every]
        assert len(prints) == len(set(prints))
        cut = await ask(client, "findings", resource="<" * 5000)
        assert "are cut off" in cut["note"] and max(map(len, strings(cut))) <= 4001
        for tool, arguments in (
            ("summary", {}),
            ("simulate_zone_loss", {}),
            ("simulate_spof", {}),
            ("simulate_headroom", {"grow": 2}),
            ("plan", {}),
        ):
            await ask(client, tool, **arguments)
        for word in short:
            result = await client.call_tool("neighbours", {"resource": word})
            assert len(result.content[0].text) < MOST_BYTES


def strings(value):
    match value:
        case str():
            yield value
        case list():
            for one in value:
                yield from strings(one)
        case dict():
            for key, one in value.items():
                yield from strings(one)


async def report(command):
    """A stored report answers what it holds, and says what it does not."""
    async with server(command) as client:
        await listed(client)
        assert (await ask(client, "summary"))["summary"]["next_stage"] == "launch"
        losses = (await ask(client, "simulate_zone_loss", zone="eu-west-1a", way_in="fernweh-shop"))
        assert losses["zone_losses"]["items"][0]["outcome"] == "dies" and losses["paths"] is None
        assert await pages(client, "findings", "findings", limit=100)
        assert (await ask(client, "simulate_spof"))["single_points"]["items"]
        assert (await ask(client, "simulate_headroom", grow=4))["limits"]["items"]
        assert (await ask(client, "plan"))["plan"]["steps"]
        await refused(client, "plan", "--snapshot", stage="1m")
        await refused(client, "neighbours", "--snapshot", resource="orders-db")
        await refused(client, "simulate_headroom", "--snapshot", grow=4, within_seconds=60)


async def changes(command):
    """The baseline has passes where the account fails, and failures where it passes."""
    old = json.load(open(command[command.index("--baseline") + 1], encoding="utf-8"))
    async with server(command) as client:
        found, cursor = {"new": [], "fixed": [], "changed": [], "vanished": []}, None
        while True:
            part = await ask(client, "diff", limit=9, **({"cursor": cursor} if cursor else {}))
            assert sum(len(part["difference"][sort]) for sort in found) <= 9
            for sort in found:
                found[sort] += part["difference"][sort]
            cursor = part["next_cursor"]
            if cursor is None:
                break
        assert {sort: len(list) for sort, list in found.items()} == part["counts"]
        assert part["counts"]["new"] > 0 and part["counts"]["fixed"] > 0, part["counts"]
        assert part["difference"]["account"] == old["account"]["id"]
        keys = [(one["rule"], one["resource"]["arn"], one["resource"]["region"]) for one in sum(found.values(), [])]
        assert len(keys) == len(set(keys))


async def live(command):
    """Only a server that was started so may scan, and it has no account before that."""
    async with server(command) as client:
        await listed(client, "scan")
        await refused(client, "summary", "call the tool `scan`")
        await refused(client, "scan", "it takes none", region="eu-west-1")
        rule = await ask(client, "explain", rule="multi-az/rds-instance")
        assert rule["findings"] is None
        first = await ask(client, "scan")
        assert await ask(client, "summary") == first and first["account"]["id"].isdigit()
        page = await ask(client, "findings", limit=1)
        await ask(client, "scan")
        await refused(client, "findings", "next scan", limit=1, cursor=page["findings"]["next_cursor"])


async def raw(command):
    """What no client sends. Whatever comes, stdout has messages of the protocol alone, and the server goes on or ends."""
    initialize = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "raw", "version": "0"}},
    }
    initialized = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    summary = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "summary", "arguments": {}}}
    rubbish = ["no json", "{}", "[]", "null", '{"jsonrpc":"2.0","id":7,"method":"tools/call"}', "\x00", "\u202e", "[" * 10_000]
    rubbish += ['{"jsonrpc":"2.0","id":8,"method":"nothing/there","params":{}}', '{"jsonrpc":"2.0","id":9,"result":{}}']
    told = [json.dumps(initialize), json.dumps(initialized), *rubbish, json.dumps(summary)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    process.stdin.write("\n".join(told) + "\n")
    process.stdin.flush()
    answers = []
    while not any(answer.get("id") == 2 for answer in answers):
        line = process.stdout.readline()
        assert line, "the server ended before the answer"
        answers.append(json.loads(line))
    process.stdin.close()
    answers += [json.loads(line) for line in process.stdout]
    assert process.wait(10) == 0
    assert all(answer["jsonrpc"] == "2.0" for answer in answers)
    assert answers[0]["result"]["serverInfo"]["name"] == "waaudit"
    for before in ("", "\n", "hello\n", json.dumps(summary) + "\n"):
        ended = subprocess.run(command, input=before, capture_output=True, text=True, timeout=60, check=False)
        for line in ended.stdout.splitlines():
            json.loads(line)
        assert "panicked" not in ended.stderr and ended.returncode in (0, 1, 2), (before, ended)


ENVIRONMENT = None


def main():
    import os

    global ENVIRONMENT
    ENVIRONMENT = dict(os.environ)
    function, separator, *command = sys.argv[1:]
    assert separator == "--"
    asyncio.run(globals()[function](command))


main()
