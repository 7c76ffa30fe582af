"""Web ACLs and what they protect: each beside one that differs in one rule, and doors around them."""

from typing import Any

from accounts import shop
from accounts.clean_shop import cloudfront_prefixes, visible
from seed import REGION, Account
from traps.access_logs import inside as internal
from traps.load_balancers import balancer, network

BASELINE = (
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesAmazonIpReputationList",
)
SQL = "AWSManagedRulesSQLiRuleSet"


def seed(aws: Account) -> dict[str, Any]:
    net = network(aws)
    net["edge"] = shop.security_group(aws, net["vpc"], "edge", 80, PrefixListIds=[cloudfront_prefixes(aws)])
    aws.client("rds").create_db_instance(
        DBInstanceIdentifier="orders",
        Engine="postgres",
        DBInstanceClass="db.r7g.large",
        AllocatedStorage=20,
        MasterUsername="shop",
        MasterUserPassword="not-a-secret",
    )
    groups = [*BASELINE, SQL]
    full = attached(aws, net, "full", [rate(), *managed(groups)], logged=True)
    plain = attached(aws, net, "plain", [])
    counting = attached(aws, net, "counting", [rate("Count"), *managed(groups, "Count")])
    trial = attached(aws, net, "trial", [rate("Count"), *managed(groups, "Count")])
    grouped = attached(aws, net, "grouped", [reference(aws, "limits", rate())])
    watching = attached(aws, net, "watching", [reference(aws, "watches", rate("Count"))])
    idle = web_acl(aws, "idle", managed(groups))
    pool = web_acl(aws, "pool", [rate(), *managed(groups)])
    aws.client("wafv2").associate_web_acl(
        WebACLArn=pool[1], ResourceArn=f"arn:aws:cognito-idp:{REGION}:{aws.id}:userpool/{REGION}_users"
    )
    requests(aws, "counting", days=14)
    requests(aws, "trial", days=3)
    guarded, bare = front(aws, "guarded", web_acl(aws, "edge", [rate()], region="us-east-1")[1]), front(aws, "bare", "")
    behind = balancer(aws, net, "behind", "edge")
    around = balancer(aws, net, "around")
    inside = [front(aws, name, guarded["acl"], dns(aws, arn)) for name, arn in (("behind", behind), ("around", around))]
    balancer(aws, net, "naked")
    balancer(aws, net, "office", "office")
    internal(aws, net, "inside", "application")
    weak = [plain[0], counting[0]]
    return {
        "fail": {
            "edge-security/alb-waf": ["naked", "around"],
            "edge-security/cloudfront-waf": [bare["id"]],
            "edge-security/origin-lockdown": ["around"],
            "edge-security/waf-attached": [idle[0]],
            "edge-security/waf-baseline": [*weak, trial[0], guarded["acl_id"], grouped[0], watching[0]],
            "edge-security/waf-count-mode": [counting[0], watching[0]],
            "edge-security/waf-logging": [*weak, trial[0], pool[0], guarded["acl_id"], grouped[0], watching[0]],
            "edge-security/waf-rate-rule": [*weak, trial[0], watching[0]],
            "edge-security/waf-sqli": [*weak, trial[0], guarded["acl_id"], grouped[0], watching[0]],
        },
        "pass": {
            "edge-security/alb-waf": ["full", "behind"],
            "edge-security/cloudfront-waf": [guarded["id"], *(each["id"] for each in inside)],
            "edge-security/origin-lockdown": ["behind"],
            "edge-security/waf-attached": [full[0], pool[0], guarded["acl_id"]],
            "edge-security/waf-baseline": [full[0], pool[0]],
            "edge-security/waf-count-mode": [full[0], guarded["acl_id"]],
            "edge-security/waf-logging": [full[0]],
            "edge-security/waf-rate-rule": [full[0], guarded["acl_id"], grouped[0]],
            "edge-security/waf-sqli": [full[0], pool[0]],
        },
        "skip": {
            "edge-security/alb-waf": ["office", "inside"],
            "edge-security/waf-count-mode": [trial[0], plain[0], idle[0]],
            "edge-security/waf-baseline": [idle[0]],
        },
    }


def managed(groups: list[str], override: str = "None") -> list[dict[str, Any]]:
    def rule(name: str) -> dict[str, Any]:
        statement = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": name}}
        return {"Name": name, "Statement": statement, "OverrideAction": {override: {}}}

    return [rule(name) for name in groups]


def rate(action: str = "Block") -> dict[str, Any]:
    limit = {"RateBasedStatement": {"Limit": 2000, "AggregateKeyType": "IP"}}
    return {"Name": "rate", "Statement": limit, "Action": {action: {}}}


def reference(aws: Account, name: str, rule: dict[str, Any]) -> dict[str, Any]:
    """A rule that asks a rule group of the account's own, which holds another rule."""
    group = aws.client("wafv2").create_rule_group(
        Name=name,
        Scope="REGIONAL",
        Capacity=50,
        Rules=[{**rule, "Priority": 0, "VisibilityConfig": visible(rule["Name"])}],
        VisibilityConfig=visible(name),
    )["Summary"]
    statement = {"RuleGroupReferenceStatement": {"ARN": group["ARN"]}}
    return {"Name": name, "Statement": statement, "OverrideAction": {"None": {}}}


def web_acl(aws: Account, name: str, rules: list[dict[str, Any]], region: str = REGION) -> tuple[str, str]:
    """Its id and its ARN."""
    rules = [
        {**rule, "Priority": place, "VisibilityConfig": visible(rule["Name"])} for place, rule in enumerate(rules)
    ]
    made = aws.client("wafv2", region).create_web_acl(
        Name=name,
        Scope="REGIONAL" if region == REGION else "CLOUDFRONT",
        DefaultAction={"Allow": {}},
        Rules=rules,
        VisibilityConfig=visible(name),
    )["Summary"]
    return made["Id"], made["ARN"]


def attached(
    aws: Account, net: dict[str, Any], name: str, rules: list[dict[str, Any]], logged: bool = False
) -> tuple[str, str]:
    """A web ACL on an open load balancer of the same name."""
    waf = aws.client("wafv2")
    acl = web_acl(aws, name, rules)
    waf.associate_web_acl(WebACLArn=acl[1], ResourceArn=balancer(aws, net, name))
    if logged:
        group = f"arn:aws:logs:{REGION}:{aws.id}:log-group:aws-waf-logs-{name}"
        waf.put_logging_configuration(LoggingConfiguration={"ResourceArn": acl[1], "LogDestinationConfigs": [group]})
    return acl


def requests(aws: Account, name: str, days: int) -> None:
    dimensions = {"WebACL": name, "Rule": "ALL", "Region": REGION}
    aws.metric("AWS/WAFV2", "AllowedRequests", dimensions, value=5000, days=days)


def dns(aws: Account, balancer: str) -> str:
    made = aws.client("elbv2").describe_load_balancers(LoadBalancerArns=[balancer])
    return made["LoadBalancers"][0]["DNSName"]


def front(aws: Account, name: str, acl: str, domain: str = "www.example.net.s3.amazonaws.com") -> dict[str, str]:
    """A distribution before one origin."""
    custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}
    made = aws.client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": name,
            "Comment": name,
            "Enabled": True,
            "WebACLId": acl,
            "Origins": {"Quantity": 1, "Items": [{"Id": "one", "DomainName": domain, "CustomOriginConfig": custom}]},
            "DefaultCacheBehavior": {"TargetOriginId": "one", "ViewerProtocolPolicy": "https-only"},
        }
    )["Distribution"]
    return {"id": made["Id"], "acl": acl, "acl_id": acl.rpartition("/")[2]}
