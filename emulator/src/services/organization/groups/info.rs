//! A group as answers have it.

use serde::Serialize;

use super::super::directory::groups::Group;
use super::super::{Kind, times};

/// `GroupInfo`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GroupInfo {
    group_name: String,
    description: String,
    create_time: String,
    group_type: Kind,
    update_time: String,
    group_id: String,
    member_count: i64,
    is_selected: bool,
}

impl GroupInfo {
    /// The group, not selected.
    pub(crate) fn of(group: Group) -> Self {
        Self {
            group_name: group.name,
            description: group.description,
            create_time: times::local(group.created),
            group_type: group.kind,
            update_time: times::local(group.updated),
            group_id: group.group_id,
            member_count: group.member_count,
            is_selected: false,
        }
    }

    /// The same, marked as selected or not.
    pub(super) fn selected(self, is_selected: bool) -> Self {
        Self { is_selected, ..self }
    }
}
