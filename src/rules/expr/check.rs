//! The type check: every name exists, every operator gets what it can work on, and nothing that may be null is used
//! as if it could not be.
//!
//! `a != null && …` and `a == null || …` prove `a` present for what stands to their right, so that a guard is
//! written as one would speak it.

use std::collections::{BTreeMap, BTreeSet};

use cel::Program;
use cel::common::ast::{CallExpr, ComprehensionExpr, Expr as Node, IdedExpr, LiteralValue, SelectExpr, operators};

use super::ExprError;
use super::types::{Type, Vocabulary};

/// Deepest nesting of comprehensions: each level multiplies the cost.
const DEEPEST: usize = 3;

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
    let mut checker = Checker { program, vocabulary, facts: BTreeSet::new(), settings: BTreeSet::new() };
    let scope = Scope { variables: vocabulary.variables.clone(), present: vocabulary.present.clone(), depth: 0 };
    let of = checker.infer(program.expression(), &scope)?;
    Ok(Checked { of, facts: checker.facts, settings: checker.settings })
}

#[derive(Clone)]
struct Scope {
    variables: BTreeMap<String, Type>,
    /// Paths that are proven not to be null.
    present: BTreeSet<String>,
    depth: usize,
}

impl Scope {
    fn proving(&self, paths: BTreeSet<String>) -> Self {
        let mut scope = self.clone();
        scope.present.extend(paths);
        scope
    }
}

struct Checker<'a> {
    program: &'a Program,
    vocabulary: &'a Vocabulary,
    facts: BTreeSet<String>,
    settings: BTreeSet<String>,
}

impl Checker<'_> {
    fn error(&self, at: &IdedExpr, message: String, help: Option<String>) -> ExprError {
        let offset = self.program.source_info().offset_for(at.id).map_or(0, |(start, _)| start as usize);
        ExprError { message, help, offset }
    }

    fn infer(&mut self, node: &IdedExpr, scope: &Scope) -> Result<Type, ExprError> {
        match &node.expr {
            Node::Literal(literal) => Ok(of_literal(literal)),
            Node::Ident(name) => self.variable(node, name, scope),
            Node::Select(select) => self.select(node, select, scope),
            Node::Call(call) => self.call(node, call, scope),
            Node::Comprehension(comprehension) => self.comprehension(node, comprehension, scope),
            Node::List(list) => {
                let mut of = Type::Any;
                for element in &list.elements {
                    of = self.infer(element, scope)?;
                }
                Ok(Type::List(Box::new(of)))
            }
            Node::Map(_) | Node::Struct(_) => {
                Err(self.error(node, "maps and structs can't be made in a rule".to_owned(), None))
            }
            Node::Unspecified => Ok(Type::Any),
        }
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
        if matches!(&select.operand.expr, Node::Ident(name) if name == "r") {
            self.facts.insert(select.field.clone());
        }
        if let Some(setting) = path(node).as_deref().and_then(|path| path.strip_prefix("settings."))
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
        if *wanted == of || of == Type::Any || *wanted == Type::Any {
            return Ok(of);
        }
        Err(self.error(node, format!("{user} needs {wanted}, and this is {of}"), None))
    }

    fn call(&mut self, node: &IdedExpr, call: &CallExpr, scope: &Scope) -> Result<Type, ExprError> {
        let name = call.func_name.as_str();
        match (name, call.args.as_slice()) {
            (operators::LOGICAL_AND | operators::LOGICAL_OR, [left, right]) => {
                let truth = name == operators::LOGICAL_AND;
                let user = if truth { "`&&`" } else { "`||`" };
                self.wanted(left, &Type::Bool, scope, user)?;
                let scope = scope.proving(proven(left, truth));
                self.wanted(right, &Type::Bool, &scope, user)?;
                Ok(Type::Bool)
            }
            (operators::LOGICAL_NOT, [operand]) => self.wanted(operand, &Type::Bool, scope, "`!`"),
            (operators::NOT_STRICTLY_FALSE, [operand]) => self.infer(operand, scope),
            (operators::CONDITIONAL, [condition, yes, no]) => {
                self.wanted(condition, &Type::Bool, scope, "`? :`")?;
                let of = self.infer(yes, &scope.proving(proven(condition, true)))?;
                let other = self.infer(no, &scope.proving(proven(condition, false)))?;
                Ok(if of == Type::Any { other } else { of })
            }
            (operators::EQUALS | operators::NOT_EQUALS, [left, right]) => self.equality(node, left, right, scope),
            (
                operators::LESS | operators::LESS_EQUALS | operators::GREATER | operators::GREATER_EQUALS,
                [left, right],
            ) => self.ordering(node, left, right, scope),
            (
                operators::ADD | operators::SUBSTRACT | operators::MULTIPLY | operators::DIVIDE | operators::MODULO,
                [left, right],
            ) => self.arithmetic(node, left, right, scope),
            (operators::NEGATE, [operand]) => self.wanted(operand, &Type::Number, scope, "`-`"),
            (operators::IN, [element, list]) => self.membership(node, element, list, scope),
            (operators::INDEX, [list, index]) => self.index(list, index, scope),
            _ => self.function(node, call, scope),
        }
    }

    fn equality(
        &mut self,
        node: &IdedExpr,
        left: &IdedExpr,
        right: &IdedExpr,
        scope: &Scope,
    ) -> Result<Type, ExprError> {
        // What is proven already may be asked again: a guard is true then, and no mistake.
        let mut asking = scope.clone();
        for asked in against_null(left, right) {
            asking.present.remove(&asked);
        }
        let (a, b) = (self.infer(left, &asking)?, self.infer(right, &asking)?);
        if a.comparable(&b) {
            return Ok(Type::Bool);
        }
        Err(self.error(node, format!("{a} can never equal {b}"), None))
    }

    fn ordering(
        &mut self,
        node: &IdedExpr,
        left: &IdedExpr,
        right: &IdedExpr,
        scope: &Scope,
    ) -> Result<Type, ExprError> {
        let a = self.wanted(left, &Type::Any, scope, "a comparison")?;
        let b = self.wanted(right, &Type::Any, scope, "a comparison")?;
        let ordered = |of: &Type| matches!(of, Type::Number | Type::Text | Type::Any);
        if ordered(&a) && ordered(&b) && a.comparable(&b) {
            return Ok(Type::Bool);
        }
        Err(self.error(node, format!("{a} and {b} have no order"), None))
    }

    fn arithmetic(
        &mut self,
        node: &IdedExpr,
        left: &IdedExpr,
        right: &IdedExpr,
        scope: &Scope,
    ) -> Result<Type, ExprError> {
        let a = self.wanted(left, &Type::Any, scope, "arithmetic")?;
        let b = self.wanted(right, &Type::Any, scope, "arithmetic")?;
        match (&a, &b) {
            (Type::Number | Type::Any, Type::Number | Type::Any) => Ok(Type::Number),
            (Type::Text, Type::Text) => Ok(Type::Text),
            (Type::List(of), Type::List(other)) => {
                Ok(Type::List(if **of == Type::Any { other.clone() } else { of.clone() }))
            }
            _ => Err(self.error(node, format!("can't calculate with {a} and {b}"), None)),
        }
    }

    fn membership(
        &mut self,
        node: &IdedExpr,
        element: &IdedExpr,
        list: &IdedExpr,
        scope: &Scope,
    ) -> Result<Type, ExprError> {
        let of = self.infer(element, scope)?;
        match self.wanted(list, &Type::Any, scope, "`in`")? {
            Type::List(elements) if of.comparable(&elements) => Ok(Type::Bool),
            Type::Map(_) if of.comparable(&Type::Text) => Ok(Type::Bool),
            Type::Any => Ok(Type::Bool),
            other => Err(self.error(node, format!("{of} can't be in {other}"), None)),
        }
    }

    fn index(&mut self, list: &IdedExpr, index: &IdedExpr, scope: &Scope) -> Result<Type, ExprError> {
        match self.wanted(list, &Type::Any, scope, "`[]`")? {
            Type::List(of) => self.wanted(index, &Type::Number, scope, "an index").map(|_| *of),
            Type::Map(of) => self.wanted(index, &Type::Text, scope, "a key").map(|_| *of),
            Type::Any => Ok(Type::Any),
            other => Err(self.error(list, format!("{other} has no elements"), None)),
        }
    }

    fn function(&mut self, node: &IdedExpr, call: &CallExpr, scope: &Scope) -> Result<Type, ExprError> {
        let user = format!("`{}()`", call.func_name);
        let arguments: Vec<&IdedExpr> = call.target.as_deref().into_iter().chain(&call.args).collect();
        match (call.func_name.as_str(), arguments.as_slice()) {
            ("size", [operand]) => match self.wanted(operand, &Type::Any, scope, &user)? {
                Type::Text | Type::List(_) | Type::Map(_) | Type::Any => Ok(Type::Number),
                other => Err(self.error(operand, format!("{other} has no size"), None)),
            },
            ("contains" | "startsWith" | "endsWith" | "matches", [text, argument]) => {
                self.wanted(text, &Type::Text, scope, &user)?;
                self.wanted(argument, &Type::Text, scope, &user)?;
                self.pattern(&call.func_name, argument)?;
                Ok(Type::Bool)
            }
            ("like", [text, patterns]) => {
                self.wanted(text, &Type::Text, scope, &user)?;
                self.wanted(patterns, &Type::List(Box::new(Type::Text)), scope, &user)?;
                Ok(Type::Bool)
            }
            ("percent" | "number" | "gib" | "duration", [operand]) => {
                self.wanted(operand, &Type::Number, scope, &user).map(|_| Type::Text)
            }
            ("plural", [count, noun]) => {
                self.wanted(count, &Type::Number, scope, &user)?;
                self.wanted(noun, &Type::Text, scope, &user).map(|_| Type::Text)
            }
            ("string", [operand]) => self.infer(operand, scope).map(|_| Type::Text),
            ("int" | "double", [operand]) => self.wanted(operand, &Type::Any, scope, &user).map(|_| Type::Number),
            _ => {
                let help = "known: size, like, contains, startsWith, endsWith, matches, string, int, double, percent, number, gib, duration, plural, exists, exists_one, all, filter, map";
                let message = format!("no function `{}` with {} arguments", call.func_name, call.args.len());
                Err(self.error(node, message, Some(help.to_owned())))
            }
        }
    }

    /// A regular expression that can't be compiled would fail on every resource.
    fn pattern(&self, function: &str, argument: &IdedExpr) -> Result<(), ExprError> {
        let Node::Literal(LiteralValue::String(pattern)) = &argument.expr else { return Ok(()) };
        if function != "matches" {
            return Ok(());
        }
        match regex::Regex::new(pattern.inner()) {
            Ok(_) => Ok(()),
            Err(error) => {
                let last = error.to_string().lines().last().unwrap_or("bad pattern").to_owned();
                Err(self.error(argument, format!("regular expression: {last}"), None))
            }
        }
    }

    fn comprehension(&mut self, node: &IdedExpr, of: &ComprehensionExpr, scope: &Scope) -> Result<Type, ExprError> {
        if scope.depth == DEEPEST {
            let help = "give the inner question a fact of its own".to_owned();
            return Err(self.error(node, format!("more than {DEEPEST} nested exists, all, filter or map"), Some(help)));
        }
        let element = match self.wanted(&of.iter_range, &Type::Any, scope, "`exists`, `all`, `filter` or `map`")? {
            Type::List(element) => *element,
            Type::Map(_) => Type::Text,
            Type::Any => Type::Any,
            other => return Err(self.error(&of.iter_range, format!("{other} is no list"), None)),
        };
        let start = self.infer(&of.accu_init, scope)?;
        let mut inner = scope.clone();
        inner.depth += 1;
        inner.variables.insert(of.iter_var.clone(), element);
        inner.variables.insert(of.accu_var.clone(), start);
        self.infer(&of.loop_cond, &inner)?;
        let step = self.infer(&of.loop_step, &inner)?;
        inner.variables.insert(of.accu_var.clone(), step);
        self.infer(&of.result, &inner)
    }
}

fn of_literal(literal: &LiteralValue) -> Type {
    match literal {
        LiteralValue::Boolean(_) => Type::Bool,
        LiteralValue::Double(_) | LiteralValue::Int(_) | LiteralValue::UInt(_) => Type::Number,
        LiteralValue::String(_) => Type::Text,
        LiteralValue::Null => Type::Null,
        LiteralValue::Bytes(_) => Type::Any,
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
