"""An account in which nothing runs that a dashboard could show."""

from typing import Any

from seed import Account


def seed(aws: Account) -> dict[str, Any]:
    aws.client("s3").create_bucket(
        Bucket=f"idle-{aws.id}", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return {"skip": {"observability/dashboard": [aws.id]}}
