//! The command line: one file a subcommand. Wrong use gets one clear line and an exit code of its
//! own, and changes nothing.

mod assumed;
mod ca;
mod check;
mod config_schema;
mod env;
mod exit;
mod explore;
mod log;
mod operations;
mod options;
mod outputs;
mod report;
mod run;
mod scenario;
mod serve;
mod signals;
mod verify;
mod watch;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use self::exit::Stop;
use crate::services;
use crate::services::seeds::Seed;

/// A local twin of user-management cloud APIs: your unmodified official SDK talks to it, its state
/// is real, its jobs move, and its errors are the vendor's.
///
/// Without a subcommand it serves. Start it, and give your SDK the address and the dummy keys that
/// it prints.
#[derive(Debug, Parser)]
#[command(name = "cloudtwin", version, args_conflicts_with_subcommands = true, after_help = exit::HELP)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: options::Options,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the twin until it is told to stop (the default)
    Serve(Box<options::Options>),
    /// Run a command beside a twin of its own: `cloudtwin run -- pytest`
    Run(Box<run::RunOptions>),
    /// Run clients as contract files say, and judge what they did on the wire
    Check(Box<check::Options>),
    /// Look for faults under which a client does something wrong
    Explore(Box<explore::Options>),
    /// Judge a server by the models of the vendors: the twin itself, or the one at an address
    Verify(Box<verify::Options>),
    /// Join reports
    #[command(subcommand)]
    Report(report::Command),
    /// Print what a client needs to talk to the twin
    Env(env::Options),
    /// Print the certificate that clients of a twin with `--intercept on` or `--tls` must trust
    Ca(ca::Options),
    /// List every operation, with its rate and its error codes
    Operations(operations::Options),
    /// List, show and check scenarios, the files of things that go wrong on purpose
    #[command(subcommand)]
    Scenario(scenario::Command),
    /// Print the JSON Schema of seed files
    SeedSchema,
    /// Print the JSON Schema of configuration files
    ConfigSchema,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let Cli { command, serve: options } = Cli::parse();
    let done = match command {
        None => serve::run(&options),
        Some(Command::Serve(options)) => serve::run(&options),
        Some(Command::Run(options)) => return ended(run::run(&options)),
        Some(Command::Check(options)) => return ended(check::run(&options)),
        Some(Command::Explore(options)) => return ended(explore::run(&options)),
        Some(Command::Verify(options)) => return ended(verify::run(&options)),
        Some(Command::Report(command)) => return ended(report::run(&command)),
        Some(Command::Ca(options)) => ca::run(&options),
        Some(Command::Env(options)) => print(&env::text(&options)),
        Some(Command::Operations(options)) => {
            operations::text(&options).and_then(|text| print(&text))
        }
        Some(Command::Scenario(command)) => scenario::run(&command).and_then(|text| print(&text)),
        Some(Command::SeedSchema) => print(&seed_schema()),
        Some(Command::ConfigSchema) => print(&config_schema()),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "cloudtwin", &mut script);
            print(&String::from_utf8_lossy(&script))
        }
    };
    ended(done.map(|()| ExitCode::SUCCESS))
}

/// The exit code of a command; why it stopped early, in a line.
fn ended(done: Result<ExitCode, Stop>) -> ExitCode {
    match done {
        Ok(code) => code,
        Err(stop) => {
            log::last_words(format!("cloudtwin: {stop}\n"));
            stop.code()
        }
    }
}

/// The JSON Schema of seed files, as it is committed.
pub fn seed_schema() -> String {
    serde_json::to_string_pretty(&Seed::schema()).unwrap_or_default() + "\n"
}

/// The JSON Schema of configuration files, as it is committed.
pub fn config_schema() -> String {
    config_schema::text(&services::all())
}

/// The JSON Schema of contract files, as it is committed.
pub fn contract_schema() -> String {
    serde_json::to_string_pretty(&contracts::suite::schema()).unwrap_or_default() + "\n"
}

/// The JSON Schema of scenario files, as it is committed.
pub fn scenario_schema() -> String {
    scenario::schema()
}

/// The page `emulator/docs/OPERATIONS.md`.
pub fn operations_markdown() -> String {
    operations::markdown(&crate::catalog::listing(None))
}

/// Prints to standard output; the reader may close it early.
fn print(text: &str) -> Result<(), Stop> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Stop::Other(error.to_string()))
        }
        _ => Ok(()),
    }
}
