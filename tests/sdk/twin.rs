//! A running twin: the command itself in a process of its own, on a port that the system picked.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

/// The command under test.
pub(super) const COMMAND: &str = env!("CARGO_BIN_EXE_cloudtwin");

/// Longest time in which a twin must be up, and in which it must have ended.
const PATIENCE: Duration = Duration::from_secs(30);

/// A twin that ends when it is dropped.
#[derive(Debug)]
pub(super) struct Twin {
    child: Child,
    /// Each line that it prints; closed once it has ended.
    lines: Receiver<String>,
    /// Where clients reach it.
    pub(super) url: String,
    log: PathBuf,
}

impl Twin {
    /// Starts a twin and waits until it listens; `folder` takes its ready file and its log.
    pub(super) fn start(folder: &Path, options: &[&str]) -> Self {
        let (ready, log) = (folder.join("ready"), folder.join("twin.log"));
        let mut command = Command::new(COMMAND);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--ready-file"])
            .arg(&ready)
            .args(options);
        // Options that the caller's environment holds are not meant for this twin.
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CLOUDTWIN_"))
        {
            command.env_remove(name);
        }
        // The log goes to a file.
        command.env("NO_COLOR", "1");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(&log).unwrap());
        let mut child = command.spawn().unwrap();

        let (tell, lines) = mpsc::channel();
        let printed = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            printed.lines().map_while(Result::ok).try_for_each(|line| tell.send(line))
        });
        let mut twin = Self { child, lines, url: String::new(), log };
        let first = twin
            .lines
            .recv_timeout(PATIENCE)
            .unwrap_or_else(|_| panic!("no twin:\n{}", twin.said()));
        assert!(first.starts_with("cloudtwin listens on http://127.0.0.1:"), "{first}");
        fs::read_to_string(&ready).unwrap().trim().clone_into(&mut twin.url);
        twin
    }

    /// Ends the twin as a supervisor does, whatever connections its clients left open. It must end
    /// well; gives its log.
    pub(super) fn stop(mut self) -> String {
        self.terminate();
        let (status, log) = (self.child.wait().unwrap(), self.said());
        assert!(status.success(), "the twin ended with {status}:\n{log}");
        log
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Asks it to end; insists if it does not.
    fn terminate(&mut self) {
        let asked = Command::new("sh")
            .args(["-c", "kill -TERM \"$0\"", &self.child.id().to_string()])
            .status();
        let patience =
            if asked.is_ok_and(|status| status.success()) { PATIENCE } else { Duration::ZERO };
        // The pipe closes with the process; what it prints meanwhile does not matter.
        while let Ok(_line) = self.lines.recv_timeout(patience) {}
        // Does nothing to a process that has ended by itself but is not yet waited for.
        drop(self.child.kill());
    }
}

impl Drop for Twin {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            self.terminate();
            drop(self.child.wait());
        }
    }
}
