//! A list, page by page to its end: each item once, as many as the total says, and an end.

use serde_json::{Value, json};

use super::model::Model;
use super::promises::{PAGES, Problem};
use super::{Reach, Suite, text_of};
use crate::client::Transport;
use crate::generate::minimal;
use crate::model::{Kind, Operation, Paging, Position};
use crate::rules::values::values;
use crate::validate::validate_known;

/// Items of a page.
const SIZE: i64 = 2;

/// Most pages that are read.
const PAGES_MAX: i64 = 50;

/// The problems of a list; nothing if its first page is refused.
pub(super) fn judge<T: Transport>(
    suite: &mut Suite<'_, T>,
    operation: &'static Operation,
) -> Option<Vec<Problem>> {
    let paging = operation.paging.as_deref()?;
    let model = Model::of(operation)?;
    let mut walk = Walk::new(operation, paging);
    for page in 0..PAGES_MAX {
        let base = suite.known.aimed(operation, &minimal(&operation.input), 0);
        let input = walk.input(base, page);
        if validate_known(&input, &operation.input).is_some() {
            return None;
        }
        let called = suite.caller.call(operation, &input);
        if !suite.can_judge(model, &called) {
            return None;
        }
        let answer = called.answer.as_ref().ok();
        let Some(output) = answer.and_then(|answer| answer.output()) else {
            // What is refused at once says nothing of pages: the case of the operation judges it.
            if page == 0 {
                return None;
            }
            walk.problem(format!("page {} is refused", page + 1), called.number);
            break;
        };
        if walk.read(output, called.number) {
            break;
        }
    }
    walk.end();
    // Others may change a list while it is read.
    let is_shared = suite.settings.reach != Reach::All;
    Some(walk.problems.into_iter().map(|problem| problem.likely_if(is_shared)).collect())
}

/// What is known of a list so far.
struct Walk<'a> {
    operation: &'a Operation,
    paging: &'a Paging,
    cursor: Option<Value>,
    items: Vec<String>,
    total: Option<u64>,
    ended: bool,
    problems: Vec<Problem>,
    first_call: u64,
    last_call: u64,
}

impl<'a> Walk<'a> {
    fn new(operation: &'a Operation, paging: &'a Paging) -> Self {
        Self {
            operation,
            paging,
            cursor: None,
            items: Vec::new(),
            total: None,
            ended: false,
            problems: Vec::new(),
            first_call: 0,
            last_call: 0,
        }
    }

    /// The request for a page, the first being 0.
    fn input(&self, mut base: Value, page: i64) -> Value {
        self.set(&mut base, &self.paging.size, SIZE.into());
        match &self.paging.position {
            Position::Cursor { cursor, .. } => {
                if let Some(next) = &self.cursor {
                    self.set(&mut base, cursor, next.clone());
                }
            }
            Position::Number { number, first } => {
                self.set(&mut base, number, (first + page).into())
            }
            Position::Offset { offset } => self.set(&mut base, offset, (page * SIZE).into()),
        }
        base
    }

    /// Sets a member by its path, as a text where the model has one.
    fn set(&self, base: &mut Value, path: &str, value: Value) {
        let (mut place, mut shape) = (base, &**self.operation.input);
        for name in path.split('.') {
            let Some(member) = shape.member(name) else { return };
            let Some(members) = place.as_object_mut() else { return };
            let below = members.entry(name).or_insert_with(|| json!({}));
            if let Some(inner) = member.kind.shape() {
                (place, shape) = (below, inner);
                continue;
            }
            *below = match member.kind {
                Kind::String => text_of(&value).into(),
                _ => value,
            };
            return;
        }
    }

    /// Takes a page; whether it was the last one.
    fn read(&mut self, output: &Value, call: u64) -> bool {
        if self.first_call == 0 {
            self.first_call = call;
        }
        self.last_call = call;
        let items = values(output, &self.paging.items);
        if items.len() > usize::try_from(SIZE).unwrap_or(usize::MAX) {
            self.problem(format!("a page of {SIZE} has {} items", items.len()), call);
        }
        for item in &items {
            let item = item.to_string();
            if self.items.contains(&item) {
                self.problem("an item is on two pages".to_owned(), call);
            }
            self.items.push(item);
        }
        self.total =
            self.paging.total.as_ref().and_then(|path| values(output, path).first()?.as_u64());
        self.ended = match &self.paging.position {
            Position::Cursor { next, .. } => {
                let next = values(output, next).first().map(|next| (*next).clone());
                self.cursor = next.filter(|next| *next != "" && !next.is_null());
                self.cursor.is_none()
            }
            _ => items.is_empty(),
        };
        self.ended
    }

    /// Judges the list as a whole.
    fn end(&mut self) {
        let read = u64::try_from(self.items.len()).unwrap_or(u64::MAX);
        let Some(total) = self.total else { return };
        let most = u64::try_from(SIZE * PAGES_MAX).unwrap_or(u64::MAX);
        if self.ended && read != total {
            let text = format!("its pages have {read} items, and the total is {total}");
            self.problem(text, self.last_call);
        } else if !self.ended && self.problems.is_empty() && total < most {
            self.problem(
                format!("page {PAGES_MAX} is not the last, and the total is {total}"),
                self.last_call,
            );
        }
    }

    fn problem(&mut self, text: String, call: u64) {
        let text = format!("{}: {text}", self.operation.name);
        let calls = [self.first_call, call];
        let calls = if self.first_call == call { &calls[1..] } else { &calls[..] };
        self.problems.push(Problem::new(&PAGES, text, calls));
    }
}
