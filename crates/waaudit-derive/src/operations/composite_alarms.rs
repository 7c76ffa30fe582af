//! Whether a composite alarm goes off when one single alarm does.
//!
//! The rule of a composite alarm is a Boolean expression over other alarms' states:
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html>. What is not understood
//! is unknown.

use crate::engine::{all, any};

/// More parentheses than anyone writes.
const DEEPEST: usize = 100;

/// A parsed rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
    Constant(bool),
    /// Whether the alarm of that name or ARN is in some state.
    State(State, String),
}

/// The states of an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Alarm,
    Fine,
    NoData,
}

impl Expression {
    /// Reads a rule; nothing where it says something that is not understood.
    pub(crate) fn read(rule: &str) -> Option<Self> {
        let mut reader = Reader { rest: rule.trim() };
        let expression = reader.alternatives(0)?;
        reader.rest.is_empty().then_some(expression)
    }

    /// The names and ARNs that it asks about.
    pub(crate) fn operands(&self) -> Vec<&str> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::operands).collect(),
            Self::Not(part) => part.operands(),
            Self::Constant(_) => Vec::new(),
            Self::State(_, operand) => vec![operand],
        }
    }

    /// Whether it holds, told which alarms are in ALARM. All others are OK.
    pub(crate) fn holds(&self, rings: &dyn Fn(&str) -> Option<bool>) -> Option<bool> {
        match self {
            Self::All(parts) => all(parts.iter().map(|part| part.holds(rings))),
            Self::Any(parts) => any(parts.iter().map(|part| part.holds(rings))),
            Self::Not(part) => part.holds(rings).map(|holds| !holds),
            Self::Constant(value) => Some(*value),
            Self::State(State::Alarm, operand) => rings(operand),
            Self::State(State::Fine, operand) => rings(operand).map(|rings| !rings),
            Self::State(State::NoData, _) => Some(false),
        }
    }
}

struct Reader<'r> {
    rest: &'r str,
}

impl<'r> Reader<'r> {
    fn alternatives(&mut self, depth: usize) -> Option<Expression> {
        let mut parts = vec![self.conjunction(depth)?];
        while self.word("OR") {
            parts.push(self.conjunction(depth)?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Expression::Any(parts) })
    }

    fn conjunction(&mut self, depth: usize) -> Option<Expression> {
        let mut parts = vec![self.part(depth)?];
        while self.word("AND") {
            parts.push(self.part(depth)?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Expression::All(parts) })
    }

    fn part(&mut self, depth: usize) -> Option<Expression> {
        if depth > DEEPEST {
            return None;
        }
        if self.word("NOT") {
            return Some(Expression::Not(Box::new(self.part(depth + 1)?)));
        }
        if self.sign("(") {
            let inner = self.alternatives(depth + 1)?;
            return self.sign(")").then_some(inner);
        }
        for (word, value) in [("TRUE", true), ("FALSE", false)] {
            if self.word(word) {
                return Some(Expression::Constant(value));
            }
        }
        let states = [("ALARM", State::Alarm), ("OK", State::Fine), ("INSUFFICIENT_DATA", State::NoData)];
        let (_, state) = states.into_iter().find(|(word, _)| self.word(word))?;
        if !self.sign("(") {
            return None;
        }
        let operand = self.operand()?;
        self.sign(")").then(|| Expression::State(state, operand.to_owned()))
    }

    /// A name or an ARN, quoted or not.
    fn operand(&mut self) -> Option<&'r str> {
        let quote = self.rest.chars().next().filter(|first| ['"', '\''].contains(first));
        let (operand, rest) = match quote {
            Some(quote) => self.rest.get(1..)?.split_once(quote)?,
            None => self.rest.split_at(self.rest.find(')')?),
        };
        self.rest = rest.trim_start();
        Some(operand.trim())
    }

    /// Takes the next word if it is this one, in any case.
    fn word(&mut self, word: &str) -> bool {
        let Some((head, rest)) = self.rest.split_at_checked(word.len()) else { return false };
        let ends = rest.chars().next().is_none_or(|next| !next.is_ascii_alphanumeric() && next != '_');
        let found = ends && head.eq_ignore_ascii_case(word);
        if found {
            self.rest = rest.trim_start();
        }
        found
    }

    fn sign(&mut self, sign: &str) -> bool {
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.map_or(self.rest, str::trim_start);
        rest.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::Expression;

    /// Whether a rule holds when the alarm `a` rings alone.
    fn by_a(rule: &str) -> Option<bool> {
        Expression::read(rule)?.holds(&|operand| Some(operand == "a"))
    }

    #[test]
    fn one_alarm_is_enough_for_or_and_not_for_and() {
        assert_eq!(by_a("ALARM(a) OR ALARM(\"b\")"), Some(true));
        assert_eq!(by_a("ALARM(a) AND ALARM(b)"), Some(false));
        assert_eq!(by_a("ALARM(a) AND NOT ALARM('deploying')"), Some(true));
        assert_eq!(by_a("(ALARM( a ) OR ALARM(b)) AND OK(c)"), Some(true));
        assert_eq!(by_a("ALARM(a) AND FALSE"), Some(false));
        assert_eq!(by_a("ALARM(b) OR INSUFFICIENT_DATA(a)"), Some(false));
    }

    #[test]
    fn what_is_not_understood_is_unknown() {
        for rule in ["", "ALARM(a", "AT_LEAST(1, ALARM, (a, b))", "ALARM(a) ALARM(b)", "ALARMS(a)"] {
            assert_eq!(by_a(rule), None, "{rule}");
        }
        assert_eq!(by_a(&format!("{}ALARM(a){}", "(".repeat(5000), ")".repeat(5000))), None);
    }

    #[test]
    fn operands_may_be_quoted_spaced_or_arns() {
        let rule = r#"(ALARM( a ) OR OK("b (old)")) AND INSUFFICIENT_DATA('arn:aws:cloudwatch:eu-west-1:1:alarm:c')"#;
        let expression = Expression::read(rule).unwrap();
        assert_eq!(expression.operands(), ["a", "b (old)", "arn:aws:cloudwatch:eu-west-1:1:alarm:c"]);
    }
}
