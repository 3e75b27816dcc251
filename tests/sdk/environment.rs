//! What a client program runs in: the pinned SDK, installed once under the target folder and kept
//! as long as its pins stay the same. Nothing of the user's is read, nothing of the system changed.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The clients.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// `tencentcloud-sdk-python-ciam`.
    Python,
    /// `tccli`, with the whole SDK that it asks for.
    Tccli,
    /// `tencentcloud-sdk-nodejs`.
    Nodejs,
    /// `huaweicloudsdkworkspace`.
    Huawei,
    /// Go's standard library: its modules are in no registry that serves packages to tests.
    Go,
    /// `scim2-tester` and `scim2-client`.
    Scim,
    /// Python's standard library: what clients of the contact centre use, which has no SDK.
    Urllib,
}

impl Kind {
    /// The folder of its programs, and of its environment.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Tccli => "tccli",
            Self::Nodejs => "nodejs",
            Self::Huawei => "huawei",
            Self::Go => "go",
            Self::Scim => "scim",
            Self::Urllib => "urllib",
        }
    }

    /// The folder of its programs.
    pub(super) fn programs(self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/sdk").join(self.folder())
    }

    /// What must be on the machine, and the files that say which versions are wanted.
    fn needs(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Python | Self::Tccli | Self::Huawei | Self::Scim => {
                (&["python3"], &["requirements.txt"])
            }
            Self::Go => (&["python3"], &["requirements.txt", "go.mod", "main.go"]),
            Self::Nodejs => (&["node", "npm"], &["package.json", "package-lock.json"]),
            Self::Urllib => (&["python3"], &[]),
        }
    }
}

/// An installed client.
#[derive(Debug)]
pub struct Environment {
    /// Whose it is.
    pub(super) kind: Kind,
    /// Where it is installed.
    pub folder: PathBuf,
    scratch: TempDir,
}

impl Environment {
    /// The client's environment, installed if it is not yet. Without the tools that it needs there
    /// is none: that is a failure in CI, and told loudly everywhere else.
    pub fn of(kind: Kind) -> Option<Self> {
        let (tools, pins) = kind.needs();
        let mut wanted = String::new();
        for tool in tools {
            match version(tool) {
                Some(version) => wanted += &version,
                None => return unproven(kind, tool),
            }
        }
        for pin in pins {
            wanted += &fs::read_to_string(kind.programs().join(pin)).unwrap();
        }

        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("sdk");
        let folder = root.join(kind.folder());
        let scratch = root.join("scratch");
        fs::create_dir_all(&scratch).unwrap();
        // Other tests and other processes wait here until it is installed.
        let lock = File::create(root.join(format!("{}.lock", kind.folder()))).unwrap();
        lock.lock().unwrap();
        let stamp = folder.join("installed");
        if fs::read_to_string(&stamp).ok().as_ref() != Some(&wanted) {
            install(kind, &folder);
            fs::write(stamp, wanted).unwrap();
        }
        Some(Self { kind, folder, scratch: tempfile::tempdir_in(scratch).unwrap() })
    }

    /// An empty folder of this run: the program's home.
    pub(super) fn scratch(&self) -> &Path {
        self.scratch.path()
    }

    /// The interpreter of its programs.
    pub fn interpreter(&self) -> PathBuf {
        match self.kind {
            Kind::Python | Kind::Tccli | Kind::Huawei | Kind::Scim => {
                self.folder.join("bin/python")
            }
            Kind::Go => self.folder.join("program"),
            // The program itself: a version manager's stand-in would look into the user's home.
            Kind::Nodejs => {
                succeed(Command::new("node").args(["-p", "process.execPath"])).trim_end().into()
            }
            Kind::Urllib => {
                let told = ["-c", "import sys; print(sys.executable)"];
                succeed(Command::new("python3").args(told)).trim_end().into()
            }
        }
    }
}

/// What the tool says of its version; nothing if it cannot be started.
fn version(tool: &str) -> Option<String> {
    let output = Command::new(tool)
        .arg("--version")
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    Some(format!("{tool} {}", String::from_utf8_lossy(&output.stdout)))
}

fn unproven(kind: Kind, tool: &str) -> Option<Environment> {
    let text = format!("{} is NOT proven: {tool} cannot be started on this machine", kind.folder());
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{text}");
    // Past the harness, which swallows what a passing test prints.
    writeln!(std::io::stderr(), "\n*** {text} ***").unwrap();
    None
}

fn install(kind: Kind, folder: &Path) {
    if folder.exists() {
        fs::remove_dir_all(folder).unwrap();
    }
    match kind {
        Kind::Python | Kind::Tccli | Kind::Huawei | Kind::Scim => install_python(kind, folder),
        Kind::Go => {
            install_python(kind, folder);
            let mut build = Command::new(folder.join("bin/go"));
            build.arg("build").arg("-o").arg(folder.join("program")).arg(".");
            build.current_dir(kind.programs()).env("GOTOOLCHAIN", "local");
            for (name, value) in [("GOCACHE", "cache"), ("GOPATH", "path")] {
                build.env(name, folder.join(value));
            }
            // Without a C compiler, as most programs are distributed.
            succeed(build.env("CGO_ENABLED", "0").env("GOFLAGS", "-buildvcs=false"));
        }
        Kind::Nodejs => {
            fs::create_dir_all(folder).unwrap();
            for name in ["package.json", "package-lock.json"] {
                fs::copy(kind.programs().join(name), folder.join(name)).unwrap();
            }
            succeed(
                Command::new("npm")
                    .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
                    .current_dir(folder),
            );
        }
        // It is there with its interpreter.
        Kind::Urllib => fs::create_dir_all(folder).unwrap(),
    }
}

fn install_python(kind: Kind, folder: &Path) {
    succeed(Command::new("python3").args(["-m", "venv"]).arg(folder));
    succeed(
        Command::new(folder.join("bin/python"))
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-input",
                "--no-compile",
                "--disable-pip-version-check",
            ])
            .arg("--requirement")
            .arg(kind.programs().join("requirements.txt")),
    );
}

/// What a command printed that has to succeed.
fn succeed(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{command:?} ended with {status}:\n{stdout}\n{stderr}");
    stdout.into_owned()
}
