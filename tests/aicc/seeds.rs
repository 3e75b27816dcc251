//! What a seed file says of the contact centre.

use cloudtwin::services::seeds::Seed;
use http::Method;
use serde_json::json;

use super::center::{Center, but, creates, does};

const SEED: &str = r#"
[aicc]
user_quota = 3

[[aicc.role]]
id = "7"
name = "agent"

[[aicc.user]]
account = "ann"
name = "安"
email = "ann@example.com"
role_ids = ["7"]

[[aicc.user]]
account = "off"
enabled = false

[[aicc.user]]
account = "root"
federated = false
"#;

fn center(seed: &str) -> Center {
    let seed = Seed::parse(seed).unwrap();
    Center::with(|config| config.seed_state = seed)
}

#[test]
fn each_tenant_begins_with_it_and_begins_again_with_it() {
    let center = center(SEED);
    let beginning = json!({ "user_quota": 3, "users": [
        { "account": "ann", "name": "安", "email": "ann@example.com", "role_ids": ["7"], "enabled": true, "federated": true },
        { "account": "off", "name": "", "email": "", "role_ids": [], "enabled": false, "federated": true },
        { "account": "root", "name": "", "email": "", "role_ids": [], "enabled": true, "federated": false },
    ] });
    let seen = |tenant: &str| center.twin(Method::GET, &format!("aicc/users?tenant={tenant}"), "");
    assert_eq!((seen("default"), seen("ci")), (beginning.clone(), beginning.clone()));
    let roles = center.twin(Method::GET, "aicc/roles", "");
    assert_eq!(roles, json!({ "roles": [{ "id": "7", "name": "agent" }] }));
    center.create_as("ci", json!([does("DISABLE", "ann")]));
    assert_ne!(seen("ci"), beginning);
    center.twin(Method::POST, "reset?tenant=ci", "");
    assert_eq!(seen("ci"), beginning);
}

#[test]
fn the_quota_counts_enabled_accounts_of_every_kind() {
    let center = center(SEED);
    // Two of three are taken: ann, and root, which no batch made.
    let fresh = |account: &str| but(creates(account), json!({ "roleIds": null }));
    let entries = json!([fresh("bob"), fresh("off"), does("DISABLE", "bob"), fresh("off")]);
    assert_eq!(center.fail_codes(entries), ["200-105"]);
}

#[test]
fn without_the_table_there_is_nothing_and_no_bound() {
    for seed in ["", "[aicc]", "[[ciam.directory]]\nname = \"a\""] {
        let center = center(seed);
        let users = center.twin(Method::GET, "aicc/users", "");
        assert_eq!(users, json!({ "user_quota": null, "users": [] }));
        assert_eq!(center.twin(Method::GET, "aicc/roles", ""), json!({ "roles": [] }));
    }
}

#[test]
fn a_quota_of_nobody_lets_nobody_in() {
    let center = center("[aicc]\nuser_quota = 0");
    let entry = but(creates("ann"), json!({ "roleIds": null }));
    assert_eq!(center.fail_codes(json!([entry])), ["200-105"]);
}

#[test]
fn errors_of_meaning_are_told_all_at_once_by_their_place() {
    let wrong = r#"
        [[aicc.role]]
        id = "x"
        name = "no number"
        [[aicc.role]]
        id = "123456789012345678901"
        name = "too long"
        [[aicc.role]]
        id = ""
        name = "nothing"
        [[aicc.role]]
        id = "7"
        name = "one"
        [[aicc.role]]
        id = "7"
        name = "another"
        [[aicc.user]]
        account = " "
        [[aicc.user]]
        account = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        [[aicc.user]]
        account = "ann"
        role_ids = ["7", "8", "7"]
        [[aicc.user]]
        account = "ann"
    "#;
    insta::assert_snapshot!(Seed::parse(wrong).unwrap_err().join("\n"), @r#"
    aicc.role "x": an id is 1 to 20 decimal digits
    aicc.role "123456789012345678901": an id is 1 to 20 decimal digits
    aicc.role "": an id is 1 to 20 decimal digits
    aicc.role "7": there are two of it
    aicc.user " ": an account is 1 to 50 characters
    aicc.user "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": an account is 1 to 50 characters
    aicc.user "ann": there is no role "8"
    aicc.user "ann": it has the role "7" twice
    aicc.user "ann": there are two of it
    "#);
}

#[test]
fn errors_of_form_are_told_by_their_line() {
    for (seed, line, word) in [
        ("[aicc]\nquota = 1", "line 2: ", "quota"),
        ("[aicc]\nuser_quota = -1", "line 2: ", "-1"),
        ("[[aicc.role]]\nid = 7\nname = \"x\"", "line 2: ", "integer"),
        ("[[aicc.role]]\nid = \"7\"", "line 1: ", "name"),
        ("[[aicc.user]]\nname = \"x\"", "line 1: ", "account"),
        ("[[aicc.user]]\naccount = \"x\"\npassword = \"p\"", "line 3: ", "password"),
    ] {
        let told = Seed::parse(seed).unwrap_err();
        assert!(told[0].starts_with(line) && told[0].contains(word), "{told:?}");
    }
}
