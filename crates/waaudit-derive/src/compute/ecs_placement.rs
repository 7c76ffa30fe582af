//! ECS's cluster query language, as far as it tells on which servers a task may be placed.
//!
//! An expression of a `memberOf` constraint is asked of one server. Subjects that are not collected (the agent, task
//! groups), operators that are not documented and words that can't be understood leave the answer open. Source: ECS
//! guide, "Create expressions to define container instances for Amazon ECS tasks".

use regex::Regex;

use crate::engine::{all, any};
use waaudit_model::facts::ecs::Server;

/// Whether an expression holds of a server.
pub(crate) fn holds(expression: &str, server: &Server) -> Option<bool> {
    let mut parser = Parser { tokens: &tokens(expression)?, server };
    let answer = parser.either();
    // What is left over was not understood.
    parser.tokens.is_empty().then_some(answer?)?
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Open,
    Close,
    Word(String),
    List(Vec<String>),
}

/// Signs that stand for an operator, longest first.
const SIGNS: &[&str] = &["==", "!=", ">=", "<=", "=~", "!~", "&&", "||", ">", "<", "!"];

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut rest = text.trim_start();
    let mut found = Vec::new();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '[' => {
                let end = rest.find(']')?;
                let items = rest.get(1..end)?.split(',').map(|item| unquoted(item.trim()).to_owned());
                (Token::List(items.collect()), end + 1)
            }
            '"' | '\'' => {
                let end = rest.get(1..)?.find(first)?;
                (Token::Word(rest.get(1..=end)?.to_owned()), end + 2)
            }
            _ => word(rest),
        };
        found.push(token);
        rest = rest.get(length..)?.trim_start();
    }
    Some(found)
}

fn word(rest: &str) -> (Token, usize) {
    let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
    let ends = |c: char| c.is_whitespace() || "()[]=!<>&|".contains(c);
    let length = sign.map_or_else(|| rest.find(ends).unwrap_or(rest.len()).max(1), |sign| sign.len());
    (Token::Word(rest.get(..length).unwrap_or(rest).to_owned()), length)
}

fn unquoted(text: &str) -> &str {
    text.trim_matches(['"', '\''])
}

struct Parser<'t> {
    tokens: &'t [Token],
    server: &'t Server,
}

/// `None` is what could not be parsed, `Some(None)` what could not be told.
type Answer = Option<Option<bool>>;

impl Parser<'_> {
    fn either(&mut self) -> Answer {
        let mut answers = vec![self.both()?];
        while self.takes(&["or", "||"]) {
            answers.push(self.both()?);
        }
        Some(any(answers))
    }

    fn both(&mut self) -> Answer {
        let mut answers = vec![self.one()?];
        while self.takes(&["and", "&&"]) {
            answers.push(self.one()?);
        }
        Some(all(answers))
    }

    fn one(&mut self) -> Answer {
        if self.takes(&["not", "!"]) {
            return Some(self.one()?.map(|holds| !holds));
        }
        if self.tokens.first() == Some(&Token::Open) {
            self.next();
            let inner = self.either()?;
            return (self.next()? == Token::Close).then_some(inner);
        }
        let subject = self.word()?;
        let value = self.value(&subject);
        self.comparison(value)
    }

    fn comparison(&mut self, value: Option<Option<String>>) -> Answer {
        let mut operator = self.word()?.to_lowercase();
        if operator == "!" {
            operator = format!("!{}", self.word()?.to_lowercase());
        }
        if ["exists", "!exists", "not_exists"].contains(&operator.as_str()) {
            return Some(value.map(|value| value.is_some() == (operator == "exists")));
        }
        let wanted = match self.next()? {
            Token::Word(word) => vec![word],
            Token::List(words) => words,
            Token::Open | Token::Close => return None,
        };
        // An attribute that a server lacks equals nothing.
        let holds = |test: &dyn Fn(&str) -> Option<bool>| {
            value.as_ref().map(|value| value.as_deref().map_or(Some(false), test))
        };
        let among = |value: &str| Some(wanted.iter().any(|word| word == value));
        let matches = |value: &str| any(wanted.iter().map(|pattern| matches(pattern, value)));
        Some(match operator.as_str() {
            "==" | "equals" | "in" => holds(&among).flatten(),
            "!=" | "not_equals" | "!in" | "not_in" => holds(&among).flatten().map(|holds| !holds),
            "=~" | "matches" => holds(&matches).flatten(),
            "!~" | "not_matches" => holds(&matches).flatten().map(|holds| !holds),
            _ => None,
        })
    }

    /// What a server says of a subject: nothing where that is not collected.
    fn value(&self, subject: &str) -> Option<Option<String>> {
        if subject.eq_ignore_ascii_case("ec2InstanceId") {
            return self.server.instance.clone().map(Some);
        }
        let name = subject.strip_prefix("attribute:")?;
        if name == "ecs.availability-zone" {
            return Some(Some(self.server.availability_zone.clone()));
        }
        match self.server.attributes.get(name) {
            Some(value) => Some(Some(value.clone())),
            // Capabilities of the agent are left out of what is collected.
            None => (!name.starts_with("com.amazonaws.") && !name.starts_with("ecs.capability.")).then_some(None),
        }
    }

    fn takes(&mut self, words: &[&str]) -> bool {
        let Some(Token::Word(word)) = self.tokens.first() else { return false };
        let found = words.contains(&word.to_lowercase().as_str());
        if found {
            self.next();
        }
        found
    }

    fn word(&mut self) -> Option<String> {
        match self.next()? {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    fn next(&mut self) -> Option<Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first.clone())
    }
}

/// AWS does not say whether a pattern has to match the whole: where that makes a difference, nothing is told.
fn matches(pattern: &str, value: &str) -> Option<bool> {
    let whole = Regex::new(&format!("^(?:{pattern})$")).ok()?.is_match(value);
    let part = Regex::new(pattern).ok()?.is_match(value);
    (whole == part).then_some(whole)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::holds;
    use waaudit_model::facts::ecs::Server;

    fn asked(expression: &str) -> Option<bool> {
        let attributes = [("ecs.instance-type", "m7g.large"), ("stack", "prod")];
        let server = Server {
            availability_zone: "eu-west-1a".to_owned(),
            instance: Some("i-0a1".to_owned()),
            provider: None,
            attributes: attributes
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into_iter()
                .collect::<BTreeMap<_, _>>(),
        };
        holds(expression, &server)
    }

    #[test]
    fn comparisons_are_those_of_the_query_language() {
        for (expression, answer) in [
            ("attribute:ecs.availability-zone in [eu-west-1a, eu-west-1b]", true),
            ("attribute:ecs.availability-zone == eu-west-1b", false),
            ("attribute:ecs.availability-zone==eu-west-1a", true),
            ("attribute:ecs.availability-zone != \"eu-west-1b\"", true),
            ("attribute:ecs.availability-zone not_in [eu-west-1a]", false),
            ("attribute:ecs.availability-zone !in [eu-west-1a]", false),
            ("attribute:ecs.instance-type =~ m7g.*", true),
            ("attribute:ecs.instance-type matches t3.*", false),
            ("attribute:ecs.instance-type !~ t3.*", true),
            ("attribute:stack exists", true),
            ("attribute:gpu not_exists", true),
            ("attribute:gpu == yes", false),
            ("ec2InstanceId in ['i-0a1', 'i-0b2']", true),
        ] {
            assert_eq!(asked(expression), Some(answer), "{expression}");
        }
    }

    #[test]
    fn and_binds_closer_than_or_and_not_inverts() {
        let (here, there) =
            ("attribute:ecs.availability-zone == eu-west-1a", "attribute:ecs.availability-zone == eu-west-1b");
        assert_eq!(asked(&format!("{here} or {there} and {there}")), Some(true));
        assert_eq!(asked(&format!("({here} or {there}) and {there}")), Some(false));
        assert_eq!(asked(&format!("not({there}) && !({there})")), Some(true));
    }

    #[test]
    fn what_is_not_collected_or_understood_stays_open() {
        for expression in [
            "task:group == service:web",
            "agentVersion > 1.50",
            "attribute:stack ~~ prod",
            "(attribute:stack",
            "",
            "attribute:stack == prod extra",
        ] {
            assert_eq!(asked(expression), None, "{expression}");
        }
        assert_eq!(asked("agentConnected == true and attribute:stack == test"), Some(false), "one part decides");
        assert_eq!(asked("attribute:ecs.instance-type =~ 7g"), None, "whole or part");
    }
}
