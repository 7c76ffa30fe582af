"""Two functions that trace, behind stages of REST APIs that do not; an HTTP API, which can't, counts for nothing."""

from typing import Any

from seed import REGION, Account
from traps.logs_and_traces import function


def seed(aws: Account) -> dict[str, Any]:
    functions = [function(aws, name, "Active") for name in ("orders", "mail")]
    aws.answer("lambda", "ListFunctions", region=REGION, body={"Functions": functions})
    rest, http = aws.client("apigateway"), aws.client("apigatewayv2")
    for name in ("shop", "back"):
        api = rest.create_rest_api(name=name, endpointConfiguration={"types": ["REGIONAL"]})["id"]
        root = {"restApiId": api, "resourceId": rest.get_resources(restApiId=api)["items"][0]["id"], "httpMethod": "GET"}
        rest.put_method(**root, authorizationType="NONE")
        rest.put_integration(**root, type="MOCK")
        deployment = rest.create_deployment(restApiId=api)["id"]
        rest.create_stage(restApiId=api, stageName="prod", deploymentId=deployment, tracingEnabled=False)
    api = http.create_api(Name="app", ProtocolType="HTTP")["ApiId"]
    http.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    return {"fail": {"observability/tracing-active": [aws.id]}}
