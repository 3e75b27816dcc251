//! `cloudtwin explore`: looks for faults under which a client does something wrong.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use clap::Args;
use contracts::report::exit::{exit_code, strict};
use contracts::suite::explore::{SelfCheck, Settings, explore, self_check};
use contracts::suite::twins::{RunningTwin, Twins as _};
use contracts::suite::{self, Client, Contract, Tenants};

use super::check::{Host, run_name, stop_on_signal};
use super::exit::Stop;
use super::log;
use super::outputs::Outputs;

mod findings;
mod progress;

/// How long one run may take where no contract says it.
const TIMEOUT_S: f64 = 30.0;

/// Options of `cloudtwin explore`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// A contract file: its client is explored; its cases are not run
    #[arg(required_unless_present = "command", conflicts_with = "command")]
    file: Option<PathBuf>,
    /// Most plans, beside those that make findings smaller and confirm them
    #[arg(long, value_name = "N", default_value_t = 2000)]
    cases: usize,
    /// Seconds that all may take; the last fifth is kept for making findings smaller
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    max_time: Duration,
    /// From what random plans are drawn: the same seed gives the same plans
    #[arg(long, env = "CLOUDTWIN_SEED", value_name = "N", default_value_t = 0)]
    seed: u64,
    /// How many clients run side by side; they wait more than they work
    #[arg(long, env = "CLOUDTWIN_CHECK_JOBS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Seconds that one run may take; then it hangs. That of the contract, or 30
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
    /// The state in which each run of COMMAND begins
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    seed_file: Option<PathBuf>,
    /// Options of the twin for COMMAND, with blanks between them
    #[arg(
        long,
        value_name = "OPTIONS",
        default_value = "--jobs instant --throttle off",
        conflicts_with = "file",
        allow_hyphen_values = true
    )]
    twin: String,
    /// The folder for scenarios that show findings
    #[arg(long, value_name = "DIR", default_value = "cloudtwin-findings")]
    findings: PathBuf,
    /// Plant a known bug into the client first, and stop if it is not found: a wrapper that ends with 0 whatever
    /// the client says
    #[arg(long)]
    self_check: bool,
    /// Let likely findings fail too, not only certain ones
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    outputs: Outputs,
    /// What to log to standard error
    #[arg(long, env = "CLOUDTWIN_LOG", value_name = "FILTER", default_value = "error")]
    log: String,
    /// The command and its arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let duration = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| "a number of seconds above 0 was expected".to_owned())
}

/// Under faults clients sleep most of their time.
fn jobs() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from) * 8
}

/// Explores a client. The exit code says what was found.
pub(super) fn run(options: &Options) -> Result<ExitCode, Stop> {
    let _log = log::start(&options.log, log::Format::Human)?;
    let contract = contract(options)?;
    let stop = Arc::new(AtomicBool::new(false));
    let _runtime = stop_on_signal(&stop)?;
    let twin = Host.start(&contract.twin).map_err(Stop::Usage)?;
    let lab = Tenants::new(&*twin, &contract.client, contract.seed.as_deref(), &stop);
    let settings = Settings {
        cases: options.cases,
        max_time: options.max_time,
        seed: options.seed,
        jobs: options.jobs.map_or_else(jobs, usize::from),
        rules: contract.settings.clone(),
        tool: concat!("cloudtwin ", env!("CARGO_PKG_VERSION")).to_owned(),
        run: run_name(None)?,
        contract: contract.name.clone(),
    };
    if options.self_check {
        check_self(&contract, &*twin, &settings, &stop)?;
    }
    let line = progress::Line::new();
    let explored = explore(&lab, &settings, &|progress| line.show(progress));
    line.clear();
    let mut explored = explored.map_err(|error| Stop::Other(error.to_string()))?;
    findings::keep(&mut explored, &options.findings, &contract)?;
    let report = if options.strict { strict(explored.report) } else { explored.report };
    options.outputs.write(&report)?;
    Ok(ExitCode::from(exit_code(&report, options.strict)))
}

/// Explores the client in a wrapper that always says success, which must be found.
fn check_self(
    contract: &Contract,
    twin: &dyn RunningTwin,
    settings: &Settings,
    stop: &AtomicBool,
) -> Result<(), Stop> {
    let wrapper = ["sh", "-c", "\"$@\"; exit 0", "sh"].map(str::to_owned);
    let command = wrapper.into_iter().chain(contract.client.command.iter().cloned());
    let client = Client { command: command.collect(), ..contract.client.clone() };
    let lab = Tenants::new(twin, &client, contract.seed.as_deref(), stop);
    let checked = self_check(&lab, settings).map_err(|error| Stop::Other(error.to_string()))?;
    match checked {
        SelfCheck::Found(sentence) => {
            super::print(&format!("The planted bug was found: {sentence}\n\n"))
        }
        SelfCheck::Impossible(why) => super::print(&format!("No bug could be planted: {why}\n\n")),
        SelfCheck::Missed(tried) => Err(Stop::Other(format!(
            "the planted bug was not found, so that nothing is found proves nothing; tried: {}",
            tried.join("; ")
        ))),
    }
}

/// The contract that is named, or one of the command.
fn contract(options: &Options) -> Result<Contract, Stop> {
    let mut contract = match &options.file {
        Some(file) => suite::read(file, &Host)
            .map_err(|problems| Stop::Usage(problems.join("\ncloudtwin: ")))?,
        None => of_command(options)?,
    };
    if let Some(timeout) = options.timeout {
        contract.client.timeout = timeout;
    }
    Ok(contract)
}

fn of_command(options: &Options) -> Result<Contract, Stop> {
    let command: Vec<_> =
        options.command.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let program = command.first().map(Path::new).and_then(Path::file_name);
    let client = Client {
        command: command.clone(),
        folder: PathBuf::from("."),
        environment: std::collections::BTreeMap::new(),
        timeout: Duration::from_secs_f64(TIMEOUT_S),
    };
    let seed = options.seed_file.as_deref().map(seed).transpose()?;
    let twin = options.twin.split_whitespace().map(str::to_owned).collect();
    let name = program.unwrap_or_default().to_string_lossy().into_owned();
    Ok(Contract::of_command(name, client, seed, twin))
}

fn seed(file: &Path) -> Result<(PathBuf, String), Stop> {
    let name = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| Stop::Seed(format!("cannot read {name}: {error}")))?;
    let problems = Host.seed_problems(&text);
    if problems.is_empty() {
        return Ok((file.to_owned(), text));
    }
    Err(Stop::Seed(format!("{name}: {}", problems.join(&format!("\ncloudtwin: {name}: ")))))
}
