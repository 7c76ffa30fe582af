//! Amazon MQ: brokers of `ActiveMQ` and `RabbitMQ`.

facts! {
    /// A broker. Source: `mq:ListBrokers`.
    "mq.broker" Broker {
        /// RUNNING, CREATION_IN_PROGRESS, DELETION_IN_PROGRESS, REBOOT_IN_PROGRESS, … `BrokerState`.
        state: String,
        /// ActiveMQ or RabbitMQ; none where AWS does not say. `EngineType`.
        engine: Option<String>,
        /// SINGLE_INSTANCE, ACTIVE_STANDBY_MULTI_AZ or CLUSTER_MULTI_AZ. `DeploymentMode`.
        deployment_mode: String,
        /// The type of its instances, `mq.m5.large`. `HostInstanceType`.
        instance_type: String,
        /// When it was made, RFC 3339. `Created`.
        created_at: String,
    }
}
