//! What one thread would see: names of users by tenant and service.

use std::collections::BTreeSet;

use super::calls::{Answered, Names, Op, PUT_NAME, TENANTS};

/// All that the calls can tell apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Model {
    tenants: [Tenant; TENANTS],
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Tenant {
    ciam: Names,
    /// Names that imports will bring in, in order: the next call that looks has them all.
    coming: Vec<String>,
    workspace: Names,
    center: Names,
}

fn name(number: u8) -> String {
    format!("u{number}")
}

impl Tenant {
    /// As the next call finds it.
    fn moved(&self, imports: usize) -> Self {
        let mut after = self.clone();
        after.ciam.extend(after.coming.drain(..imports));
        after
    }

    fn all(&self) -> [Names; 3] {
        [self.ciam.clone(), self.workspace.clone(), self.center.clone()]
    }

    /// The tenant that a document of the tests holds.
    fn put() -> Self {
        let names = BTreeSet::from([PUT_NAME.to_owned()]);
        Self { ciam: names.clone(), coming: Vec::new(), workspace: names.clone(), center: names }
    }
}

impl Model {
    /// The states in which this call can leave the model if it was answered so; none if it cannot.
    pub fn after(&self, op: &Op, answered: &Answered) -> Vec<Self> {
        let mut after = self.clone();
        let is_answer = match op {
            Op::MoveClock(_) => *answered == Answered::Done,
            Op::Reset(None) => {
                after = Self::default();
                *answered == Answered::Done
            }
            Op::Reset(Some(at)) => {
                after.tenants[*at] = Tenant::default();
                *answered == Answered::Done
            }
            Op::Put(at) => {
                after.tenants[*at] = Tenant::put();
                *answered == Answered::Done
            }
            Op::State(at) => return self.after_state(*at, answered),
            Op::Create(at, number) => {
                let tenant = after.looked(*at);
                let is_new = tenant.ciam.insert(name(*number));
                *answered == if is_new { Answered::Done } else { Answered::Exists }
            }
            Op::Import(at, number) => {
                after.looked(*at).coming.push(name(*number));
                *answered == Answered::Done
            }
            Op::List(at) => *answered == Answered::Names(after.looked(*at).ciam.clone()),
            Op::CreateInWorkspace(at, number) => {
                let is_new = after.looked(*at).workspace.insert(name(*number));
                *answered == if is_new { Answered::Done } else { Answered::Exists }
            }
            Op::ListWorkspace(at) => {
                *answered == Answered::Names(after.looked(*at).workspace.clone())
            }
            Op::PutCenter(at, all) => {
                after.looked(*at).center = all.iter().map(|number| name(*number)).collect();
                *answered == Answered::Done
            }
            Op::GetCenter(at) => *answered == Answered::Names(after.looked(*at).center.clone()),
        };
        if is_answer { vec![after] } else { Vec::new() }
    }

    /// What is due happens before any call that looks.
    fn looked(&mut self, at: usize) -> &mut Tenant {
        let tenant = &mut self.tenants[at];
        *tenant = tenant.moved(tenant.coming.len());
        tenant
    }

    /// A document shows what is there, and moves nothing: a call beside it may have moved some.
    fn after_state(&self, at: usize, answered: &Answered) -> Vec<Self> {
        let imports = 0..=self.tenants[at].coming.len();
        let moved = imports.map(|count| self.tenants[at].moved(count));
        moved
            .filter(|tenant| *answered == Answered::All(tenant.all()))
            .map(|tenant| {
                let mut after = self.clone();
                after.tenants[at] = tenant;
                after
            })
            .collect()
    }
}
