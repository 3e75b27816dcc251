//! `serve --watch`: loads a scenario's file again when it changes. The files are looked at in turn, since
//! editors replace a file by another one and some file systems tell of no change.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::Duration;

use super::scenario;
use crate::local::LocalTwin;
use crate::scenario::Which;
use crate::twin::Twin;

/// How long a change can go unseen.
const PAUSE: Duration = Duration::from_millis(200);

/// A scenario's file.
pub(super) struct Watched {
    file: PathBuf,
    /// The name under which it is loaded.
    name: String,
    /// What was read last: its text, or what is wrong with it.
    seen: Result<String, Vec<String>>,
}

impl Watched {
    /// A file that is loaded.
    pub(super) fn new(file: &Path, name: &str, text: &str) -> Self {
        Self { file: file.to_owned(), name: name.to_owned(), seen: Ok(text.to_owned()) }
    }

    /// Loads it if it is another one than before.
    fn look(&mut self, twin: &Twin) {
        let seen = scenario::read(&self.file);
        if seen == self.seen {
            return;
        }
        match &seen {
            Err(problems) => {
                for problem in problems {
                    tracing::error!(problem, name = self.name, "the old rules stay");
                }
            }
            Ok(text) => self.load(twin, text),
        }
        self.seen = seen;
    }

    fn load(&mut self, twin: &Twin, text: &str) {
        let Ok(name) = twin.scenarios.load(text, twin.clock.now()) else { return };
        if name != self.name {
            twin.scenarios.unload(Which { name: Some(&self.name), tenant: None });
        }
        tracing::info!(name, file = %self.file.display(), "a scenario is loaded again");
        self.name = name;
    }
}

/// Watches the files until the twin ends.
pub(super) fn watch_files(local: &LocalTwin, mut files: Vec<Watched>) {
    if files.is_empty() {
        return;
    }
    let twin: Weak<Twin> = Arc::downgrade(local.twin());
    local.handle().spawn(async move {
        let mut looks = tokio::time::interval(PAUSE);
        loop {
            looks.tick().await;
            let Some(twin) = twin.upgrade() else { return };
            let looked = tokio::task::spawn_blocking(move || {
                for file in &mut files {
                    file.look(&twin);
                }
                files
            });
            let Ok(back) = looked.await else { return };
            files = back;
        }
    });
}
