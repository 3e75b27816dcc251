//! A twin in this process, as a value: it serves from its start until it is dropped, prints nothing and
//! handles no signal.
//!
//! ```
//! use cloudtwin::config::Config;
//! use cloudtwin::local::{Listen, LocalTwin};
//!
//! let twin = LocalTwin::start(Config::default(), Listen::default())?;
//! assert!(twin.url().starts_with("http://127.0.0.1:"));
//! let health = twin.twin().journal.read(&cloudtwin::journal::Filter::default())?;
//! assert!(!health.is_empty());
//! // Dropped here: the twin stops, and its state is gone.
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::watch;

use crate::config::Config;
use crate::server::{self, Listeners};
use crate::twin::{StartError, Twin};

/// Most threads that serve requests; a twin shares its machine with what it tests.
const THREADS_MAX: usize = 4;

/// Where a twin listens.
#[derive(Debug, Clone, Copy)]
pub struct Listen {
    /// For everything; with port 0 the system picks one.
    pub main: SocketAddr,
    /// For the same through TLS; the configuration must have [`Config::intercept`], whose CA it needs.
    pub tls: Option<SocketAddr>,
    /// For the token interface of the contact centre alone.
    pub aicc_token: Option<SocketAddr>,
}

impl Default for Listen {
    /// The loopback address, with a port that the system picks.
    fn default() -> Self {
        Self { main: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), tls: None, aicc_token: None }
    }
}

/// Why a twin could not start.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// An address.
    #[error("cannot listen on {0}: {1}")]
    Address(SocketAddr, std::io::Error),
    /// The twin itself.
    #[error(transparent)]
    Twin(#[from] StartError),
    /// The machine.
    #[error("cannot start threads: {0}")]
    Threads(std::io::Error),
}

/// Stops a twin, from any thread.
#[derive(Debug, Clone)]
pub struct Stopper(Arc<watch::Sender<u8>>);

impl Stopper {
    /// Lets requests in flight end; the second time cuts them.
    pub fn stop(&self) {
        self.0.send_modify(|count| *count = count.saturating_add(1));
    }

    /// Resolves once it was told so often.
    fn told(&self, times: u8) -> impl Future<Output = ()> + use<> {
        let mut count = self.0.subscribe();
        async move {
            if count.wait_for(|count| *count >= times).await.is_err() {
                std::future::pending().await
            }
        }
    }
}

/// A running twin.
#[derive(Debug)]
pub struct LocalTwin {
    twin: Arc<Twin>,
    main: SocketAddr,
    tls: Option<SocketAddr>,
    aicc_token: Option<SocketAddr>,
    handle: Handle,
    stopper: Stopper,
    /// Serves; absent once it was waited for.
    serving: Option<JoinHandle<()>>,
}

impl LocalTwin {
    /// Starts a twin. It listens when this returns.
    pub fn start(config: Config, listen: Listen) -> Result<Self, LocalError> {
        Self::start_prepared(config, listen, |_| Ok(()))
    }

    /// The same; `prepare` runs before the first request is served, and can load scenarios.
    pub fn start_prepared<E: From<LocalError>>(
        config: Config,
        listen: Listen,
        prepare: impl FnOnce(&Arc<Twin>) -> Result<(), E>,
    ) -> Result<Self, E> {
        let runtime = runtime().map_err(LocalError::Threads)?;
        let bind = |address: SocketAddr| {
            let listener = runtime.block_on(TcpListener::bind(address));
            let bound = listener.and_then(|listener| {
                let address = listener.local_addr()?;
                Ok((listener, address))
            });
            bound.map_err(|error| LocalError::Address(address, error))
        };
        let (main, address) = bind(listen.main)?;
        let (tls, tls_address) = listen.tls.map(bind).transpose()?.unzip();
        let (aicc_token, token_address) = listen.aicc_token.map(bind).transpose()?.unzip();
        let twin = Twin::new(config).map_err(LocalError::from)?;
        twin.set_origin(url(address));
        prepare(&twin)?;
        let stopper = Stopper(Arc::new(watch::Sender::new(0)));
        let (stop, hurry) = (stopper.told(1), stopper.told(2));
        let handle = runtime.handle().clone();
        let served = Arc::clone(&twin);
        let serve = move || {
            let listeners = Listeners { main, tls, aicc_token };
            runtime.block_on(server::serve(Arc::clone(&served), listeners, stop, hurry));
            served.close();
        };
        let serving = std::thread::Builder::new().name("serve".to_owned()).spawn(serve);
        let serving = Some(serving.map_err(LocalError::Threads)?);
        let (tls, aicc_token) = (tls_address, token_address);
        Ok(Self { twin, main: address, tls, aicc_token, handle, stopper, serving })
    }

    /// Its base URL, without a slash at the end.
    pub fn url(&self) -> String {
        url(self.main)
    }

    /// The base URL at which it ends TLS, if it does.
    pub fn tls_url(&self) -> Option<String> {
        self.tls.map(|address| url(address).replacen("http", "https", 1))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.main
    }

    /// The base URL of the token interface of the contact centre, if it has an address of its own.
    pub fn aicc_token_url(&self) -> Option<String> {
        self.aicc_token.map(url)
    }

    /// Its state, clock, scenarios and journal.
    pub fn twin(&self) -> &Arc<Twin> {
        &self.twin
    }

    /// Where its tasks run.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// What stops it.
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }

    /// Waits until it was stopped and all is written. Panics with what serves.
    pub fn wait(mut self) {
        self.join();
    }

    fn join(&mut self) {
        if let Some(serving) = self.serving.take()
            && let Err(panic) = serving.join()
        {
            std::panic::resume_unwind(panic);
        }
    }
}

impl Drop for LocalTwin {
    /// Cuts requests in flight, and waits until all is written.
    fn drop(&mut self) {
        if self.serving.is_some() && !std::thread::panicking() {
            self.stopper.stop();
            self.stopper.stop();
            self.join();
        }
    }
}

fn runtime() -> std::io::Result<Runtime> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
    let mut builder = match threads {
        // One core gains nothing from a scheduler for many.
        1 => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    builder.worker_threads(threads).enable_all().build()
}

/// An address that a client can use: not the wildcard.
fn url(address: SocketAddr) -> String {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => IpAddr::from([127, 0, 0, 1]),
        IpAddr::V6(_) => IpAddr::from(Ipv6Addr::LOCALHOST),
    };
    format!("http://{}", SocketAddr::new(ip, address.port()))
}
