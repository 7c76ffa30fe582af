"""Databases under load: CPU, credits, connections, storage; each beside one that is not."""

from typing import Any

from seed import Account
from traps._data import GIB, database, measure


def seed(aws: Account) -> dict[str, Any]:
    cpu(aws)
    credits(aws)
    connections(aws)
    storage(aws)
    insight(aws)
    for metric, value in CALM:
        aws.metric("AWS/RDS", metric, {}, value=value)
    return {
        "fail": {
            "data-tier/rds-cpu": ["busy", "stuck"],
            "data-tier/rds-burstable": ["spent"],
            "data-tier/rds-connections": ["crowded", "custom"],
            "data-tier/rds-free-storage": ["full", "filling"],
            "data-tier/rds-iops": ["slow", "wide", "borrowed", "magnetic", "gp2"],
            "data-tier/rds-query-insight": ["blind", "ten-seconds"],
            "data-tier/rds-storage-autoscaling": ["fixed", "full", "filling"],
        },
        "pass": {
            "data-tier/rds-cpu": ["calm"],
            "data-tier/rds-burstable": ["rested", "warm"],
            "data-tier/rds-connections": ["calm", "quiet"],
            "data-tier/rds-free-storage": ["fixed"],
            "data-tier/rds-iops": ["fast", "calm"],
            "data-tier/rds-query-insight": ["seen", "logged"],
            "data-tier/rds-storage-autoscaling": ["calm"],
        },
        "skip": {
            "data-tier/rds-cpu": ["reports", "spent"],
            "data-tier/rds-burstable": ["calm"],
            "data-tier/rds-free-storage": ["grows"],
        },
        "unknown": {"data-tier/rds-cpu": ["new"], "data-tier/rds-query-insight": ["calm"]},
    }


# What the last rules say of every database of which the ones before say nothing.
CALM = [
    ("CPUUtilization", 10),
    ("CPUCreditBalance", 570),
    ("DatabaseConnections", 40),
    ("FreeStorageSpace", 120 * GIB),
    ("*IOPS", 100),
    ("*Throughput", 1024**2),
    ("EBS*Balance%", 99),
    ("BurstBalance", 90),
]
GROWING = {"MaxAllocatedStorage": 1000}


def cpu(aws: Account) -> None:
    for name in ("busy", "stuck", "calm", "new"):
        database(aws, name, **GROWING)
    database(aws, "reports", Tags=[{"Key": "purpose", "Value": "reporting"}], **GROWING)
    # Four hours a day at its limit: a daily average would call it idle.
    measure(aws, "busy", "CPUUtilization", statistic="Average", hours=[95] * 4 + [10] * 20)
    measure(aws, "calm", "CPUUtilization", hours=[60] * 4 + [10] * 20)
    measure(aws, "new", "CPUUtilization", value=50, days=3)
    measure(aws, "reports", "CPUUtilization", value=99)
    # One hour a day at its limit, which no 95th percentile sees.
    measure(aws, "stuck", "CPUUtilization", hours=[97] + [10] * 23)


def credits(aws: Account) -> None:
    for name in ("spent", "warm", "rested"):
        database(aws, name, DBInstanceClass="db.t4g.medium", **GROWING)
    measure(aws, "spent", "CPUCreditBalance", hours=[570] * 23 + [30])
    # Above its baseline for two hours a day, for which its credits last.
    measure(aws, "warm", "CPUUtilization", hours=[35] * 2 + [10] * 22)


def connections(aws: Account) -> None:
    """Of 1,658 that 16 GiB give PostgreSQL, and of 200 that somebody allows."""
    for name in ("crowded", "quiet"):
        database(aws, name, **GROWING)
    rds = aws.client("rds")
    rds.create_db_parameter_group(DBParameterGroupName="few", DBParameterGroupFamily="postgres16", Description="-")
    parameter = {"ParameterName": "max_connections", "ParameterValue": "200", "ApplyMethod": "pending-reboot"}
    rds.modify_db_parameter_group(DBParameterGroupName="few", Parameters=[parameter])
    database(aws, "custom", DBParameterGroupName="few", **GROWING)
    measure(aws, "crowded", "DatabaseConnections", hours=[200] * 23 + [1500])
    measure(aws, "quiet", "DatabaseConnections", value=1300)
    measure(aws, "custom", "DatabaseConnections", value=180)


def storage(aws: Account) -> None:
    for name in ("fixed", "full", "filling"):
        database(aws, name)
    # They may grow by less than RDS adds at once, and so are judged by their free storage.
    for name in ("full", "filling"):
        aws.client("rds").modify_db_instance(DBInstanceIdentifier=name, MaxAllocatedStorage=210)
    database(aws, "grows", **GROWING)
    measure(aws, "full", "FreeStorageSpace", value=10 * GIB)
    measure(aws, "grows", "FreeStorageSpace", value=10 * GIB)
    measure(aws, "filling", "FreeStorageSpace", value=60 * GIB, per_day=-3 * GIB)
    operations(aws)


def operations(aws: Account) -> None:
    database(aws, "slow", **GROWING)
    database(aws, "wide", **GROWING)
    database(aws, "fast", AllocatedStorage=1000, StorageType="io2", Iops=20_000, MaxAllocatedStorage=2000)
    database(aws, "borrowed", **GROWING)
    database(aws, "magnetic", StorageType="standard", **GROWING)
    database(aws, "gp2", StorageType="gp2", **GROWING)
    for name in ("slow", "fast"):
        measure(aws, name, "ReadIOPS", hours=[2000] * 2 + [50] * 22)
        measure(aws, name, "WriteIOPS", hours=[800] * 2 + [50] * 22)
    measure(aws, "wide", "ReadThroughput", value=120 * 1024**2)
    measure(aws, "borrowed", "EBSByteBalance%", hours=[99] * 23 + [3])
    measure(aws, "gp2", "BurstBalance", hours=[100] * 23 + [0])


def insight(aws: Account) -> None:
    rds = aws.client("rds")
    for name, seconds in (("half-second", "0.5"), ("ten-seconds", "10")):
        rds.create_db_parameter_group(DBParameterGroupName=name, DBParameterGroupFamily="mysql8.4", Description="-")
        parameters = [
            {"ParameterName": parameter, "ParameterValue": value, "ApplyMethod": "immediate"}
            for parameter, value in (("slow_query_log", "1"), ("long_query_time", seconds))
        ]
        rds.modify_db_parameter_group(DBParameterGroupName=name, Parameters=parameters)
    mysql = {"Engine": "mysql", "EngineVersion": "8.4.3", "EnableCloudwatchLogsExports": ["slowquery"], **GROWING}
    database(aws, "logged", DBParameterGroupName="half-second", **mysql)
    database(aws, "ten-seconds", DBParameterGroupName="ten-seconds", **mysql)
    database(aws, "seen", **GROWING)
    database(aws, "blind", **GROWING)
    for name, enabled in {"seen": True, "blind": False, "logged": False, "ten-seconds": False}.items():
        rds.modify_db_instance(DBInstanceIdentifier=name, EnablePerformanceInsights=enabled)
