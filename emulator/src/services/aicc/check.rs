//! The entries of a batch, and the codes that refuse one before any task is made. The order is that
//! of the reference: entry by entry, and the codes of an entry by their numbers.

use serde::{Deserialize, Serialize};

use super::limits::{
    ACCOUNT_MAX, DOMAIN_MAX, LABEL_MAX, LOCAL_PART_MAX, NAME_FORBIDDEN, NAME_MAX, ROLE_ID_MAX,
    ROLES_MAX,
};
use crate::services::text::non_empty;

/// What is to be done with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Make it, or bring a disabled one back.
    Create,
    /// Change what is given.
    Modify,
    /// Bar it.
    Disable,
}

/// An entry as it was submitted: a failed one is answered in the same words.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_ids: Option<Vec<String>>,
}

impl Entry {
    /// What is to be done; nothing if it is none of the three words.
    pub(super) fn action(&self) -> Option<Action> {
        match self.action.as_deref()? {
            "CREATE" => Some(Action::Create),
            "MODIFY" => Some(Action::Modify),
            "DISABLE" => Some(Action::Disable),
            _ => None,
        }
    }

    /// The account, which a checked entry has.
    pub(super) fn account(&self) -> &str {
        self.user_account.as_deref().unwrap_or_default()
    }

    /// The name, if one is set: an empty one leaves the old one.
    pub(super) fn name(&self) -> Option<&str> {
        non_empty(self.user_name.as_deref())
    }

    /// The mail address, if one is set.
    pub(super) fn email(&self) -> Option<&str> {
        non_empty(self.email.as_deref())
    }

    /// The role ids, each once, if the member is there: an empty list takes all away.
    pub(super) fn role_ids(&self) -> Option<Vec<&str>> {
        let mut once: Vec<&str> = Vec::new();
        for id in self.role_ids.as_ref()? {
            if !once.contains(&id.as_str()) {
                once.push(id);
            }
        }
        Some(once)
    }

    /// The code of the first rule that the entry breaks.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let action = self.action().ok_or("100-104")?;
        let roles = self.role_ids.as_deref().unwrap_or_default();
        if roles.len() > ROLES_MAX || roles.iter().any(|id| longer(id, ROLE_ID_MAX)) {
            return Err("100-202");
        }
        let more = self.name().is_some() || self.email().is_some() || !roles.is_empty();
        if action == Action::Disable && more {
            return Err("100-203");
        }
        self.check_account()?;
        let is_number = |id: &String| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
        if !roles.iter().all(is_number) {
            return Err("100-208");
        }
        self.check_person(action)
    }

    fn check_account(&self) -> Result<(), &'static str> {
        let account = self.account();
        let good = |c: char| c.is_ascii_alphanumeric() || "@._-".contains(c);
        if account.trim().is_empty() {
            Err("100-204")
        } else if longer(account, ACCOUNT_MAX) {
            Err("100-205")
        } else if !account.chars().all(good) {
            Err("100-207")
        } else {
            Ok(())
        }
    }

    /// Name and mail address. An empty member on MODIFY: a name counts as not given (its code is
    /// for CREATE), a mail address is refused (its code names no action).
    fn check_person(&self, action: Action) -> Result<(), &'static str> {
        let name = self.name().unwrap_or_default();
        let email = self.email().unwrap_or_default();
        let emptied = self.email.as_deref() == Some("") && action == Action::Modify;
        if action == Action::Create && name.is_empty() {
            Err("100-209")
        } else if name.contains(|c| NAME_FORBIDDEN.contains(c)) {
            Err("100-210")
        } else if (action == Action::Create && email.is_empty()) || emptied {
            Err("100-211")
        } else if !email.is_empty() && !is_address(email) {
            Err("100-212")
        } else if longer(name, NAME_MAX) {
            Err("100-213")
        } else if too_long(email) {
            Err("100-214")
        } else {
            Ok(())
        }
    }
}

fn longer(text: &str, most: usize) -> bool {
    text.chars().nth(most).is_some()
}

/// The usual form of a mail address, of any length: a domain has two labels at least.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let in_local = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    let is_label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    !local.is_empty()
        && local.chars().all(in_local)
        && domain.contains('.')
        && domain.split('.').all(is_label)
}

fn too_long(email: &str) -> bool {
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    longer(local, LOCAL_PART_MAX)
        || longer(domain, DOMAIN_MAX)
        || domain.split('.').any(|label| longer(label, LABEL_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_a_part_before_the_at_and_two_labels_behind_it() {
        for good in ["a@b.c", "ada.l+x@mail.example.com", "!#$%&'*+/=?^_`{|}~-@x-1.y"] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "a", "@b.c", "a@b", "a@.c", "a@b.", "a@b..c", "a b@c.d", "阿@b.c", "a@b_c.d", "a@b@c.d",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }

    #[test]
    fn a_mail_address_is_measured_part_by_part() {
        let label = "d".repeat(LABEL_MAX);
        let domain = [label.as_str(); 4].join(".");
        assert_eq!(domain.len(), DOMAIN_MAX);
        assert!(!too_long(&format!("{}@{domain}", "l".repeat(LOCAL_PART_MAX))));
        assert!(too_long(&format!("{}@b.c", "l".repeat(LOCAL_PART_MAX + 1))));
        assert!(too_long(&format!("a@{label}d.c")));
        assert!(too_long(&format!("a@{domain}.c")));
    }
}
