//! The shapes in which users and groups are shown, whole.

use insta::assert_json_snapshot;
use serde_json::json;

use super::client::Api;
use crate::client::World;

#[test]
fn a_user_with_all_members_in_both_shapes() {
    let world = World::new();
    let api = Api::of(&world);
    let group = api.group("people");
    let id = api.user(
        "Ada.L",
        json!({
            "user_phone": "+8612345678987", "active_type": "admin_activate",
            "password": "Pass-word-1", "account_expires": "2026-01-31T08:00:00.250Z",
            "enable_change_password": false, "next_login_change_password": false,
            "group_ids": [group, group], "description": "first", "alias_name": "al",
            "enterprise_project_id": "ep-1", "user_info_map": "{}", "domain": "example.com",
        }),
    );
    world.twin.clock.advance(250);
    assert_json_snapshot!(api.shown("/users"), @r#"
    {
      "total_count": 1,
      "users": [
        {
          "account_expired": true,
          "account_expires": "2026-01-31T08:00:00.250Z",
          "active_type": "ADMIN_ACTIVATE",
          "certificate_status": false,
          "description": "first",
          "disabled": false,
          "domain": "example.com",
          "enable_change_password": false,
          "enterprise_project_id": "ep-1",
          "group_names": [
            "people"
          ],
          "id": "8a2c000176dd264288e548741fb29302",
          "is_pre_user": false,
          "locked": false,
          "next_login_change_password": false,
          "password_never_expired": false,
          "share_space_desktops": 0,
          "share_space_subscription": false,
          "sid": "8a2c000176dd264288e548741fb29302",
          "total_desktops": 0,
          "user_email": "a@example.com",
          "user_info_map": "{}",
          "user_name": "Ada.L",
          "user_phone": "+8612345678987"
        }
      ]
    }
    "#);
    assert_json_snapshot!(api.shown(&format!("/users/{id}")), @r#"
    {
      "user_detail": {
        "account_expires": 1769846400000,
        "account_type": 0,
        "active_type": "ADMIN_ACTIVATE",
        "description": "first",
        "disabled": false,
        "distinguished_name": "Ada.L",
        "enable_change_password": false,
        "enabled_change_password": false,
        "full_name": "Ada.L",
        "group_names": [
          "people"
        ],
        "id": "8a2c000176dd264288e548741fb29302",
        "is_pre_user": false,
        "locked": false,
        "next_login_change_password": false,
        "object_sid": "8a2c000176dd264288e548741fb29302",
        "password_never_expired": false,
        "sam_account_name": "Ada.L",
        "share_space_desktops": 0,
        "share_space_subscription": false,
        "total_desktops": 0,
        "user_email": "a@example.com",
        "user_expired": true,
        "user_name": "Ada.L",
        "user_phone": "+8612345678987",
        "user_principal_name": "Ada.L@example.com",
        "when_created": "2026-01-31T08:00:00.000Z"
      }
    }
    "#);
}

#[test]
fn a_user_with_the_least_in_both_shapes() {
    let world = World::new();
    let api = Api::of(&world);
    let id = api.user("ada", json!({}));
    assert_json_snapshot!(api.shown("/users"), @r#"
    {
      "total_count": 1,
      "users": [
        {
          "account_expired": false,
          "account_expires": "0",
          "active_type": "USER_ACTIVATE",
          "certificate_status": false,
          "disabled": false,
          "enable_change_password": true,
          "enterprise_project_id": "0",
          "group_names": [],
          "id": "8a2c0001be69c25091130e504ef3fe95",
          "is_pre_user": false,
          "locked": false,
          "next_login_change_password": true,
          "password_never_expired": false,
          "share_space_desktops": 0,
          "share_space_subscription": false,
          "sid": "8a2c0001be69c25091130e504ef3fe95",
          "total_desktops": 0,
          "user_email": "a@example.com",
          "user_name": "ada"
        }
      ]
    }
    "#);
    assert_json_snapshot!(api.shown(&format!("/users/{id}")), @r#"
    {
      "user_detail": {
        "account_expires": 0,
        "account_type": 0,
        "active_type": "USER_ACTIVATE",
        "disabled": false,
        "distinguished_name": "ada",
        "enable_change_password": true,
        "enabled_change_password": true,
        "full_name": "ada",
        "group_names": [],
        "id": "8a2c0001be69c25091130e504ef3fe95",
        "is_pre_user": false,
        "locked": false,
        "next_login_change_password": true,
        "object_sid": "8a2c0001be69c25091130e504ef3fe95",
        "password_never_expired": false,
        "sam_account_name": "ada",
        "share_space_desktops": 0,
        "share_space_subscription": false,
        "total_desktops": 0,
        "user_email": "a@example.com",
        "user_expired": false,
        "user_name": "ada",
        "user_principal_name": "ada",
        "when_created": "2026-01-31T08:00:00.000Z"
      }
    }
    "#);
}

#[test]
fn a_group_and_its_members() {
    let world = World::new();
    let api = Api::of(&world);
    let group = api.group("people");
    api.user("ada", json!({ "group_ids": [group], "description": "first" }));
    assert_json_snapshot!(api.shown("/groups"), @r#"
    {
      "total_count": 1,
      "user_groups": [
        {
          "create_time": "2026-01-31T08:00:00.000Z",
          "id": "8a2c0001be69c25091130e504ef3fe95",
          "name": "people",
          "platform_type": "LOCAL",
          "total_desktops": 0,
          "user_quantity": 1
        }
      ]
    }
    "#);
    assert_json_snapshot!(api.shown(&format!("/groups/{group}/users")), @r#"
    {
      "total_count": 1,
      "users": [
        {
          "description": "first",
          "enterprise_project_id": "0",
          "id": "8a2c000176dd264288e548741fb29302",
          "total_desktops": 0,
          "user_email": "a@example.com",
          "user_name": "ada"
        }
      ]
    }
    "#);
}

#[test]
fn units_quotas_and_the_service() {
    let world = World::new();
    let api = Api::of(&world);
    api.post("/ous", json!({ "domain": "example.com", "ou_name": "People" })).with(200);
    assert_json_snapshot!(api.shown("/ous"), @r#"
    {
      "ous": [
        {
          "domain": "example.com",
          "domain_id": "fa8c019de00e845b8dac51be44e40da9",
          "id": "8a2c0001be69c25091130e504ef3fe95",
          "ou_dn": "OU=People,DC=example,DC=com",
          "ou_name": "People"
        }
      ],
      "total_count": 1
    }
    "#);
    assert_json_snapshot!(api.shown("/workspaces"), @r#"
    {
      "access_mode": "INTERNET",
      "ad_domains": {
        "domain_type": "LITE_AS"
      },
      "closable": true,
      "desktop_security_group": {
        "id": "033e53cdee35d0326e21f09b0e48ca5a",
        "name": "WorkspaceUserSecurityGroup"
      },
      "enterprise_id": "731a03fe3eb13b3e844427beebfa6c2d",
      "id": "0123456789abcdef0123456789abcdef",
      "infrastructure_security_group": {
        "id": "409702d87dc84752c4fcf6ff53710d4b",
        "name": "WorkspaceManagerSecurityGroup"
      },
      "internet_access_address": "203.0.113.10",
      "internet_access_port": "443",
      "management_subnet_cidr": "172.16.0.0/12",
      "status": "SUBSCRIBED"
    }
    "#);
    // The quotas of the one site are looked at in `service.rs`.
    assert_json_snapshot!(api.shown("/quotas")["quotas"], @r#"
    {
      "resources": [
        {
          "quota": 3000,
          "type": "users",
          "used": 0
        },
        {
          "quota": 10,
          "type": "general_instances",
          "used": 0
        },
        {
          "quota": 163840,
          "type": "Memory",
          "used": 0
        },
        {
          "quota": 80,
          "type": "cores",
          "used": 0
        },
        {
          "quota": 80,
          "type": "Cores",
          "used": 0
        },
        {
          "quota": 500,
          "type": "volumes",
          "used": 0
        },
        {
          "quota": 20480,
          "type": "volume_gigabytes",
          "unit": "GB",
          "used": 0
        },
        {
          "quota": 0,
          "type": "gpu_instances",
          "used": 0
        },
        {
          "quota": 0,
          "type": "deh",
          "used": 0
        },
        {
          "quota": 10,
          "type": "policy_groups",
          "used": 0
        }
      ]
    }
    "#);
}
