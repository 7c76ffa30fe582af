//! Amazon EC2 and its network: instances, volumes, subnets, routes, NAT gateways, security groups.

use super::measured::Measured;

parts! {
    /// A volume that an instance mounts. Source: `ec2:DescribeInstances`, `BlockDeviceMappings[]`.
    AttachedVolume {
        /// The device name, `/dev/xvda`. `DeviceName`.
        device: String,
        /// The volume's id. `Ebs.VolumeId`.
        volume: String,
        /// Whether it is the root device. `DeviceName` equals `RootDeviceName`.
        root: bool,
        /// Whether the volume goes with the instance. `Ebs.DeleteOnTermination`; null where AWS does not say.
        delete_on_termination: Option<bool>,
    }
}

facts! {
    /// A virtual server. Source: `ec2:DescribeInstances`.
    "ec2.instance" Instance {
        /// pending, running, shutting-down, terminated, stopping or stopped. `State.Name`.
        state: String,
        /// The instance type, `m7g.large`. `InstanceType`.
        instance_type: String,
        /// When it was last started, RFC 3339. `LaunchTime`.
        launched_at: String,
        /// The zone's name. `Placement.AvailabilityZone`.
        availability_zone: String,
        /// The subnet's id; none for an instance that is gone. `SubnetId`.
        subnet: Option<String>,
        /// The VPC's id; none for an instance that is gone. `VpcId`.
        vpc: Option<String>,
        /// The public IPv4 address, if any. `PublicIpAddress`.
        public_ip: Option<String>,
        /// The primary private IPv4 address, if any. `PrivateIpAddress`.
        private_ip: Option<String>,
        /// Ids of its security groups. `SecurityGroups[].GroupId`.
        security_groups: Vec<String>,
        /// Its volumes, the root one included. `BlockDeviceMappings[]`.
        volumes: Vec<AttachedVolume>,
        /// "spot" or "scheduled"; none for on-demand. `InstanceLifecycle`.
        lifecycle: Option<String>,
        /// The image's id. `ImageId`.
        image: Option<String>,
        /// What is billed with it, "RunInstances:0004" for SQL Server. `UsageOperation`.
        usage_operation: Option<String>,
        /// Whether detailed (one-minute) monitoring is on. `Monitoring.State`.
        detailed_monitoring: bool,
        /// The AWS service that runs it (`Operator.Principal`), if one does. `Operator`.
        operator: Option<String>,
        /// Fewest CPU credits that it had saved, its first day aside; none for a type that is not burstable. CloudWatch `AWS/EC2` `CPUCreditBalance`.
        cpu_credit_balance_min: Option<Measured>,
        /// CPU credits that it spent beyond those it earned, and that are charged for; none for a type that is not burstable. CloudWatch `AWS/EC2` `CPUSurplusCreditsCharged`.
        cpu_surplus_credits_charged: Option<Measured>,
        /// Days on which its CPU was at 10 per cent or less on average, and 5 MB or less went over the network. Absent for types with accelerators, whose work it does not show. CloudWatch `AWS/EC2` `CPUUtilization`, `NetworkIn`, `NetworkOut`.
        low_use_days: Measured,
        /// Per cent of CPU, the 99th percentile of two weeks; none for an instance that an Auto Scaling group launched, whose group is measured. CloudWatch `AWS/EC2` `CPUUtilization` by `InstanceId`.
        cpu_percent_p99: Option<Measured>,
        /// Derived: CPU credits that its type earns in an hour; none for a type that is not burstable.
        cpu_credits_an_hour: Option<f64>,
        /// Derived: standard, or unlimited for an instance that may spend credits that it does not have; none for a type that is not burstable. `ec2:DescribeInstanceCreditSpecifications` lists the unlimited ones.
        cpu_credit_mode: Option<String>,
        /// Derived: days since `launched_at`.
        age_days: i64,
        /// Derived: the Auto Scaling group that holds it, by name.
        auto_scaling_group: Option<String>,
        /// Derived: ARNs of the target groups, and names of the Classic Load Balancers, that it is registered in, by its id or by a private address of any of its interfaces. Absent where an IPv6 target in its VPC might be it.
        target_groups: Vec<String>,
        /// Derived: of those, the ones that count it healthy (a Classic Load Balancer counts when it holds the instance).
        healthy_in: Vec<String>,
        /// Derived: whether its subnet routes to an internet gateway; false for an instance that is gone.
        in_public_subnet: bool,
        /// Derived: ports that its security groups open to the whole internet, as `3000/tcp` or `8000-8999/tcp`, without those of remote administration (SSH, RDP, WinRM, VNC), of VPNs, and of databases and caches.
        open_service_ports: Vec<String>,
        /// Derived: the load-balanced target ports that its security groups open to the whole internet.
        open_target_ports: Vec<i64>,
        /// Derived: signs that it runs a database: "SQL Server licence", "port 5432 admitted" by a group on 20 instances or fewer, "image mysql-8.0", "named orders-db", "data volume of 500 GiB" (50 or more) or "local disks of i4i.large". Each kind of sign is there once.
        database_signs: Vec<String>,
        /// Derived: weight of `database_signs`: licence 4 (proof alone); port 3 (1 where web servers use it too), image 3, name 3, data volume 2.
        database_score: i64,
        /// Derived: whether requests from the internet get to it: yes where the graph leads there from a public way in, no where nothing can that is not ruled out, in an account of which every list was read; absent between the two.
        on_request_path: bool,
        /// Derived: GiB on its root volume. Absent where it is on an instance store.
        root_volume_gib: i64,
    }
}

facts! {
    /// How a burstable instance may spend CPU credits: of all that are unlimited, and of some that once were. Source: `ec2:DescribeInstanceCreditSpecifications`, by `InstanceId`.
    "ec2.credit_specification" CreditSpecification {
        /// standard or unlimited. `CpuCredits`.
        cpu_credits: String,
    }
}

facts! {
    /// A version of a launch template that an Auto Scaling group uses. Source: `ec2:DescribeLaunchTemplateVersions`. User data stays behind.
    "ec2.launch_template_version" LaunchTemplateVersion {
        /// The template's id. `LaunchTemplateId`.
        template: String,
        /// The version that groups ask for: a number, `$Latest` or `$Default`.
        asked: String,
        /// Its number. `VersionNumber`.
        version: i64,
        /// The image's id, or `resolve:ssm:` and a parameter that names it; none where it names none. `LaunchTemplateData.ImageId`.
        image: Option<String>,
        /// The instance type, `m7g.large`; none where groups or requirements choose it. `LaunchTemplateData.InstanceType`.
        instance_type: Option<String>,
        /// Whether requirements of CPU and memory choose the type. `LaunchTemplateData.InstanceRequirements`.
        by_requirements: bool,
        /// Whether it launches Spot instances. `LaunchTemplateData.InstanceMarketOptions.MarketType`.
        spot: bool,
    }
}

facts! {
    /// An image that an instance was or will be launched from, as far as the account may see it. Source: `ec2:DescribeImages`.
    "ec2.image" Image {
        /// available, pending, disabled, deregistered, failed, … `State`.
        state: String,
        /// When it counts as outdated, RFC 3339, if that was set. `DeprecationTime`.
        deprecated_at: Option<String>,
        /// The account that owns it. `OwnerId`.
        owner: String,
        /// What its owner calls it; none where it is not told. `Name`.
        image_name: Option<String>,
    }
}

facts! {
    /// An instance type that runs or that an Auto Scaling group may launch. Source: `ec2:DescribeInstanceTypes`.
    "ec2.instance_type" InstanceType {
        /// Its vCPUs, as quotas count them. `VCpuInfo.DefaultVCpus`.
        vcpus: i64,
    }
}

facts! {
    /// An EBS volume. Source: `ec2:DescribeVolumes`.
    "ec2.volume" Volume {
        /// creating, available, in-use, deleting, deleted or error. `State`.
        state: String,
        /// Size in GiB. `Size`.
        size_gib: i64,
        /// gp3, gp2, io1, io2, st1, sc1 or standard. `VolumeType`.
        volume_type: String,
        /// When it was made, RFC 3339. `CreateTime`.
        created_at: String,
        /// Ids of the instances that hold it. `Attachments[].InstanceId`.
        instances: Vec<String>,
        /// Derived: days since `created_at`.
        age_days: i64,
        /// Derived: whether an instance that is in no Auto Scaling group holds it.
        on_single_instance: bool,
        /// Derived: days since its newest completed snapshot or its (or its instance's) newest backup in AWS Backup; none where there is neither.
        backup_age_days: Option<i64>,
        /// Derived: the tag that says that what it holds can be lost; none without.
        disposable: Option<String>,
    }
}

facts! {
    /// The newest completed snapshot of a volume; older ones are left out. Source: `ec2:DescribeSnapshots`.
    "ec2.snapshot" Snapshot {
        /// The volume's id. `VolumeId`.
        volume: String,
        /// When it was begun, RFC 3339. `StartTime`.
        started_at: String,
    }
}

facts! {
    /// A subnet. Source: `ec2:DescribeSubnets`.
    "ec2.subnet" Subnet {
        /// The VPC's id. `VpcId`.
        vpc: String,
        /// The zone's name, which differs between accounts. `AvailabilityZone`.
        availability_zone: String,
        /// The zone's id, the same in all accounts. `AvailabilityZoneId`.
        availability_zone_id: String,
        /// The IPv4 range. `CidrBlock`.
        cidr: String,
        /// The Outpost's ARN, if it is on one. `OutpostArn`.
        outpost: Option<String>,
        /// The account that owns it (another one's when shared by RAM). `OwnerId`.
        owner: String,
        /// Free IPv4 addresses. `AvailableIpAddressCount`.
        free_addresses: i64,
        /// Whether it has IPv6 addresses alone. `Ipv6Native`.
        ipv6_only: bool,
        /// Derived: Auto Scaling groups, ECS services with interfaces of their own, and Application Load Balancers that are in it, each as `kind name`.
        address_users: Vec<String>,
        /// Derived: of these, the groups whose instances are nodes of a Kubernetes cluster (by the tag `eks:cluster-name` or `kubernetes.io/cluster/…`): their pods may take addresses too.
        cluster_groups: Vec<String>,
        /// Derived: IPv4 addresses that they take beyond those of today with every group and service at its most, each spread evenly over its subnets; and 8 where an Application Load Balancer is, which grows into them. Of groups with weights, the lightest instance counts.
        addresses_at_max: i64,
        /// Derived: whether its route table (its own, else its VPC's main one) sends the whole internet, or half of it, to an internet gateway.
        public: bool,
    }
}

parts! {
    /// One route. Source: `ec2:DescribeRouteTables`, `Routes[]`.
    Route {
        /// The IPv4 range, IPv6 range or prefix list that it serves. `DestinationCidrBlock`, `DestinationIpv6CidrBlock`, `DestinationPrefixListId`.
        destination: String,
        /// Where it leads: the id of a gateway (igw-, nat-, tgw-, vpce-, eni-, pcx-, …), or "local".
        target: String,
        /// Whether it works. `State` is active (a blackhole does not).
        active: bool,
    }
}

facts! {
    /// A route table. Source: `ec2:DescribeRouteTables`.
    "ec2.route_table" RouteTable {
        /// The VPC's id. `VpcId`.
        vpc: String,
        /// Whether it serves the subnets that name no table. `Associations[].Main`.
        main: bool,
        /// Subnets that name it. `Associations[].SubnetId`.
        subnets: Vec<String>,
        /// Its routes. `Routes[]`.
        routes: Vec<Route>,
    }
}

facts! {
    /// A NAT gateway. Source: `ec2:DescribeNatGateways`.
    "ec2.nat_gateway" NatGateway {
        /// pending, failed, available, deleting or deleted. `State`.
        state: String,
        /// The VPC's id. `VpcId`.
        vpc: String,
        /// The subnet's id; none for a regional gateway. `SubnetId`.
        subnet: Option<String>,
        /// public or private; none is public. `ConnectivityType`.
        connectivity: Option<String>,
        /// zonal or regional; none is zonal. `AvailabilityMode`.
        availability_mode: Option<String>,
        /// Its public IPv4 addresses; empty for a private gateway. `NatGatewayAddresses[].PublicIp`.
        public_ips: Vec<String>,
        /// Connections that found no port left. CloudWatch `AWS/NATGateway` `ErrorPortAllocation`.
        port_allocation_errors: Measured,
        /// Most connections that it had at once, to all destinations. CloudWatch `AWS/NATGateway` `ActiveConnectionCount`.
        active_connections_max: Measured,
        /// Packets that it dropped, per cent of those that it was to send. CloudWatch `AWS/NATGateway` `PacketsDropCount`, `PacketsOutToDestination`, `PacketsOutToSource`.
        packet_loss_percent: Measured,
        /// Gigabytes that pass on a day, to the internet and from there. CloudWatch `AWS/NATGateway` `BytesOutToDestination`, `BytesInFromDestination`.
        gigabytes_a_day: Measured,
    }
}

facts! {
    /// A network interface. Source: `ec2:DescribeNetworkInterfaces`.
    "ec2.network_interface" NetworkInterface {
        /// The subnet's id. `SubnetId`.
        subnet: String,
        /// The VPC's id. `VpcId`.
        vpc: String,
        /// interface, nat_gateway, lambda, network_load_balancer, … `InterfaceType`.
        interface_type: String,
        /// available, associated, attaching, in-use or detaching. `Status`.
        status: String,
        /// The public IPv4 address, if any. `Association.PublicIp`.
        public_ip: Option<String>,
        /// Its IPv6 addresses, of public and of private ranges. `Ipv6Addresses[].Ipv6Address`.
        ipv6_addresses: Vec<String>,
        /// Its private IPv4 addresses. `PrivateIpAddresses[].PrivateIpAddress`.
        private_ips: Vec<String>,
        /// Ids of its security groups. `Groups[].GroupId`.
        security_groups: Vec<String>,
        /// The instance that it is attached to, if any. `Attachment.InstanceId`.
        instance: Option<String>,
        /// What made it says of it, `ELB app/web/…`; empty where it says nothing. `Description`.
        description: String,
    }
}

facts! {
    /// A VPC's attachment to a transit gateway. Source: `ec2:DescribeTransitGatewayVpcAttachments`.
    "ec2.transit_gateway_attachment" TransitGatewayAttachment {
        /// The transit gateway's id. `TransitGatewayId`.
        transit_gateway: String,
        /// The VPC's id. `VpcId`.
        vpc: String,
        /// available, pending, deleted, … `State`.
        state: String,
        /// Subnets that it is in, one for each zone. `SubnetIds`.
        subnets: Vec<String>,
    }
}

parts! {
    /// One inbound permission. Source: `ec2:DescribeSecurityGroupRules` where `IsEgress` is false.
    IngressRule {
        /// The rule's id. `SecurityGroupRuleId`.
        id: String,
        /// tcp, udp, icmp, a number, or -1 for all. `IpProtocol`.
        protocol: String,
        /// First port; null for all. `FromPort`.
        from_port: Option<i64>,
        /// Last port; null for all. `ToPort`.
        to_port: Option<i64>,
        /// The IPv4 or IPv6 range that it admits, if it names one. `CidrIpv4`, `CidrIpv6`.
        cidr: Option<String>,
        /// The security group that it admits, if it names one. `ReferencedGroupInfo.GroupId`.
        group: Option<String>,
        /// The prefix list that it admits, if it names one. `PrefixListId`.
        prefix_list: Option<String>,
    }
}

facts! {
    /// A security group that has rules. Source: `ec2:DescribeSecurityGroupRules`, by `GroupId`.
    "ec2.security_group" SecurityGroup {
        /// Its inbound rules.
        ingress: Vec<IngressRule>,
        /// Derived: ports of databases and caches that are open to the whole internet, as `3306/tcp (MySQL)`: those that such software listens on by default, and those of the account's own databases and caches that the group is attached to. "all TCP ports" or "all UDP ports" where every one is open.
        open_database_ports: Vec<String>,
        /// Derived: attached network interfaces that are in use.
        interfaces: Vec<String>,
        /// Derived: of those, the ones with a public IPv4 or IPv6 address in a subnet that routes to an internet gateway.
        reachable_interfaces: Vec<String>,
        /// Derived: ports of databases and caches on attached interfaces to which a load balancer that is open to the whole internet forwards, and which the group admits, as `5432/tcp (PostgreSQL) through orders-nlb`.
        balanced_database_ports: Vec<String>,
    }
}

facts! {
    /// A VPC endpoint. Source: `ec2:DescribeVpcEndpoints`.
    "ec2.vpc_endpoint" VpcEndpoint {
        /// The VPC's id. `VpcId`.
        vpc: String,
        /// The service's full name, `com.amazonaws.eu-west-1.s3`. `ServiceName`.
        service: String,
        /// Gateway, Interface, GatewayLoadBalancer, … `VpcEndpointType`.
        endpoint_type: String,
        /// available, pending, deleted, … in lower case. `State`.
        state: String,
        /// Route tables that it serves. `RouteTableIds`.
        route_tables: Vec<String>,
        /// Subnets that it has an interface in; empty for a gateway endpoint. `SubnetIds`.
        subnets: Vec<String>,
        /// Whether the service's own name leads to it from everywhere in the VPC: private DNS is on, and not for inbound Resolver endpoints alone. `PrivateDnsEnabled`, `DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint`.
        private_dns: bool,
        /// Derived: zones of its subnets, by name.
        zones: Vec<String>,
        /// Derived: zones of the VPC's subnets in which an interface of a server, function or task is in use, by name.
        caller_zones: Vec<String>,
        /// Derived: whether each of these subnets outside its zones has a default route that leads out.
        callers_leave_otherwise: bool,
    }
}

facts! {
    /// A managed prefix list. Source: `ec2:DescribeManagedPrefixLists`.
    "ec2.prefix_list" PrefixList {
        /// Its name, `com.amazonaws.global.cloudfront.origin-facing`. `PrefixListName`.
        list_name: String,
        /// The ranges that it holds; none for a list of AWS's own, which is not asked for them. `Entries[].Cidr`. Source: `GetManagedPrefixListEntries`.
        ranges: Option<Vec<String>>,
    }
}
