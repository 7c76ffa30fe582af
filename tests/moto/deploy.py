"""Makes the resources of a CloudFormation template on the moto server, and prints what was made as JSON.

    python deploy.py --endpoint URL --account ID --template ../../deploy/account.yaml --parameters '{"CodeBucket": "code", …}'

Each resource is made by the API call that CloudFormation would make. A type that is not listed in MAKERS ends the program.
"""

import argparse
import io
import json
import zipfile
from typing import Any

from resources import log_group
from seed import REGION, Account
from stack import Made, Makers, Properties, Stack, load


def bucket(aws: Account, name: str, properties: Properties) -> Made:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    encryption = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    rules = [{"ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"]} for rule in encryption]
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
    s3.put_public_access_block(
        Bucket=name, PublicAccessBlockConfiguration=properties["PublicAccessBlockConfiguration"]
    )
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=properties["OwnershipControls"])
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=properties["VersioningConfiguration"])
    lifecycle = [lifecycle_rule(rule) for rule in properties["LifecycleConfiguration"]["Rules"]]
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": lifecycle})
    return name, {"Arn": f"arn:aws:s3:::{name}"}


def lifecycle_rule(rule: Properties) -> Properties:
    """The API's words for a rule of CloudFormation's."""
    words = {"Id": "ID", "ExpirationInDays": "Expiration", "Prefix": "Filter"}
    made = {words.get(word, word): value for word, value in rule.items()}
    made["Filter"] = {"Prefix": rule.get("Prefix", "")}
    if "ExpirationInDays" in rule:
        made["Expiration"] = {"Days": int(rule["ExpirationInDays"])}
    return made


def bucket_policy(aws: Account, _: str, properties: Properties) -> Made:
    aws.client("s3").put_bucket_policy(Bucket=properties["Bucket"], Policy=json.dumps(properties["PolicyDocument"]))
    return properties["Bucket"], {}


def topic(aws: Account, name: str, _: Properties) -> Made:
    arn = aws.client("sns").create_topic(Name=name)["TopicArn"]
    return arn, {"TopicArn": arn}


def topic_policy(aws: Account, name: str, properties: Properties) -> Made:
    for arn in properties["Topics"]:
        policy = json.dumps(properties["PolicyDocument"])
        aws.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    return name, {}


def subscription(aws: Account, _: str, properties: Properties) -> Made:
    return aws.client("sns").subscribe(**properties, ReturnSubscriptionArn=True)["SubscriptionArn"], {}


def role(aws: Account, name: str, properties: Properties) -> Made:
    iam = aws.client("iam")
    document = json.dumps(properties["AssumeRolePolicyDocument"])
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    for policy in properties.get("Policies", []):
        role_policy(aws, name, {"RoleName": name, **policy})
    return name, {"Arn": arn}


def role_policy(aws: Account, _: str, properties: Properties) -> Made:
    document = json.dumps(properties["PolicyDocument"])
    aws.client("iam").put_role_policy(**{**properties, "PolicyDocument": document})
    return properties["PolicyName"], {}


def managed_policy(aws: Account, name: str, properties: Properties) -> Made:
    iam = aws.client("iam")
    document = json.dumps(properties["PolicyDocument"], separators=(",", ":"))
    arn = iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]["Arn"]
    for attached_to in properties["Roles"]:
        iam.attach_role_policy(RoleName=attached_to, PolicyArn=arn)
    return arn, {}


def function(aws: Account, name: str, properties: Properties) -> Made:
    numbers = {word: int(properties[word]) for word in ("MemorySize", "Timeout")}
    made = aws.client("lambda").create_function(FunctionName=name, **{**properties, **numbers})
    return name, {"Arn": made["FunctionArn"]}


def retries(aws: Account, name: str, properties: Properties) -> Made:
    aws.client("lambda").put_function_event_invoke_config(**{**properties, "Qualifier": "$LATEST"})
    return name, {}


def schedule(aws: Account, name: str, properties: Properties) -> Made:
    aws.client("scheduler").create_schedule(Name=name, **properties)
    return name, {}


def alarm(aws: Account, name: str, properties: Properties) -> Made:
    numbers = {word: int(properties[word]) for word in ("Period", "EvaluationPeriods", "Threshold")}
    aws.client("cloudwatch").put_metric_alarm(AlarmName=name, **{**properties, **numbers})
    return name, {}


MAKERS: Makers = {
    "AWS::CloudWatch::Alarm": alarm,
    "AWS::IAM::ManagedPolicy": managed_policy,
    "AWS::IAM::Role": role,
    "AWS::IAM::RolePolicy": role_policy,
    "AWS::Lambda::EventInvokeConfig": retries,
    "AWS::Lambda::Function": function,
    "AWS::Logs::LogGroup": log_group,
    "AWS::S3::Bucket": bucket,
    "AWS::S3::BucketPolicy": bucket_policy,
    "AWS::SNS::Subscription": subscription,
    "AWS::SNS::Topic": topic,
    "AWS::SNS::TopicPolicy": topic_policy,
    "AWS::Scheduler::Schedule": schedule,
}


def put_code(aws: Account, parameters: dict[str, Any]) -> None:
    """An archive where the template says that the code is."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr("bootstrap", "#!/bin/sh\n")
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=parameters["CodeBucket"], CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=parameters["CodeBucket"], Key=parameters["CodeKey"], Body=archive.getvalue())


def found(aws: Account, stack: Stack) -> dict[str, Any]:
    """What the server says of what was made."""
    reference = stack.references
    s3, iam, bucket_name = aws.client("s3"), aws.client("iam"), reference["Reports"]
    attached = iam.list_attached_role_policies(RoleName=reference["Role"])["AttachedPolicies"]
    documents = [
        iam.get_policy_version(PolicyArn=policy["PolicyArn"], VersionId="v1")["PolicyVersion"]["Document"]
        for policy in attached
    ]
    alarms = aws.client("cloudwatch").describe_alarms()["MetricAlarms"]
    made = aws.client("lambda").get_function_configuration(FunctionName=reference["Function"])
    target = aws.client("scheduler").get_schedule(Name=reference["Schedule"])["Target"]
    return {
        "versioning": s3.get_bucket_versioning(Bucket=bucket_name)["Status"],
        "public_access": s3.get_public_access_block(Bucket=bucket_name)["PublicAccessBlockConfiguration"],
        "encryption": s3.get_bucket_encryption(Bucket=bucket_name)["ServerSideEncryptionConfiguration"]["Rules"],
        "lifecycle": s3.get_bucket_lifecycle_configuration(Bucket=bucket_name)["Rules"],
        "audit": [statement for document in documents for statement in document["Statement"]],
        "policy_sizes": [len(json.dumps(document, separators=(",", ":"))) for document in documents],
        "bucket_policy": json.loads(s3.get_bucket_policy(Bucket=bucket_name)["Policy"]),
        "destinations": iam.get_role_policy(RoleName=reference["Role"], PolicyName="destinations")["PolicyDocument"],
        "alarms": {alarm["MetricName"]: alarm["AlarmActions"] for alarm in alarms},
        "environment": made["Environment"]["Variables"],
        "runtime": made["Runtime"],
        "input": target["Input"],
        "target": target["Arn"] == made["FunctionArn"],
        "bucket": bucket_name,
        "topic": reference["Topic"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--account", required=True)
    parser.add_argument("--template", required=True)
    parser.add_argument("--parameters", required=True, type=json.loads)
    arguments = parser.parse_args()
    aws = Account(arguments.endpoint, arguments.account)
    put_code(aws, arguments.parameters)
    stack = Stack(aws, "waaudit", load(arguments.template), arguments.parameters, MAKERS)
    made = stack.make()
    print(json.dumps({"made": made, **found(aws, stack)}, default=str))
    # The server is reached without TLS, and its bucket policy forbids just that.
    aws.client("s3").delete_bucket_policy(Bucket=stack.references["Reports"])


if __name__ == "__main__":
    main()
