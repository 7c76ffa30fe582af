//! The vocabulary that rules speak: what is true of a resource, one struct per kind, one file per AWS service. Kinds that no
//! API lists are in [`derived`].
//!
//! Facts say what is, never what is good. They know no AWS SDK, no rule and no other resource; a fact that
//! needs a second resource is filled in by `derive`, and its words say so ("Derived: …").
//! The structs are documentation: `waaudit facts` prints their comments, and rules are checked against
//! their JSON schema. The cost of one struct per kind is that a field is named twice (here and where it is
//! collected); the gain is that a rule can't name a fact that is not collected.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value};

pub use self::fact::Fact;

/// Facts by name, as JSON has them.
pub type Named = Map<String, Value>;

/// The facts of one kind of resource.
///
/// Reading and writing are functions of the kind, and not serde's traits, so that they are compiled once, in this crate.
pub trait Facts: JsonSchema + Clone + Default + Send + Sync + 'static {
    /// The kind's name, `service.noun`, or one word for a kind that waaudit derives.
    const KIND: &'static str;

    /// Reads facts by name; those that are not there are unread. An error says what does not fit.
    fn from_json(facts: &Named) -> Result<Self, serde_json::Error>;

    /// Those that are known, by name. An error says what JSON has no form for.
    fn to_json(&self) -> Result<Named, serde_json::Error>;

    /// The same; none where one has no form.
    fn by_name(&self) -> Named {
        self.to_json().unwrap_or_default()
    }

    /// Takes over what others know. Unread ones change nothing.
    fn merge(&mut self, others: Self);

    /// A copy with some facts alone, by their names. All others are unread.
    #[must_use]
    fn only(&self, facts: &[&str]) -> Self;
}

/// Declares the facts of a kind: each field becomes a [`Fact`] that is left out of the JSON while unread.
macro_rules! facts {
    (
        $(#[doc = $doc:literal])* $kind:literal $name:ident {
            $($(#[doc = $field_doc:literal])* $field:ident: $ty:ty,)*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct $name {
            $($(#[doc = $field_doc])* pub $field: crate::facts::Fact<$ty>,)*
        }

        impl crate::facts::Facts for $name {
            const KIND: &'static str = $kind;

            fn from_json(facts: &crate::facts::Named) -> Result<Self, serde_json::Error> {
                let read = Self { $($field: crate::facts::fields::read(facts, stringify!($field))?,)* };
                let known = [$(!read.$field.is_unread()),*];
                crate::facts::fields::refuse_unknown(facts, &known, &[$(stringify!($field)),*])?;
                Ok(read)
            }

            fn to_json(&self) -> Result<crate::facts::Named, serde_json::Error> {
                let mut facts = crate::facts::Named::new();
                $(crate::facts::fields::write(&mut facts, stringify!($field), &self.$field)?;)*
                Ok(facts)
            }

            fn merge(&mut self, others: Self) {
                $(if !others.$field.is_unread() {
                    self.$field = others.$field;
                })*
            }

            fn only(&self, facts: &[&str]) -> Self {
                let mut only = Self::default();
                $(if facts.contains(&stringify!($field)) {
                    only.$field.clone_from(&self.$field);
                })*
                only
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                crate::facts::fields::schema(generator, concat!($($doc, "\n"),*), &[$(crate::facts::fields::Field {
                    name: stringify!($field),
                    doc: concat!($($field_doc, "\n"),*),
                    schema: |generator| generator.subschema_for::<$ty>(),
                }),*])
            }
        }
    };
}

/// Declares the parts of a list or of a nested answer: all of them come from one call, all there or none.
macro_rules! parts {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $ty:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $ty,)*
        }
    };
}

mod fact;
mod fields;

pub mod acm;
pub mod apigateway;
pub mod applicationautoscaling;
pub mod apprunner;
pub mod appsync;
pub mod arczonalshift;
pub mod autoscaling;
pub mod backup;
pub mod budgets;
pub mod cloudfront;
pub mod cloudwatch;
pub mod cognito;
pub mod costexplorer;
pub mod dax;
pub mod derived;
pub mod dynamodb;
pub mod ec2;
pub mod ecs;
pub mod efs;
pub mod eks;
pub mod elasticache;
pub mod elb;
pub mod events;
pub mod fsx;
pub mod globalaccelerator;
pub mod kafka;
pub mod kinesis;
pub mod lambda;
pub mod lightsail;
pub mod logs;
pub mod measured;
pub mod memorydb;
pub mod mq;
pub mod opensearch;
pub mod rds;
pub mod redshift;
pub mod route53;
pub mod s3;
pub mod servicequotas;
pub mod sns;
pub mod sqs;
pub mod synthetics;
pub mod tracing;
pub mod wafv2;

/// What there is to know of a kind.
struct Entry {
    kind: &'static str,
    schema: fn() -> Schema,
    complete: fn(&Named) -> Result<Named, serde_json::Error>,
}

const fn entry<F: Facts>() -> Entry {
    Entry { kind: F::KIND, schema: || schemars::schema_for!(F), complete: |facts| F::from_json(facts)?.to_json() }
}

/// Every kind that rules can judge.
const ENTRIES: &[Entry] = &[
    entry::<acm::Certificate>(),
    entry::<apigateway::Account>(),
    entry::<apigateway::DomainName>(),
    entry::<apigateway::Stage>(),
    entry::<apigateway::UsagePlan>(),
    entry::<applicationautoscaling::Policy>(),
    entry::<applicationautoscaling::ScalableTarget>(),
    entry::<apprunner::Service>(),
    entry::<appsync::Api>(),
    entry::<arczonalshift::ManagedResource>(),
    entry::<autoscaling::Group>(),
    entry::<autoscaling::LaunchConfiguration>(),
    entry::<autoscaling::LaunchHistory>(),
    entry::<autoscaling::Policy>(),
    entry::<autoscaling::ScheduledAction>(),
    entry::<backup::CopyJob>(),
    entry::<backup::Plan>(),
    entry::<backup::ProtectedResource>(),
    entry::<backup::RestoreJob>(),
    entry::<backup::RestoreTestingPlan>(),
    entry::<budgets::Budget>(),
    entry::<cloudfront::CachePolicy>(),
    entry::<cloudfront::Distribution>(),
    entry::<cloudfront::DistributionTenant>(),
    entry::<cloudwatch::Alarm>(),
    entry::<cloudwatch::Dashboard>(),
    entry::<cognito::UserPool>(),
    entry::<costexplorer::AnomalyMonitor>(),
    entry::<costexplorer::AnomalySubscription>(),
    entry::<costexplorer::CommitmentCoverage>(),
    entry::<costexplorer::MonthlyCost>(),
    entry::<dax::Cluster>(),
    entry::<derived::account::Account>(),
    entry::<derived::component::Component>(),
    entry::<derived::data_store::DataStore>(),
    entry::<derived::database::Database>(),
    entry::<derived::entry_point::EntryPoint>(),
    entry::<derived::fargate::Fargate>(),
    entry::<derived::load_balancer::AnyLoadBalancer>(),
    entry::<derived::server_pool::ServerPool>(),
    entry::<derived::vpc::Vpc>(),
    entry::<derived::way_in::WayIn>(),
    entry::<dynamodb::Table>(),
    entry::<ec2::CreditSpecification>(),
    entry::<ec2::Image>(),
    entry::<ec2::Instance>(),
    entry::<ec2::InstanceType>(),
    entry::<ec2::LaunchTemplateVersion>(),
    entry::<ec2::NatGateway>(),
    entry::<ec2::NetworkInterface>(),
    entry::<ec2::PrefixList>(),
    entry::<ec2::RouteTable>(),
    entry::<ec2::SecurityGroup>(),
    entry::<ec2::Snapshot>(),
    entry::<ec2::Subnet>(),
    entry::<ec2::TransitGatewayAttachment>(),
    entry::<ec2::Volume>(),
    entry::<ec2::VpcEndpoint>(),
    entry::<ecs::Cluster>(),
    entry::<ecs::Service>(),
    entry::<ecs::TaskDefinition>(),
    entry::<efs::FileSystem>(),
    entry::<eks::Cluster>(),
    entry::<eks::NodeGroup>(),
    entry::<elasticache::Cluster>(),
    entry::<elasticache::ReplicationGroup>(),
    entry::<elasticache::ServerlessCache>(),
    entry::<elasticache::SubnetGroup>(),
    entry::<elb::ClassicLoadBalancer>(),
    entry::<elb::Limits>(),
    entry::<elb::LoadBalancer>(),
    entry::<elb::TargetGroup>(),
    entry::<events::Rule>(),
    entry::<fsx::FileSystem>(),
    entry::<globalaccelerator::Accelerator>(),
    entry::<kafka::Cluster>(),
    entry::<kinesis::Stream>(),
    entry::<lambda::AsyncConfig>(),
    entry::<lambda::Concurrency>(),
    entry::<lambda::EventSourceMapping>(),
    entry::<lambda::Function>(),
    entry::<lambda::FunctionUrl>(),
    entry::<lambda::Settings>(),
    entry::<lightsail::Database>(),
    entry::<lightsail::Instance>(),
    entry::<lightsail::LoadBalancer>(),
    entry::<lightsail::Snapshot>(),
    entry::<logs::LogGroup>(),
    entry::<memorydb::Cluster>(),
    entry::<mq::Broker>(),
    entry::<opensearch::Domain>(),
    entry::<rds::AutomatedBackup>(),
    entry::<rds::Class>(),
    entry::<rds::ClusterParameterGroup>(),
    entry::<rds::DbCluster>(),
    entry::<rds::DbInstance>(),
    entry::<rds::DbProxy>(),
    entry::<rds::GlobalCluster>(),
    entry::<rds::OrderableClass>(),
    entry::<rds::ParameterGroup>(),
    entry::<redshift::Cluster>(),
    entry::<route53::HealthCheck>(),
    entry::<route53::Record>(),
    entry::<s3::Bucket>(),
    entry::<s3::PublicAccessBlock>(),
    entry::<servicequotas::Quota>(),
    entry::<servicequotas::Settings>(),
    entry::<sns::Subscription>(),
    entry::<sns::Topic>(),
    entry::<sqs::Queue>(),
    entry::<synthetics::Canary>(),
    entry::<tracing::SignalsService>(),
    entry::<tracing::XrayService>(),
    entry::<wafv2::WebAcl>(),
];

/// Every kind that rules can judge.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().map(|entry| entry.kind)
}

/// The JSON schema of every kind's facts, by kind.
pub fn schemas() -> BTreeMap<&'static str, Schema> {
    ENTRIES.iter().map(|entry| (entry.kind, (entry.schema)())).collect()
}

/// Of every kind, the facts that CloudWatch measures: those of type `Measured`, or none. Generating schemas is
/// expensive, so it is done once.
static MEASURED: LazyLock<BTreeMap<&str, BTreeSet<String>>> = LazyLock::new(|| {
    let measured = |field: &Value| field.to_string().contains("#/$defs/Measured\"");
    let of_kind = |schema: &Schema| {
        let fields = schema.as_value().get("properties").and_then(Value::as_object).into_iter().flatten();
        fields.filter(|(_, field)| measured(field)).map(|(name, _)| name.clone()).collect()
    };
    schemas().iter().map(|(kind, schema)| (*kind, of_kind(schema))).collect()
});

/// The facts of a kind that CloudWatch measures.
pub fn measured(kind: &str) -> &'static BTreeSet<String> {
    static NONE: BTreeSet<String> = BTreeSet::new();
    MEASURED.get(kind).unwrap_or(&NONE)
}

/// Facts in the form of their kind's struct: what a part leaves out is null. An error says what does not fit.
pub fn complete(kind: &str, facts: &Named) -> Result<Named, String> {
    let entry = ENTRIES.iter().find(|entry| entry.kind == kind).ok_or_else(|| format!("no kind `{kind}`"))?;
    (entry.complete)(facts).map_err(|error| error.to_string())
}
