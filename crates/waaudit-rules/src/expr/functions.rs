//! What expressions may call beside the engine's own functions, declared once for all of them.

use cel::common::functions::Function;
use cel::common::types::{CelBool, CelDouble, CelInt, CelString, CelUInt, DYN_TYPE, LIST_TYPE, STRING_TYPE, Type};
use cel::common::value::{CowVal, Val};
use cel::{Env, ExecutionError};

use super::{patterns, words};

/// The engine's function for regular expressions.
pub(super) const MATCHES: &str = "matches";
/// Ours, which compiles a pattern once. The engine's own can't be replaced.
pub(super) const MATCHES_WITH_MEMORY: &str = "matches_with_memory";

type Answer<'b, 'v> = Result<CowVal<'b, 'v>, ExecutionError>;

/// The engine's environment with our functions; each may be called as `f(x)` and as `x.f()`.
pub(super) fn environment() -> Env {
    let mut env = Env::stdlib();
    let mut add = |name: &str, types: &[Type], function: Function| {
        let owned = |types: &[Type]| types.iter().map(|of| of.to_owned()).collect::<Vec<Type>>();
        // The names are free: a test calls each.
        let _ = env.add_overload(name, name, owned(types), function);
        if let [first, others @ ..] = types {
            let member = format!("member {name}");
            let _ = env.add_member_overload(name, &member, first.to_owned(), owned(others), function);
        }
    };
    add(MATCHES_WITH_MEMORY, &[STRING_TYPE, STRING_TYPE], matches);
    add("like", &[STRING_TYPE, LIST_TYPE], like);
    add("percent", &[DYN_TYPE], |args| told(&args, words::percent));
    add("number", &[DYN_TYPE], |args| told(&args, words::number));
    add("gib", &[DYN_TYPE], |args| told(&args, words::bytes));
    add("duration", &[DYN_TYPE], |args| told(&args, words::duration));
    add("plural", &[DYN_TYPE, STRING_TYPE], |args| told(&args, |count| words::plural(count, text(&args, 1))));
    env
}

/// The words for the first argument; none where it is no number.
fn told<'b, 'v>(args: &[CowVal<'b, 'v>], words: impl Fn(f64) -> String) -> Answer<'b, 'v> {
    let number = args.first().and_then(|value| real(value.as_ref()));
    Ok(CowVal::owned(CelString::from(number.map_or_else(String::new, words))))
}

fn text<'a>(args: &'a [CowVal<'_, '_>], place: usize) -> &'a str {
    args.get(place).and_then(|value| value.downcast_ref::<CelString>()).map_or("", |text| text.inner())
}

#[allow(clippy::cast_precision_loss, reason = "words for a reader show far fewer digits")]
fn real(value: &dyn Val) -> Option<f64> {
    let integer = value.downcast_ref::<CelInt>().map(|value| *value.inner() as f64);
    let unsigned = || value.downcast_ref::<CelUInt>().map(|value| *value.inner() as f64);
    integer.or_else(unsigned).or_else(|| value.downcast_ref::<CelDouble>().map(|value| *value.inner()))
}

fn matches<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Answer<'b, 'v> {
    let (text, pattern) = (text(&args, 0), text(&args, 1));
    let compiled = patterns::compiled(pattern)
        .map_err(|error| ExecutionError::function_error(MATCHES, format!("'{pattern}' not a valid regex:\n{error}")))?;
    Ok(CowVal::owned(CelBool::from(compiled.is_match(text))))
}

/// Whether a text is one of the patterns, in which `*` stands for anything; upper and lower case are the same. Nothing
/// else in a pattern means more than itself.
fn like<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Answer<'b, 'v> {
    let text = text(&args, 0).to_lowercase();
    let Some(mut patterns) = args.get(1).and_then(|list| list.as_iterable()).map(|list| list.iter()) else {
        return Ok(CowVal::owned(CelBool::from(false)));
    };
    let mut found = false;
    while let Some(pattern) = patterns.next() {
        found |= pattern.downcast_ref::<CelString>().is_some_and(|one| fits(&text, &one.inner().to_lowercase()));
    }
    Ok(CowVal::owned(CelBool::from(found)))
}

/// Matches greedily from the left, so that the time is at most the product of the two lengths.
fn fits(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(found) = rest.find(part) else { return false };
        rest = rest.get(found + part.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}
