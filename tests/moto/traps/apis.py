"""API stages beside ones that are nearly the same: throttles, web ACLs, errors, slow answers."""

import json
from typing import Any

from seed import Account

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"},
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "execute-api:Invoke",
            "Resource": "*",
            "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        },
    ],
}


def seed(aws: Account) -> dict[str, Any]:
    calm, wide, inner = rest(aws, "calm"), rest(aws, "wide"), rest(aws, "inner", types=["PRIVATE"])
    throttle(aws, calm, "2000")
    acl = web_acl(aws)
    stage_arn = f"arn:aws:apigateway:eu-west-1::/restapis/{calm.split('/')[0]}/stages/prod"
    aws.client("wafv2").associate_web_acl(WebACLArn=acl, ResourceArn=stage_arn)
    twins = [rest(aws, "twin"), rest(aws, "twin")]
    planned = rest(aws, "planned")
    plan = {"apiId": planned.split("/")[0], "stage": "prod"}
    aws.client("apigateway").create_usage_plan(
        name="partners", apiStages=[plan], throttle={"rateLimit": 50.0, "burstLimit": 50}
    )
    broken, slow, quiet, idle = (rest(aws, name) for name in ("broken", "slow", "quiet", "idle"))
    fronted = rest(aws, "fronted", policy=json.dumps(POLICY))
    distribution(aws, f"{fronted.split('/')[0]}.execute-api.eu-west-1.amazonaws.com")
    mobile, limited, chat = http(aws, "mobile"), http(aws, "limited", rate=500.0), http(aws, "chat", kind="WEBSOCKET")
    for name in ("calm", "wide", "twin", "planned", "broken", "slow", "fronted"):
        traffic(aws, {"ApiName": name}, "5XXError", latency=300)
    for api in (mobile, limited):
        traffic(aws, {"ApiId": api.split("/")[0]}, "5xx", latency=300)
    traffic(aws, {"ApiName": "quiet"}, "5XXError", requests=[3] + [0] * 23, latency=300)
    traffic(aws, {"ApiId": chat.split("/")[0]}, "5xx", counter="MessageCount")
    return {
        "fail": {
            "load-balancing/apigw-5xx": [broken, slow],
            "edge-security/apigw-waf": [wide, broken, slow, quiet, idle, planned, *twins],
            "edge-security/apigw-throttling": [wide, broken, slow, quiet, fronted, mobile, chat],
        },
        "pass": {
            "load-balancing/apigw-5xx": [calm, wide, mobile],
            "edge-security/apigw-waf": [calm],
            "edge-security/apigw-throttling": [calm, limited],
            "quotas/apigw-rps": ["account"],
        },
        "skip": {
            "load-balancing/apigw-5xx": [inner, chat],
            "edge-security/apigw-waf": [inner, mobile, chat, fronted],
            "edge-security/apigw-throttling": [inner, idle],
        },
        "unknown": {
            "load-balancing/apigw-5xx": [quiet, *twins],
            "edge-security/apigw-throttling": [planned],
        },
    }


def rest(aws: Account, name: str, types: list[str] | None = None, policy: str | None = None) -> str:
    gateway = aws.client("apigateway")
    more = {"policy": policy} if policy else {}
    made = gateway.create_rest_api(name=name, endpointConfiguration={"types": types or ["REGIONAL"]}, **more)
    method = {"restApiId": made["id"], "resourceId": made["rootResourceId"], "httpMethod": "GET"}
    gateway.put_method(authorizationType="NONE", **method)
    gateway.put_integration(type="MOCK", integrationHttpMethod="GET", **method)
    gateway.create_deployment(restApiId=made["id"], stageName="prod")
    return f"{made['id']}/prod"


def http(aws: Account, name: str, kind: str = "HTTP", rate: float | None = None) -> str:
    gateway = aws.client("apigatewayv2")
    api = gateway.create_api(Name=name, ProtocolType=kind, RouteSelectionExpression="$request.body.action")["ApiId"]
    settings = {"DefaultRouteSettings": {"ThrottlingRateLimit": rate, "ThrottlingBurstLimit": 100}} if rate else {}
    gateway.create_stage(ApiId=api, StageName="$default", **settings)
    return f"{api}/$default"


def throttle(aws: Account, stage: str, rate: str) -> None:
    api, name = stage.split("/")
    patch = {"op": "replace", "path": "/*/*/throttling/rateLimit", "value": rate}
    aws.client("apigateway").update_stage(restApiId=api, stageName=name, patchOperations=[patch])


def web_acl(aws: Account) -> str:
    visible = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "apis"}
    made = aws.client("wafv2").create_web_acl(
        Name="apis", Scope="REGIONAL", DefaultAction={"Block": {}}, Rules=[], VisibilityConfig=visible
    )
    return made["Summary"]["ARN"]


def distribution(aws: Account, domain: str, acl: str | None = None) -> str:
    """One with a web ACL (none where it is empty), and one origin. Its id."""
    custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}
    behavior = {"TargetOriginId": "api", "ViewerProtocolPolicy": "https-only"}
    made = aws.client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": f"{aws.id} {domain} {acl}",
            "Comment": "api",
            "Enabled": True,
            "WebACLId": f"arn:aws:wafv2:us-east-1:{aws.id}:global/webacl/edge/0f6b5c3a" if acl is None else acl,
            "Origins": {"Quantity": 1, "Items": [{"Id": "api", "DomainName": domain, "CustomOriginConfig": custom}]},
            "DefaultCacheBehavior": behavior,
        }
    )
    return made["Distribution"]["Id"]


def traffic(
    aws: Account,
    dimensions: dict[str, str],
    errors: str,
    requests: list[float] | None = None,
    latency: float | None = None,
    counter: str = "Count",
) -> None:
    """Sixty requests a minute unless said otherwise; one of the APIs errs, another one is slow."""
    by_hour = requests or [60] * 24
    name = dimensions.get("ApiName")
    aws.metric("AWS/ApiGateway", counter, dimensions, hours=by_hour)
    # An outage of an hour a day.
    aws.metric("AWS/ApiGateway", errors, dimensions, hours=[30 if name == "broken" else 0] + [0] * 23)
    if latency is not None:
        aws.metric("AWS/ApiGateway", "Latency", dimensions, value=3000 if name == "slow" else latency)
