//! Which effects go together, and at which phase each can happen.

use crate::scenario::Phase;
use crate::scenario::file::{DelayTable, EffectTable, LogNormal, Number, Uniform};

/// Why these effects do not go together, or not at that phase.
pub(super) fn problem(effect: &EffectTable, at: Phase) -> Option<&'static str> {
    let wrong =
        [ends(effect, at), changes(effect, at), job(effect), delivery(effect), numbers(effect)];
    wrong.into_iter().flatten().next()
}

/// Most bytes by which a length can be wrong.
const LENGTH_MAX: u64 = 1_000_000;

type Rule = (bool, &'static str);

fn first<const N: usize>(rules: [Rule; N]) -> Option<&'static str> {
    rules.into_iter().find_map(|(is_so, problem)| is_so.then_some(problem))
}

fn is_lost(effect: &EffectTable) -> bool {
    effect.drop || effect.reset || effect.garbage.is_some()
}

fn is_replaced(effect: &EffectTable) -> bool {
    effect.refuse.is_some() || effect.status.is_some()
}

/// The ways in which a request ends early.
fn ends(effect: &EffectTable, at: Phase) -> Option<&'static str> {
    let ends = [
        effect.refuse.is_some(),
        effect.status.is_some(),
        effect.drop,
        effect.reset,
        effect.garbage.is_some(),
    ];
    first([
        (
            ends.into_iter().filter(|one| *one).count() > 1,
            "one of refuse, status, drop, reset and garbage: a request ends in one way",
        ),
        (
            is_replaced(effect) && at == Phase::Body,
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
    ])
}

/// What changes for a request that goes on.
fn changes(effect: &EffectTable, at: Phase) -> Option<&'static str> {
    let is_page = effect.page.is_some() || effect.total.is_some();
    let judges = effect.clock_skew.is_some() || effect.revoked;
    let runs = effect.limits.is_some() || effect.stale.is_some() || effect.job.is_some();
    let changes = [
        effect.clock_skew.is_some(),
        effect.revoked,
        effect.limits.is_some(),
        effect.stale.is_some(),
        is_page,
        effect.job.is_some(),
    ];
    let changes = changes.into_iter().filter(|one| *one).count();
    first([
        (
            changes > 1,
            "one of clock_skew, revoked, limits, stale, page and job: write a rule for each",
        ),
        (
            changes > 0 && (is_replaced(effect) || is_lost(effect)),
            "a request that ends early sees no change: write a rule for each",
        ),
        (
            judges && at != Phase::Arrival,
            "credentials are judged after the arrival: use `at = \"arrival\"`",
        ),
        (
            runs && at != Phase::BeforeHandler,
            "limits, stale and job change what the handler sees: use `at = \"before_handler\"`",
        ),
        (
            is_page && at != Phase::AfterCommit,
            "a page is changed once it is read: use `at = \"after_commit\"`",
        ),
    ])
}

/// How a job ends. What goes wrong with a job that fails, stays or has rows is checked where it is made.
fn job(effect: &EffectTable) -> Option<&'static str> {
    let job = effect.job.as_ref()?;
    let is_no_time = |seconds: f64| !(seconds > 0.0 && seconds.is_finite());
    first([
        (
            job.fail.is_none() && !job.stay && job.later.is_none() && job.rows.is_none(),
            "`job` needs one of fail, stay, later and rows",
        ),
        (job.fail.is_some() && job.stay, "a job that stays never ends: `stay` goes without `fail`"),
        (
            job.fail.as_ref().is_some_and(|reason| reason.trim().is_empty()),
            "`fail` is the reason, a code or a text",
        ),
        (job.later.is_some_and(is_no_time), "`later` is a number of seconds above 0"),
    ])
}

/// How the answer is sent.
fn delivery(effect: &EffectTable) -> Option<&'static str> {
    let spoils = effect.cut.is_some() || effect.dribble.is_some() || effect.length.is_some();
    let is_named = is_replaced(effect)
        || is_lost(effect)
        || spoils
        || effect.delay.is_some()
        || effect.headers.is_some()
        || effect.clock_skew.is_some()
        || effect.revoked
        || effect.limits.is_some()
        || effect.stale.is_some()
        || effect.page.is_some()
        || effect.total.is_some()
        || effect.job.is_some();
    first([
        (
            is_lost(effect) && (spoils || effect.headers.is_some()),
            "nothing is left to cut or to dribble",
        ),
        (effect.cut.is_some() && effect.length.is_some(), "one of cut and length"),
        (
            !is_named,
            "an effect is needed: refuse, status, drop, reset, cut, garbage, length, headers, dribble, \
             delay, stale, page, total, clock_skew, revoked, limits or job",
        ),
    ])
}

fn numbers(effect: &EffectTable) -> Option<&'static str> {
    let is_no_time = |seconds: &f64| !(*seconds >= 0.0 && seconds.is_finite());
    let times = match effect.delay {
        None => vec![],
        Some(DelayTable::Fixed(seconds)) => vec![seconds],
        Some(DelayTable::Uniform(Uniform { from, to })) => vec![from, to - from],
        Some(DelayTable::LogNormal(LogNormal { median, sigma })) => vec![median, sigma],
    };
    let pause = effect.dribble.as_ref().map(|dribble| dribble.pause);
    first([
        (
            matches!(effect.cut, Some(Number::Fraction(part)) if !(0.0..1.0).contains(&part)),
            "`cut` is a number of bytes, or a fraction below 1",
        ),
        (
            effect.length.is_some_and(|bytes| bytes == 0 || bytes.unsigned_abs() > LENGTH_MAX),
            "`length` is a number of bytes, at most a million below or above 0",
        ),
        (
            effect.dribble.as_ref().is_some_and(|dribble| dribble.bytes == 0),
            "a piece has at least one byte",
        ),
        (
            times.iter().chain(pause.iter()).any(is_no_time),
            "a time is 0 seconds or more, and `to` is not before `from`",
        ),
    ])
}
