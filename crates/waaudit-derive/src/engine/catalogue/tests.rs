//! The order of derivations, and the errors of their declarations.

use super::Catalogue;
use crate::engine::{Derivation, DerivedKind, Reads, reads};
use waaudit_model::facts::derived::vpc::Vpc;
use waaudit_model::facts::ec2::{Instance, RouteTable, Subnet};

const MADE: &[DerivedKind] = &[DerivedKind { kind: "vpc", from: &["ec2.subnet"] }];

const PUBLIC: Derivation = deriving("ec2.subnet", &["public"], reads![RouteTable { routes }, Subnet { vpc }]);
const IN_PUBLIC: Derivation =
    deriving("ec2.instance", &["in_public_subnet"], reads![Instance { low_use_days, subnet }, Subnet { public }]);
const GROUP: Derivation = deriving("ec2.instance", &["auto_scaling_group"], reads![Instance { in_public_subnet }]);
const MAKE: Derivation = deriving("vpc", &["egress"], reads![Subnet {}]);
const ENDPOINTS: Derivation = deriving("vpc", &["endpoints"], reads![Vpc {}]);

const fn deriving(kind: &'static str, facts: &'static [&'static str], reads: &'static [Reads]) -> Derivation {
    Derivation { kind, facts, reads, compute: |_| Vec::new() }
}

fn catalogue(derivations: &'static [Derivation]) -> Catalogue {
    Catalogue::new(derivations, MADE)
}

fn order(derivations: &'static [Derivation]) -> Vec<String> {
    let catalogue = catalogue(derivations);
    assert_eq!(catalogue.problems(), [""; 0]);
    catalogue.ordered.iter().map(|derivation| derivation.name()).collect()
}

#[test]
fn a_derivation_comes_after_those_that_fill_in_what_it_reads() {
    let sorted = ["ec2.subnet.public", "ec2.instance.in_public_subnet", "ec2.instance.auto_scaling_group"];
    assert_eq!(order(&[GROUP, IN_PUBLIC, PUBLIC]), sorted);
    assert_eq!(order(&[PUBLIC, IN_PUBLIC, GROUP]), sorted);
}

#[test]
fn a_derivation_that_lists_a_derived_kind_comes_after_the_one_that_makes_it() {
    assert_eq!(order(&[ENDPOINTS, MAKE]), ["vpc.egress", "vpc.endpoints"]);
    // What needs nothing of another stays where it is.
    assert_eq!(order(&[MAKE, PUBLIC]), ["vpc.egress", "ec2.subnet.public"]);
}

#[test]
fn a_derived_fact_brings_all_that_it_rests_on() {
    let catalogue = catalogue(&[GROUP, IN_PUBLIC, PUBLIC, MAKE, ENDPOINTS]);
    let kinds = |kind, fact| catalogue.rests_on(kind, fact).collect::<Vec<_>>();
    assert_eq!(kinds("ec2.subnet", "public"), ["ec2.route_table"]);
    assert_eq!(kinds("ec2.instance", "in_public_subnet"), ["ec2.route_table", "ec2.subnet"]);
    assert_eq!(kinds("ec2.instance", "auto_scaling_group"), ["ec2.route_table", "ec2.subnet"]);
    assert_eq!(kinds("ec2.instance", "state"), [""; 0]);
    assert_eq!((kinds("vpc", "egress"), kinds("vpc", "endpoints")), (vec!["ec2.subnet"], vec![]));
}

#[test]
fn measurements_are_asked_for_through_derived_facts_too() {
    let catalogue = catalogue(&[GROUP, IN_PUBLIC, PUBLIC]);
    let measured = |kind, fact| catalogue.measured_by(kind, fact).collect::<Vec<_>>();
    assert_eq!(measured("ec2.instance", "auto_scaling_group"), [("ec2.instance", "low_use_days")]);
    assert_eq!(measured("ec2.subnet", "public"), []);
}

#[test]
fn a_circle_is_told_with_its_derivations() {
    const PUBLIC_BY_GROUP: Derivation = deriving("ec2.subnet", &["public"], reads![Instance { auto_scaling_group }]);
    let problems = catalogue(&[MAKE, PUBLIC_BY_GROUP, IN_PUBLIC, GROUP]).problems;
    let circle = "derivations need each other: ec2.subnet.public needs ec2.instance.auto_scaling_group needs \
                  ec2.instance.in_public_subnet";
    assert_eq!(problems, [circle]);
}

#[test]
fn a_derivation_that_reads_what_it_fills_in_is_a_circle() {
    const OWN: Derivation = deriving("ec2.subnet", &["public"], reads![Subnet { public }]);
    assert_eq!(catalogue(&[OWN]).problems, ["derivations need each other: ec2.subnet.public"]);
}

#[test]
fn a_fact_that_two_derivations_fill_in_is_told() {
    assert_eq!(catalogue(&[PUBLIC, PUBLIC]).problems, ["two derivations fill in ec2.subnet.public"]);
}
