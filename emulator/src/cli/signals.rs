//! Signals that stop a twin.

use super::exit::Stop;
use crate::local::LocalTwin;
use tokio::runtime::Handle;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that ask a program to end: of a terminal, of a supervisor, of a terminal that is gone.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Signals {
    /// Takes them from now on. They are heard where that runtime's tasks run.
    pub(super) fn listen(handle: &Handle) -> Result<Self, Stop> {
        let _entered = handle.enter();
        let listen = |kind| {
            signal(kind).map_err(|error| Stop::Other(format!("cannot listen for signals: {error}")))
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hangup: listen(SignalKind::hangup())?,
        })
    }

    /// The next one.
    pub(super) async fn next(&mut self) -> SignalKind {
        tokio::select! {
            _ = self.interrupt.recv() => SignalKind::interrupt(),
            _ = self.terminate.recv() => SignalKind::terminate(),
            _ = self.hangup.recv() => SignalKind::hangup(),
        }
    }
}

/// Lets the first signal stop the twin once requests in flight have ended, and the next one at once.
pub(super) fn stop_on_signals(twin: &LocalTwin) -> Result<(), Stop> {
    let mut signals = Signals::listen(twin.handle())?;
    let stopper = twin.stopper();
    twin.handle().spawn(async move {
        let mut is_first = true;
        loop {
            signals.next().await;
            if is_first {
                tracing::info!("stopping: requests in flight end first");
            } else {
                tracing::info!("stopping at once");
            }
            is_first = false;
            stopper.stop();
        }
    });
    Ok(())
}
