//! The options of a twin, for every command that starts one.

use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::exit::Stop;
use super::watch::{Watched, watch_files};
use super::{log, scenario};
use crate::config::{ClockStart, Config, InterceptSettings, JournalSettings};
use crate::intercept::pattern::HostPattern;
use crate::local::{Listen, LocalTwin};
use crate::runtime::clock::Timestamp;
use crate::runtime::lifecycle::Pace;
use crate::services;
use crate::services::knobs::Choices;
use crate::services::seeds::Seed;
use crate::state::Bounds;
use crate::twin::Twin;

/// Options of a twin.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Address to listen on; with port 0 the system picks one. `serve` takes 127.0.0.1:4588 if left out, and
    /// `run` a free port
    #[arg(long, env = "CLOUDTWIN_LISTEN", value_name = "ADDR")]
    pub(super) listen: Option<SocketAddr>,
    /// Allow an address that other machines can reach
    #[arg(long, env = "CLOUDTWIN_ALLOW_REMOTE")]
    allow_remote: bool,
    /// Write the base URL to this file once the twin listens
    #[arg(long, env = "CLOUDTWIN_READY_FILE", value_name = "FILE")]
    pub(super) ready_file: Option<PathBuf>,
    /// Keep the state in this SQLite file; without it the state ends with the twin
    #[arg(long, env = "CLOUDTWIN_DB", value_name = "FILE")]
    db: Option<PathBuf>,
    /// The state in which each tenant begins, as TOML (see `cloudtwin seed-schema`); an empty file
    /// for none
    #[arg(long, env = "CLOUDTWIN_SEED_FILE", value_name = "FILE")]
    seed_file: Option<PathBuf>,
    /// Make ids and chance repeatable
    #[arg(long, env = "CLOUDTWIN_SEED", value_name = "N")]
    seed: Option<u64>,
    /// Whether signatures are verified
    #[arg(long, env = "CLOUDTWIN_AUTH", value_enum, default_value_t = Auth::Strict)]
    auth: Auth,
    /// Whether calls per second are limited as documented
    #[arg(long, env = "CLOUDTWIN_THROTTLE", value_enum, default_value_t = Switch::On)]
    throttle: Switch,
    /// How long each step of a job lasts: `instant`, seconds such as 0.5, or `looks:N` until its client
    /// has polled it N times
    #[arg(long, env = "CLOUDTWIN_JOBS", value_name = "instant|SECONDS|looks:N", default_value = "0.5", value_parser = pace)]
    jobs: Pace,
    /// How the clock begins: `real`, `frozen` at the present, or a time such as
    /// 2026-01-31T08:00:00Z from which it runs on. SDKs sign with the machine's clock, and more
    /// than 300 s away from it their signatures are expired
    #[arg(long, env = "CLOUDTWIN_CLOCK", value_name = "real|frozen|RFC3339", default_value = "real", value_parser = clock)]
    clock: ClockStart,
    /// Most calls a second of one operation and tenant behind Huawei's gateway; no page gives a
    /// figure, so any number if left out
    #[arg(long, env = "CLOUDTWIN_HUAWEI_RATE", value_name = "N")]
    huawei_rate: Option<u32>,
    /// Second address for the token interface of the contact centre alone, which one edition of
    /// its pages has on a port of its own; the first address serves it too
    #[arg(long, env = "CLOUDTWIN_AICC_TOKEN_LISTEN", value_name = "ADDR")]
    aicc_token_listen: Option<SocketAddr>,
    /// Read this file: TOML with a table `[assume.<service>]` for what is chosen where a vendor's pages
    /// contradict themselves (see `cloudtwin config-schema`)
    #[arg(long, env = "CLOUDTWIN_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Choose one such thing, such as `aicc.bad_token=403`; may be repeated, and overrides the file
    #[arg(
        long,
        env = "CLOUDTWIN_ASSUME",
        value_name = "SERVICE.KNOB=VALUE",
        value_delimiter = ','
    )]
    assume: Vec<String>,
    /// Let go wrong what this file says, or the scenario of that name (see `cloudtwin scenario list`); may
    /// be repeated
    #[arg(long, env = "CLOUDTWIN_SCENARIO", value_name = "FILE|NAME", value_delimiter = ',')]
    scenario: Vec<PathBuf>,
    /// Load a scenario's file again when it changes; while it is wrong, the log says why and its old rules
    /// stay
    #[arg(long, env = "CLOUDTWIN_WATCH")]
    watch: bool,
    /// Write every request and how it ended to this file, a line of JSON each; a file that is there
    /// is replaced
    #[arg(long, env = "CLOUDTWIN_JOURNAL", value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Keep the bodies of successful answers in the journal up to so many bytes, at most 262144;
    /// those of refusals are kept in any case
    #[arg(long, env = "CLOUDTWIN_JOURNAL_ANSWERS", value_name = "BYTES", default_value_t = 0)]
    journal_answers: usize,
    /// Whether the twin answers for the vendors' real hosts, https included: as a proxy, for which `run` sets
    /// the command's variables, or `sealed` (`on` for `run` and `off` for `serve` if left out)
    #[arg(long, env = "CLOUDTWIN_INTERCEPT", value_enum)]
    intercept: Option<Intercept>,
    /// Second address that takes https alone, for clients that insist on it; its certificates are those of
    /// the proxy's CA, and it needs `--intercept on`
    #[arg(long, env = "CLOUDTWIN_TLS", value_name = "ADDR")]
    tls: Option<SocketAddr>,
    /// Keep the CA of the proxy in this folder (ca.pem, ca-key.pem); without it each `run` has a new one
    #[arg(long, env = "CLOUDTWIN_CA_DIR", value_name = "DIR")]
    ca_dir: Option<PathBuf>,
    /// Let clients of the proxy reach this host, by https alone; `*.example.com` for all below one, `*` for
    /// all. May be repeated; other hosts that are not modelled are refused
    #[arg(long, env = "CLOUDTWIN_ALLOW_HOST", value_name = "HOST", value_delimiter = ',')]
    allow_host: Vec<HostPattern>,
    /// What to log to standard error: error, warn, info, debug or trace, or a filter such as
    /// `cloudtwin=debug`; `debug` shows every request and why a signature differs
    /// (`info` if left out; `run` only warns)
    #[arg(long, env = "CLOUDTWIN_LOG", value_name = "FILTER")]
    pub(super) log: Option<String>,
    /// How to write the log
    #[arg(long, env = "CLOUDTWIN_LOG_FORMAT", value_enum, default_value_t = log::Format::Human)]
    pub(super) log_format: log::Format,
}

/// What a command takes where an option is left out.
pub(super) struct Otherwise {
    /// Where the twin listens.
    pub(super) listen: SocketAddr,
    /// Where it listens for https.
    pub(super) tls: Option<SocketAddr>,
    /// Whether it is a proxy.
    pub(super) intercept: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Auth {
    /// Every signature is verified
    Strict,
    /// Nothing is verified; a key still names its tenant
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    /// As the vendors document
    On,
    /// Never refuse a fast caller
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Intercept {
    /// It is a proxy
    On,
    /// It is none
    Off,
    /// `run` alone, on Linux: the command has a network of its own in which all real hosts lead to the
    /// twin, and nothing else can be reached
    Sealed,
}

fn pace(text: &str) -> Result<Pace, String> {
    if text == "instant" {
        return Ok(Pace::Instant);
    }
    if let Some(looks) = text.strip_prefix("looks:") {
        let looks = looks.parse::<NonZeroU16>();
        let looks = looks.map_err(|_| "`looks:` takes a number from 1 to 65535".to_owned())?;
        return Ok(Pace::EveryLooks(u32::from(looks.get())));
    }
    let duration =
        text.parse().ok().and_then(|seconds| std::time::Duration::try_from_secs_f64(seconds).ok());
    let ms = duration.and_then(|duration| i64::try_from(duration.as_millis()).ok());
    ms.map(Pace::EveryMs)
        .ok_or_else(|| "`instant`, seconds such as 0.5, or `looks:3` were expected".to_owned())
}

fn clock(text: &str) -> Result<ClockStart, String> {
    match text {
        "real" => Ok(ClockStart::Real),
        "frozen" => Ok(ClockStart::Frozen),
        moment => Timestamp::parse(moment).map(ClockStart::At),
    }
}

impl Options {
    /// Starts the twin, with its scenarios.
    pub(super) fn start(&self, otherwise: Otherwise) -> Result<LocalTwin, Stop> {
        let listen = self.listen(&otherwise)?;
        let intercept = self.intercept(otherwise.intercept)?;
        let scenarios = self.scenario.iter().map(|file| scenario::find(file));
        let scenarios = scenarios.collect::<Result<Vec<_>, _>>()?;
        let mut watched = Vec::new();
        let twin = LocalTwin::start_prepared(self.config(intercept)?, listen, |twin| {
            watched = self.load(twin, &scenarios)?;
            Ok::<_, Stop>(())
        })?;
        watch_files(&twin, watched);
        if self.auth == Auth::Off {
            tracing::warn!(
                "--auth off: signatures are not verified, and the journal marks every request"
            );
        }
        Ok(twin)
    }

    /// Whether the command is to be sealed.
    pub(super) fn is_sealed(&self) -> bool {
        self.intercept == Some(Intercept::Sealed)
    }

    fn listen(&self, otherwise: &Otherwise) -> Result<Listen, Stop> {
        if self.is_sealed() && (self.listen.is_some() || self.tls.is_some()) {
            let why = "--intercept sealed listens on 127.0.0.1:80 and 127.0.0.1:443 of the command's own network: leave \
                       --listen and --tls out";
            return Err(Stop::Usage(why.to_owned()));
        }
        let listen = Listen {
            main: self.listen.unwrap_or(otherwise.listen),
            tls: self.tls.or(otherwise.tls),
            aicc_token: self.aicc_token_listen,
        };
        let is_remote = |address: &SocketAddr| !address.ip().to_canonical().is_loopback();
        let addresses = [Some(listen.main), listen.tls, listen.aicc_token].into_iter().flatten();
        let remote = addresses.filter(|_| !self.allow_remote).find(is_remote);
        remote.map_or(Ok(listen), |address| {
            let ip = address.ip();
            Err(Stop::Usage(format!(
                "other machines can reach {ip}: add --allow-remote if that is meant"
            )))
        })
    }

    fn intercept(&self, or_else: bool) -> Result<Option<InterceptSettings>, Stop> {
        let usage = |why: &str| Err(Stop::Usage(why.to_owned()));
        let is_on = self.intercept.map_or(or_else, |intercept| intercept != Intercept::Off);
        if !is_on && (self.ca_dir.is_some() || self.tls.is_some() || !self.allow_host.is_empty()) {
            return usage("--ca-dir, --tls and --allow-host need --intercept on");
        }
        if self.is_sealed() && !or_else {
            return usage(
                "--intercept sealed is for `cloudtwin run` alone: it seals the command that it runs",
            );
        }
        if self.is_sealed() && !self.allow_host.is_empty() {
            return usage(
                "--intercept sealed has no way out: leave --allow-host out, or use --intercept on",
            );
        }
        // Who starts the clients of `serve` could not know a CA in memory.
        if is_on && !or_else && self.ca_dir.is_none() {
            return usage("--intercept on needs --ca-dir DIR: clients must trust DIR/ca.pem");
        }
        let (ca_dir, allow_hosts) = (self.ca_dir.clone(), self.allow_host.clone());
        Ok(is_on.then_some(InterceptSettings { ca_dir, allow_hosts }))
    }

    fn config(&self, intercept: Option<InterceptSettings>) -> Result<Config, Stop> {
        Ok(Config {
            db: self.db.clone(),
            seed_state: self.seed_file.as_deref().map_or_else(|| Ok(Seed::starter()), read_seed)?,
            seed: self.seed,
            auth: self.auth == Auth::Strict,
            throttle: self.throttle == Switch::On,
            pace: self.jobs,
            clock: self.clock,
            huawei_rate: self.huawei_rate,
            assume: choices(self)?,
            journal: JournalSettings {
                file: self.journal.clone(),
                answers_max: self.journal_answers,
            },
            bounds: Bounds::default(),
            intercept,
        })
    }

    /// Loads the scenarios; those to watch.
    fn load(&self, twin: &Arc<Twin>, scenarios: &[String]) -> Result<Vec<Watched>, Stop> {
        let mut watched = Vec::new();
        for (file, text) in self.scenario.iter().zip(scenarios) {
            let loaded = twin.scenarios.load(text, twin.clock.now());
            let name = loaded.map_err(|problems| Stop::Scenario(format!("{problems:?}")))?;
            tracing::info!(name, "a scenario is loaded");
            if self.watch && file.exists() {
                watched.push(Watched::new(file, &name, text));
            }
        }
        Ok(watched)
    }
}

/// The defaults, changed by the file and then by the options.
fn choices(options: &Options) -> Result<Choices, Stop> {
    let mut choices = services::choices();
    if let Some(path) = &options.config {
        let name = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Stop::Usage(format!("cannot read {name}: {error}")))?;
        choices.set_file(&text).map_err(|problems| {
            Stop::Usage(format!("{name}: {}", problems.join(&format!("\ncloudtwin: {name}: "))))
        })?;
    }
    for option in &options.assume {
        choices.set_option(option).map_err(|why| Stop::Usage(format!("--assume: {why}")))?;
    }
    Ok(choices)
}

fn read_seed(path: &Path) -> Result<Seed, Stop> {
    let name = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Stop::Seed(format!("cannot read {name}: {error}")))?;
    Seed::parse(&text).map_err(|problems| {
        Stop::Seed(format!("{name}: {}", problems.join(&format!("\ncloudtwin: {name}: "))))
    })
}
