//! Regular expressions of rules: read when a rule is checked, and compiled once in a run, when they are needed first.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use regex::Regex;

/// A pattern that is longer than this, or repeats a part so many times, may be too large to be compiled.
const HARMLESS: usize = 200;

/// A copy of a `Regex` would have to make its working memory anew.
static COMPILED: LazyLock<RwLock<HashMap<String, Arc<Regex>>>> = LazyLock::new(RwLock::default);

/// Whether a pattern can be compiled. Reading it takes a third of the time of compiling it, and most runs need few.
pub(super) fn check(pattern: &str) -> Result<(), regex::Error> {
    if pattern.len() > HARMLESS || pattern.contains('{') {
        return compiled(pattern).map(drop);
    }
    regex_syntax::parse(pattern).map(drop).or_else(|_| compiled(pattern).map(drop))
}

/// The compiled pattern. An error says what is wrong with it.
pub(super) fn compiled(pattern: &str) -> Result<Arc<Regex>, regex::Error> {
    if let Some(known) = COMPILED.read().unwrap_or_else(PoisonError::into_inner).get(pattern) {
        return Ok(Arc::clone(known));
    }
    let compiled = Arc::new(Regex::new(pattern)?);
    COMPILED.write().unwrap_or_else(PoisonError::into_inner).insert(pattern.to_owned(), Arc::clone(&compiled));
    Ok(compiled)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::{check, compiled};

    #[test]
    fn a_pattern_is_compiled_once() {
        // Classes of all alphabets are slow to compile and quick to look up.
        let slow = r"(?:\w{2,9}\s){20}";
        let began = Instant::now();
        assert!(compiled(slow).is_ok());
        let first = began.elapsed();
        let began = Instant::now();
        (0..100).for_each(|_| assert!(compiled(slow).is_ok()));
        assert!(began.elapsed() < first, "a hundred look-ups took longer than compiling once");
    }

    #[test]
    fn what_passes_the_check_compiles() {
        let large = [r"\w{99999}".to_owned(), r"\w".repeat(1_000), "(a|b)*".repeat(30)];
        let patterns = ["", "^t[0-9]", "(", "[z-a]", r"\p{Nothing}", "(?i)^api$", r"(?P<a>x)(?P<a>y)", "a**", r"\Qa"];
        for pattern in patterns.into_iter().chain(large.iter().map(String::as_str)) {
            let (checked, whole) = (check(pattern), compiled(pattern));
            assert_eq!(checked.map_err(|error| error.to_string()), whole.map(drop).map_err(|error| error.to_string()));
        }
    }
}
