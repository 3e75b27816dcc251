//! What can be done to a request, as the language of scenarios says it.

use super::codes::Refusal;

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is done, and its answer is lost.
    Lost,
    /// It is not done, and there is no answer.
    Unreachable,
    /// It is refused, and not done.
    Refused(Refusal),
    /// It is done, and refused with a code that leaves that open.
    RefusedAfter(Refusal),
    /// Something on the way answers in place of the service: the status; whether it was done.
    Gateway(u16, bool),
    /// A list succeeds with a wrong page.
    Page(Page),
    /// A read sees the state before the last change.
    Stale,
    /// The answer ends in its middle.
    Cut,
    /// The answer takes its time.
    Slow,
    /// What comes is no HTTP.
    Garbage,
    /// The key or the token is unknown.
    Revoked,
    /// The clock of the client is wrong.
    Skewed,
    /// The job that it creates ends in another way.
    Job(Job),
}

/// What is wrong with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    /// It has no rows, though the total says that there are some.
    Empty,
    /// It has no rows, and says that there are none.
    Nothing,
    /// Half of its rows are missing.
    Short,
    /// Its first row comes again at its end.
    RepeatedRow,
    /// The token for the next page is missing.
    LostToken,
}

/// How a job ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Job {
    /// It fails.
    Fails,
    /// It never ends.
    Stays,
    /// It takes half a second.
    Late,
    /// Every second row of it fails.
    BadRows,
}

impl Fault {
    /// The phase at which it happens, as scenarios name it.
    pub(super) fn phase(&self) -> &'static str {
        match self {
            Self::Revoked | Self::Skewed => "arrival",
            Self::Unreachable
            | Self::Refused(_)
            | Self::Gateway(_, false)
            | Self::Stale
            | Self::Job(_) => "before_handler",
            Self::Lost | Self::RefusedAfter(_) | Self::Gateway(_, true) | Self::Page(_) => {
                "after_commit"
            }
            Self::Cut | Self::Slow | Self::Garbage => "body",
        }
    }

    /// The table `effect` of a scenario.
    pub(super) fn effect(&self) -> String {
        match self {
            Self::Lost | Self::Unreachable => "{ drop = true }".to_owned(),
            Self::Refused(refusal) | Self::RefusedAfter(refusal) => {
                let force = if refusal.is_documented { "" } else { ", undocumented = true" };
                format!("{{ refuse = {:?}{force} }}", refusal.code)
            }
            Self::Gateway(status, _) => {
                format!("{{ status = {status}, body = \"<h1>{status}</h1>\" }}")
            }
            Self::Page(page) => page.effect().to_owned(),
            Self::Stale => "{ stale = { commits = 1 } }".to_owned(),
            Self::Cut => "{ cut = 0.5 }".to_owned(),
            Self::Slow => "{ delay = 2.0 }".to_owned(),
            Self::Garbage => "{ garbage = \"SSH-2.0-x\" }".to_owned(),
            Self::Revoked => "{ revoked = true }".to_owned(),
            Self::Skewed => "{ clock_skew = 360 }".to_owned(),
            Self::Job(job) => job.effect().to_owned(),
        }
    }

    /// The code that is answered, or what is done instead, for the grid of coverage.
    pub(super) fn word(&self) -> String {
        match self {
            Self::Lost => "answer lost".to_owned(),
            Self::Unreachable => "no answer".to_owned(),
            Self::Refused(refusal) | Self::RefusedAfter(refusal) => refusal.code.to_owned(),
            Self::Gateway(status, _) => format!("HTTP {status}"),
            Self::Page(page) => page.word().to_owned(),
            Self::Stale => "old state".to_owned(),
            Self::Cut => "cut".to_owned(),
            Self::Slow => "slow".to_owned(),
            Self::Garbage => "no HTTP".to_owned(),
            Self::Revoked => "revoked".to_owned(),
            Self::Skewed => "wrong clock".to_owned(),
            Self::Job(job) => job.word().to_owned(),
        }
    }

    /// How a sentence of that request goes on: `CreateUser #2 ..`.
    pub(super) fn predicate(&self) -> String {
        match self {
            Self::Lost => "was done and its answer was lost".to_owned(),
            Self::Unreachable => "got no answer".to_owned(),
            Self::Refused(refusal) => format!("was refused with {}", refusal.code),
            Self::RefusedAfter(refusal) => format!("was done and answered {}", refusal.code),
            Self::Gateway(status, false) => format!("got HTTP {status} from a gateway"),
            Self::Gateway(status, true) => format!("was done and got HTTP {status} from a gateway"),
            Self::Page(page) => format!("returned {}", page.word()),
            Self::Stale => "showed an old state".to_owned(),
            Self::Cut => "broke off in its answer".to_owned(),
            Self::Slow => "took two seconds".to_owned(),
            Self::Garbage => "got an answer that is no HTTP".to_owned(),
            Self::Revoked => "was refused since its key is unknown".to_owned(),
            Self::Skewed => "was refused since its clock is wrong".to_owned(),
            Self::Job(job) => job.word().to_owned(),
        }
    }

    /// How ordinary it is: of two faults with the same effect on a client the lower one is shown.
    pub(super) fn oddness(&self) -> u8 {
        match self {
            Self::Lost | Self::Unreachable | Self::Page(_) | Self::Stale | Self::Job(_) => 0,
            Self::Refused(refusal) => 1 + u8::from(!refusal.is_documented),
            Self::RefusedAfter(_) | Self::Cut | Self::Slow => 3,
            Self::Gateway(..) | Self::Revoked | Self::Skewed => 4,
            Self::Garbage => 5,
        }
    }

    /// Whether a later request of the client may fail because of it, without any fault of the client.
    pub(super) fn blocks_later_runs(&self) -> bool {
        matches!(self, Self::Job(Job::Stays | Job::Late))
    }
}

impl Page {
    fn effect(self) -> &'static str {
        match self {
            Self::Empty => "{ page = \"empty\" }",
            Self::Nothing => "{ page = \"empty\", total = 0 }",
            Self::Short => "{ page = \"short\" }",
            Self::RepeatedRow => "{ page = \"repeated row\" }",
            Self::LostToken => "{ page = \"lost token\" }",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Empty => "an empty page",
            Self::Nothing => "an empty list",
            Self::Short => "a short page",
            Self::RepeatedRow => "a repeated row",
            Self::LostToken => "no token for the next page",
        }
    }
}

impl Job {
    fn effect(self) -> &'static str {
        match self {
            Self::Fails => "{ job = { fail = \"interrupted\" } }",
            Self::Stays => "{ job = { stay = true } }",
            Self::Late => "{ job = { later = 0.5 } }",
            Self::BadRows => "{ job = { rows = { every = 2 } } }",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Fails => "failed",
            Self::Stays => "did not end",
            Self::Late => "ended half a second later",
            Self::BadRows => "completed with failed rows",
        }
    }
}
