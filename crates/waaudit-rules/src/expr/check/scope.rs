//! What is known at a place of an expression: the variables, and the paths that are proven not to be null.
//!
//! A scope borrows the one around it and says what is different, as there is one for each operand that is guarded.

use std::collections::BTreeSet;

use cel::common::ast::{Expr as Node, IdedExpr};

use crate::expr::types::{Type, Vocabulary};

/// What is known at a place.
pub(super) struct Scope<'s> {
    vocabulary: &'s Vocabulary,
    inside: Option<(&'s Scope<'s>, Difference<'s>)>,
    /// Comprehensions around.
    pub(super) depth: usize,
}

/// What a scope knows beside the one around it.
enum Difference<'s> {
    /// Paths that are proven not to be null.
    Proven(BTreeSet<String>),
    /// Paths that are asked for being null, proven or not.
    Asked(BTreeSet<String>),
    /// A variable of a comprehension; it may hide one of the same name.
    Variable(&'s str, Type),
}

impl<'s> Scope<'s> {
    pub(super) const fn outermost(vocabulary: &'s Vocabulary) -> Self {
        Self { vocabulary, inside: None, depth: 0 }
    }

    const fn with(&'s self, difference: Difference<'s>) -> Self {
        Self { vocabulary: self.vocabulary, inside: Some((self, difference)), depth: self.depth }
    }

    pub(super) const fn proving(&'s self, paths: BTreeSet<String>) -> Self {
        self.with(Difference::Proven(paths))
    }

    pub(super) const fn asking(&'s self, paths: BTreeSet<String>) -> Self {
        self.with(Difference::Asked(paths))
    }

    /// The scope inside a comprehension. What was proven of a hidden variable of the same name is forgotten.
    pub(super) const fn inside(&'s self, variable: &'s str, of: Type) -> Self {
        self.with(Difference::Variable(variable, of))
    }

    /// Whether a path is proven not to be null.
    pub(super) fn is_present(&self, path: &str) -> bool {
        match &self.inside {
            None => self.vocabulary.present.contains(path),
            Some((_, Difference::Proven(paths))) if paths.contains(path) => true,
            Some((_, Difference::Asked(paths))) if paths.contains(path) => false,
            Some((_, Difference::Variable(name, _))) if path.split('.').next() == Some(name) => false,
            Some((around, _)) => around.is_present(path),
        }
    }

    /// The type of a variable.
    pub(super) fn variable(&self, name: &str) -> Option<&Type> {
        match &self.inside {
            None => self.vocabulary.variables.get(name),
            Some((_, Difference::Variable(own, of))) if *own == name => Some(of),
            Some((around, _)) => around.variable(name),
        }
    }

    /// Whether a name is that of a variable of a comprehension.
    pub(super) fn is_bound(&self, name: &str) -> bool {
        match &self.inside {
            None => false,
            Some((_, Difference::Variable(own, _))) if *own == name => true,
            Some((around, _)) => around.is_bound(name),
        }
    }

    /// Whether the node is the resource itself: `r`, and no variable of that name.
    pub(super) fn is_resource(&self, operand: &IdedExpr) -> bool {
        matches!(&operand.expr, Node::Ident(name) if name == "r") && !self.is_bound("r")
    }
}
