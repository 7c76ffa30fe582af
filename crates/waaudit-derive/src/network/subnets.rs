//! Subnets: which ones are public, and which zones they are in.

use ipnet::IpNet;

use crate::engine::{Derivation, Item, List, Patch, Referrers, View, any, distinct, each, one, reads};
use waaudit_model::facts::Fact;
use waaudit_model::facts::ec2::{Route, RouteTable, Subnet};
use waaudit_model::facts::rds::DbInstance;

pub(crate) const PUBLIC: Derivation = Derivation {
    kind: "ec2.subnet",
    facts: &["public"],
    reads: reads![RouteTable { main, routes, subnets, vpc }, Subnet { vpc }],
    compute: public,
};
pub(crate) const DATABASE: Derivation = Derivation {
    kind: "rds.db_instance",
    facts: &["in_public_subnet"],
    reads: reads![DbInstance { subnets }, Subnet { public }],
    compute: databases,
};

fn public(view: &View) -> Vec<Patch> {
    let tables = view.here::<RouteTable>();
    let (tables, subnets) = (RouteTables::new(&tables), view.here::<Subnet>());
    let learned = |id: &str, subnet: &Subnet| {
        let routes = tables.routes(id, subnet);
        Subnet { public: routes.map(|routes| routes.iter().any(leads_to_internet)).into(), ..Subnet::default() }
    };
    subnets.iter().map(|subnet| subnet.patch(&learned(&subnet.resource.id, subnet.facts))).collect()
}

/// Route tables by the subnets and VPCs that they are for.
pub(crate) struct RouteTables<'l, 'a> {
    by_subnet: Referrers<'l, 'a, RouteTable>,
    by_vpc: Referrers<'l, 'a, RouteTable>,
}

impl<'l, 'a> RouteTables<'l, 'a> {
    pub(crate) fn new(tables: &'l List<'a, RouteTable>) -> Self {
        Self {
            by_subnet: tables.by(|table| each(table.facts.subnets.known())),
            by_vpc: tables.by(|table| one(table.facts.vpc.known())),
        }
    }

    /// The routes of a subnet.
    pub(crate) fn routes(&self, id: &str, subnet: &Subnet) -> Option<&'a [Route]> {
        self.of_subnet(id, subnet)?.facts.routes.known().map(Vec::as_slice)
    }

    /// The route table of a subnet: the one that names it, else its VPC's main one.
    pub(crate) fn of_subnet(&self, id: &str, subnet: &Subnet) -> Option<&'l Item<'a, RouteTable>> {
        let names = |table: &RouteTable| Some(table.subnets.known()?.iter().any(|named| named == id));
        if let Some(own) = self.by_subnet.of(id).find(|table| names(table.facts) == Some(true)) {
            return Some(own);
        }
        let vpc = subnet.vpc.known()?;
        let mut of_vpc = self.by_vpc.whole_of(vpc)?.peekable();
        of_vpc.peek()?;
        let mut main = None;
        for table in of_vpc {
            names(table.facts)?;
            table.facts.vpc.known()?;
            if *table.facts.main.known()? {
                main = Some(table);
            }
        }
        main
    }
}

fn leads_to_internet(route: &Route) -> bool {
    route.active && route.target.starts_with("igw-") && is_everywhere(&route.destination)
}

/// Whether a range is the whole internet. A half of it counts, since two halves are a usual way to write the whole.
pub(crate) fn is_everywhere(range: &str) -> bool {
    match range.parse::<IpNet>() {
        Ok(IpNet::V4(range)) => range.prefix_len() <= 1,
        // All public IPv6 addresses are in 2000::/3.
        Ok(IpNet::V6(range)) => range.prefix_len() <= 3,
        Err(_) => false,
    }
}

fn databases(view: &View) -> Vec<Patch> {
    let subnets = view.here::<Subnet>();
    let subnets = subnets.by_id();
    let in_public = |database: &DbInstance| {
        // A database always has subnets: an empty list is one that AWS did not send.
        let named = database.subnets.known().filter(|named| !named.is_empty())?;
        any(named.iter().map(|id| subnets.get(id)?.facts.public.get()))
    };
    let learned =
        |database: &DbInstance| DbInstance { in_public_subnet: in_public(database).into(), ..DbInstance::default() };
    view.here().iter().map(|database| database.patch(&learned(database.facts))).collect()
}

/// The zone ids of subnets, each once. A subnet that the snapshot lacks leaves them unread.
pub(crate) fn zone_ids(named: &[String], subnets: &List<Subnet>) -> Option<Vec<String>> {
    zones(named, subnets, |subnet| &subnet.availability_zone_id)
}

/// The names of subnets' zones, each once. A subnet that the snapshot lacks leaves them unread.
pub(crate) fn zone_names(named: &[String], subnets: &List<Subnet>) -> Option<Vec<String>> {
    zones(named, subnets, |subnet| &subnet.availability_zone)
}

fn zones(named: &[String], subnets: &List<Subnet>, zone: fn(&Subnet) -> &Fact<String>) -> Option<Vec<String>> {
    let subnets = subnets.by_id();
    let zones = named.iter().map(|id| zone(subnets.get(id)?.facts).known().cloned());
    Some(distinct(zones.collect::<Option<Vec<_>>>()?))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::is_everywhere;
    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::ec2::{RouteTable, Subnet};
    use waaudit_model::facts::rds::DbInstance;

    fn table(main: bool, subnets: Value, target: &str) -> Value {
        let route = json!({"destination": "0.0.0.0/0", "target": target, "active": true});
        json!({"vpc": "vpc-1", "main": main, "subnets": subnets, "routes": [route]})
    }

    fn world() -> SnapshotBuilder {
        SnapshotBuilder::new()
            .with::<Subnet>("subnet-own", json!({"vpc": "vpc-1"}))
            .with::<Subnet>("subnet-main", json!({"vpc": "vpc-1"}))
            .with::<RouteTable>("rtb-own", table(false, json!(["subnet-own"]), "igw-1"))
            .with::<RouteTable>("rtb-main", table(true, json!([]), "nat-1"))
    }

    #[test]
    fn a_subnet_is_public_by_its_own_table_or_else_the_main_one() {
        let world = world().derive();
        assert_eq!(world.fact::<Subnet>("subnet-own", "public"), Some(json!(true)));
        assert_eq!(world.fact::<Subnet>("subnet-main", "public"), Some(json!(false)));
    }

    #[test]
    fn a_subnet_that_no_table_names_stays_unread_unless_all_tables_are() {
        let world = world().half_read::<RouteTable>().derive();
        assert_eq!(world.fact::<Subnet>("subnet-own", "public"), Some(json!(true)));
        assert_eq!(world.fact::<Subnet>("subnet-main", "public"), None);
    }

    #[test]
    fn a_broken_route_makes_no_subnet_public() {
        let route = json!({"destination": "0.0.0.0/0", "target": "igw-1", "active": false});
        let world = SnapshotBuilder::new()
            .with::<Subnet>("subnet-a", json!({"vpc": "vpc-1"}))
            .with::<RouteTable>("rtb", json!({"vpc": "vpc-1", "main": true, "subnets": [], "routes": [route]}))
            .derive();
        assert_eq!(world.fact::<Subnet>("subnet-a", "public"), Some(json!(false)));
    }

    #[test]
    fn the_main_table_of_another_vpc_says_nothing() {
        let world = SnapshotBuilder::new()
            .with::<Subnet>("subnet-a", json!({"vpc": "vpc-2"}))
            .with::<RouteTable>("rtb", table(true, json!([]), "igw-1"))
            .derive();
        assert_eq!(world.fact::<Subnet>("subnet-a", "public"), None);
    }

    #[test]
    fn two_halves_are_the_whole_internet() {
        assert!(is_everywhere("0.0.0.0/0") && is_everywhere("::/0") && is_everywhere("128.0.0.0/1"));
        assert!(!is_everywhere("10.0.0.0/8") && !is_everywhere("pl-1") && !is_everywhere("2001:db8::/32"));
    }

    #[test]
    fn a_database_is_in_a_public_subnet_if_one_of_its_subnets_is() {
        let world = world()
            .with::<DbInstance>("both", json!({"subnets": ["subnet-main", "subnet-own"]}))
            .with::<DbInstance>("private", json!({"subnets": ["subnet-main"]}))
            .with::<DbInstance>("silent", json!({"subnets": []}));
        let derived = world.clone().derive();
        assert_eq!(derived.fact::<DbInstance>("both", "in_public_subnet"), Some(json!(true)));
        assert_eq!(derived.fact::<DbInstance>("private", "in_public_subnet"), Some(json!(false)));
        assert_eq!(derived.fact::<DbInstance>("silent", "in_public_subnet"), None);
        let half = world.clone().half_read::<RouteTable>().derive();
        assert_eq!(half.fact::<DbInstance>("both", "in_public_subnet"), Some(json!(true)));
        assert_eq!(half.fact::<DbInstance>("private", "in_public_subnet"), None);
        assert_eq!(world.unread::<Subnet>().derive().fact::<DbInstance>("both", "in_public_subnet"), None);
    }
}
