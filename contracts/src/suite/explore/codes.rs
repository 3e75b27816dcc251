//! The codes with which an operation can refuse, by what a client should do about them.

use crate::catalog;
use crate::model::{Code, Operation, Retry};
use crate::rules::effects::{Effect, effect};

/// What a refusal means for a client. The classes that find most bugs come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// Not without a change to the request.
    Permanent,
    /// Too many calls: later.
    Throttled,
    /// A fault of the service that passes.
    Transient,
    /// What is named is not there.
    Missing,
    /// What is to be made is there already, or something is in the way.
    Conflict,
    /// Not without a new token.
    OldToken,
    /// Not without a new signature.
    OldSignature,
    /// The vendor does not say.
    Open,
}

/// A code with which an operation can be made to refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) class: Class,
    pub(super) code: &'static str,
    /// Whether the vendor documents it for this operation.
    pub(super) is_documented: bool,
}

/// Every code that is documented for an operation, without those that would be a lie: "exists already" for what is to
/// be made, and "is not there" for what is to be changed or deleted. A client may take these for the end of its work.
pub(super) fn documented(operation: &'static Operation) -> Vec<Refusal> {
    let refusal = |code: &'static String| {
        let class = class_of(operation, code)?;
        (!is_lie(operation, class)).then_some(Refusal { class, code, is_documented: true })
    };
    operation.errors.iter().filter_map(refusal).collect()
}

/// One code of each class: a documented one if there is any, else one of the gateway.
pub(super) fn of_each_class(operation: &'static Operation) -> Vec<Refusal> {
    let mut found = documented(operation);
    // The plain code of a family before its details.
    found.sort_by_key(|refusal| (refusal.class, refusal.code.len()));
    for (code, known) in gateway(operation) {
        let class = class(code, known);
        let is_new = found.iter().all(|refusal| refusal.class != class);
        if is_new && !is_lie(operation, class) {
            found.push(Refusal { class, code, is_documented: operation.documents(code) });
        }
    }
    found.sort_by_key(|refusal| refusal.class);
    found.dedup_by_key(|refusal| refusal.class);
    found
}

/// The most ordinary code of the same class.
pub(super) fn ordinary(operation: &'static Operation, code: &str) -> Option<Refusal> {
    let class = class_of(operation, code)?;
    of_each_class(operation).into_iter().find(|refusal| refusal.class == class)
}

fn is_lie(operation: &Operation, class: Class) -> bool {
    match effect(operation) {
        Effect::Creates | Effect::Exports => class == Class::Conflict,
        Effect::Destroys | Effect::Changes => class == Class::Missing,
        _ => false,
    }
}

fn gateway(operation: &Operation) -> impl Iterator<Item = (&'static str, &'static Code)> {
    let service = catalog().service(&operation.service);
    let protocol = service.and_then(|service| catalog().protocol(service.protocol));
    let codes = protocol.into_iter().flat_map(|protocol| protocol.codes.iter());
    codes.map(|(code, known)| (code.as_str(), known))
}

fn class_of(operation: &Operation, code: &str) -> Option<Class> {
    let service = catalog().service(&operation.service)?;
    let own = service.codes.get(code);
    let known = own.or_else(|| catalog().protocol(service.protocol)?.codes.get(code))?;
    Some(class(code, known))
}

fn class(code: &str, known: &Code) -> Class {
    let has = |words: &[&str]| words.iter().any(|word| code.contains(word));
    if known.status == Some(429) || has(&["RequestLimitExceeded", "TooMany"]) {
        return Class::Throttled;
    }
    if known.status == Some(404) || has(&["NotFound", "NotExist"]) {
        return Class::Missing;
    }
    if known.status == Some(409) || has(&["Exist", "Duplicate", "Conflict", "InUse"]) {
        return Class::Conflict;
    }
    match known.retry {
        Some(Retry::Never) => Class::Permanent,
        Some(Retry::Backoff) => Class::Transient,
        Some(Retry::AfterRefresh) => Class::OldToken,
        Some(Retry::Resign) => Class::OldSignature,
        None => Class::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(service: &str, name: &str) -> &'static Operation {
        let operations = &catalog().service(service).unwrap().operations;
        operations.iter().find(|operation| operation.name == name).unwrap()
    }

    fn of(service: &str, name: &str, class: Class) -> Option<&'static str> {
        let all = of_each_class(operation(service, name));
        all.into_iter().find(|refusal| refusal.class == class).map(|refusal| refusal.code)
    }

    #[test]
    fn each_class_has_one_code() {
        for (service, name) in
            [("ciam", "CreateUser"), ("workspace", "ListUsers"), ("aicc", "createTask")]
        {
            let classes: Vec<_> =
                of_each_class(operation(service, name)).into_iter().map(|r| r.class).collect();
            assert!(classes.is_sorted_by(|one, other| one < other), "{classes:?}");
            for class in [Class::Throttled, Class::Transient] {
                assert!(classes.contains(&class), "{service} {name}: {classes:?}");
            }
        }
    }

    #[test]
    fn what_would_be_a_lie_is_not_said() {
        assert_eq!(of("ciam", "CreateUser", Class::Conflict), None);
        assert_eq!(of("ciam", "DeleteUsers", Class::Missing), None);
        let all = documented(operation("ciam", "CreateUser"));
        assert!(all.iter().all(|refusal| !refusal.code.contains("AlreadyExists")), "{all:?}");
        assert!(!all.is_empty());
    }

    #[test]
    fn an_odd_code_has_an_ordinary_one_of_its_class() {
        let create = operation("ciam", "CreateUser");
        let ordinary = |code| ordinary(create, code).map(|refusal| refusal.code);
        assert_eq!(ordinary("RequestLimitExceeded.UinLimitExceeded"), Some("RequestLimitExceeded"));
        assert_eq!(ordinary("NoSuchCode"), None);
    }
}
