//! `cloudtwin serve`: from options to a running twin, and to a clean end.

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU16;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::exit::Stop;
use super::log;
use super::scenario;
use super::watch::{Watched, watch_files};
use crate::config::{ClockStart, Config, JournalSettings};
use crate::credentials::{AICC_APP, HUAWEI_AK, HUAWEI_DOMAIN, SECRET, TENCENT_KEY};
use crate::runtime::clock::Timestamp;
use crate::runtime::lifecycle::Pace;
use crate::services::knobs::Choices;
use crate::services::seeds::Seed;
use crate::state::Bounds;
use crate::twin::{StartError, Twin};
use crate::{server, services};

/// Most threads that serve requests; a twin shares its machine with what it tests.
const THREADS_MAX: usize = 4;

/// Options of `cloudtwin serve`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Address to listen on; with port 0 the system picks one
    #[arg(long, env = "CLOUDTWIN_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:4588")]
    listen: SocketAddr,
    /// Allow an address that other machines can reach
    #[arg(long, env = "CLOUDTWIN_ALLOW_REMOTE")]
    allow_remote: bool,
    /// Write the base URL to this file once the twin listens
    #[arg(long, env = "CLOUDTWIN_READY_FILE", value_name = "FILE")]
    ready_file: Option<PathBuf>,
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
    /// What to log to standard error: error, warn, info, debug or trace, or a filter such as
    /// `cloudtwin=debug`; `debug` shows every request and why a signature differs
    #[arg(long, env = "CLOUDTWIN_LOG", value_name = "FILTER", default_value = "info")]
    log: String,
    /// How to write the log
    #[arg(long, env = "CLOUDTWIN_LOG_FORMAT", value_enum, default_value_t = log::Format::Human)]
    log_format: log::Format,
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

/// Serves until SIGINT, SIGTERM or SIGHUP.
pub(super) fn run(options: Options) -> Result<(), Stop> {
    let _log = log::start(&options.log, options.log_format)?;
    let addresses = [Some(options.listen), options.aicc_token_listen];
    let is_remote = |address: &SocketAddr| !address.ip().to_canonical().is_loopback();
    let remote = addresses.into_iter().flatten().find(is_remote);
    if let Some(address) = remote.filter(|_| !options.allow_remote) {
        let ip = address.ip();
        return Err(Stop::Usage(format!(
            "other machines can reach {ip}: add --allow-remote if that is meant"
        )));
    }
    let seed_state = options.seed_file.as_deref().map_or_else(|| Ok(Seed::starter()), read_seed)?;
    let assume = choices(&options)?;
    let scenarios = options.scenario.iter().map(|file| scenario::find(file));
    let scenarios = scenarios.collect::<Result<Vec<_>, _>>()?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
    let mut builder = match threads {
        // One core gains nothing from a scheduler for many.
        1 => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    let runtime = builder.worker_threads(threads).enable_all().build();
    let runtime = runtime.map_err(|error| Stop::Other(format!("cannot start threads: {error}")))?;
    runtime.block_on(serve(options, seed_state, assume, &scenarios))
}

async fn serve(
    options: Options,
    seed_state: Seed,
    assume: Choices,
    scenarios: &[String],
) -> Result<(), Stop> {
    let (main, address) = bind(options.listen).await?;
    let (aicc_token, token_origin) = match options.aicc_token_listen {
        None => (None, None),
        Some(address) => {
            let (listener, address) = bind(address).await?;
            (Some(listener), Some(format!("http://{}", reachable(address))))
        }
    };
    let twin = Twin::new(Config {
        db: options.db.clone(),
        seed_state,
        seed: options.seed,
        auth: options.auth == Auth::Strict,
        throttle: options.throttle == Switch::On,
        pace: options.jobs,
        clock: options.clock,
        huawei_rate: options.huawei_rate,
        assume,
        journal: JournalSettings {
            file: options.journal.clone(),
            answers_max: options.journal_answers,
        },
        bounds: Bounds::default(),
    });
    let twin = twin.map_err(|error| match error {
        StartError::Database(error) => Stop::Database(error.to_string()),
        StartError::Machine(text) => Stop::Other(text),
        StartError::Behaviours(error) => Stop::Other(error.to_string()),
        error @ StartError::Journal(_) => Stop::Other(error.to_string()),
    })?;
    let mut watched = Vec::new();
    for (file, text) in options.scenario.iter().zip(scenarios) {
        let loaded = twin.scenarios.load(text, twin.clock.now());
        let name = loaded.map_err(|problems| Stop::Scenario(format!("{problems:?}")))?;
        tracing::info!(name, "a scenario is loaded");
        if options.watch && file.exists() {
            watched.push(Watched::new(file, &name, text));
        }
    }
    watch_files(&twin, watched);
    let origin = format!("http://{}", reachable(address));
    twin.set_origin(origin.clone());
    if options.auth == Auth::Off {
        tracing::warn!(
            "--auth off: signatures are not verified, and the journal marks every request"
        );
    }
    let signals = stop_signals()?;
    if let Some(file) = &options.ready_file {
        write_whole(file, &origin)
            .map_err(|error| Stop::Other(format!("cannot write {}: {error}", file.display())))?;
    }
    // Standard output may be closed, or a pipe that is never read: serving does not depend on it.
    let text = welcome(&origin, token_origin.as_deref());
    log::write_within(std::time::Duration::ZERO, std::io::stdout(), text);
    let listeners = server::Listeners { main, aicc_token };
    let stop = signalled(signals.clone(), 1);
    server::serve(Arc::clone(&twin), listeners, stop, signalled(signals, 2)).await;
    let closing = tokio::task::spawn_blocking(move || twin.close());
    closing.await.map_err(|error| Stop::Other(error.to_string()))
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Stop> {
    let taken = |error| Stop::Address(format!("cannot listen on {address}: {error}"));
    let listener = TcpListener::bind(address).await.map_err(taken)?;
    let address = listener.local_addr().map_err(taken)?;
    Ok((listener, address))
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

/// An address that a client can use: not the wildcard.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => IpAddr::from([127, 0, 0, 1]),
        IpAddr::V6(_) => IpAddr::from(std::net::Ipv6Addr::LOCALHOST),
    };
    SocketAddr::new(ip, address.port())
}

fn read_seed(path: &Path) -> Result<Seed, Stop> {
    let name = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Stop::Seed(format!("cannot read {name}: {error}")))?;
    Seed::parse(&text).map_err(|problems| {
        Stop::Seed(format!("{name}: {}", problems.join(&format!("\ncloudtwin: {name}: "))))
    })
}

/// The file appears with all of its text, or not at all.
fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let readable = std::fs::Permissions::from_mode(0o644);
    let mut file = tempfile::Builder::new().permissions(readable).tempfile_in(folder)?;
    writeln!(file, "{text}")?;
    file.persist(path)?;
    Ok(())
}

fn welcome(origin: &str, token_origin: Option<&str>) -> String {
    let tokens = token_origin.map_or_else(String::new, |at| format!(", tokens also at {at}"));
    let endpoint = origin.trim_start_matches("http://");
    format!(
        "cloudtwin listens on {origin}\n\
         Tencent keys: SecretId {TENCENT_KEY} (or {TENCENT_KEY}-<tenant>), SecretKey {SECRET}\n\
         Huawei AICC application: app_key {AICC_APP} (or {AICC_APP}-<tenant>), app_secret {SECRET}{tokens}\n\
         Huawei keys: AK {HUAWEI_AK} (or {HUAWEI_AK}-<tenant>), SK {SECRET}; \
         IAM domain {HUAWEI_DOMAIN} (or {HUAWEI_DOMAIN}-<tenant>), any user, password {SECRET}\n\
         \n\
         python, with tencentcloud-sdk-python-ciam:\n  \
           http = HttpProfile(protocol=\"http\", endpoint=\"{endpoint}\")\n  \
           client = CiamClient(Credential(\"{TENCENT_KEY}\", \"{SECRET}\"), \"ap-guangzhou\", ClientProfile(httpProfile=http))\n  \
           print(client.ListUserStore(models.ListUserStoreRequest()))\n"
    )
}

/// How many signals to stop have come: SIGINT, SIGTERM, or SIGHUP of a terminal that is gone.
fn stop_signals() -> Result<watch::Receiver<usize>, Stop> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| {
        signal(kind).map_err(|error| Stop::Other(format!("cannot listen for signals: {error}")))
    };
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut hangup = listen(SignalKind::hangup())?;
    let (count, counted) = watch::channel(0);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hangup.recv() => {}
            }
            count.send_modify(|count| *count += 1);
            if *count.borrow() == 1 {
                tracing::info!("stopping: requests in flight end first");
            } else {
                tracing::info!("stopping at once");
            }
        }
    });
    Ok(counted)
}

/// Resolves with the signal of that number.
async fn signalled(mut signals: watch::Receiver<usize>, number: usize) {
    if signals.wait_for(|count| *count >= number).await.is_err() {
        std::future::pending().await
    }
}
