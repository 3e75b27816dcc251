//! Wrong credentials: a call whose proof is wrong must be refused, and each signature that is documented taken.

use std::sync::Arc;

use super::Suite;
use super::model::Model;
use super::promises::{PROOFS, Problem};
use super::selection::Selected;
use crate::catalog;
use crate::client::{Client, Credentials, TencentSignature, Transport};
use crate::generate::minimal;
use crate::model::{Operation, Protocol};
use crate::rules::effects::{Effect, effect};

/// What the codes of wrong proofs begin with.
const CODES: [(Protocol, &[&str]); 4] = [
    (Protocol::TencentApi3, &["AuthFailure"]),
    (Protocol::HuaweiApig, &["APIGW.03"]),
    (Protocol::Aicc, &["401", "403"]),
    (Protocol::Scim, &["401"]),
];

/// One operation of each service that reads.
pub(super) fn operations(selected: &Selected) -> Vec<&'static Arc<Operation>> {
    let of = |name: &str| {
        let mut all = selected.operations.iter().copied();
        all.find(|one| one.service == name && effect(one) == Effect::Reads)
    };
    catalog().services.iter().filter_map(|service| of(&service.name)).collect()
}

/// The problems of the ways to prove who calls.
pub(super) fn judge<T: Transport>(
    suite: &mut Suite<'_, T>,
    operation: &'static Operation,
) -> Option<Vec<Problem>> {
    let model = Model::of(operation)?;
    let client = suite.caller.client();
    let input = suite.known.aimed(operation, &minimal(&operation.input), 0);
    let good = suite.caller.call(operation, &input);
    if !suite.can_judge(model, &good) {
        return None;
    }
    let mut problems = model.judge_valid(&good);
    let wrong = Client::new(client.transport(), spoilt(client.credentials()));
    let mut signatures = vec![TencentSignature::Tc3];
    if model.service.protocol == Protocol::TencentApi3 {
        signatures.extend([TencentSignature::HmacSha1, TencentSignature::HmacSha256]);
    }
    let mut wrong = wrong;
    for signature in signatures {
        wrong = wrong.with_tencent_signature(signature);
        let called = suite.caller.send(&wrong, operation, &input);
        let refused = called.answer.as_ref().ok().and_then(|answer| answer.refused());
        // A log-in that is refused is a refusal, too.
        let is_refused =
            called.answer.is_err() || refused.is_some_and(|it| is_code(model, it.code.as_ref()));
        if !is_refused {
            let text = format!("{} is answered although the secret is wrong", operation.name);
            problems.push(Problem::new(&PROOFS, text, &[called.number]));
        }
        if signature != TencentSignature::Tc3 {
            let right = Client::new(client.transport(), client.credentials().clone())
                .with_tencent_signature(signature);
            let called = suite.caller.send(&right, operation, &input);
            let refused = called.answer.as_ref().ok().and_then(|answer| answer.refused());
            if refused.is_some_and(|it| is_code(model, it.code.as_ref())) {
                let text = format!("{} refuses a good signature: {signature:?}", operation.name);
                problems.push(Problem::new(&PROOFS, text, &[called.number]));
            }
        }
    }
    Some(problems)
}

fn is_code(model: Model, code: Option<&String>) -> bool {
    let begins = CODES.iter().filter(|(protocol, _)| *protocol == model.service.protocol);
    let mut begins = begins.flat_map(|(_, begins)| begins.iter());
    code.is_some_and(|code| begins.any(|begin| code.starts_with(begin)))
}

/// The same keys with other secrets.
fn spoilt(credentials: &Credentials) -> Credentials {
    let mut spoilt = credentials.clone();
    let keys = spoilt.tencent.iter_mut().chain(&mut spoilt.huawei).map(|key| &mut key.secret);
    let iam = spoilt.iam.iter_mut().map(|user| &mut user.password);
    let aicc = spoilt.aicc.iter_mut().map(|application| &mut application.secret);
    keys.chain(iam).chain(aicc).chain(&mut spoilt.scim_key).for_each(|secret| secret.push('x'));
    spoilt
}
