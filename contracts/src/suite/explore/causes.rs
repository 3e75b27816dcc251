//! Shrinks each finding, and sees whether it is there each time.

use std::time::Duration;

use super::super::judge::is_of_time;
use super::buckets::{Bucket, CONFIRMATIONS, Confirmed, buckets};
use super::cases::Cause;
use super::driver::Driver;
use super::outcome::Outcome;
use super::parallel::each;
use super::plan::Plan;
use super::settings::Progress;
use super::shrink::shrink;

/// Most causes that are shrunk: more are hard to read.
const CAUSES_MAX: usize = 30;

/// The part of the time that is kept for this, even if the sweep took longer than it should.
const SHARE: f64 = 0.2;

/// The causes of all findings, each with its smallest plan, worst first.
pub(super) fn causes(driver: &Driver<'_>, outcomes: &[Outcome]) -> Vec<Cause> {
    let mut buckets = buckets(outcomes);
    buckets.truncate(CAUSES_MAX);
    if buckets.is_empty() {
        return Vec::new();
    }
    (driver.listener)(&Progress::Shrinking { causes: buckets.len() });
    let max = driver.settings.max_time;
    let causes = Causes { driver, end: max.max(driver.watch.elapsed() + max.mul_f64(SHARE)) };
    let jobs = driver.settings.jobs;
    let shrunk = each(jobs, &buckets, &|| false, &|bucket| causes.shrunk(bucket));
    let mut shrunk: Vec<_> = shrunk.into_iter().flatten().collect();
    causes.confirm(&mut shrunk);
    shrunk
}

struct Causes<'c> {
    driver: &'c Driver<'c>,
    /// No run begins after that.
    end: Duration,
}

impl Causes<'_> {
    fn attempt(&self, plan: &Plan) -> Option<Outcome> {
        let is_time_left = self.driver.watch.elapsed() < self.end;
        if is_time_left { self.driver.attempt(plan) } else { None }
    }

    fn shrunk(&self, bucket: &Bucket) -> Cause {
        let Bucket { fingerprint, simplest } = bucket;
        let attempt = |plan: &Plan| self.attempt(plan);
        let smallest = shrink(simplest.clone(), fingerprint, self.driver.calm, &attempt);
        Cause { fingerprint: fingerprint.clone(), smallest, confirmed: None }
    }

    /// Runs each plan three times. Other runs on the machine can make findings of time, so theirs are run alone.
    fn confirm(&self, causes: &mut [Cause]) {
        for is_alone in [false, true] {
            let chosen = |cause: &Cause| is_timed(cause) == is_alone;
            let jobs = if is_alone { 1 } else { self.driver.settings.jobs };
            let plans = causes.iter().filter(|cause| chosen(cause));
            let thrice: Vec<_> = plans
                .flat_map(|cause| {
                    (0..CONFIRMATIONS)
                        .map(|_| (cause.fingerprint.clone(), cause.smallest.plan.clone()))
                })
                .collect();
            let seen = each(jobs, &thrice, &|| false, &|(fingerprint, plan)| {
                Some(self.attempt(plan)?.has(fingerprint))
            });
            let seen: Vec<_> =
                thrice.iter().zip(seen).map(|((name, _), seen)| (name, seen.flatten())).collect();
            for cause in causes.iter_mut().filter(|cause| chosen(cause)) {
                let own = seen.iter().filter(|(name, _)| **name == cause.fingerprint);
                let own: Option<Vec<bool>> = own.map(|(_, seen)| *seen).collect();
                cause.confirmed = own.map(|own| confirmed(&own));
            }
        }
    }
}

fn is_timed(cause: &Cause) -> bool {
    let own = cause.smallest.findings.iter().filter(|found| found.fingerprint == cause.fingerprint);
    own.map(|found| &found.finding).any(is_of_time)
}

/// What was never seen again was seen once all the same.
fn confirmed(seen: &[bool]) -> Confirmed {
    let failed = seen.iter().filter(|seen| **seen).count();
    let failed = u32::try_from(failed).unwrap_or(CONFIRMATIONS);
    if failed == 0 {
        Confirmed { runs: CONFIRMATIONS + 1, failed: 1 }
    } else {
        Confirmed { runs: CONFIRMATIONS, failed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_of_three_confirm() {
        assert!(!confirmed(&[true; 3]).is_flaky());
        assert_eq!(confirmed(&[true, false, true]), Confirmed { runs: 3, failed: 2 });
        assert_eq!(confirmed(&[false; 3]), Confirmed { runs: 4, failed: 1 });
    }
}
