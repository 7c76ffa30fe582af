//! What the condition `managed` leaves to a manager: for each of its markers, the rule that judges in its place.

use std::collections::BTreeSet;

use waaudit_rules::RuleSet;

/// Tags by which a service or an orchestrator marks what it runs, and the rules on that service. Without users who wait
/// for an answer (AWS Batch, Amazon EMR), nothing is judged.
const JUDGED_BY: &[(&str, &[&str])] = &[
    ("eks:cluster-name", &["multi-az/eks-nodegroup-azs", "scaling/eks-node-autoscaling"]),
    ("eks:eks-cluster-name", &["multi-az/eks-nodegroup-azs", "scaling/eks-node-autoscaling"]),
    ("aws:eks:cluster-name", &["multi-az/eks-nodegroup-azs", "scaling/eks-node-autoscaling"]),
    ("kubernetes.io/cluster/", &["multi-az/eks-nodegroup-azs", "scaling/eks-node-autoscaling"]),
    ("k8s.io/cluster-autoscaler/", &["multi-az/eks-nodegroup-azs", "scaling/eks-node-autoscaling"]),
    ("karpenter.sh/nodepool", &["multi-az/eks-nodegroup-azs", "scaling/eks-node-autoscaling"]),
    ("AmazonECSManaged", &["multi-az/ecs-service-spread", "scaling/ecs-service-autoscaling"]),
    ("aws:ecs:", &["multi-az/ecs-service-spread", "scaling/ecs-service-autoscaling"]),
    ("elasticbeanstalk:", &["multi-az/asg-min-two", "multi-az/asg-spread", "scaling/asg-elb-health-check"]),
    ("AWSBatchServiceTag", &[]),
    ("aws:batch:", &[]),
    ("aws:elasticmapreduce:", &[]),
];

/// Words in quotes of an expression that look like tags.
fn markers(source: &str) -> BTreeSet<String> {
    let quoted = source.split('"').skip(1).step_by(2);
    quoted.map(str::to_owned).collect()
}

#[test]
fn each_marker_of_what_is_managed_names_the_rule_that_judges_instead() {
    let set = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"));
    let known: BTreeSet<&str> = set.rules.iter().map(|rule| rule.id.as_str()).collect();
    let managed = set.conditions.iter().filter(|condition| condition.id == "managed");
    let found: BTreeSet<String> = managed.clone().flat_map(|condition| markers(condition.when.source())).collect();
    let listed: BTreeSet<String> = JUDGED_BY.iter().map(|(marker, _)| (*marker).to_owned()).collect();
    assert_eq!(found, listed);
    for rule in JUDGED_BY.iter().flat_map(|(_, rules)| *rules) {
        assert!(known.contains(rule), "{rule}");
    }
    // The groups of a marker whose own rules judge them are not left out.
    let of_groups = managed.filter(|condition| condition.kind == "autoscaling.group");
    assert!(
        of_groups.flat_map(|condition| markers(condition.when.source())).all(|marker| marker != "elasticbeanstalk:")
    );
}
