//! Numbers as words for a reader: percentages, sizes, times and counts with their units.

/// A share of 0 to 1 as a percentage: 0.0021 is "0.21 %".
pub(super) fn percent(share: f64) -> String {
    format!("{} %", number(share * 100.0))
}

/// A number with separators and no more digits than tell something: "1,263", "88.6", "0.21".
pub(super) fn number(value: f64) -> String {
    let digits = match value.abs() {
        size if size >= 1000.0 => 0,
        size if size >= 1.0 => 1,
        size if size >= 0.01 => 2,
        _ => 4,
    };
    let text = format!("{value:.digits$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    separated(text)
}

/// A number in digits with a comma between each three: "1,263.5".
pub fn separated(text: &str) -> String {
    let (whole, rest) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("-", whole));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let fraction = rest.map_or_else(String::new, |rest| format!(".{rest}"));
    format!("{sign}{grouped}{fraction}")
}

/// Bytes in the binary unit that leaves a number below 1,024: "88.6 GiB".
pub(super) fn bytes(count: f64) -> String {
    const UNITS: [&str; 6] = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let mut value = count;
    let mut unit = 0;
    while value.abs() >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{} {}", number(value), UNITS[unit])
}

/// Seconds in the largest unit that they fill: "90 seconds", "15 minutes", "36 hours", "7 days".
pub(super) fn duration(seconds: f64) -> String {
    const UNITS: [(f64, &str); 3] = [(86_400.0, "day"), (3_600.0, "hour"), (60.0, "minute")];
    let unit = UNITS.iter().find(|(length, _)| seconds.abs() >= 2.0 * length);
    unit.map_or_else(|| plural(seconds, "second"), |(length, unit)| plural(seconds / length, unit))
}

/// A count and its noun: "1 task", "2 addresses", "1,263 policies".
pub(super) fn plural(count: f64, noun: &str) -> String {
    let shown = number(count);
    if shown == "1" { format!("1 {noun}") } else { format!("{shown} {}", many(noun)) }
}

fn many(noun: &str) -> String {
    let ends = |endings: &[&str]| endings.iter().any(|ending| noun.ends_with(ending));
    if ends(&["s", "x", "ch", "sh"]) {
        format!("{noun}es")
    } else if ends(&["ay", "ey", "oy"]) || !noun.ends_with('y') {
        format!("{noun}s")
    } else {
        format!("{}ies", noun.trim_end_matches('y'))
    }
}

#[cfg(test)]
mod tests {
    use super::{bytes, duration, number, percent, plural};

    #[test]
    fn numbers_have_separators_and_no_needless_digits() {
        let told: Vec<String> = [0.0, 1.0, 88.64, 999.96, 1263.4, -1_234_567.0, 0.214, 0.00084].map(number).into();
        assert_eq!(told, ["0", "1", "88.6", "1,000", "1,263", "-1,234,567", "0.21", "0.0008"]);
    }

    #[test]
    fn shares_are_percentages() {
        assert_eq!([0.0021, 0.5, 1.0].map(percent), ["0.21 %", "50 %", "100 %"]);
    }

    #[test]
    fn bytes_and_seconds_take_the_unit_that_fits() {
        assert_eq!([512.0, 1024.0, 1.5 * 1024.0 * 1024.0 * 1024.0].map(bytes), ["512 bytes", "1 KiB", "1.5 GiB"]);
        assert_eq!(
            [1.0, 90.0, 900.0, 7_200.0, 604_800.0].map(duration),
            ["1 second", "90 seconds", "15 minutes", "2 hours", "7 days"]
        );
    }

    #[test]
    fn nouns_follow_their_count() {
        let told = [("task", 1.0), ("task", 2.0), ("address", 2.0), ("policy", 0.0), ("replica", 1263.0), ("day", 3.0)]
            .map(|(noun, count)| plural(count, noun));
        assert_eq!(told, ["1 task", "2 tasks", "2 addresses", "0 policies", "1,263 replicas", "3 days"]);
    }
}
