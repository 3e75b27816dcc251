//! Runs the cases of contracts side by side, and reports them in the order of the files.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::contract::{Case, Contract};
use super::judge::{self, judged};
use super::lab::{Lab as _, LabError};
use super::room::Tenants;
use super::snapshot;
use super::twins::{RunningTwin, Twins};
use crate::report::{self, CaseOutcome, Report, Shards};
use crate::stopwatch::Stopwatch;

/// What of the contracts is run, and how.
#[derive(Debug, Clone)]
pub struct Selection {
    /// Only cases whose `contract/case` contains this text.
    pub filter: Option<String>,
    /// The part of the cases that is run: number, from 1, and how many parts there are.
    pub shard: Option<(u32, u32)>,
    /// How often each case is run.
    pub repeat: u32,
    /// How many clients run at a time.
    pub jobs: usize,
    /// Whether the conversations of today are kept as those that are expected.
    pub update_snapshots: bool,
    /// Names the run in its report.
    pub run: String,
}

/// What is told while cases run.
#[derive(Debug)]
pub struct Progress<'a> {
    /// How many have ended.
    pub ended: usize,
    /// Of how many.
    pub of: usize,
    /// The one that ended just now.
    pub case: &'a report::Case,
}

/// A case of a contract.
type Planned<'c> = (&'c Contract, &'c Case);

impl Selection {
    /// The cases that are run, in the order of the files.
    fn plan<'c>(&self, contracts: &'c [Contract]) -> Vec<Planned<'c>> {
        let all = contracts
            .iter()
            .flat_map(|contract| contract.cases.iter().map(move |case| (contract, case)));
        all.filter(|(contract, case)| self.takes(&format!("{}/{}", contract.name, case.name)))
            .collect()
    }

    fn takes(&self, name: &str) -> bool {
        let is_wanted = self.filter.as_ref().is_none_or(|filter| name.contains(filter));
        // By a hash of the name: a new case moves no other one to another part.
        let is_mine = self
            .shard
            .is_none_or(|(number, of)| stable_hash(name) % u64::from(of) + 1 == u64::from(number));
        is_wanted && is_mine
    }
}

/// FNV-1a: the same in each version and on each machine.
fn stable_hash(text: &str) -> u64 {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
    // The low bits of FNV are poor.
    hash ^ (hash >> 32)
}

/// Runs the cases. `stop`, once set, ends the runs under way.
///
/// # Errors
/// Says why a twin could not be started or did not answer. What was learned until then is lost.
pub fn run(
    twins: &dyn Twins,
    contracts: &[Contract],
    selection: &Selection,
    stop: &AtomicBool,
    progress: &(dyn Fn(Progress<'_>) + Sync),
) -> Result<Report, String> {
    let (began, began_at) = (Stopwatch::start(), crate::stopwatch::moment());
    let plan = selection.plan(contracts);
    let mut running: BTreeMap<&[String], Box<dyn RunningTwin>> = BTreeMap::new();
    for (contract, _) in &plan {
        if !running.contains_key(&contract.twin[..]) {
            running.insert(&contract.twin, twins.start(&contract.twin)?);
        }
    }
    let bench = Bench { running, stop, update_snapshots: selection.update_snapshots };
    let mut cases = bench.all(&plan, selection, progress)?;
    let stopped = cases.iter().filter(|case| case.runs == 0).count();
    let notes = match stopped {
        0 => Vec::new(),
        _ => vec![format!("the run was stopped: {stopped} of {} cases did not end", cases.len())],
    };
    if selection.jobs > 1 {
        bench.look_again(&plan, &mut cases)?;
    }
    Ok(Report {
        format: report::FORMAT,
        tool: concat!("cloudtwin ", env!("CARGO_PKG_VERSION")).to_owned(),
        command: "check".to_owned(),
        run: selection.run.clone(),
        shards: selection.shard.map(|(number, of)| Shards::one(number, of)),
        began_at,
        duration_ms: began.elapsed_ms(),
        seed: None,
        cases,
        notes,
    })
}

/// The twins that run, by their options.
struct Bench<'b> {
    running: BTreeMap<&'b [String], Box<dyn RunningTwin>>,
    stop: &'b AtomicBool,
    update_snapshots: bool,
}

impl Bench<'_> {
    /// Runs all that is planned, several at a time.
    fn all(
        &self,
        plan: &[Planned<'_>],
        selection: &Selection,
        progress: &(dyn Fn(Progress<'_>) + Sync),
    ) -> Result<Vec<report::Case>, String> {
        let (next, ended) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let done = Mutex::new((0..plan.len()).map(|_| None).collect::<Vec<_>>());
        let failure = Mutex::new(None);
        let work = || {
            while let Some(&planned) = plan.get(next.fetch_add(1, Ordering::Relaxed)) {
                let index = plan.iter().position(|one| std::ptr::eq(one.1, planned.1));
                match self.repeated(planned, selection.repeat) {
                    Ok(case) => {
                        let ended = ended.fetch_add(1, Ordering::Relaxed) + 1;
                        progress(Progress { ended, of: plan.len(), case: &case });
                        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                        if let Some(place) = index.and_then(|index| done.get_mut(index)) {
                            *place = Some(case);
                        }
                    }
                    Err(error) => {
                        next.store(plan.len(), Ordering::Relaxed);
                        failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                    }
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..selection.jobs.clamp(1, plan.len().max(1)) {
                scope.spawn(work);
            }
        });
        match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(LabError::Stopped) | None => {}
            Some(error) => return Err(error.to_string()),
        }
        let done = done.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter();
        let cases = done.zip(plan).map(|(case, (contract, planned))| {
            case.unwrap_or_else(|| judge::empty(contract, planned))
        });
        Ok(cases.collect())
    }

    /// Runs a case so often. It is flaky if it fails in some runs alone; a run that failed is the one reported.
    fn repeated(&self, planned: Planned<'_>, times: u32) -> Result<report::Case, LabError> {
        let mut worst = self.once(planned)?;
        let mut failed = u32::from(worst.outcome == CaseOutcome::Failed);
        for _ in 1..times {
            let case = self.once(planned)?;
            failed += u32::from(case.outcome == CaseOutcome::Failed);
            if case.outcome > worst.outcome {
                worst = case;
            }
        }
        (worst.runs, worst.failed_runs) = (times.max(1), failed);
        if failed > 0 && failed < times {
            worst.outcome = CaseOutcome::Flaky;
        }
        Ok(worst)
    }

    fn once(&self, (contract, case): Planned<'_>) -> Result<report::Case, LabError> {
        let Some(twin) = self.running.get(&contract.twin[..]) else {
            return Ok(judge::empty(contract, case));
        };
        let tenants = Tenants::new(&**twin, &contract.client, contract.seed.as_deref(), self.stop);
        let ran = tenants.room()?.run(&case.scenarios)?;
        let compare = || snapshot::compare(contract, case, &ran, self.update_snapshots);
        let snapshot = case.snapshot.then(compare).transpose().map_err(LabError::Snapshot)?;
        Ok(judged(contract, case, &ran, snapshot.flatten()))
    }

    /// Runs cases with findings of time again, each alone: a busy machine makes a polite client look hasty or slow.
    /// Those that are not found again are dropped.
    fn look_again(&self, plan: &[Planned<'_>], cases: &mut [report::Case]) -> Result<(), String> {
        for (planned, case) in plan.iter().zip(cases) {
            if !case.findings.iter().any(|found| judge::is_of_time(&found.finding)) {
                continue;
            }
            let again = match self.once(*planned) {
                Ok(again) => again,
                Err(LabError::Stopped) => return Ok(()),
                Err(error) => return Err(error.to_string()),
            };
            case.findings.retain(|found| {
                let is_same = |other: &report::Reported| other.finding.rule == found.finding.rule;
                !judge::is_of_time(&found.finding) || again.findings.iter().any(is_same)
            });
            if case.outcome == CaseOutcome::Failed && !judge::fails(&case.findings) {
                case.outcome = again.outcome;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(shard: Option<(u32, u32)>) -> Selection {
        Selection {
            filter: None,
            shard,
            repeat: 1,
            jobs: 1,
            update_snapshots: false,
            run: String::new(),
        }
    }

    #[test]
    fn each_case_is_in_one_shard_and_no_shard_has_most_of_them() {
        let names: Vec<_> = (0..400).map(|n| format!("contract/case {n}")).collect();
        let of =
            |shard| names.iter().filter(|name| selection(Some((shard, 4))).takes(name)).count();
        let sizes: Vec<_> = (1..=4).map(of).collect();
        assert_eq!(sizes.iter().sum::<usize>(), 400);
        assert!(sizes.iter().all(|size| (60..140).contains(size)), "{sizes:?}");
    }

    #[test]
    fn a_filter_is_a_part_of_the_name() {
        let filtered = Selection { filter: Some("sync/lost".to_owned()), ..selection(None) };
        assert!(filtered.takes("user sync/lost answer") && !filtered.takes("user sync/calm"));
    }
}
