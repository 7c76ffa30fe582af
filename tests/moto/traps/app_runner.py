"""App Runner services of which one has a web ACL; one that has none answers the internet, is private, or is paused."""

from typing import Any

from seed import REGION, Account

SERVICES = {"bare": (True, "RUNNING"), "guarded": (True, "RUNNING"), "inward": (False, "RUNNING"), "idle": (True, "PAUSED")}


def seed(aws: Account) -> dict[str, Any]:
    summaries = [service(aws, name, public, status) for name, (public, status) in SERVICES.items()]
    aws.answer("apprunner", "ListServices", body={"ServiceSummaryList": summaries})
    guard(aws, arn(aws, "guarded"))
    rule = "edge-security/apprunner-waf"
    return {"fail": {rule: ["bare"]}, "pass": {rule: ["guarded"]}, "skip": {rule: ["inward", "idle"]}}


def arn(aws: Account, name: str) -> str:
    return f"arn:aws:apprunner:{REGION}:{aws.id}:service/{name}/8fe1e10304f84fd2b0df550fe98a71fa"


def service(aws: Account, name: str, public: bool, status: str) -> dict[str, Any]:
    """moto has no App Runner."""
    summary = {
        "ServiceName": name,
        "ServiceId": "8fe1e10304f84fd2b0df550fe98a71fa",
        "ServiceArn": arn(aws, name),
        "ServiceUrl": f"{name}.{REGION}.awsapprunner.com",
        "CreatedAt": 1_700_000_000,
        "UpdatedAt": 1_700_000_000,
        "Status": status,
    }
    network = {"IngressConfiguration": {"IsPubliclyAccessible": public}, "EgressConfiguration": {"EgressType": "DEFAULT"}}
    described = {
        **summary,
        "SourceConfiguration": {},
        "InstanceConfiguration": {"Cpu": "1024", "Memory": "2048"},
        "AutoScalingConfigurationSummary": {},
        "NetworkConfiguration": network,
    }
    aws.answer("apprunner", "DescribeService", params={"ServiceArn": arn(aws, name)}, body={"Service": described})
    return summary


def guard(aws: Account, resource: str) -> None:
    firewall = aws.client("wafv2")
    seen = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "web"}
    made = firewall.create_web_acl(Name="web", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=seen, Rules=[])
    firewall.associate_web_acl(WebACLArn=made["Summary"]["ARN"], ResourceArn=resource)
