//! What expressions speak of, lent to the engine: the facts of a resource, and the settings.
//!
//! The engine asks for one fact after the other, and most expressions want a few of many: a fact is lent when it is
//! asked for.

use std::collections::{BTreeMap, HashMap};

use cel::ExecutionError;
use cel::common::traits::Indexer;
use cel::common::types::{
    CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString, MAP_TYPE, Type as CelType,
};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use serde_json::Value;

use waaudit_model::snapshot::{Owner, Resource};

/// A resource and the settings, ready to be judged by many expressions.
#[derive(Debug)]
pub struct Subject<'a> {
    resource: Fields<'a>,
    settings: Fields<'a>,
    zones: &'a [String],
}

impl<'a> Subject<'a> {
    /// Lends a resource and the settings to the engine.
    pub fn new(resource: &'a Resource, settings: &'a Value) -> Self {
        Self { resource: Fields::OfResource(resource, &[]), settings: Fields::OfSettings(settings), zones: &[] }
    }

    /// The same with what the resource is a part of.
    #[must_use]
    pub const fn with_owners(mut self, owners: &'a [Owner]) -> Self {
        if let Fields::OfResource(resource, _) = self.resource {
            self.resource = Fields::OfResource(resource, owners);
        }
        self
    }

    /// The same with the Availability Zones in use in the resource's region.
    #[must_use]
    pub const fn with_zones(mut self, zones: &'a [String]) -> Self {
        self.zones = zones;
        self
    }
}

impl VariableResolver for Subject<'_> {
    /// A variable, or what a path leads to: the engine asks for `r.a.b` before `r`. Where the path leads nowhere it goes
    /// step by step, and says at which one it failed.
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let (name, path) = variable.split_once('.').map_or((variable, None), |(name, path)| (name, Some(path)));
        let fields = match name {
            "r" => &self.resource,
            "settings" => &self.settings,
            "zones" => {
                let zones = self.zones.iter().map(|zone| text(zone)).collect::<Vec<_>>();
                return Some(CowVal::Owned(Box::new(CelList::from(zones))));
            }
            _ => return None,
        };
        match path {
            None => Some(CowVal::Borrowed(fields)),
            Some(path) => fields.at(path).map(CowVal::Owned),
        }
    }
}

/// Fields by name. The check lets an expression do nothing with them but select one.
#[derive(Debug, Clone, Copy)]
enum Fields<'v> {
    /// A resource's own and its facts; and what it is a part of.
    OfResource(&'v Resource, &'v [Owner]),
    /// The settings, or a group of them.
    OfSettings(&'v Value),
}

impl<'v> Fields<'v> {
    fn field(self, name: &str) -> Option<Box<dyn Val + 'v>> {
        match self {
            Self::OfResource(_, owners) if name == "owners" => {
                Some(Box::new(CelList::from(owners.iter().map(owner).collect::<Vec<_>>())))
            }
            Self::OfResource(resource, _) => of_resource(resource, name),
            Self::OfSettings(settings) => settings.get(name).map(setting),
        }
    }

    /// What a path leads to, `a.b.c`.
    fn at(self, path: &str) -> Option<Box<dyn Val + 'v>> {
        let Some((first, rest)) = path.split_once('.') else { return self.field(path) };
        let inner = |value: &'v Value| rest.split('.').try_fold(value, |value, name| value.get(name));
        match self {
            Self::OfResource(..) if OWN.contains(&first) => None,
            Self::OfResource(resource, _) => resource.facts.get(first).and_then(inner).map(lend),
            Self::OfSettings(settings) => settings.get(first).and_then(inner).map(setting),
        }
    }
}

impl Val for Fields<'_> {
    fn get_type(&self) -> &CelType {
        Self::cel_type()
    }

    fn cel_type() -> &'static CelType {
        static TYPE: CelType = MAP_TYPE;
        &TYPE
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(*self)
    }
}

impl Indexer for Fields<'_> {
    fn get<'b, 'v>(&'b self, name: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let name = name.downcast_ref::<CelString>().map_or("", |name| name.inner());
        self.field(name).map(CowVal::Owned).ok_or_else(|| ExecutionError::no_such_key(name))
    }

    fn steal<'v>(self: Box<Self>, name: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.get(name).map(CowVal::into_owned)
    }
}

/// What every resource has.
const OWN: &[&str] = &["id", "arn", "kind", "region", "account", "label", "name", "owners", "tags"];

/// What every resource has, else a fact; nothing where it is unread.
fn of_resource<'v>(resource: &'v Resource, name: &str) -> Option<Box<dyn Val + 'v>> {
    Some(match name {
        "id" => text(&resource.id),
        "arn" => text(&resource.arn),
        "kind" => text(&resource.kind),
        "region" => text(&resource.region),
        "account" => text(&resource.account),
        "label" => Box::new(CelString::from(resource.label())),
        "name" => resource.name.as_ref().map_or_else(null, |name| text(name)),
        "tags" => match &resource.tags {
            Some(of_resource) => tags(of_resource),
            None => return resource.facts.get(name).map(lend),
        },
        fact => return resource.facts.get(fact).map(lend),
    })
}

fn owner(owner: &Owner) -> Box<dyn Val + '_> {
    let tags = owner.tags.as_ref().map_or_else(null, tags);
    let fields = HashMap::from([(key("kind"), text(&owner.kind)), (key("id"), text(&owner.id)), (key("tags"), tags)]);
    Box::new(CelMap::from(fields))
}

fn tags(tags: &BTreeMap<String, String>) -> Box<dyn Val + '_> {
    Box::new(CelMap::from(tags.iter().map(|(name, value)| (key(name), text(value))).collect::<HashMap<_, _>>()))
}

fn setting(value: &Value) -> Box<dyn Val + '_> {
    if value.is_object() { Box::new(Fields::OfSettings(value)) } else { lend(value) }
}

fn lend(value: &Value) -> Box<dyn Val + '_> {
    match value {
        Value::Null => null(),
        Value::Bool(value) => Box::new(CelBool::from(*value)),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => Box::new(CelInt::from(integer)),
            None => Box::new(CelDouble::from(number.as_f64().unwrap_or(f64::NAN))),
        },
        Value::String(value) => text(value),
        Value::Array(values) => Box::new(CelList::from(values.iter().map(lend).collect::<Vec<_>>())),
        Value::Object(fields) => {
            let fields: HashMap<_, _> = fields.iter().map(|(name, value)| (key(name), lend(value))).collect();
            Box::new(CelMap::from(fields))
        }
    }
}

fn key(name: &str) -> CelMapKey<'_> {
    CelMapKey::String(CelString::from(name))
}

fn text<'a>(value: &'a str) -> Box<dyn Val + 'a> {
    Box::new(CelString::from(value))
}

fn null<'a>() -> Box<dyn Val + 'a> {
    Box::new(CelNull)
}
