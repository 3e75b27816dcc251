//! The vendors' own clients, unmodified and pinned, and where a vendor has none a plain program:
//! each with a twin of its own to talk to over a socket. What they prove stands in the programs beside this file;
//! here they are only given an environment, an address and keys. No client is ever patched.

pub mod environment;
mod program;
mod real_hosts;

use environment::{Environment, Kind};
use program::Program;

use crate::process::Running;

/// Jobs end at once and nobody is too fast: for what has nothing to do with time.
const TIMELESS: &[&str] = &["--jobs", "instant", "--throttle", "off"];

/// The clock stands, so calls are limited to the documented number in all and jobs move only when
/// it is moved.
const FROZEN: &[&str] = &["--jobs", "0.5", "--throttle", "on", "--clock", "frozen"];

#[test]
fn python_lives_the_whole_story() {
    prove(Kind::Python, "test_story", TIMELESS);
}

#[test]
fn python_reads_every_shape_of_error() {
    prove(Kind::Python, "test_errors", TIMELESS);
}

#[test]
fn python_reads_what_each_entity_refuses() {
    prove(Kind::Python, "test_refusals", TIMELESS);
}

#[test]
fn python_meets_limits_and_expiry_by_the_clock() {
    prove(Kind::Python, "test_clock", FROZEN);
}

#[test]
fn python_pages_through_a_thousand_users() {
    prove(Kind::Python, "test_paging", TIMELESS);
}

#[test]
fn python_compares_exported_files_row_by_row() {
    prove(Kind::Python, "test_export", TIMELESS);
}

#[test]
fn python_keeps_two_tenants_apart() {
    prove(Kind::Python, "test_tenants", TIMELESS);
}

#[test]
fn python_sends_every_form_of_request() {
    prove(Kind::Python, "test_forms", TIMELESS);
}

#[test]
fn python_lives_the_life_of_a_zone() {
    prove(Kind::Python, "test_organization", TIMELESS);
}

#[test]
fn python_shows_forced_codes_and_broken_roads_as_its_own_exception() {
    prove(Kind::Python, "test_scenarios", TIMELESS);
}

#[test]
fn tccli_lives_the_whole_story() {
    prove(Kind::Tccli, "test_story", TIMELESS);
}

#[test]
fn tccli_tells_refusals() {
    prove(Kind::Tccli, "test_errors", TIMELESS);
}

#[test]
fn tccli_sends_every_example_of_identity_center() {
    prove(Kind::Tccli, "test_organization", TIMELESS);
}

#[test]
fn nodejs_lives_the_whole_story() {
    prove(Kind::Nodejs, "story.test.mjs", TIMELESS);
}

#[test]
fn nodejs_reads_every_shape_of_error() {
    prove(Kind::Nodejs, "errors.test.mjs", TIMELESS);
}

#[test]
fn nodejs_pages_exports_and_sends_every_form_of_request() {
    prove(Kind::Nodejs, "volume.test.mjs", TIMELESS);
}

#[test]
fn nodejs_lives_the_life_of_a_zone() {
    prove(Kind::Nodejs, "organization.test.mjs", TIMELESS);
}

#[test]
fn a_project_of_workspace_lives_its_life() {
    prove(Kind::Huawei, "test_story", TIMELESS);
}

#[test]
fn the_sdk_of_workspace_shows_forced_codes_and_broken_roads() {
    prove(Kind::Huawei, "test_scenarios", TIMELESS);
}

#[test]
fn the_scim_endpoint_passes_the_compliance_tester_ten_times() {
    prove(Kind::Scim, "test_compliance", TIMELESS);
}

#[test]
fn a_directory_pushes_a_thousand_users_and_fifty_groups_by_scim() {
    prove(Kind::Scim, "test_directory", TIMELESS);
}

#[test]
fn a_synchroniser_of_the_contact_centre_lives_its_day() {
    prove(Kind::Urllib, "test_story", FROZEN);
}

#[test]
fn a_scim_client_shows_forced_codes_as_its_own_exception() {
    prove(Kind::Scim, "test_scenarios", TIMELESS);
}

#[test]
fn a_client_of_the_contact_centre_meets_forced_codes_and_broken_roads() {
    prove(Kind::Urllib, "test_scenarios", FROZEN);
}

/// Runs a program against a twin of its own; it must end well, and so must the twin.
fn prove(kind: Kind, name: &str, options: &[&str]) {
    let Some(environment) = Environment::of(kind) else { return };
    let twin = Running::start(options);
    let said = Program { environment: &environment, name, twin: &twin }.run();
    let log = twin.stop();
    if let Err(output) = said {
        panic!("{} {name} failed:\n{output}\nthe twin said:\n{log}", kind.folder());
    }
}
