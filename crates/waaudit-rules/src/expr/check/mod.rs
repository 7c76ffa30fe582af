//! The type check: every name exists, every operator gets what it can work on, and nothing that may be null is used
//! as if it could not be.
//!
//! `a != null && …` and `a == null || …` prove `a` present for what is to their right, so that a guard is
//! written as one would speak it.

mod calls;
mod scope;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use cel::common::ast::{EntryExpr, Expr as Node, IdedExpr, LiteralValue, MapExpr, SelectExpr, operators};

use self::scope::Scope;
use super::types::{Type, Vocabulary};
use crate::spelling::closest;

/// Deepest syntax tree: the check and the engine walk it by recursion.
const DEEPEST_TREE: usize = 64;

/// What the check found out.
pub(super) struct Checked {
    /// The expression's type.
    pub of: Type,
    /// Names of facts that it mentions.
    pub facts: BTreeSet<String>,
    /// Paths of settings that it mentions, without the leading `settings.`.
    pub settings: BTreeSet<String>,
}

/// What is wrong with an expression.
pub(super) struct Fault {
    /// The node of the syntax tree that is at fault.
    pub node: u64,
    /// What is wrong, in lower case.
    pub message: String,
    /// What may help.
    pub help: Option<String>,
}

/// Checks the tree of an expression against the vocabulary.
pub(super) fn check(tree: &IdedExpr, vocabulary: &Vocabulary) -> Result<Checked, Fault> {
    let mut checker = Checker { vocabulary, facts: BTreeSet::new(), settings: BTreeSet::new(), depth: 0 };
    let scope = Scope::outermost(vocabulary);
    let of = checker.infer(tree, &scope)?;
    Ok(Checked { of, facts: checker.facts, settings: checker.settings })
}

struct Checker<'a> {
    vocabulary: &'a Vocabulary,
    facts: BTreeSet<String>,
    settings: BTreeSet<String>,
    /// Nodes above the current one.
    depth: usize,
}

impl Checker<'_> {
    #[expect(clippy::unused_self, reason = "a fault reads as the checker's")]
    fn error(&self, at: &IdedExpr, message: String, help: Option<String>) -> Fault {
        Fault { node: at.id, message, help }
    }

    fn infer(&mut self, node: &IdedExpr, scope: &Scope) -> Result<Type, Fault> {
        if self.depth == DEEPEST_TREE {
            let help = "give the idea a fact of its own".to_owned();
            return Err(self.error(node, format!("is nested more than {DEEPEST_TREE} deep"), Some(help)));
        }
        self.depth += 1;
        let of = self.infer_node(node, scope);
        self.depth -= 1;
        of
    }

    fn infer_node(&mut self, node: &IdedExpr, scope: &Scope) -> Result<Type, Fault> {
        match &node.expr {
            Node::Literal(literal) => self.literal(node, literal),
            Node::Ident(name) => self.variable(node, name, scope),
            Node::Select(select) => self.select(node, select, scope),
            Node::Call(call) => self.call(node, call, scope),
            Node::Comprehension(comprehension) => self.comprehension(node, comprehension, scope),
            Node::List(list) => {
                let mut of = Type::Any;
                for element in &list.elements {
                    let next = self.infer(element, scope)?;
                    of = self.either(element, of, next, "a list")?;
                }
                Ok(Type::List(Box::new(of)))
            }
            Node::Map(map) => self.fields(node, map, scope),
            Node::Struct(_) => Err(self.error(node, "structs can't be made in a rule".to_owned(), None)),
            Node::Unspecified => Err(self.error(node, "an empty expression".to_owned(), None)),
        }
    }

    /// A group of fields, each named by a literal.
    fn fields(&mut self, node: &IdedExpr, map: &MapExpr, scope: &Scope) -> Result<Type, Fault> {
        let mut fields = BTreeMap::new();
        for entry in &map.entries {
            let EntryExpr::MapEntry(entry) = &entry.expr else {
                return Err(self.error(node, "structs can't be made in a rule".to_owned(), None));
            };
            let Node::Literal(LiteralValue::String(name)) = &entry.key.expr else {
                return Err(self.error(&entry.key, "the name of a field is written as a text".to_owned(), None));
            };
            fields.insert(name.inner().to_owned(), self.infer(&entry.value, scope)?);
        }
        Ok(Type::Fields(Arc::new(fields)))
    }

    fn literal(&self, node: &IdedExpr, literal: &LiteralValue) -> Result<Type, Fault> {
        let unknown = |words: &str| Err(self.error(node, words.to_owned(), None));
        match literal {
            LiteralValue::Boolean(_) => Ok(Type::Bool),
            LiteralValue::Double(_) => Ok(Type::Double),
            LiteralValue::Int(_) => Ok(Type::Int),
            LiteralValue::UInt(_) => unknown("no fact is unsigned: leave out the `u`"),
            LiteralValue::String(_) => Ok(Type::Text),
            LiteralValue::Null => Ok(Type::Null),
            LiteralValue::Bytes(_) => unknown("no fact is a string of bytes: leave out the `b`"),
        }
    }

    /// The one type of two places that have to have one.
    fn either(&self, node: &IdedExpr, a: Type, b: Type, place: &str) -> Result<Type, Fault> {
        let refused = || self.error(node, format!("{place} can't hold both {a} and {b}"), None);
        a.clone().either(b.clone()).ok_or_else(refused)
    }

    fn variable(&self, node: &IdedExpr, name: &str, scope: &Scope) -> Result<Type, Fault> {
        scope.variable(name).cloned().ok_or_else(|| {
            let help =
                self.field_names("r").iter().any(|fact| fact == name).then(|| format!("facts are written `r.{name}`"));
            self.error(node, format!("unknown name `{name}`"), help)
        })
    }

    fn select(&mut self, node: &IdedExpr, select: &SelectExpr, scope: &Scope) -> Result<Type, Fault> {
        if select.test {
            let help = "an unread fact makes the verdict unknown by itself; ask `!= null` for none";
            let message = "`has()` would turn an unread fact into an answer".to_owned();
            return Err(self.error(node, message, Some(help.to_owned())));
        }
        let operand = self.infer(&select.operand, scope)?;
        let operand = self.not_null(&select.operand, operand, scope, format_args!("`.{}`", select.field))?;
        let of = match operand {
            Type::Fields(fields) => match fields.get(&select.field) {
                Some(of) => of.clone(),
                None => return Err(self.unknown_field(node, select, fields.keys())),
            },
            Type::Map(values) => *values,
            Type::Any => Type::Any,
            other => return Err(self.error(node, format!("{other} has no field `{}`", select.field), None)),
        };
        if scope.is_resource(&select.operand) {
            self.facts.insert(select.field.clone());
        }
        let path = path(node);
        if let Some(setting) = path.as_deref().and_then(|path| path.strip_prefix("settings."))
            && !scope.is_bound("settings")
            && !matches!(of, Type::Fields(_))
        {
            self.settings.insert(setting.to_owned());
        }
        if path.is_some_and(|path| scope.is_present(&path)) {
            return Ok(of.present().clone());
        }
        Ok(of)
    }

    fn unknown_field<'n>(
        &self,
        node: &IdedExpr,
        select: &SelectExpr,
        names: impl Iterator<Item = &'n String>,
    ) -> Fault {
        let owner = match &select.operand.expr {
            Node::Ident(name) if name == "r" => format!("of {}", self.vocabulary.kind),
            _ => "there".to_owned(),
        };
        let help = closest(&select.field, names).map_or_else(
            || format!("waaudit facts {}", self.vocabulary.kind),
            |name| format!("did you mean `{name}`? waaudit facts {}", self.vocabulary.kind),
        );
        self.error(node, format!("no fact `{}` {owner}", select.field), Some(help))
    }

    fn field_names(&self, variable: &str) -> Vec<String> {
        match self.vocabulary.variables.get(variable) {
            Some(Type::Fields(fields)) => fields.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }

    /// The type without null, or an error that says how to guard.
    fn not_null(&self, node: &IdedExpr, of: Type, scope: &Scope, user: fmt::Arguments) -> Result<Type, Fault> {
        let Type::OrNull(inner) = of else { return Ok(of) };
        let path = path(node);
        if path.as_ref().is_some_and(|path| scope.is_present(path)) {
            return Ok(*inner);
        }
        let name = path.unwrap_or_else(|| "this".to_owned());
        let help = format!("guard it: `{name} != null && …`");
        Err(self.error(node, format!("{name} may be null, where {user} needs {inner}"), Some(help)))
    }

    fn wanted(&mut self, node: &IdedExpr, wanted: &Type, scope: &Scope, user: fmt::Arguments) -> Result<Type, Fault> {
        let of = self.infer(node, scope)?;
        let of = self.not_null(node, of, scope, user)?;
        if of.fits(wanted) {
            return Ok(of);
        }
        Err(self.error(node, format!("{user} needs {wanted}, and this is {of}"), None))
    }
}

/// `r.a.b` for a chain of fields; nothing for what is computed.
fn path(node: &IdedExpr) -> Option<String> {
    let mut path = String::new();
    write_path(node, &mut path).then_some(path)
}

fn write_path(node: &IdedExpr, path: &mut String) -> bool {
    match &node.expr {
        Node::Ident(name) => path.push_str(name),
        Node::Select(select) if !select.test && write_path(&select.operand, path) => {
            path.push('.');
            path.push_str(&select.field);
        }
        _ => return false,
    }
    true
}

/// The paths that are not null once the expression came out as `truth`.
pub(super) fn proven(node: &IdedExpr, truth: bool) -> BTreeSet<String> {
    let Node::Call(call) = &node.expr else { return BTreeSet::new() };
    match (call.func_name.as_str(), call.args.as_slice()) {
        (operators::NOT_EQUALS, [left, right]) if truth => against_null(left, right),
        (operators::EQUALS, [left, right]) if !truth => against_null(left, right),
        (operators::LOGICAL_NOT, [operand]) => proven(operand, !truth),
        (operators::LOGICAL_AND, [left, right]) if truth => &proven(left, true) | &proven(right, true),
        (operators::LOGICAL_OR, [left, right]) if !truth => &proven(left, false) | &proven(right, false),
        _ => BTreeSet::new(),
    }
}

fn against_null(left: &IdedExpr, right: &IdedExpr) -> BTreeSet<String> {
    let is_null = |node: &IdedExpr| matches!(node.expr, Node::Literal(LiteralValue::Null));
    let subject = if is_null(right) {
        left
    } else if is_null(left) {
        right
    } else {
        return BTreeSet::new();
    };
    path(subject).into_iter().collect()
}
