"""Buckets in which data piles up, each beside one that clears away."""

from typing import Any

from seed import Account

TIDY = {
    "ID": "tidy",
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "Expiration": {"Days": 90},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
}
EXPIRING = {key: value for key, value in TIDY.items() if key != "AbortIncompleteMultipartUpload"}


def seed(aws: Account) -> dict[str, Any]:
    large, class_of_tiers = 2 * 10**11, "IntelligentTieringFAStorage"
    bucket(aws, "heap", rule=EXPIRING)
    bucket(aws, "tidy", rule=TIDY)
    bucket(aws, "small", rule=None)
    bucket(aws, "tiered", rule=None)
    bucket(aws, "versions", rule=None, versioned=True)
    for name in ("heap", "tidy"):
        size(aws, name, "StandardStorage", large)
    size(aws, "tiered", class_of_tiers, large)
    size(aws, "small", "StandardStorage", 10**10)
    bucket(aws, "corner", rule={**TIDY, "Filter": {"Prefix": "tmp/"}})
    size(aws, "corner", "StandardStorage", large)
    old = {"NoncurrentVersionExpiration": {"NoncurrentDays": 30}, "Expiration": {"ExpiredObjectDeleteMarker": True}}
    bucket(aws, "markers", rule=TIDY, versioned=True)
    bucket(aws, "pruned", rule={**TIDY, **old}, versioned=True)
    # One of another region, whose metrics lie there.
    bucket(aws, "far", rule=None, region="eu-central-1")
    size(aws, "far", "StandardStorage", large, region="eu-central-1")
    rule = "cost/s3-lifecycle"
    named = {
        "fail": {rule: ["heap", "versions", "far", "corner", "markers"]},
        "pass": {rule: ["tidy", "pruned"]},
        "skip": {rule: ["small", "tiered"]},
    }
    return {verdict: {rule: [f"{name}-{aws.id}" for name in names] for rule, names in of.items()} for verdict, of in named.items()}


def bucket(
    aws: Account, name: str, rule: dict[str, Any] | None, versioned: bool = False, region: str = "eu-west-1"
) -> None:
    s3 = aws.client("s3", region)
    name = f"{name}-{aws.id}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    if versioned:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    if rule:
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [rule]})


def size(aws: Account, name: str, storage: str, bytes_in_it: float, region: str = "eu-west-1") -> None:
    dimensions = {"BucketName": f"{name}-{aws.id}", "StorageType": storage}
    aws.metric("AWS/S3", "BucketSizeBytes", dimensions, value=bytes_in_it, region=region)
