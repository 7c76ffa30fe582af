"""Tasks on AWS Fargate behind an Application Load Balancer: the construct "aws-alb-fargate" of AWS Solutions Constructs.

`../../suite/reference_architectures/containers.toml` says what has to be said of it.
"""

from typing import Any

from accounts.quick_start import Stacks
from accounts.solutions_constructs import template
from resources import MAKERS
from seed import Account

LOGS = "testconstructlb40BC0490"


def seed(aws: Account) -> dict[str, Any]:
    stacks = Stacks(aws)
    web = stacks.made_of("web", template("albfar-all-new-public-http"), MAKERS, {})
    # The server is reached without TLS, and the bucket's policy forbids just that.
    aws.client("s3").delete_bucket_policy(Bucket=web.references[LOGS])
    # AWS counts vCPUs in use from the start: two tasks with a quarter each.
    aws.metric("AWS/Usage", "ResourceCount", {"Service": "Fargate", "Class": "Standard/OnDemand"}, value=0.5)
    return {"names": stacks.names}
