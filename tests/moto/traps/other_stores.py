"""Search domains, warehouses, brokers and file servers, each in one zone beside one in two; and how they are backed up and copied."""

from typing import Any

from seed import REGION, Account
from traps.files import subnet

FAR = "eu-central-1"
LIGHTSAIL = "arn:aws:lightsail:{region}:{account}:RelationalDatabase/{name}"


def seed(aws: Account) -> dict[str, Any]:
    vpc = aws.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [subnet(aws, vpc, number, zone) for number, zone in enumerate("abc")]
    domain(aws, "search-one", 1, spread=False)
    domain(aws, "search-two", 2, spread=True)
    warehouses(aws)
    brokers = {mode: broker(aws, mode) for mode in ("SINGLE_INSTANCE", "CLUSTER_MULTI_AZ")}
    shares = {
        "lone": file_system(aws, subnets[:1], "SINGLE_AZ_2", days=0),
        "pair": file_system(aws, subnets[:2], "MULTI_AZ_1", days=7),
    }
    for name, count in (("bus-two", 2), ("bus-three", 3)):
        kafka(aws, name, subnets[:count])
    databases = [database(aws, "shop", None), database(aws, "shop-ha", f"{REGION}b")]
    aws.answer("lightsail", "GetRelationalDatabases", region=REGION, body={"relationalDatabases": databases})
    files = aws.client("efs").create_file_system(CreationToken="files", Backup=False)["FileSystemId"]
    replicated(aws, files)
    return {
        "fail": {
            "multi-az/opensearch-zones": ["search-one"],
            "multi-az/redshift-zones": ["reports"],
            "multi-az/mq-broker": [brokers["SINGLE_INSTANCE"]],
            "multi-az/fsx-deployment": [shares["lone"]],
            "multi-az/msk-zones": ["bus-two"],
            "multi-az/lightsail-database": ["shop"],
            "recovery/backup-plan-coverage": [aws.id],
            "recovery/cross-region-copy": ["reports", *shares.values(), "shop", "shop-ha"],
        },
        "pass": {
            "multi-az/opensearch-zones": ["search-two"],
            "multi-az/redshift-zones": ["reports-ha"],
            "multi-az/mq-broker": [brokers["CLUSTER_MULTI_AZ"]],
            "multi-az/fsx-deployment": [shares["pair"]],
            "multi-az/msk-zones": ["bus-three"],
            "multi-az/lightsail-database": ["shop-ha"],
            "recovery/cross-region-copy": ["reports-ha", files],
        },
        # What leaves a domain can't be read from outside.
        "unknown": {"recovery/cross-region-copy": ["search-one", "search-two"]},
    }


def domain(aws: Account, name: str, nodes: int, spread: bool) -> None:
    config = {"InstanceType": "r6g.large.search", "InstanceCount": nodes, "ZoneAwarenessEnabled": spread}
    aws.client("opensearch").create_domain(DomainName=name, EngineVersion="OpenSearch_2.13", ClusterConfig=config)


def warehouses(aws: Account) -> None:
    """moto says nothing of zones, nor of copies."""
    shown = ""
    for name, multi_az, copy in (("reports", "Disabled", None), ("reports-ha", "Enabled", FAR)):
        copied = f"<ClusterSnapshotCopyStatus><DestinationRegion>{copy}</DestinationRegion></ClusterSnapshotCopyStatus>"
        shown += (
            f"<Cluster><ClusterIdentifier>{name}</ClusterIdentifier><NodeType>ra3.xlplus</NodeType>"
            "<ClusterStatus>available</ClusterStatus><NumberOfNodes>2</NumberOfNodes>"
            f"<AvailabilityZone>{REGION}a</AvailabilityZone><MultiAZ>{multi_az}</MultiAZ>"
            "<AvailabilityZoneRelocationStatus>disabled</AvailabilityZoneRelocationStatus>"
            "<AutomatedSnapshotRetentionPeriod>1</AutomatedSnapshotRetentionPeriod>"
            f"{copied if copy else ''}</Cluster>"
        )
    body = (
        '<DescribeClustersResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/"><DescribeClustersResult>'
        f"<Clusters>{shown}</Clusters></DescribeClustersResult></DescribeClustersResponse>"
    )
    aws.answer("redshift", "DescribeClusters", region=REGION, body=body)


def broker(aws: Account, mode: str) -> str:
    made = aws.client("mq").create_broker(
        BrokerName=mode.lower().replace("_", "-"),
        DeploymentMode=mode,
        EngineType="RABBITMQ",
        EngineVersion="3.13",
        HostInstanceType="mq.m5.large",
        PubliclyAccessible=False,
        AutoMinorVersionUpgrade=True,
        Users=[{"Username": "orders", "Password": "not-a-secret-1"}],
    )
    return made["BrokerId"]


def file_system(aws: Account, subnets: list[str], deployment: str, days: int) -> str:
    made = aws.client("fsx").create_file_system(
        FileSystemType="WINDOWS",
        StorageCapacity=100,
        SubnetIds=subnets,
        WindowsConfiguration={
            "DeploymentType": deployment,
            "ThroughputCapacity": 32,
            "AutomaticBackupRetentionDays": days,
        },
    )
    return made["FileSystem"]["FileSystemId"]


def kafka(aws: Account, name: str, subnets: list[str]) -> None:
    aws.client("kafka").create_cluster(
        ClusterName=name,
        KafkaVersion="3.6.0",
        NumberOfBrokerNodes=len(subnets),
        BrokerNodeGroupInfo={"ClientSubnets": subnets, "InstanceType": "kafka.m7g.large"},
    )


def database(aws: Account, name: str, standby: str | None) -> dict[str, Any]:
    made = {
        "name": name,
        "arn": LIGHTSAIL.format(region=REGION, account=aws.id, name=name),
        "location": {"availabilityZone": f"{REGION}a", "regionName": REGION},
        "relationalDatabaseBundleId": "medium_ha_2_0" if standby else "medium_2_0",
        "state": "available",
        "engine": "mysql",
        "backupRetentionEnabled": True,
        "secondaryAvailabilityZone": standby,
        "tags": [],
    }
    return {key: value for key, value in made.items() if value is not None}


def replicated(aws: Account, files: str) -> None:
    target = {"Status": "ENABLED", "FileSystemId": "fs-0fa1b2c3d4e5f6789", "Region": FAR}
    source = f"arn:aws:elasticfilesystem:{REGION}:{aws.id}:file-system/{files}"
    replication = {
        "SourceFileSystemId": files,
        "SourceFileSystemRegion": REGION,
        "SourceFileSystemArn": source,
        "OriginalSourceFileSystemArn": source,
        "CreationTime": 1_750_000_000,
        "Destinations": [target],
    }
    aws.answer("elasticfilesystem", "DescribeReplicationConfigurations", body={"Replications": [replication]})
