//! What Security Hub calls the kinds that it has a type for. All others are `Other`.

/// By kind, the types of `Resources[].Details`.
const TYPES: &[(&str, &str)] = &[
    ("acm.certificate", "AwsCertificateManagerCertificate"),
    ("appsync.api", "AwsAppSyncGraphQlApi"),
    ("autoscaling.group", "AwsAutoScalingAutoScalingGroup"),
    ("autoscaling.launch_configuration", "AwsAutoScalingLaunchConfiguration"),
    ("backup.plan", "AwsBackupBackupPlan"),
    ("cloudfront.distribution", "AwsCloudFrontDistribution"),
    ("cloudwatch.alarm", "AwsCloudWatchAlarm"),
    ("dynamodb.table", "AwsDynamoDbTable"),
    ("ec2.instance", "AwsEc2Instance"),
    ("ec2.network_interface", "AwsEc2NetworkInterface"),
    ("ec2.route_table", "AwsEc2RouteTable"),
    ("ec2.security_group", "AwsEc2SecurityGroup"),
    ("ec2.subnet", "AwsEc2Subnet"),
    ("ec2.volume", "AwsEc2Volume"),
    ("ecs.cluster", "AwsEcsCluster"),
    ("ecs.service", "AwsEcsService"),
    ("ecs.task_definition", "AwsEcsTaskDefinition"),
    ("eks.cluster", "AwsEksCluster"),
    ("elb.classic_load_balancer", "AwsElbLoadBalancer"),
    ("elb.load_balancer", "AwsElbv2LoadBalancer"),
    ("kafka.cluster", "AwsMskCluster"),
    ("kinesis.stream", "AwsKinesisStream"),
    ("lambda.function", "AwsLambdaFunction"),
    ("mq.broker", "AwsAmazonMqBroker"),
    ("opensearch.domain", "AwsOpenSearchServiceDomain"),
    ("rds.db_cluster", "AwsRdsDbCluster"),
    ("rds.db_instance", "AwsRdsDbInstance"),
    ("redshift.cluster", "AwsRedshiftCluster"),
    ("s3.bucket", "AwsS3Bucket"),
    ("sns.topic", "AwsSnsTopic"),
    ("sqs.queue", "AwsSqsQueue"),
    ("vpc", "AwsEc2Vpc"),
    ("wafv2.web_acl", "AwsWafv2WebAcl"),
];

/// The type of a kind.
pub(super) fn of(kind: &str) -> &'static str {
    TYPES.iter().find(|(known, _)| *known == kind).map_or("Other", |(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::{TYPES, of};

    #[test]
    fn every_kind_with_a_type_is_one_of_waaudits() {
        for (kind, _) in TYPES {
            assert!(waaudit_rules::fixtures::sample(kind).is_ok(), "{kind}");
        }
        assert_eq!([of("vpc"), of("ec2.nat_gateway")], ["AwsEc2Vpc", "Other"]);
    }
}
