//! What a case costs beside its client: a tenant with a seed of its own, a scenario, the journal, the state.
//! Compare the two: the second is the client alone.

#![expect(clippy::unwrap_used, reason = "a benchmark may stop where it stands")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use cloudtwin::config::Config;
use cloudtwin::local::{Listen, LocalTwin};
use contracts::suite::lab::Lab as _;
use contracts::suite::twins::{Environment, RunningTwin};
use contracts::suite::{Client, Tenants};
use criterion::{Criterion, criterion_group, criterion_main};

const SEED: &str = "[[ciam.directory]]\nname = \"people\"\n";
const SCENARIO: &str = "name = \"one\"\n[[rule]]\noperation = \"ListUserStore\"\nat = \"arrival\"\n\
                        effect = { refuse = \"RequestLimitExceeded\" }\n";

struct Local(LocalTwin);

impl RunningTwin for Local {
    fn url(&self) -> String {
        self.0.url()
    }

    fn environment(&self, _: &str) -> Environment {
        Environment::default()
    }
}

fn a_case(criterion: &mut Criterion) {
    let twin = Local(LocalTwin::start(Config::default(), Listen::default()).unwrap());
    let client = Client {
        command: vec!["true".to_owned()],
        folder: PathBuf::from("."),
        environment: BTreeMap::new(),
        timeout: Duration::from_secs(10),
    };
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

criterion_group!(benches, a_case);
criterion_main!(benches);
