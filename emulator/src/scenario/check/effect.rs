//! What a rule does: one effect or several that go together.

use std::ops::Range;
use std::time::Duration;

use contracts::Operation;
use http::StatusCode;

use super::{Problems, near};
use crate::error::Refusal;
use crate::scenario::Phase;
use crate::scenario::file::{DelayTable, EffectTable, LogNormal, Number, RuleTable, Uniform};
use crate::scenario::rule::{Answer, Delay, Effect};
use crate::wire::{Dribble, Fate, Part};

impl Problems<'_> {
    pub(super) fn effect(
        &mut self,
        table: &RuleTable,
        operations: Option<&[&Operation]>,
    ) -> Option<Effect> {
        let (effect, span) = (table.effect.get_ref(), table.effect.span());
        if let Some(problem) = impossible(effect, table.at) {
            self.add(span, problem);
            return None;
        }
        let answer = self.answer(effect, operations, &span)?;
        let fate = match effect {
            EffectTable { drop: true, .. } => Fate::Dropped,
            EffectTable { reset: true, .. } => Fate::Reset,
            EffectTable { garbage: Some(text), .. } => Fate::Garbage(text.clone().into()),
            EffectTable { cut: Some(Number::Whole(bytes)), .. } => Fate::Cut(Part::Bytes(*bytes)),
            EffectTable { cut: Some(Number::Fraction(part)), .. } => {
                Fate::Cut(Part::Fraction(*part))
            }
            _ => Fate::Sent,
        };
        let dribble = effect.dribble.as_ref().map(|dribble| Dribble {
            bytes: usize::try_from(dribble.bytes).unwrap_or(usize::MAX),
            pause: Duration::try_from_secs_f64(dribble.pause).unwrap_or_default(),
        });
        Some(Effect { answer, fate, dribble, delay: delay(effect.delay) })
    }

    fn answer(
        &mut self,
        effect: &EffectTable,
        operations: Option<&[&Operation]>,
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
        let Some(operations) = operations else {
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

/// Why these effects do not go together, or not at that phase.
fn impossible(effect: &EffectTable, at: Phase) -> Option<&'static str> {
    let replaces = effect.refuse.is_some() || effect.status.is_some();
    let is_lost = effect.drop || effect.reset || effect.garbage.is_some();
    let ends = [
        effect.refuse.is_some(),
        effect.status.is_some(),
        effect.drop,
        effect.reset,
        effect.garbage.is_some(),
    ];
    let spoils = effect.cut.is_some() || effect.dribble.is_some();
    let is_no_time = |seconds: &f64| !(*seconds >= 0.0 && seconds.is_finite());
    let times = match effect.delay {
        None => vec![],
        Some(DelayTable::Fixed(seconds)) => vec![seconds],
        Some(DelayTable::Uniform(Uniform { from, to })) => vec![from, to - from],
        Some(DelayTable::LogNormal(LogNormal { median, sigma })) => vec![median, sigma],
    };
    let pause = effect.dribble.as_ref().map(|dribble| dribble.pause);
    [
        (
            ends.iter().filter(|one| **one).count() > 1,
            "one of refuse, status, drop, reset and garbage: a request ends in one way",
        ),
        (is_lost && spoils, "nothing is left to cut or to dribble"),
        (
            replaces && at == Phase::Body,
            "the answer is on its way: use `at = \"after_commit\"` to replace it",
        ),
        (
            effect.status.is_none() && (effect.body.is_some() || effect.content_type.is_some()),
            "`body` and `content_type` go with `status`",
        ),
        (
            effect.refuse.is_none() && (effect.message.is_some() || effect.undocumented),
            "`message` and `undocumented` go with `refuse`",
        ),
        (
            matches!(effect.cut, Some(Number::Fraction(part)) if !(0.0..1.0).contains(&part)),
            "`cut` is a number of bytes, or a fraction below 1",
        ),
        (
            effect.dribble.as_ref().is_some_and(|dribble| dribble.bytes == 0),
            "a piece has at least one byte",
        ),
        (
            times.iter().chain(pause.iter()).any(is_no_time),
            "a time is 0 seconds or more, and `to` is not before `from`",
        ),
        (
            !replaces && !is_lost && !spoils && effect.delay.is_none(),
            "an effect is needed: refuse, status, drop, reset, cut, garbage, dribble or delay",
        ),
    ]
    .into_iter()
    .find_map(|(is_so, problem)| is_so.then_some(problem))
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
        EffectTable { cut: Some(_), .. } => "cut".to_owned(),
        EffectTable { dribble: Some(_), .. } => "dribble".to_owned(),
        _ => return "delay".to_owned(),
    };
    if effect.delay.is_some() { format!("delay, {what}") } else { what }
}
