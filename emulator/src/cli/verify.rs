//! `cloudtwin verify`: judges a server by the models.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::Args;
use contracts::client::{Client, Credentials, Http};
use contracts::report::exit::{exit_code, strict};
use contracts::suite::provider::{self, Reach, Settings, VerifyError};
use contracts::suite::twins::{RunningTwin, Twins as _};

use super::check::{Bar, Host, run_name, stop_on_signal};
use super::exit::Stop;
use super::outputs::Outputs;
use super::{env, log};
use crate::credentials::DEFAULT_TENANT;

/// The variable with the address of IAM, as Huawei's SDKs read it.
const IAM_ENDPOINT: &str = "HUAWEICLOUD_SDK_IAM_ENDPOINT";

/// Options of `cloudtwin verify`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Judge the server at this address, such as `https://ciam.tencentcloudapi.com`, with the keys in the variables
    /// that `cloudtwin env` lists (and `CLOUDTWIN_SCIM_KEY`); a twin of its own if left out. There it changes and
    /// deletes only what it has made
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// Only this service
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// Only this operation
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// How many requests to draw for each operation, beside those at the edges of its model
    #[arg(long, value_name = "N", default_value_t = 20)]
    cases: u32,
    /// From what requests are drawn: the same seed gives the same requests
    #[arg(long, env = "CLOUDTWIN_SEED", value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Send writes to a server on another machine too, for an account that is there for tests; only reads if left
    /// out
    #[arg(long, requires = "endpoint")]
    writes: bool,
    /// Let likely findings fail too, not only certain ones
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    outputs: Outputs,
    /// What to log to standard error
    #[arg(long, env = "CLOUDTWIN_LOG", value_name = "FILTER", default_value = "error")]
    log: String,
}

/// A server, and how to call it.
struct Server {
    client: Client<Http>,
    reach: Reach,
    /// The twin that is the server; it ends with this.
    _twin: Option<Box<dyn RunningTwin>>,
}

/// Runs the suite. The exit code says what was found.
pub(super) fn run(options: &Options) -> Result<ExitCode, Stop> {
    provider::check(options.service.as_deref(), options.operation.as_deref())
        .map_err(|error| Stop::Usage(error.to_string()))?;
    let _log = log::start(&options.log, log::Format::Human)?;
    let stop = Arc::new(AtomicBool::new(false));
    let _runtime = stop_on_signal(&stop)?;
    let server = match &options.endpoint {
        Some(url) => remote(url, options.writes)?,
        None => own()?,
    };
    let settings = Settings {
        service: options.service.clone(),
        operation: options.operation.clone(),
        cases: options.cases,
        seed: options.seed,
        reach: server.reach,
        run: run_name(None)?,
        command: command(options),
    };
    let bar = Bar::new();
    let verified =
        provider::verify(server.client, &settings, &stop, &|progress| bar.show(&progress));
    bar.clear();
    let report = verified.map_err(|error| match error {
        VerifyError::Selection(_) => Stop::Usage(error.to_string()),
        VerifyError::Stopped => Stop::Other(error.to_string()),
    })?;
    let report = if options.strict { strict(report) } else { report };
    options.outputs.write(&report)?;
    Ok(ExitCode::from(exit_code(&report, options.strict)))
}

/// A twin for the suite alone.
fn own() -> Result<Server, Stop> {
    let twin = ["--jobs", "instant", "--throttle", "off"].map(str::to_owned);
    let twin = Host.start(&twin).map_err(Stop::Other)?;
    let url = twin.url();
    let variables = env::variables(DEFAULT_TENANT, &url);
    let client = Client::new(http(&url)?, credentials(|_| None, &variables));
    Ok(Server { client, reach: Reach::All, _twin: Some(twin) })
}

/// The server at that address.
fn remote(url: &str, writes: bool) -> Result<Server, Stop> {
    let server = http(url)?;
    let is_loopback = server.is_loopback();
    // A twin needs no keys of anybody.
    let dummies = if is_loopback { env::variables(DEFAULT_TENANT, url) } else { Vec::new() };
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let iam = variable(IAM_ENDPOINT).map(|url| http(&url)).transpose()?;
    let client = Client::new(server, credentials(variable, &dummies)).with_iam(iam);
    let reach = if is_loopback || writes { Reach::Own } else { Reach::Reads };
    Ok(Server { client, reach, _twin: None })
}

/// The credentials in the environment, else those in a list.
fn credentials(
    variable: impl Fn(&str) -> Option<String>,
    others: &[(String, String)],
) -> Credentials {
    Credentials::from_variables(|name| {
        let other =
            || others.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        variable(name).or_else(other)
    })
}

fn http(url: &str) -> Result<Http, Stop> {
    Http::new(url).map_err(|error| Stop::Usage(error.to_string()))
}

/// The command that runs the suite against the same server.
fn command(options: &Options) -> String {
    let mut command = "cloudtwin verify".to_owned();
    if let Some(url) = &options.endpoint {
        command.extend([" --endpoint '", &url.replace('\'', "'\\''"), "'"]);
    }
    if options.writes {
        command.push_str(" --writes");
    }
    command
}
