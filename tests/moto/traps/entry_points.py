"""Public entry points without a load balancer: APIs, function URLs, a GraphQL API and a user pool, each beside one like it."""

import io
import zipfile
from typing import Any

from accounts import shop
from seed import REGION, Account

from traps.apis import web_acl


def seed(aws: Account) -> dict[str, Any]:
    net = shop.network(aws)
    group = own_group(aws, net)
    narrow = function(aws, "narrow", net["private_subnets"][:1], group)
    wide = function(aws, "wide", net["private_subnets"], group)
    open_url, signed = function(aws, "open"), function(aws, "signed")
    for name, auth in (("open", "NONE"), ("signed", "AWS_IAM")):
        aws.client("lambda").create_function_url_config(FunctionName=name, AuthType=auth)
    apis = {name: http_api(aws, name, to) for name, to in (("one-zone", narrow), ("two-zones", wide))}
    graphs = {name: graph(aws, name) for name in ("bare-graph", "guarded-graph")}
    pools = {name: pool(aws, name) for name in ("bare-users", "guarded-users")}
    acl = web_acl(aws)
    for arn in (graphs["guarded-graph"][1], pools["guarded-users"][1]):
        aws.client("wafv2").associate_web_acl(WebACLArn=acl, ResourceArn=arn)
    return {
        "fail": {
            "multi-az/request-path-az-loss": [f"{apis['one-zone']}/$default"],
            "edge-security/function-url-auth": ["open"],
            "edge-security/appsync-waf": [graphs["bare-graph"][0]],
            "edge-security/user-pool-waf": [pools["bare-users"][0]],
            "async/queue-present": [aws.id],
        },
        "pass": {
            "multi-az/request-path-az-loss": [f"{apis['two-zones']}/$default"],
            "edge-security/function-url-auth": ["signed"],
            "edge-security/appsync-waf": [graphs["guarded-graph"][0]],
            "edge-security/user-pool-waf": [pools["guarded-users"][0]],
        },
    }


def own_group(aws: Account, net: dict[str, Any]) -> str:
    made = aws.client("ec2").create_security_group(GroupName="functions", Description="functions", VpcId=net["vpc"])
    return made["GroupId"]


def function(aws: Account, name: str, subnets: list[str] | None = None, group: str = "") -> str:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): return {}")
    more = {"VpcConfig": {"SubnetIds": subnets, "SecurityGroupIds": [group]}} if subnets else {}
    made = aws.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=role(aws),
        Handler="main.handler",
        Code={"ZipFile": code.getvalue()},
        **more,
    )
    return made["FunctionArn"]


def role(aws: Account) -> str:
    iam = aws.client("iam")
    if not [one for one in iam.list_roles()["Roles"] if one["RoleName"] == "functions"]:
        iam.create_role(RoleName="functions", AssumeRolePolicyDocument="{}")
    return f"arn:aws:iam::{aws.id}:role/functions"


def http_api(aws: Account, name: str, target: str) -> str:
    gateway = aws.client("apigatewayv2")
    api = gateway.create_api(Name=name, ProtocolType="HTTP")["ApiId"]
    integration = gateway.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=target, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    gateway.create_route(ApiId=api, RouteKey="$default", Target=f"integrations/{integration}")
    gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    return api


def graph(aws: Account, name: str) -> tuple[str, str]:
    made = aws.client("appsync").create_graphql_api(name=name, authenticationType="API_KEY")["graphqlApi"]
    return made["apiId"], made["arn"]


def pool(aws: Account, name: str) -> tuple[str, str]:
    made = aws.client("cognito-idp").create_user_pool(PoolName=name)["UserPool"]["Id"]
    return made, f"arn:aws:cognito-idp:{REGION}:{aws.id}:userpool/{made}"
