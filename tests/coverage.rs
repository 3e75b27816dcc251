//! What the models declare and the twin does not do: a list that only shrinks. And every
//! documented code is either reached by a test or known to need force.

use std::collections::BTreeSet;

use cloudtwin::catalog::listing;
use contracts::catalog;

/// Declared and not modelled: take a name off when its operation is modelled, add none of a service
/// that was here before.
#[test]
fn what_is_not_modelled_is_listed() {
    let missing = listing(None).into_iter().filter(|row| !row.modelled);
    let names: Vec<_> = missing.map(|row| format!("{} {}", row.service, row.operation)).collect();
    insta::assert_snapshot!(names.join("\n"));
}

#[test]
fn every_code_is_of_some_operation_and_those_by_force_say_why() {
    for service in &catalog().services {
        let used: BTreeSet<_> =
            service.operations.iter().flat_map(|operation| &operation.errors).collect();
        let declared: BTreeSet<_> = service.codes.keys().collect();
        assert_eq!(used, declared, "{}", service.name);
        for (code, known) in &service.codes {
            let reason = known.only_by_force.as_deref();
            assert!(reason.is_none_or(|reason| reason.len() > 10), "{code} says no reason");
        }
    }
}

#[test]
fn the_listing_tells_for_each_code_whether_calls_can_meet_it() {
    let ciam = catalog().service("ciam").unwrap();
    for row in listing(Some("ciam")) {
        let operation = ciam.operation(&row.operation, &row.versions[0]).unwrap();
        assert_eq!(row.errors.len() + row.errors_by_force.len(), operation.errors.len());
        assert!(row.errors.iter().all(|code| ciam.codes[code].only_by_force.is_none()));
        assert!(row.errors_by_force.iter().all(|code| ciam.codes[code].only_by_force.is_some()));
    }
}
