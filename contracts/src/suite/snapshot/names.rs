//! Drawn values, such as ids, times and tokens, by reference: the same conversation reads the same in each run.

use std::collections::HashMap;

use serde_json::Value;

use crate::conversation::Entry;

/// Shorter texts are words, not ids.
const ID_MIN: usize = 6;

/// Values that answers gave, and where each was seen first.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: HashMap<String, Name>,
    counts: HashMap<String, usize>,
}

#[derive(Debug, Clone)]
struct Name {
    member: String,
    /// Counts the values of that member, from 1.
    number: usize,
    /// The place in the conversation of the answer that gave it.
    from: usize,
}

impl Names {
    /// Knows what the client was given in its environment.
    pub(super) fn know(&mut self, given: &[(String, String)]) {
        for (member, text) in given.iter().filter(|(_, text)| text.len() >= ID_MIN) {
            let name = Name { member: member.clone(), number: 1, from: usize::MAX };
            self.known.insert(text.clone(), name);
        }
    }

    /// Learns what an answer gives.
    pub(super) fn learn(&mut self, place: usize, entry: &Entry) {
        let parsed = entry.answer.as_deref().and_then(|text| serde_json::from_str(text).ok());
        if let Some(answer) = parsed {
            self.learn_value(place, "", &answer);
        }
    }

    fn learn_value(&mut self, place: usize, member: &str, value: &Value) {
        match value {
            Value::String(text) => self.learn_text(place, member, text),
            Value::Array(all) => all.iter().for_each(|one| self.learn_value(place, member, one)),
            Value::Object(members) => {
                members.iter().for_each(|(name, value)| self.learn_value(place, name, value));
            }
            _ => {}
        }
    }

    /// Only what looks drawn gets a name: ids have digits, and no blank.
    fn learn_text(&mut self, place: usize, member: &str, text: &str) {
        let is_drawn = text.len() >= ID_MIN
            && text.bytes().any(|b| b.is_ascii_digit())
            && !text.contains([' ', '@'])
            && !self.known.contains_key(text);
        if is_drawn {
            let number = self.counts.entry(member.to_owned()).or_default();
            *number += 1;
            let name = Name { member: member.to_owned(), number: *number, from: place };
            self.known.insert(text.to_owned(), name);
        }
    }

    /// The value with references, and the place of the latest answer that it needs.
    pub(super) fn replace(&self, value: &Value, numbered: bool) -> (Value, Option<usize>) {
        let mut latest = None;
        let replaced = self.replaced(value, numbered, &mut latest);
        (replaced, latest)
    }

    fn replaced(&self, value: &Value, numbered: bool, latest: &mut Option<usize>) -> Value {
        match value {
            Value::String(text) => match self.known.get(text) {
                Some(Name { member, number, from }) => {
                    if *from != usize::MAX {
                        *latest = (*latest).max(Some(*from));
                    }
                    let text = if numbered {
                        format!("<{member}:{number}>")
                    } else {
                        format!("<{member}>")
                    };
                    text.into()
                }
                None if is_time(text) => "<time>".into(),
                None => value.clone(),
            },
            Value::Array(all) => {
                all.iter().map(|one| self.replaced(one, numbered, latest)).collect()
            }
            Value::Object(members) => {
                let members = members.iter();
                let replaced = members
                    .map(|(name, value)| (name.clone(), self.replaced(value, numbered, latest)));
                Value::Object(replaced.collect())
            }
            _ => value.clone(),
        }
    }
}

fn is_time(text: &str) -> bool {
    text.parse::<jiff::Timestamp>().is_ok()
}
