//! What operators, functions and comprehensions take, and what they give.

use cel::common::ast::{CallExpr, ComprehensionExpr, Expr as Node, IdedExpr, LiteralValue, operators};

use super::{Checker, Fault, Scope, against_null, proven};
use crate::expr::patterns;
use crate::expr::types::Type;

/// Deepest nesting of comprehensions: each level multiplies the cost.
const DEEPEST: usize = 3;
/// The functions that a rule may call.
const FUNCTIONS: &str = "size, like, contains, startsWith, endsWith, matches, string, int, double, percent, number, gib, \
                         duration, plural, exists, exists_one, all, filter, map";

impl Checker<'_> {
    pub(super) fn call(&mut self, node: &IdedExpr, call: &CallExpr, scope: &Scope) -> Result<Type, Fault> {
        let name = call.func_name.as_str();
        match (name, call.args.as_slice()) {
            (operators::LOGICAL_AND | operators::LOGICAL_OR, [left, right]) => {
                let truth = name == operators::LOGICAL_AND;
                let user = format_args!("`{}`", if truth { "&&" } else { "||" });
                self.wanted(left, &Type::Bool, scope, user)?;
                let scope = scope.proving(proven(left, truth));
                self.wanted(right, &Type::Bool, &scope, user)?;
                Ok(Type::Bool)
            }
            (operators::LOGICAL_NOT, [operand]) => self.wanted(operand, &Type::Bool, scope, format_args!("`!`")),
            (operators::NOT_STRICTLY_FALSE, [operand]) => self.infer(operand, scope),
            (operators::CONDITIONAL, [condition, yes, no]) => {
                self.wanted(condition, &Type::Bool, scope, format_args!("`? :`"))?;
                let of = self.infer(yes, &scope.proving(proven(condition, true)))?;
                let other = self.infer(no, &scope.proving(proven(condition, false)))?;
                self.either(no, of, other, "`? :`")
            }
            (operators::EQUALS | operators::NOT_EQUALS, [left, right]) => self.equality(node, left, right, scope),
            (
                operators::LESS | operators::LESS_EQUALS | operators::GREATER | operators::GREATER_EQUALS,
                [left, right],
            ) => self.ordering(node, left, right, scope),
            (
                operators::ADD | operators::SUBSTRACT | operators::MULTIPLY | operators::DIVIDE | operators::MODULO,
                [left, right],
            ) => self.arithmetic(node, name, [left, right], scope),
            (operators::NEGATE, [operand]) => match self.wanted(operand, &Type::Number, scope, format_args!("`-`"))? {
                Type::Number => Err(self.error(operand, "`-` needs an integer or a decimal number".to_owned(), None)),
                of => Ok(of),
            },
            (operators::IN, [element, list]) => self.membership(node, element, list, scope),
            (operators::INDEX, [list, index]) => self.index(list, index, scope),
            _ => self.function(node, call, scope),
        }
    }

    fn equality(&mut self, node: &IdedExpr, left: &IdedExpr, right: &IdedExpr, scope: &Scope) -> Result<Type, Fault> {
        // What is proven already may be asked again: a guard is true then, and no mistake.
        let asking = scope.asking(against_null(left, right));
        let (a, b) = (self.infer(left, &asking)?, self.infer(right, &asking)?);
        if a.comparable(&b) {
            return Ok(Type::Bool);
        }
        Err(self.error(node, format!("{a} can never equal {b}"), None))
    }

    fn ordering(&mut self, node: &IdedExpr, left: &IdedExpr, right: &IdedExpr, scope: &Scope) -> Result<Type, Fault> {
        let a = self.wanted(left, &Type::Any, scope, format_args!("a comparison"))?;
        let b = self.wanted(right, &Type::Any, scope, format_args!("a comparison"))?;
        let ordered = |of: &Type| of.is_number() || matches!(of, Type::Text | Type::Any);
        if ordered(&a) && ordered(&b) && a.comparable(&b) {
            return Ok(Type::Bool);
        }
        Err(self.error(node, format!("{a} and {b} have no order"), None))
    }

    /// The engine calculates with two integers or with two decimal numbers; `+` joins texts and lists, too.
    fn arithmetic(
        &mut self,
        node: &IdedExpr,
        operator: &str,
        [left, right]: [&IdedExpr; 2],
        scope: &Scope,
    ) -> Result<Type, Fault> {
        let a = self.wanted(left, &Type::Any, scope, format_args!("arithmetic"))?;
        let b = self.wanted(right, &Type::Any, scope, format_args!("arithmetic"))?;
        match (operator, &a, &b) {
            (operators::DIVIDE, Type::Int, Type::Int) => {
                let help = "write `double(a) / double(b)`, or multiply the other side".to_owned();
                Err(self.error(node, "`/` of two integers drops the fraction".to_owned(), Some(help)))
            }
            (operators::MODULO, Type::Int | Type::Any, Type::Int | Type::Any) => Ok(Type::Int),
            (operators::MODULO, ..) => Err(self.error(node, format!("`%` needs two integers, not {a} and {b}"), None)),
            (_, Type::Int | Type::Any, Type::Int) | (_, Type::Int, Type::Any) => Ok(Type::Int),
            (_, Type::Double | Type::Any, Type::Double) | (_, Type::Double, Type::Any) => Ok(Type::Double),
            (_, Type::Any, Type::Any) => Ok(Type::Any),
            (_, a, b) if a.is_number() && b.is_number() => {
                let help = "write `double(…)` around the integer, and a literal as `2.0`".to_owned();
                Err(self.error(node, format!("can't calculate with {a} and {b}"), Some(help)))
            }
            (operators::ADD, Type::Text, Type::Text) => Ok(Type::Text),
            (operators::ADD, Type::List(_), Type::List(_)) => self.either(node, a, b, "a list"),
            _ => Err(self.error(node, format!("can't calculate with {a} and {b}"), None)),
        }
    }

    fn membership(
        &mut self,
        node: &IdedExpr,
        element: &IdedExpr,
        list: &IdedExpr,
        scope: &Scope,
    ) -> Result<Type, Fault> {
        let of = self.infer(element, scope)?;
        match self.wanted(list, &Type::Any, scope, format_args!("`in`"))? {
            Type::List(elements) if of.comparable(&elements) => Ok(Type::Bool),
            Type::Map(_) if of.comparable(&Type::Text) => Ok(Type::Bool),
            Type::Any => Ok(Type::Bool),
            other => Err(self.error(node, format!("{of} can't be in {other}"), None)),
        }
    }

    fn index(&mut self, list: &IdedExpr, index: &IdedExpr, scope: &Scope) -> Result<Type, Fault> {
        match self.wanted(list, &Type::Any, scope, format_args!("`[]`"))? {
            Type::List(of) => self.wanted(index, &Type::Int, scope, format_args!("an index")).map(|_| *of),
            Type::Map(of) => self.wanted(index, &Type::Text, scope, format_args!("a key")).map(|_| *of),
            Type::Any => Ok(Type::Any),
            other => Err(self.error(list, format!("{other} has no elements"), None)),
        }
    }

    fn function(&mut self, node: &IdedExpr, call: &CallExpr, scope: &Scope) -> Result<Type, Fault> {
        let user = format_args!("`{}()`", call.func_name);
        let arguments: Vec<&IdedExpr> = call.target.as_deref().into_iter().chain(&call.args).collect();
        match (call.func_name.as_str(), arguments.as_slice()) {
            ("size", [operand]) => match self.wanted(operand, &Type::Any, scope, user)? {
                Type::Text | Type::List(_) | Type::Map(_) | Type::Any => Ok(Type::Int),
                other => Err(self.error(operand, format!("{other} has no size"), None)),
            },
            ("contains" | "startsWith" | "endsWith" | "matches", [text, argument]) => {
                self.wanted(text, &Type::Text, scope, user)?;
                self.wanted(argument, &Type::Text, scope, user)?;
                self.pattern(&call.func_name, argument)?;
                Ok(Type::Bool)
            }
            ("like", [text, patterns]) => {
                self.wanted(text, &Type::Text, scope, user)?;
                self.wanted(patterns, &Type::List(Box::new(Type::Text)), scope, user)?;
                Ok(Type::Bool)
            }
            ("percent" | "number" | "gib" | "duration", [operand]) => {
                self.wanted(operand, &Type::Number, scope, user).map(|_| Type::Text)
            }
            ("plural", [count, noun]) => {
                self.wanted(count, &Type::Number, scope, user)?;
                self.wanted(noun, &Type::Text, scope, user).map(|_| Type::Text)
            }
            ("string" | "int" | "double", [operand]) => self.conversion(&call.func_name, operand, scope),
            _ => {
                let message = format!("no function `{}` with {} arguments", call.func_name, call.args.len());
                Err(self.error(node, message, Some(format!("known: {FUNCTIONS}"))))
            }
        }
    }

    /// `string`, `int` and `double` take numbers and texts; `string` takes booleans too.
    fn conversion(&mut self, function: &str, operand: &IdedExpr, scope: &Scope) -> Result<Type, Fault> {
        let user = format_args!("`{function}()`");
        let of = self.wanted(operand, &Type::Any, scope, user)?;
        let converts =
            of.is_number() || matches!(of, Type::Text | Type::Any) || (of == Type::Bool && function == "string");
        if !converts {
            return Err(self.error(operand, format!("{user} can't convert {of}"), None));
        }
        Ok(match function {
            "string" => Type::Text,
            "int" => Type::Int,
            _ => Type::Double,
        })
    }

    /// A regular expression that can't be compiled would fail on every resource.
    fn pattern(&self, function: &str, argument: &IdedExpr) -> Result<(), Fault> {
        let Node::Literal(LiteralValue::String(pattern)) = &argument.expr else { return Ok(()) };
        if function != "matches" {
            return Ok(());
        }
        match patterns::check(pattern.inner()) {
            Ok(()) => Ok(()),
            Err(error) => {
                let last = error.to_string().lines().last().unwrap_or("bad pattern").to_owned();
                Err(self.error(argument, format!("regular expression: {last}"), None))
            }
        }
    }

    pub(super) fn comprehension(
        &mut self,
        node: &IdedExpr,
        of: &ComprehensionExpr,
        scope: &Scope,
    ) -> Result<Type, Fault> {
        if scope.depth == DEEPEST {
            let help = "give the inner question a fact of its own".to_owned();
            return Err(self.error(node, format!("more than {DEEPEST} nested exists, all, filter or map"), Some(help)));
        }
        let element =
            match self.wanted(&of.iter_range, &Type::Any, scope, format_args!("`exists`, `all`, `filter` or `map`"))? {
                Type::List(element) => *element,
                Type::Map(_) => Type::Text,
                Type::Any => Type::Any,
                other => return Err(self.error(&of.iter_range, format!("{other} is no list"), None)),
            };
        let start = self.infer(&of.accu_init, scope)?;
        let mut each = scope.inside(&of.iter_var, element);
        each.depth += 1;
        let so_far = each.inside(&of.accu_var, start);
        self.infer(&of.loop_cond, &so_far)?;
        let step = self.infer(&of.loop_step, &so_far)?;
        self.infer(&of.result, &each.inside(&of.accu_var, step))
    }
}
