//! Shrinks each finding, and sees whether it is there each time.

use super::buckets::{Bucket, CONFIRMATIONS, Confirmed, buckets};
use super::cases::Cause;
use super::driver::Driver;
use super::outcome::Outcome;
use super::parallel::each;
use super::settings::Progress;
use super::shrink::shrink;

/// Most causes that are shrunk: nobody reads more at once.
const CAUSES_MAX: usize = 30;

/// The causes of all findings, each with its smallest plan, worst first.
pub(super) fn causes(driver: &Driver<'_>, outcomes: &[Outcome]) -> Vec<Cause> {
    let mut buckets = buckets(outcomes);
    buckets.truncate(CAUSES_MAX);
    if buckets.is_empty() {
        return Vec::new();
    }
    (driver.listener)(&Progress::Shrinking { causes: buckets.len() });
    let is_over = || false;
    let causes = each(driver.settings.jobs, &buckets, &is_over, &|bucket| cause(driver, bucket));
    causes.into_iter().flatten().collect()
}

fn cause(driver: &Driver<'_>, bucket: &Bucket) -> Cause {
    let Bucket { fingerprint, simplest } = bucket;
    let attempt = |plan: &super::plan::Plan| {
        let is_time_left = driver.watch.elapsed() < driver.settings.max_time;
        if is_time_left { driver.attempt(plan) } else { None }
    };
    let smallest = shrink(simplest.clone(), fingerprint, driver.calm, &attempt);
    let again = || Some(attempt(&smallest.plan)?.has(fingerprint));
    let seen: Option<Vec<bool>> = (0..CONFIRMATIONS).map(|_| again()).collect();
    let confirmed = seen.map(|seen| confirmed(&seen));
    Cause { fingerprint: fingerprint.clone(), smallest, confirmed }
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
