//! Formulas in the parameters of RDS, `LEAST({DBInstanceClassMemory/9531392},5000)`: pure arithmetic.
//!
//! Only the memory, products and the functions LEAST, GREATEST and SUM are understood. Anything else has no value: a
//! limit that was guessed would be worse than none.

/// The variable that stands for the memory in bytes.
const MEMORY: &str = "DBInstanceClassMemory";
/// Functions may hold functions; no one writes more of them in one another.
const DEEPEST: usize = 8;

/// The value of a formula on so many bytes of memory.
pub(crate) fn value(formula: &str, memory: f64) -> Option<f64> {
    let plain: String = formula.chars().filter(|c| !c.is_whitespace() && !"{}".contains(*c)).collect();
    let (value, rest) = product(&plain, memory, DEEPEST)?;
    (rest.is_empty() && value.is_finite()).then_some(value)
}

/// Factors and divisors from left to right, and what is behind them.
fn product(text: &str, memory: f64, depth: usize) -> Option<(f64, &str)> {
    let (mut value, mut rest) = factor(text, memory, depth)?;
    loop {
        let (divide, behind) = match rest.chars().next() {
            Some('*') => (false, &rest[1..]),
            Some('/') => (true, &rest[1..]),
            _ => return Some((value, rest)),
        };
        let (other, behind) = factor(behind, memory, depth)?;
        value = if divide { value / other } else { value * other };
        rest = behind;
    }
}

fn factor(text: &str, memory: f64, depth: usize) -> Option<(f64, &str)> {
    if let Some(rest) = text.strip_prefix(MEMORY) {
        return Some((memory, rest));
    }
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let choose = match word {
        "LEAST" => f64::min,
        "GREATEST" => f64::max,
        "SUM" => |a, b| a + b,
        number => return Some((number.parse().ok()?, rest)),
    };
    let (values, rest) = arguments(rest.strip_prefix('(')?, memory, depth.checked_sub(1)?)?;
    Some((values.into_iter().reduce(choose)?, rest))
}

fn arguments(text: &str, memory: f64, depth: usize) -> Option<(Vec<f64>, &str)> {
    let (mut values, mut rest) = (Vec::new(), text);
    loop {
        let (value, behind) = product(rest, memory, depth)?;
        values.push(value);
        match behind.chars().next()? {
            ',' => rest = &behind[1..],
            ')' => return Some((values, &behind[1..])),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::value;

    const GIB: f64 = 1_073_741_824.0;

    #[test]
    fn the_formulas_of_the_engines_have_values() {
        let of = |formula: &str, gib: f64| value(formula, gib * GIB).map(f64::floor);
        assert_eq!(of("{DBInstanceClassMemory/12582880}", 8.0), Some(682.0));
        assert_eq!(of("LEAST({DBInstanceClassMemory/9531392},5000)", 16.0), Some(1802.0));
        assert_eq!(of("LEAST({DBInstanceClassMemory/9531392}, 5000)", 512.0), Some(5000.0));
        assert_eq!(of("GREATEST({DBInstanceClassMemory/12582880*2},1000)", 8.0), Some(1365.0));
        assert_eq!(of("SUM(LEAST(10,20),5)", 8.0), Some(15.0));
        assert_eq!(of("500", 8.0), Some(500.0));
    }

    #[test]
    fn what_is_not_understood_has_no_value() {
        for formula in [
            "",
            "{log(DBInstanceClassMemory/8187281408)*1000}",
            "{AllocatedStorage*10}",
            "LEAST(5",
            "5)",
            "{DBInstanceClassMemory/0}",
            "1+2",
        ] {
            assert_eq!(value(formula, 8.0 * GIB), None, "{formula}");
        }
    }
}
