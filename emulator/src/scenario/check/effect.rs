//! What a rule does: one effect or several that go together.

mod change;
mod headers;
mod jobs;
mod limits;
mod narrow;
mod together;

use contracts::near;
use std::ops::Range;
use std::time::Duration;

use http::StatusCode;

use super::{Problems, Targets};
use crate::error::Refusal;
use crate::scenario::ANY_CODE;
use crate::scenario::file::{DelayTable, EffectTable, LogNormal, Number, RuleTable, Uniform};
use crate::scenario::rule::{Answer, Delay, Effect};
use crate::wire::{Dribble, Fate, Part};

impl Problems<'_> {
    pub(super) fn effect(&mut self, table: &RuleTable, targets: &Targets) -> Option<Effect> {
        let (effect, span) = (table.effect.get_ref(), table.effect.span());
        if let Some(problem) = together::problem(effect, table.at) {
            self.add(span, problem);
            return None;
        }
        let answer = self.answer(effect, targets, &span)?;
        let change = self.change(effect, &span);
        self.limits(effect, table.service.as_ref(), &span)?;
        let headers = self.headers(effect.headers.as_ref(), &span);
        let fate = match effect {
            EffectTable { drop: true, .. } => Fate::Dropped,
            EffectTable { reset: true, .. } => Fate::Reset,
            EffectTable { garbage: Some(text), .. } => Fate::Garbage(text.clone().into()),
            EffectTable { cut: Some(Number::Whole(bytes)), .. } => Fate::Cut(Part::Bytes(*bytes)),
            EffectTable { cut: Some(Number::Fraction(part)), .. } => {
                Fate::Cut(Part::Fraction(*part))
            }
            EffectTable { length: Some(bytes), .. } => Fate::WrongLength(*bytes),
            _ => Fate::Sent,
        };
        let dribble = effect.dribble.as_ref().map(|dribble| Dribble {
            bytes: usize::try_from(dribble.bytes).unwrap_or(usize::MAX),
            pause: Duration::try_from_secs_f64(dribble.pause).unwrap_or_default(),
        });
        Some(Effect { answer, change, headers, fate, dribble, delay: delay(effect.delay) })
    }

    fn answer(
        &mut self,
        effect: &EffectTable,
        targets: &Targets,
        span: &Range<usize>,
    ) -> Option<Answer> {
        if let Some(number) = effect.status {
            let status = StatusCode::from_u16(number).ok().filter(|_| number >= 200);
            let Some(status) = status else {
                self.add(span.clone(), format!("{number} is no status of an answer: 200 to 999"));
                return None;
            };
            let media_type = effect.content_type.as_deref().unwrap_or("text/html");
            let Ok(media_type) = media_type.parse() else {
                self.add(span.clone(), format!("{media_type:?} is no value of a header"));
                return None;
            };
            let body = effect.body.clone().unwrap_or_default();
            return Some(Answer::Bare(status, media_type, body.into()));
        }
        let Some(code) = &effect.refuse else { return Some(Answer::Own) };
        if code.get_ref() == ANY_CODE {
            return Some(Answer::RefuseAny);
        }
        let Targets::Operations(operations) = targets else {
            self.add(code.span(), "a code belongs to a service: add `service`");
            return None;
        };
        let word = code.get_ref();
        if !effect.undocumented && !operations.iter().any(|one| one.documents(word)) {
            let hint =
                near(word, operations.iter().flat_map(|one| &one.errors).map(String::as_str));
            let text =
                format!("{word:?} is not documented there; {hint} (or add `undocumented = true`)");
            self.add(code.span(), text);
            return None;
        }
        let message = effect.message.clone().unwrap_or_default();
        Some(Answer::Refuse(Refusal { code: word.clone().into(), message: message.into() }))
    }
}

fn delay(table: Option<DelayTable>) -> Delay {
    match table {
        None => Delay::Fixed(0.0),
        Some(DelayTable::Fixed(seconds)) => Delay::Fixed(seconds),
        Some(DelayTable::Uniform(Uniform { from, to })) => Delay::Uniform(from, to),
        Some(DelayTable::LogNormal(LogNormal { median, sigma })) => Delay::LogNormal(median, sigma),
    }
}

/// The effect in a word or two.
pub(super) fn label(effect: &EffectTable) -> String {
    let what = match effect {
        EffectTable { refuse: Some(code), .. } => format!("refuse {}", code.get_ref()),
        EffectTable { status: Some(status), .. } => format!("status {status}"),
        EffectTable { drop: true, .. } => "drop".to_owned(),
        EffectTable { reset: true, .. } => "reset".to_owned(),
        EffectTable { garbage: Some(_), .. } => "garbage".to_owned(),
        _ => String::new(),
    };
    let others = [
        (effect.delay.is_some(), "delay"),
        (effect.clock_skew.is_some(), "clock skew"),
        (effect.revoked, "revoked"),
        (effect.limits.is_some(), "limits"),
        (effect.stale.is_some(), "stale"),
        (effect.page.is_some() || effect.total.is_some(), "page"),
        (effect.job.is_some(), "job"),
        (effect.headers.is_some(), "headers"),
        (effect.length.is_some(), "length"),
        (effect.cut.is_some(), "cut"),
        (effect.dribble.is_some(), "dribble"),
    ];
    let others = others.into_iter().filter(|(is_there, _)| *is_there).map(|(_, word)| word);
    others.chain(Some(what.as_str()).filter(|what| !what.is_empty())).collect::<Vec<_>>().join(", ")
}
