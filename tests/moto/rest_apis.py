"""Makes REST APIs of API Gateway for `stack.py`: see `resources.py`."""

from seed import Account
from shapes import call, without
from stack import Made, Makers, Properties


def rest_api(aws: Account, _: str, properties: Properties) -> Made:
    made = call(aws, "apigateway", "CreateRestApi", properties)
    return made["id"], {"RootResourceId": made["rootResourceId"]}


def resource(aws: Account, _: str, properties: Properties) -> Made:
    return call(aws, "apigateway", "CreateResource", properties)["id"], {}


def method(aws: Account, name: str, properties: Properties) -> Made:
    call(aws, "apigateway", "PutMethod", without(properties, "Integration"))
    where = {member: properties[member] for member in ("HttpMethod", "ResourceId", "RestApiId")}
    call(aws, "apigateway", "PutIntegration", {**properties["Integration"], **where})
    return name, {}


def deployment(aws: Account, _: str, properties: Properties) -> Made:
    return call(aws, "apigateway", "CreateDeployment", properties)["id"], {}


def stage(aws: Account, _: str, properties: Properties) -> Made:
    apart = ("AccessLogSetting", "MethodSettings", "Tags")
    call(aws, "apigateway", "CreateStage", without(properties, *apart))
    name, patches = properties["StageName"], []
    if log := properties.get("AccessLogSetting"):
        words = {"DestinationArn": "destinationArn", "Format": "format"}
        patches += [replace(f"/accessLogSettings/{words[word]}", value) for word, value in log.items()]
    for settings in properties.get("MethodSettings", []):
        # Every method of every path.
        if (settings["ResourcePath"], settings["HttpMethod"]) != ("/*", "*"):
            raise SystemExit(f"settings of {settings['ResourcePath']}")
        patches.append(replace("/*/*/logging/loglevel", settings["LoggingLevel"]))
        patches.append(replace("/*/*/logging/dataTrace", str(settings["DataTraceEnabled"]).lower()))
        # With settings of its own, a stage gets the limits of the account; moto's are lower.
        patches += [replace("/*/*/throttling/rateLimit", "10000"), replace("/*/*/throttling/burstLimit", "5000")]
    aws.client("apigateway").update_stage(restApiId=properties["RestApiId"], stageName=name, patchOperations=patches)
    return name, {}


def replace(path: str, value: str) -> dict[str, str]:
    return {"op": "replace", "path": path, "value": value}


def usage_plan(aws: Account, name: str, properties: Properties) -> Made:
    if any(stage.get("Throttle") for stage in properties["ApiStages"]):
        raise SystemExit("limits of methods in a usage plan")
    stages = [{"apiId": stage["ApiId"], "stage": stage["Stage"]} for stage in properties["ApiStages"]]
    return aws.client("apigateway").create_usage_plan(name=name, apiStages=stages)["id"], {}


def account(aws: Account, name: str, properties: Properties) -> Made:
    role = replace("/cloudwatchRoleArn", properties["CloudWatchRoleArn"])
    aws.client("apigateway").update_account(patchOperations=[role])
    return name, {}


MAKERS: Makers = {
    "AWS::ApiGateway::Account": account,
    "AWS::ApiGateway::Deployment": deployment,
    "AWS::ApiGateway::Method": method,
    "AWS::ApiGateway::Resource": resource,
    "AWS::ApiGateway::RestApi": rest_api,
    "AWS::ApiGateway::Stage": stage,
    "AWS::ApiGateway::UsagePlan": usage_plan,
}
