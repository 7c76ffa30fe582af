"""Where a scheduled run leaves its reports: a versioned bucket, a topic, and a queue that hears what the topic is told."""

from typing import Any

from seed import REGION, Account


def seed(aws: Account) -> dict[str, Any]:
    bucket = f"reports-{aws.id}"
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    topic = aws.client("sns").create_topic(Name="readiness")["TopicArn"]
    sqs = aws.client("sqs")
    queue = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return {"bucket": bucket, "topic": topic, "queue": queue}
