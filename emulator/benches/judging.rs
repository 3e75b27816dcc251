//! What a case costs beside its client: a tenant with a seed of its own, a scenario, the journal, the state.
//! Compare the two: the second is the client alone. And how many plans a minute an exploration gets through, of a
//! client that takes a tenth of a second and does not back off.

#![expect(clippy::unwrap_used, reason = "a benchmark may stop where it stands")]
#![expect(clippy::print_stdout, reason = "that is where its figures go")]
#![expect(clippy::disallowed_methods, reason = "it measures, and is a client that takes its time")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use cloudtwin::config::Config;
use cloudtwin::credentials::{SECRET, TENCENT_KEY, key_of};
use cloudtwin::local::{Listen, LocalTwin};
use contracts::catalog;
use contracts::client::{Credentials, Http, Outcome};
use contracts::suite::explore::{Progress, Settings, explore};
use contracts::suite::lab::Lab as _;
use contracts::suite::twins::{Environment, RunningTwin};
use contracts::suite::{Client, Tenants};
use criterion::{Criterion, criterion_group};
use serde_json::{Value, json};

const SEED: &str = "[[ciam.directory]]\nname = \"people\"\n";
const SCENARIO: &str = "name = \"one\"\n[[rule]]\noperation = \"ListUserStore\"\nat = \"arrival\"\n\
                        effect = { refuse = \"RequestLimitExceeded\" }\n";

struct Local(LocalTwin);

impl RunningTwin for Local {
    fn url(&self) -> String {
        self.0.url()
    }

    fn environment(&self, tenant: &str) -> Environment {
        let set = [
            ("CLOUDTWIN_URL", self.url()),
            ("TENCENTCLOUD_SECRET_ID", key_of(tenant, TENCENT_KEY)),
            ("TENCENTCLOUD_SECRET_KEY", SECRET.to_owned()),
            ("TENCENTCLOUD_REGION", "ap-guangzhou".to_owned()),
        ];
        let set = set.map(|(name, value)| (name.to_owned(), value)).to_vec();
        Environment { set, removed: Vec::new() }
    }
}

fn a_case(criterion: &mut Criterion) {
    let twin = Local(LocalTwin::start(Config::default(), Listen::default()).unwrap());
    let client = client(vec!["true".to_owned()]);
    let stop = AtomicBool::new(false);
    let lab = Tenants::new(&twin, &client, Some(SEED), &stop);
    let scenarios = [SCENARIO.to_owned()];
    let mut group = criterion.benchmark_group("a client that does nothing");
    group.bench_function("as a case", |bencher| {
        bencher.iter(|| black_box(lab.room().unwrap().run(&scenarios).unwrap()));
    });
    group.bench_function("alone", |bencher| {
        bencher.iter(|| black_box(Command::new("true").status().unwrap()));
    });
    group.finish();
}

fn client(command: Vec<String>) -> Client {
    let (folder, timeout) = (PathBuf::from("."), Duration::from_secs(10));
    Client { command, folder, environment: BTreeMap::new(), timeout }
}

/// How long the client of [`plans`] takes.
const CLIENT: Duration = Duration::from_millis(100);

/// What it is called with.
const AS_CLIENT: &str = "as-client";

/// Plans a minute of half a minute's exploration, as many side by side as the command takes on two cores.
fn plans() {
    let twin = Local(LocalTwin::start(Config::default(), Listen::default()).unwrap());
    let program = std::env::current_exe().unwrap().display().to_string();
    let client = client(vec![program, AS_CLIENT.to_owned()]);
    let stop = AtomicBool::new(false);
    let lab = Tenants::new(&twin, &client, Some(SEED), &stop);
    let time = Duration::from_secs(30);
    let settings = Settings { max_time: time, cases: usize::MAX, jobs: 16, ..Settings::default() };
    let (ran, last) = (AtomicUsize::new(0), std::sync::Mutex::new(Duration::ZERO));
    let began = Instant::now();
    let listen = |progress: &Progress<'_>| match progress {
        Progress::Ran { .. } => {
            ran.fetch_add(1, Ordering::Relaxed);
            *last.lock().unwrap() = began.elapsed();
        }
        Progress::Found { sentence } => println!("found: {sentence}"),
        _ => {}
    };
    let explored = explore(&lab, &settings, &listen).unwrap();
    let (ran, seconds) = (ran.into_inner(), last.into_inner().unwrap().as_secs_f64());
    let a_minute = 60.0 * f64::from(u32::try_from(ran).unwrap()) / seconds;
    println!(
        "{ran} plans in {seconds:.1} s, runs without faults before them included: {a_minute:.0} a minute"
    );
    for note in explored.report.notes {
        println!("  {note}");
    }
}

/// Looks for a user and creates it: three attempts at each request, without a wait.
fn as_client() -> ExitCode {
    let began = Instant::now();
    let variable = |name: &str| std::env::var(name).ok();
    let http = Http::new(&variable("CLOUDTWIN_URL").unwrap()).unwrap();
    let client = contracts::client::Client::new(http, Credentials::from_variables(variable));
    let call = |name: &str, input: Value| {
        let mut operations = catalog().operations();
        let operation = operations.find(|one| one.service == "ciam" && one.name == name).unwrap();
        (0..3).find_map(|_| match client.call(operation, &input).ok()?.outcome {
            Outcome::Done(output) => Some(output),
            _ => None,
        })
    };
    let sync = || {
        let stores = call("ListUserStore", json!({}))?;
        let store = stores.pointer("/UserStoreSet/0/UserStoreId")?.as_str()?.to_owned();
        let page = json!({ "PageNumber": 1, "PageSize": 50 });
        let users = call("ListUser", json!({ "UserStoreId": store, "Pageable": page }))?;
        if users.pointer("/Content/0").is_none() {
            let ada = json!({ "UserStoreId": store, "UserName": "ada", "PhoneNumber": "+86-13800000001",
                              "Email": "ada@example.com", "Password": "Secret-123" });
            call("CreateUser", ada)?;
        }
        Some(())
    };
    let done = sync();
    std::thread::sleep(CLIENT.saturating_sub(began.elapsed()));
    done.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
}

criterion_group!(benches, a_case);

fn main() -> ExitCode {
    if std::env::args().any(|argument| argument == AS_CLIENT) {
        return as_client();
    }
    benches();
    Criterion::default().configure_from_args().final_summary();
    plans();
    ExitCode::SUCCESS
}
