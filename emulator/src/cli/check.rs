//! `cloudtwin check`: runs clients as contract files say, and judges what they did.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use contracts::report::exit::{exit_code, strict};
use contracts::suite::{self, Baseline, Contract, Selection};
use tokio::runtime::{Builder, Runtime};

use super::exit::Stop;
use super::log;
use super::outputs::Outputs;
use super::signals::Signals;
use crate::runtime::ids::random_seed;

mod host;
mod progress;

pub(super) use host::Host;
pub(super) use progress::Bar;

/// Options of `cloudtwin check`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The contract files
    #[arg(required_unless_present = "schema", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print the JSON Schema of contract files
    #[arg(long, exclusive = true)]
    schema: bool,
    /// How many clients run side by side; they wait more than they work
    #[arg(long, env = "CLOUDTWIN_CHECK_JOBS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Run one part of the cases: `2/5` is the second of five. Each case is in the same part on each machine
    #[arg(long, value_name = "K/N", value_parser = shard)]
    shard: Option<(u32, u32)>,
    /// Run only cases whose `contract/case` contains this text
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Run each case so often; one that fails in some runs alone is flaky
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
    /// Accept the findings that this file lists, each with a reason and a last day
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Let likely findings fail a case too, not only certain ones
    #[arg(long)]
    strict: bool,
    /// Keep the conversations of cases with `snapshot = true` as they are now
    #[arg(long)]
    update_snapshots: bool,
    /// The same name in all shards of a run, for `report merge`; drawn if left out
    #[arg(long, env = "CLOUDTWIN_RUN_ID", value_name = "NAME")]
    run_id: Option<String>,
    #[command(flatten)]
    outputs: Outputs,
    /// What to log to standard error
    #[arg(long, env = "CLOUDTWIN_LOG", value_name = "FILTER", default_value = "error")]
    log: String,
}

fn shard(text: &str) -> Result<(u32, u32), String> {
    let parts = text
        .split_once('/')
        .and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
    parts
        .filter(|(number, of)| (1..=*of).contains(number))
        .ok_or_else(|| "a part and the number of parts were expected, such as 2/5".to_owned())
}

/// Runs the cases. The exit code says how they ended.
pub(super) fn run(options: &Options) -> Result<ExitCode, Stop> {
    if options.schema {
        super::print(&super::contract_schema())?;
        return Ok(ExitCode::SUCCESS);
    }
    let _log = log::start(&options.log, log::Format::Human)?;
    let contracts = read(&options.files)?;
    let baseline =
        options.baseline.as_deref().map(Baseline::read).transpose().map_err(Stop::Usage)?;
    let selection = Selection {
        filter: options.filter.clone(),
        shard: options.shard,
        repeat: options.repeat,
        jobs: options.jobs.map_or_else(jobs, usize::from),
        update_snapshots: options.update_snapshots,
        run: run_name(options.run_id.clone())?,
    };
    let stop = Arc::new(AtomicBool::new(false));
    let _runtime = stop_on_signal(&stop)?;
    let bar = Bar::new();
    let report = suite::run(&Host, &contracts, &selection, &stop, &|progress| bar.show(&progress));
    bar.clear();
    let mut report = report.map_err(Stop::Other)?;
    if let Some(baseline) = &baseline {
        baseline.apply(&mut report, jiff::Zoned::now().date());
    }
    if options.strict {
        report = strict(report);
    }
    options.outputs.write(&report)?;
    Ok(ExitCode::from(exit_code(&report, options.strict)))
}

fn read(files: &[PathBuf]) -> Result<Vec<Contract>, Stop> {
    let read: Vec<_> = files.iter().map(|file| suite::read(file, &Host)).collect();
    let mut problems = Vec::new();
    let mut contracts: Vec<Contract> = Vec::new();
    for contract in read {
        match contract {
            Ok(contract) => {
                if let Some(other) = contracts.iter().find(|other| other.name == contract.name) {
                    let (name, file, other) =
                        (&contract.name, contract.path.display(), other.path.display());
                    problems.push(format!("{file}:1: {other} has the name {name:?} too"));
                }
                contracts.push(contract);
            }
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() {
        Ok(contracts)
    } else {
        Err(Stop::Usage(problems.join("\ncloudtwin: ")))
    }
}

/// The name of a run; one that no other run has if none is given.
pub(super) fn run_name(given: Option<String>) -> Result<String, Stop> {
    if let Some(name) = given {
        return Ok(name);
    }
    let seed = random_seed().map_err(|error| Stop::Other(error.to_string()))?;
    Ok(hex::encode(seed.get(..8).unwrap_or_default()))
}

/// Clients wait more than they work; a check waits for few of them.
fn jobs() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from) * 2
}

/// Lets the first signal end the runs under way, so that what is known is reported.
pub(super) fn stop_on_signal(stop: &Arc<AtomicBool>) -> Result<Runtime, Stop> {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.map_err(|error| Stop::Other(format!("cannot start threads: {error}")))?;
    let mut signals = Signals::listen(runtime.handle())?;
    let stop = Arc::clone(stop);
    runtime.spawn(async move {
        signals.next().await;
        stop.store(true, Ordering::Relaxed);
    });
    Ok(runtime)
}
