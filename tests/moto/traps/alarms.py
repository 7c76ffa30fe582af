"""Alarms that act and that do not, and the topics that they publish to."""

import json
from typing import Any

from seed import REGION, Account

FOREIGN = "310999999999"


def seed(aws: Account) -> dict[str, Any]:
    topics = {name: topic(aws, name) for name in ("heard", "empty", "unconfirmed", "unrelated")}
    gone = topics["heard"].replace(":heard", ":gone")
    aws.client("sns").subscribe(TopicArn=topics["heard"], Protocol="email", Endpoint="on-call@example.com")
    # moto confirms each subscription at once.
    pending = {"SubscriptionsConfirmed": "0", "SubscriptionsPending": "1", "TopicArn": topics["unconfirmed"]}
    aws.answer("sns", "GetTopicAttributes", params={"TopicArn": topics["unconfirmed"]}, body=attributes(pending))
    alarm(aws, "paging", [topics["heard"]])
    alarm(aws, "paging-nobody", [topics["empty"], topics["unconfirmed"], gone])
    alarm(aws, "paging-abroad", [f"arn:aws:sns:{REGION}:{FOREIGN}:pager"])
    alarm(aws, "mending", [f"arn:aws:automate:{REGION}:ec2:recover"])
    alarm(aws, "silent", [])
    alarm(aws, "switched-off", [topics["heard"]], ActionsEnabled=False)
    alarm(aws, "part", [])
    alarm(aws, "TargetTracking-web-AlarmHigh-1c2d", [])
    composites(aws, {"whole": [topics["heard"]], "mute": []})
    alarm(aws, "event-heard", [])
    alarm(aws, "event-unheard", [])
    space = ("AWS/RDS", "FreeStorageSpace")
    alarm(aws, "space-left", [topics["heard"]], space, {"DBInstanceIdentifier": "orders"})
    below = {"ComparisonOperator": "LessThanThreshold", "Threshold": 2e10}
    alarm(aws, "space-gone", [topics["heard"]], space, {"DBInstanceIdentifier": "orders"}, **below)
    on_event(aws, "heard", "event-heard", topics["heard"])
    on_event(aws, "unheard", "event-unheard", topics["empty"])
    return {
        "fail": {
            "observability/alarm-actions": ["silent", "switched-off", "mute", "paging-nobody", "event-unheard"],
            "observability/alarm-direction": ["space-left"],
            "observability/alarm-topic-subscribers": ["empty", "unconfirmed", "gone"],
        },
        "pass": {
            "observability/alarm-actions": ["paging", "mending", "whole", "event-heard"],
            "observability/alarm-direction": ["space-gone"],
            "observability/alarm-topic-subscribers": ["heard"],
        },
        "unknown": {"observability/alarm-actions": ["paging-abroad"]},
        "skip": {"observability/alarm-actions": ["part", "TargetTracking-web-AlarmHigh-1c2d"]},
    }


def topic(aws: Account, name: str) -> str:
    return aws.client("sns").create_topic(Name=name)["TopicArn"]


def pager(aws: Account, region: str = REGION) -> list[str]:
    """A topic with a subscription, as an alarm's actions."""
    sns = aws.client("sns", region)
    arn = sns.create_topic(Name="pager")["TopicArn"]
    if not sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]:
        sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="on-call@example.com")
    return [arn]


def on_event(aws: Account, name: str, alarms: str, target: str) -> None:
    """An EventBridge rule that hands on that alarms of this beginning went off."""
    events = aws.client("events")
    pattern = {
        "source": ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        "detail": {"alarmName": [{"prefix": alarms}], "state": {"value": ["ALARM"]}},
    }
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": target}])


def attributes(of: dict[str, str]) -> str:
    entries = "".join(f"<entry><key>{key}</key><value>{value}</value></entry>" for key, value in of.items())
    return (
        '<GetTopicAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><GetTopicAttributesResult>'
        f"<Attributes>{entries}</Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>"
    )


def alarm(
    aws: Account,
    name: str,
    actions: list[str],
    about: tuple[str, str] = ("AWS/SQS", "ApproximateAgeOfOldestMessage"),
    of: dict[str, str] | None = None,
    region: str = REGION,
    **more: Any,
) -> None:
    namespace, metric = about
    made = {
        "AlarmName": name,
        "Namespace": namespace,
        "MetricName": metric,
        "Dimensions": [{"Name": key, "Value": value} for key, value in (of or {}).items()],
        "Statistic": "Maximum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": 300.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "ActionsEnabled": True,
        "AlarmActions": actions,
    }
    aws.client("cloudwatch", region).put_metric_alarm(**{**made, **more})


def composites(aws: Account, actions: dict[str, list[str]], of: str = "part") -> None:
    """Composite alarms over one alarm, which moto can't make."""
    made = [
        {
            "AlarmName": name,
            "AlarmArn": f"arn:aws:cloudwatch:{REGION}:{aws.id}:alarm:{name}",
            "ActionsEnabled": True,
            "AlarmActions": spoken_to,
            "AlarmRule": f'ALARM("{of}")',
            "StateValue": "OK",
        }
        for name, spoken_to in actions.items()
    ]
    replace = {'"CompositeAlarms": []': f'"CompositeAlarms": {json.dumps(made)}'}
    aws.answer("cloudwatch", "DescribeAlarms", region=REGION, replace=replace)
