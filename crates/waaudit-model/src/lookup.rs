//! Maps and sets to look things up in, never to list: their order is another one in each process.
//!
//! Keys of an account are long and alike, as ARNs are; the standard library's hash costs most of such a lookup.

use std::collections::{HashMap, HashSet};

use hashbrown::DefaultHashBuilder;

/// A map to look things up in.
pub type Lookup<K, V> = HashMap<K, V, DefaultHashBuilder>;

/// A set to ask for members.
pub type LookupSet<K> = HashSet<K, DefaultHashBuilder>;
