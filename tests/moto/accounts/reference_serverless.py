"""A REST API, a function and a table: "aws-apigateway-lambda" and "aws-lambda-dynamodb" of AWS Solutions Constructs.

Both take a function that there is already (`existingLambdaObj`), which is how the constructs are put together: the API's is
the one that has the table. `../../suite/reference_architectures/serverless.toml` says what has to be said of it.
"""

from typing import Any

from accounts.quick_start import Stacks, measured
from accounts.shop import made_long_ago
from accounts.solutions_constructs import template
from resources import MAKERS
from seed import Account
from stack import Made, Properties, Stack

FUNCTION = "LambdaFunctionBF21E41F"
TABLE = "testlambdadynamodbstackDynamoTable8138E93B"

# Of any resource of a kind: namespace, metric, dimensions and value. Sums are those of a minute.
LOAD: list[tuple[str, str, dict[str, str], float]] = [
    ("AWS/ApiGateway", "Count", {}, 60_000),
    ("AWS/DynamoDB", "ConsumedReadCapacityUnits", {}, 60_000),
    ("AWS/DynamoDB", "ConsumedWriteCapacityUnits", {}, 24_000),
    ("AWS/Lambda", "ClaimedAccountConcurrency", {}, 50),
    ("AWS/Lambda", "ConcurrentExecutions", {}, 50),
]


def seed(aws: Account) -> dict[str, Any]:
    stacks = Stacks(aws)
    data = stacks.made_of("data", template("lamddb-use-existing-func"), MAKERS, {})
    makers = {**MAKERS, "AWS::Lambda::Function": the_one_of(data)}
    names = dict(stacks.names)
    stacks.made_of("api", template("apilam-existingFunction"), makers, {})
    # What both have is called as the first one calls it.
    stacks.names.update(names)
    measured(aws, LOAD)
    made_long_ago(aws, data.references[TABLE])
    return {"names": stacks.names}


def the_one_of(data: Stack) -> Any:
    def existing(_aws: Account, _name: str, _properties: Properties) -> Made:
        return data.references[FUNCTION], {"Arn": data.attributes[FUNCTION, "Arn"]}

    return existing
