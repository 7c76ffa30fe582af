//! Decodes an answer's fields into facts: whole, or not at all.
//!
//! A fact made of half a list would be wrong without looking wrong, so whatever lacks a field that AWS promises is
//! left unread and noted. What it must not know: any service's answer, and how to call one.

use super::collector_context::Context;
use crate::call::Call;
use waaudit_model::facts::Fact;

/// The word of an SDK's enum (or a string), as AWS wrote it.
pub(crate) fn word(value: Option<impl AsRef<str>>) -> Option<String> {
    value.map(|value| value.as_ref().to_owned())
}

/// A list of words that AWS writes as one, "EC2,ELB".
pub(crate) fn split(words: &str) -> Vec<String> {
    words.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

impl Context {
    /// What an entry of a list is called. An entry without a name is a resource that is missing, and is noted.
    pub fn entry<'a>(&self, call: &Call, name: Option<&'a str>) -> Option<&'a str> {
        if name.is_none() {
            self.unnamed(call);
        }
        name
    }

    /// Notes an entry of a list without a name.
    pub fn unnamed(&self, call: &Call) {
        self.unreadable(call, None, "an entry of the list has neither id nor ARN");
    }

    /// A fact out of an answer that came; where it could not be made, that is noted.
    pub fn whole<T>(&self, call: &Call, arn: &str, fact: &str, value: Option<T>) -> Fact<T> {
        if value.is_none() {
            self.unreadable(call, Some(arn), &format!("the answer lacks what {fact} is made of"));
        }
        value.into()
    }

    /// The parts of a list: all of them, or unread. An absent list is unread too, as EC2 and its like send empty ones.
    pub fn parts<T, U>(
        &self,
        call: &Call,
        arn: &str,
        fact: &str,
        list: Option<&Vec<T>>,
        part: impl Fn(&T) -> Option<U>,
    ) -> Fact<Vec<U>> {
        let Some(list) = list else { return Fact::Unread };
        self.whole(call, arn, fact, list.iter().map(part).collect())
    }
}
