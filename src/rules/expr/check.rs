//! The type check: every name exists, every operator gets what it can work on, and nothing that may be null is used
//! as if it could not be.
//!
//! `a != null && …` and `a == null || …` prove `a` present for what is to their right, so that a guard is
//! written as one would speak it.

mod calls;

use std::collections::{BTreeMap, BTreeSet};

use cel::Program;
use cel::common::ast::{Expr as Node, IdedExpr, LiteralValue, SelectExpr, operators};

use super::ExprError;
use super::types::{Type, Vocabulary};

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

/// Checks a program against the vocabulary.
pub(super) fn check(program: &Program, vocabulary: &Vocabulary) -> Result<Checked, ExprError> {
    let mut checker = Checker { program, vocabulary, facts: BTreeSet::new(), settings: BTreeSet::new(), depth: 0 };
    let scope = Scope {
        variables: vocabulary.variables.clone(),
        present: vocabulary.present.clone(),
        bound: BTreeSet::new(),
        depth: 0,
    };
    let of = checker.infer(program.expression(), &scope)?;
    Ok(Checked { of, facts: checker.facts, settings: checker.settings })
}

#[derive(Clone)]
struct Scope {
    variables: BTreeMap<String, Type>,
    /// Paths that are proven not to be null.
    present: BTreeSet<String>,
    /// Variables of the comprehensions around: one of them may hide `r` or `settings`.
    bound: BTreeSet<String>,
    /// Comprehensions around.
    depth: usize,
}

impl Scope {
    fn proving(&self, paths: BTreeSet<String>) -> Self {
        let mut scope = self.clone();
        scope.present.extend(paths);
        scope
    }

    /// The scope inside a comprehension. What was proven of a hidden variable of the same name is forgotten.
    fn inside(&self, variable: &str, of: Type) -> Self {
        let mut scope = self.clone();
        let prefix = format!("{variable}.");
        scope.present.retain(|path| path != variable && !path.starts_with(&prefix));
        scope.variables.insert(variable.to_owned(), of);
        scope.bound.insert(variable.to_owned());
        scope
    }

    /// Whether the node is the resource itself: `r`, and no variable of that name.
    fn is_resource(&self, operand: &IdedExpr) -> bool {
        matches!(&operand.expr, Node::Ident(name) if name == "r" && !self.bound.contains("r"))
    }
}

struct Checker<'a> {
    program: &'a Program,
    vocabulary: &'a Vocabulary,
    facts: BTreeSet<String>,
    settings: BTreeSet<String>,
    /// Nodes above the current one.
    depth: usize,
}

impl Checker<'_> {
    fn error(&self, at: &IdedExpr, message: String, help: Option<String>) -> ExprError {
        let offset = self.program.source_info().offset_for(at.id).map_or(0, |(start, _)| start as usize);
        ExprError { message, help, offset }
    }

    fn infer(&mut self, node: &IdedExpr, scope: &Scope) -> Result<Type, ExprError> {
        if self.depth == DEEPEST_TREE {
            let help = "give the idea a fact of its own".to_owned();
            return Err(self.error(node, format!("is nested more than {DEEPEST_TREE} deep"), Some(help)));
        }
        self.depth += 1;
        let of = self.infer_node(node, scope);
        self.depth -= 1;
        of
    }

    fn infer_node(&mut self, node: &IdedExpr, scope: &Scope) -> Result<Type, ExprError> {
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
            Node::Map(_) | Node::Struct(_) => {
                Err(self.error(node, "maps and structs can't be made in a rule".to_owned(), None))
            }
            Node::Unspecified => Err(self.error(node, "an empty expression".to_owned(), None)),
        }
    }

    fn literal(&self, node: &IdedExpr, literal: &LiteralValue) -> Result<Type, ExprError> {
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
    fn either(&self, node: &IdedExpr, a: Type, b: Type, place: &str) -> Result<Type, ExprError> {
        let message = format!("{place} can't hold both {a} and {b}");
        a.either(b).ok_or_else(|| self.error(node, message, None))
    }

    fn variable(&self, node: &IdedExpr, name: &str, scope: &Scope) -> Result<Type, ExprError> {
        scope.variables.get(name).cloned().ok_or_else(|| {
            let help =
                self.field_names("r").iter().any(|fact| fact == name).then(|| format!("facts are written `r.{name}`"));
            self.error(node, format!("unknown name `{name}`"), help)
        })
    }

    fn select(&mut self, node: &IdedExpr, select: &SelectExpr, scope: &Scope) -> Result<Type, ExprError> {
        if select.test {
            let help = "an unread fact makes the verdict unknown by itself; ask `!= null` for none";
            let message = "`has()` would turn an unread fact into an answer".to_owned();
            return Err(self.error(node, message, Some(help.to_owned())));
        }
        let operand = self.infer(&select.operand, scope)?;
        let operand = self.not_null(&select.operand, operand, scope, &format!("`.{}`", select.field))?;
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
        if let Some(setting) = path(node).as_deref().and_then(|path| path.strip_prefix("settings."))
            && !scope.bound.contains("settings")
            && !matches!(of, Type::Fields(_))
        {
            self.settings.insert(setting.to_owned());
        }
        if path(node).is_some_and(|path| scope.present.contains(&path)) {
            return Ok(of.present().clone());
        }
        Ok(of)
    }

    fn unknown_field<'n>(
        &self,
        node: &IdedExpr,
        select: &SelectExpr,
        names: impl Iterator<Item = &'n String>,
    ) -> ExprError {
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
    fn not_null(&self, node: &IdedExpr, of: Type, scope: &Scope, user: &str) -> Result<Type, ExprError> {
        let Type::OrNull(inner) = of else { return Ok(of) };
        let path = path(node);
        if path.as_ref().is_some_and(|path| scope.present.contains(path)) {
            return Ok(*inner);
        }
        let name = path.unwrap_or_else(|| "this".to_owned());
        let help = format!("guard it: `{name} != null && …`");
        Err(self.error(node, format!("{name} may be null, where {user} needs {inner}"), Some(help)))
    }

    fn wanted(&mut self, node: &IdedExpr, wanted: &Type, scope: &Scope, user: &str) -> Result<Type, ExprError> {
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
    match &node.expr {
        Node::Ident(name) => Some(name.clone()),
        Node::Select(select) if !select.test => Some(format!("{}.{}", path(&select.operand)?, select.field)),
        _ => None,
    }
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

/// The name most like a misspelt one, if any is near.
fn closest<'n>(wrong: &str, names: impl Iterator<Item = &'n String>) -> Option<String> {
    names
        .map(|name| (strsim::jaro_winkler(wrong, name), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name.clone())
}
