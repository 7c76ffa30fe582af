//! Rows of a table by id or ARN. The strings stay where they are: a hash table holds row numbers alone.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use hashbrown::HashTable;

/// Rows by a string that each of them has.
pub(crate) struct Index {
    /// Of each string, its last row.
    last: HashTable<usize>,
    /// Of each row, the one before it with the same string.
    before: Vec<Option<usize>>,
}

impl Index {
    pub(crate) fn new<'r>(keys: impl Iterator<Item = &'r str>) -> Self {
        let keys: Vec<&str> = keys.collect();
        let hash_of = |row: &usize| hash(keys.get(*row).copied().unwrap_or_default());
        let (mut last, mut before) = (HashTable::with_capacity(keys.len()), Vec::with_capacity(keys.len()));
        for (row, key) in keys.iter().enumerate() {
            let entry = last.entry(hash(key), |other: &usize| keys.get(*other) == Some(key), hash_of);
            match entry {
                hashbrown::hash_table::Entry::Occupied(mut entry) => {
                    before.push(Some(std::mem::replace(entry.get_mut(), row)));
                }
                hashbrown::hash_table::Entry::Vacant(entry) => {
                    entry.insert(row);
                    before.push(None);
                }
            }
        }
        Self { last, before }
    }

    /// The rows of a string, last one first.
    pub(crate) fn rows(&self, key: &str, is_it: impl Fn(usize) -> bool) -> impl Iterator<Item = usize> {
        let last = self.last.find(hash(key), |row| is_it(*row)).copied();
        std::iter::successors(last, |row| self.before.get(*row).copied().flatten())
    }
}

fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}
