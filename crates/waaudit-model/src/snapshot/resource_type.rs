//! The type of a resource, as its ARN tells it: `ec2` and `instance`. Of the rest of the ARN, which names the resource,
//! nothing is kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A service and one of its resource types, as they are spelt in ARNs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceType {
    /// The service, `ec2`.
    pub service: String,
    /// The type, `instance`; empty where the ARN has none.
    #[serde(rename = "type")]
    pub name: String,
}

/// How many tagged resources of a type there are in a region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tagged {
    /// The type.
    pub resource_type: ResourceType,
    /// The region in which the list was read; that of global resources is the home region.
    pub region: String,
    /// The number of resources that have or once had tags.
    pub count: usize,
}

/// Services whose ARNs end in the resource's name, without a type.
const WITHOUT_TYPE: &[(&str, &str)] =
    &[("codecommit", "repository"), ("codepipeline", "pipeline"), ("s3", "bucket"), ("sns", "topic"), ("sqs", "queue")];

impl ResourceType {
    /// The type in an ARN; nothing for what is no ARN.
    pub fn of_arn(arn: &str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':');
        let (Some("arn"), Some(_), Some(service), Some(_), Some(_), Some(rest)) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        let known = WITHOUT_TYPE.iter().find(|(prefix, _)| *prefix == service && !rest.contains(['/', ':']));
        let name = known.map_or_else(|| name_of(service, rest), |(_, name)| (*name).to_owned());
        // Any other word is no type, but a name that the resource's owner chose.
        let is_type = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '/');
        Some(Self { service: service.to_owned(), name: if is_type { name } else { String::new() } })
    }
}

/// `instance` of `instance/i-0a1`, `log-group` of `log-group:/web`, `restapis/stages` of `/restapis/a1/stages/prod`.
fn name_of(service: &str, rest: &str) -> String {
    if let Some(path) = rest.strip_prefix('/') {
        return path.split('/').step_by(2).collect::<Vec<_>>().join("/");
    }
    let Some((first, after)) = rest.split_once(['/', ':']) else { return String::new() };
    match (service, first, after.split('/').next()) {
        ("elasticloadbalancing", "loadbalancer", Some(sort @ ("app" | "net" | "gwy"))) if after.contains('/') => {
            format!("{first}/{sort}")
        }
        ("wafv2", "regional" | "global", Some(name)) => name.to_owned(),
        _ => first.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::ResourceType;

    #[test]
    fn the_type_is_read_off_each_form_of_an_arn_and_never_a_name() {
        for (arn, service, name) in [
            ("arn:aws:ec2:eu-west-1:1:instance/i-0a1", "ec2", "instance"),
            ("arn:aws:rds:eu-west-1:1:db:orders", "rds", "db"),
            ("arn:aws:logs:eu-west-1:1:log-group:/orders/web", "logs", "log-group"),
            ("arn:aws:apigateway:eu-west-1::/restapis/a1/stages/prod", "apigateway", "restapis/stages"),
            ("arn:aws:cassandra:eu-west-1:1:/keyspace/shop/table/orders", "cassandra", "keyspace/table"),
            (
                "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/net/web/50dc",
                "elasticloadbalancing",
                "loadbalancer/net",
            ),
            ("arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app", "elasticloadbalancing", "loadbalancer"),
            ("arn:aws:wafv2:eu-west-1:1:regional/webacl/web/473e", "wafv2", "webacl"),
            ("arn:aws:s3:::orders-assets", "s3", "bucket"),
            ("arn:aws:sqs:eu-west-1:1:orders.fifo", "sqs", "queue"),
            ("arn:aws:newservice:eu-west-1:1:payroll-of-the-board", "newservice", ""),
            ("arn:aws-cn:states:cn-north-1:1:stateMachine:orders", "states", "stateMachine"),
        ] {
            let of = ResourceType::of_arn(arn).unwrap();
            assert_eq!((of.service.as_str(), of.name.as_str()), (service, name), "{arn}");
        }
        assert_eq!(ResourceType::of_arn("vpc/eu-west-1/1/vpc-0a1"), None);
    }
}
