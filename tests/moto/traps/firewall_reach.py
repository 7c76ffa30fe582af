"""Web ACLs whose rules are there and don't act: overridden, bypassed, too narrow, or of somebody else's making."""

from typing import Any

from answers import MANAGED_GROUPS
from seed import REGION, Account
from traps.firewalls import BASELINE, SQL, attached, managed, rate, reference, requests
from traps.load_balancers import network

Rule = dict[str, Any]


def seed(aws: Account) -> dict[str, Any]:
    net = network(aws)
    aws.client("rds").create_db_instance(
        DBInstanceIdentifier="orders",
        Engine="postgres",
        DBInstanceClass="db.r7g.large",
        AllocatedStorage=20,
        MasterUsername="shop",
        MasterUserPassword="not-a-secret",
    )
    groups = managed([*BASELINE, SQL])
    abroad, office = ip_set(aws, "abroad", "0.0.0.0/1", "128.0.0.0/1"), ip_set(aws, "office", "198.51.100.0/28")
    rules = {
        "sound": [allow(address(office)), rate(), *groups],
        "counted": [overridden(group, "Count") for group in (*BASELINE, SQL)],
        "tuned": [rate(), *managed(list(BASELINE)), overridden(SQL, "Count", but="SQLi_BODY")],
        "challenged": [rate(), *managed(list(BASELINE[1:])), overridden(BASELINE[0], "Challenge"), *managed([SQL])],
        "section": [narrowed(group, path("/admin")) for group in (*BASELINE, SQL)],
        "spared": [narrowed(group, negated(address(office))) for group in (*BASELINE, SQL)],
        "home": [allow(country("DE")), rate(), *groups],
        "everywhere": [allow(address(abroad)), rate(), *groups],
        "late": [rate(), *groups, allow(country("DE"))],
        "fenced": [allow(country("DE")), block(negated(country("DE")))],
        "hooks": [allow(path("/hooks")), rate(), *groups],
        "sign-in": [limit(scope=path("/sign-in")), *groups],
        "together": [limit(key="CONSTANT", scope=path("/")), *groups],
        "by-path": [limit(key="CUSTOM_KEYS", keys=["IP", "UriPath"]), *groups],
        "by-method": [limit(key="CUSTOM_KEYS", keys=["IP", "HTTPMethod"]), *groups],
        "most": [limit(scope=negated(path("/health", "EXACTLY"))), *groups],
        "own-sql": [block(joined(injection("Body"), negated(address(office))))],
        "agent-sql": [block(injection({"SingleHeader": {"Name": "user-agent"}}))],
        "own-group": [allow(country("DE")), reference(aws, "in-own-group", rate())],
    }
    acls = {name: attached(aws, net, name, each)[0] for name, each in rules.items()}
    requests(aws, "counted", days=14)
    shield(aws, net, acls)
    manager(aws, net, acls)
    counted_and_bypassed = ["home", "everywhere", "counted", "section", "own-group"]
    fails = {
        "edge-security/waf-baseline": [
            *counted_and_bypassed, "shield", "fenced", "own-sql", "agent-sql",
        ],
        "edge-security/waf-count-mode": ["home", "everywhere", "counted", "own-group"],
        "edge-security/waf-logging": list(acls),
        "edge-security/waf-rate-rule": [
            *counted_and_bypassed, "shield", "manager", "spared", "fenced", "sign-in", "together", "own-sql", "agent-sql",
        ],
        "edge-security/waf-sqli": [*counted_and_bypassed, "shield", "manager", "fenced", "agent-sql"],
    }
    passes = {
        "edge-security/waf-baseline": ["sound", "tuned", "challenged", "spared", "late", "manager", "sign-in", "most"],
        "edge-security/waf-count-mode": ["sound", "tuned", "spared", "late", "fenced", "manager", "own-sql"],
        "edge-security/waf-rate-rule": ["sound", "late", "by-method", "most"],
        "edge-security/waf-sqli": ["sound", "tuned", "challenged", "spared", "late", "own-sql"],
    }
    unknowns = {
        "edge-security/waf-count-mode": ["hooks"],
        "edge-security/waf-baseline": ["hooks"],
        "edge-security/waf-rate-rule": ["hooks", "by-path"],
    }

    def ids(verdicts: dict[str, list[str]]) -> dict[str, list[str]]:
        return {rule: [acls[name] for name in names] for rule, names in verdicts.items()}

    return {
        "fail": ids(fails),
        "pass": ids(passes),
        "unknown": ids(unknowns),
        "skip": {"edge-security/waf-count-mode": [acls["shield"]]},
    }


def overridden(group: str, action: str, but: str = "") -> Rule:
    overrides = [{"Name": rule, "ActionToUse": {action: {}}} for rule in MANAGED_GROUPS[group] if rule != but]
    return with_statement(group, RuleActionOverrides=overrides)


def narrowed(group: str, scope: Rule) -> Rule:
    return with_statement(group, ScopeDownStatement=scope)


def with_statement(group: str, **more: Any) -> Rule:
    rule = managed([group])[0]
    rule["Statement"]["ManagedRuleGroupStatement"].update(more)
    return rule


def allow(statement: Rule) -> Rule:
    return {"Name": "first", "Statement": statement, "Action": {"Allow": {}}}


def block(statement: Rule) -> Rule:
    return {"Name": "own", "Statement": statement, "Action": {"Block": {}}}


def limit(key: str = "IP", scope: Rule | None = None, keys: list[str] | None = None) -> Rule:
    rule = rate()
    statement = rule["Statement"]["RateBasedStatement"]
    statement["AggregateKeyType"] = key
    if scope:
        statement["ScopeDownStatement"] = scope
    if keys:
        statement["CustomKeys"] = [{each: plain() if each == "UriPath" else {}} for each in keys]
    return rule


def plain() -> Rule:
    return {"TextTransformations": [{"Priority": 0, "Type": "NONE"}]}


def country(code: str) -> Rule:
    return {"GeoMatchStatement": {"CountryCodes": [code]}}


def address(arn: str) -> Rule:
    return {"IPSetReferenceStatement": {"ARN": arn}}


def negated(statement: Rule) -> Rule:
    return {"NotStatement": {"Statement": statement}}


def joined(*statements: Rule) -> Rule:
    return {"AndStatement": {"Statements": list(statements)}}


def path(start: str, how: str = "STARTS_WITH") -> Rule:
    match = {"SearchString": start.encode(), "FieldToMatch": {"UriPath": {}}, "PositionalConstraint": how, **plain()}
    return {"ByteMatchStatement": match}


def injection(part: str | Rule) -> Rule:
    field = {part: {}} if isinstance(part, str) else part
    return {"SqliMatchStatement": {"FieldToMatch": field, **plain()}}


def ip_set(aws: Account, name: str, *addresses: str) -> str:
    made = aws.client("wafv2").create_ip_set(
        Name=name, Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=list(addresses)
    )
    return str(made["Summary"]["ARN"])


def shield(aws: Account, net: dict[str, Any], acls: dict[str, str]) -> None:
    """The web ACL has nothing but the rule group of Shield Advanced, which belongs to AWS."""
    name, arn = attached(aws, net, "shield", [])
    acls["shield"] = name
    group = f"ShieldMitigationRuleGroup_{aws.id}_{name}_1"
    owner = f"arn:aws:wafv2:{REGION}:999988887777:regional/rulegroup/{group}/1"
    rule = {"Name": group, "Priority": 10000000, "Statement": {"RuleGroupReferenceStatement": {"ARN": owner}}}
    said(aws, "shield", name, arn, Rules=[{**rule, **in_force(group)}])


def manager(aws: Account, net: dict[str, Any], acls: dict[str, str]) -> None:
    """Firewall Manager put the groups in, and its policy logs nothing."""
    name, arn = attached(aws, net, "manager", [])
    acls["manager"] = name
    groups = [
        {
            "Name": group,
            "Priority": place,
            "FirewallManagerStatement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": group}},
            **in_force(group),
        }
        for place, group in enumerate(BASELINE)
    ]
    said(aws, "manager", name, arn, PreProcessFirewallManagerRuleGroups=groups, ManagedByFirewallManager=True)


def in_force(name: str) -> Rule:
    visibility = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": name}
    return {"OverrideAction": {"None": {}}, "VisibilityConfig": visibility}


def said(aws: Account, name: str, acl: str, arn: str, **more: Any) -> None:
    """What GetWebACL answers, where moto can't keep it."""
    described = {
        "Name": name,
        "Id": acl,
        "ARN": arn,
        "DefaultAction": {"Allow": {}},
        "Rules": [],
        "VisibilityConfig": in_force(name)["VisibilityConfig"],
        "ManagedByFirewallManager": False,
        **more,
    }
    aws.answer("wafv2", "GetWebACL", params={"Id": acl}, body={"WebACL": described, "LockToken": "t"})
