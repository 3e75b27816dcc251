//! Attributes of an open service that the vendor chooses when the service is opened.
//! Addresses are of ranges for documentation, so that nothing can be reached under them.

use serde_json::{Map, Value, json};

use super::super::project::Project;
use crate::state::Tenant;

/// Completes what is known of an open service; what is there stays, but for what does not go with
/// the access mode.
pub(super) fn complete(tenant: &Tenant, project: Project<'_>, known: &mut Map<String, Value>) {
    let mut default = |name: &str, value: Value| {
        known.entry(name).or_insert(value);
    };
    default("ad_domains", json!({ "domain_type": "LITE_AS" }));
    default("access_mode", "INTERNET".into());
    default("enterprise_id", project.fixed_id(tenant, "enterprise", "").into());
    default("management_subnet_cidr", "172.16.0.0/12".into());
    let group = |name: &str| json!({ "id": project.fixed_id(tenant, "group", name), "name": name });
    default("infrastructure_security_group", group("WorkspaceManagerSecurityGroup"));
    default("desktop_security_group", group("WorkspaceUserSecurityGroup"));
    default("internet_access_address", "203.0.113.10".into());
    default("internet_access_port", "443".into());
    default("dedicated_access_address", "192.0.2.10".into());
    match known.get("access_mode").and_then(Value::as_str) {
        Some("INTERNET") => remove(known, &["dedicated_access_address", "dedicated_subnets"]),
        Some("DEDICATED") => remove(known, &["internet_access_address", "internet_access_port"]),
        _ => {}
    }
}

fn remove(known: &mut Map<String, Value>, names: &[&str]) {
    for name in names {
        known.remove(*name);
    }
}
