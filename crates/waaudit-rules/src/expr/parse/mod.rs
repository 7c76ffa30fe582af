//! From text to a syntax tree.
//!
//! The engine has two parsers of one language. One is generated from the grammar: it knows where each node was written
//! and has the better words for what is wrong. The other is written by hand and takes a twentieth of the time. Both
//! give the same tree but for the nodes' ids, which tests prove of every built-in expression and of generated ones. So
//! the fast one reads, and the other one speaks where something is wrong.

use std::sync::LazyLock;

use cel::common::ast::{Expr as Node, IdedExpr};
use cel::parser::{Parser, PrattParser};

use super::ExprError;
use super::functions::{MATCHES, MATCHES_WITH_MEMORY};

/// Longest expression, in bytes: nesting costs polynomial time, and a longer one can't be read.
const LONGEST: usize = 2_000;
/// Deepest nesting of brackets, and longest run of unary operators: the parser goes down one by one.
const DEEPEST: usize = 24;

/// Its parts are macros that are shared by all who parse.
static FAST: LazyLock<PrattParser> = LazyLock::new(|| PrattParser::new().enable_optional_syntax(true));

/// Parses an expression.
pub(super) fn tree(source: &str) -> Result<IdedExpr, ExprError> {
    if source.len() > LONGEST {
        let message = format!("is longer than {LONGEST} bytes");
        return Err(ExprError { message, help: Some("give the idea a fact of its own".to_owned()), offset: LONGEST });
    }
    nesting(source)?;
    FAST.clone().parse(source).or_else(|_| by_grammar().parse(source)).map_err(|errors| syntax(source, &errors))
}

/// Parses an expression by the grammar, with where each node was written, in bytes.
pub(super) fn tree_with_places(source: &str) -> Result<(IdedExpr, impl Fn(u64) -> usize), ExprError> {
    let (tree, places) = by_grammar().parse_with_source_info(source).map_err(|errors| syntax(source, &errors))?;
    Ok((tree, move |node| places.offset_for(node).map_or(0, |(start, _)| start as usize)))
}

/// The parser that is made from the grammar.
fn by_grammar() -> Parser {
    Parser::new().enable_optional_syntax(true)
}

/// The tree with our own `matches` in place of the engine's, which compiles its pattern anew at each evaluation.
pub(super) fn with_memory(mut tree: IdedExpr) -> IdedExpr {
    each_node(&mut tree, &mut |node| {
        if let Node::Call(call) = &mut node.expr
            && call.func_name == MATCHES
        {
            MATCHES_WITH_MEMORY.clone_into(&mut call.func_name);
        }
    });
    tree
}

/// Does something with each node that an expression of a rule can have.
fn each_node(node: &mut IdedExpr, with: &mut impl FnMut(&mut IdedExpr)) {
    with(node);
    match &mut node.expr {
        Node::Call(call) => {
            let target = call.target.as_deref_mut();
            for part in target.into_iter().chain(&mut call.args) {
                each_node(part, with);
            }
        }
        Node::Select(select) => each_node(&mut select.operand, with),
        Node::List(list) => {
            for part in &mut list.elements {
                each_node(part, with);
            }
        }
        Node::Comprehension(of) => {
            let parts = [&mut of.iter_range, &mut of.accu_init, &mut of.loop_cond, &mut of.loop_step, &mut of.result];
            for part in parts {
                each_node(part, with);
            }
        }
        Node::Unspecified | Node::Ident(_) | Node::Literal(_) | Node::Map(_) | Node::Struct(_) => {}
    }
}

/// Refuses brackets in brackets and unary operators before unary operators, in so many levels that the parser's stack
/// could end. Brackets in texts count too, which no sensible expression notices.
fn nesting(source: &str) -> Result<(), ExprError> {
    let mut open = 0_usize;
    let mut unary = 0_usize;
    for (offset, letter) in source.char_indices() {
        match letter {
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' => open = open.saturating_sub(1),
            _ => {}
        }
        unary = match letter {
            '!' | '-' => unary + 1,
            letter if letter.is_whitespace() => unary,
            _ => 0,
        };
        if open > DEEPEST || unary > DEEPEST {
            let message = format!("is nested more than {DEEPEST} deep");
            return Err(ExprError { message, help: Some("give the idea a fact of its own".to_owned()), offset });
        }
    }
    Ok(())
}

fn syntax(source: &str, errors: &cel::ParseErrors) -> ExprError {
    let (line, column, message) = errors.errors.first().map_or((1, 1, "can't be parsed".to_owned()), |error| {
        let first_line = error.msg.lines().next().unwrap_or("can't be parsed");
        (error.pos.0.max(1), error.pos.1.max(1), first_line.to_owned())
    });
    let before: usize = source.split_inclusive('\n').take(usize::try_from(line - 1).unwrap_or(0)).map(str::len).sum();
    ExprError { message, help: None, offset: before + usize::try_from(column - 1).unwrap_or(0) }
}

#[cfg(test)]
mod tests;
