//! Many threads over few tenants, with resets, state documents and clock moves among the calls: what
//! they were answered can be explained by some order in which one thread would have made the calls.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::client::World;

mod calls;
mod explain;
mod model;

use calls::{Answered, Op, Shared, TENANTS, seeded};
use explain::{Call, explained};

/// How many threads call each tenant.
const THREADS: [usize; TENANTS] = [4, 2, 2];

/// What each thread calls, in its order.
type Script = Vec<Vec<Op>>;

fn op(tenant: usize) -> impl Strategy<Value = Op> {
    let name = 0..4_u8;
    prop_oneof![
        6 => name.clone().prop_map(move |name| Op::Create(tenant, name)),
        4 => name.clone().prop_map(move |name| Op::Import(tenant, name)),
        6 => Just(Op::List(tenant)),
        4 => name.clone().prop_map(move |name| Op::CreateInWorkspace(tenant, name)),
        4 => Just(Op::ListWorkspace(tenant)),
        2 => prop::collection::btree_set(name, 0..3).prop_map(move |all| Op::PutCenter(tenant, all)),
        3 => Just(Op::GetCenter(tenant)),
        3 => Just(Op::State(tenant)),
        2 => Just(Op::Put(tenant)),
        3 => Just(Op::Reset(Some(tenant))),
        1 => Just(Op::Reset(None)),
        2 => prop_oneof![Just(700_i64), Just(-400)].prop_map(Op::MoveClock),
    ]
}

fn script(length: usize) -> impl Strategy<Value = Script> {
    let threads = THREADS.iter().enumerate();
    let threads: Vec<_> = threads
        .flat_map(|(tenant, count)| (0..*count).map(move |_| tenant))
        .map(|tenant| prop::collection::vec(op(tenant), length))
        .collect();
    threads
}

/// Makes the calls of all threads at once; what each was answered, and when it began and ended.
fn run(world: &World, shared: &Shared, script: &Script) -> Vec<Call> {
    let moment = AtomicUsize::new(0);
    let history = Mutex::new(Vec::new());
    let (moment, history_of) = (&moment, &history);
    std::thread::scope(|scope| {
        for thread in script {
            scope.spawn(move || {
                for op in thread {
                    let from = moment.fetch_add(1, Ordering::SeqCst);
                    let answered: Answered = op.call(world, shared);
                    let to = moment.fetch_add(1, Ordering::SeqCst);
                    history_of.lock().unwrap().push(Call { op: op.clone(), answered, from, to });
                }
            });
        }
    });
    history.into_inner().unwrap()
}

/// A call a line, in the order in which they began.
fn shown(mut history: Vec<Call>) -> String {
    history.sort_by_key(|call| call.from);
    let line =
        |Call { op, answered, from, to }: &Call| format!("{from}-{to} {op:?}: {answered:?}\n");
    history.iter().map(line).collect()
}

fn check(cases: u32, length: usize) {
    // What fails need not fail again, so there is nothing to shrink.
    let config =
        Config { cases, max_shrink_iters: 0, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&script(length), |script| {
        let (world, shared) = seeded();
        let history = run(&world, &shared, &script);
        prop_assert!(explained(&history), "no order explains\n{}", shown(history));
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn every_history_is_explained_by_some_order() {
    check(40, 6);
}

#[test]
#[ignore = "takes minutes: run it after changes of the writer, of tenants or of the control interface"]
fn many_long_histories_are_explained_by_some_order() {
    check(2_000, 12);
}
