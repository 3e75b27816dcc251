//! What an operation does to the state, as far as a judge of clients must know.

use crate::model::Operation;

/// What a successful call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing that another call can see.
    Reads,
    /// Gives out a token or a key: another one does no harm.
    GrantsAccess,
    /// Starts a job that writes a file of what is there.
    Exports,
    /// Makes a new object or starts a job, each time anew.
    Creates,
    /// Sets something to a value: twice is once.
    Changes,
    /// Takes something away.
    Destroys,
}

/// Words of names in the order in which they decide.
const WORDS: [(&str, Effect); 41] = [
    ("Describe", Effect::Reads),
    ("List", Effect::Reads),
    ("Get", Effect::Reads),
    ("Show", Effect::Reads),
    ("Query", Effect::Reads),
    ("Check", Effect::Reads),
    ("Count", Effect::Reads),
    ("Download", Effect::Reads),
    ("Poll", Effect::Reads),
    ("CreateFileExport", Effect::Exports),
    ("Export", Effect::Exports),
    ("BatchDelete", Effect::Destroys),
    ("Delete", Effect::Destroys),
    ("Remove", Effect::Destroys),
    ("Clear", Effect::Destroys),
    ("Clean", Effect::Destroys),
    ("Cancel", Effect::Destroys),
    ("Quit", Effect::Destroys),
    ("Detach", Effect::Destroys),
    ("Dismantle", Effect::Destroys),
    ("Release", Effect::Destroys),
    ("BatchCreate", Effect::Creates),
    ("Create", Effect::Creates),
    ("Import", Effect::Creates),
    ("Invite", Effect::Creates),
    ("Upload", Effect::Creates),
    ("Apply", Effect::Creates),
    ("Send", Effect::Creates),
    ("Run", Effect::Creates),
    ("Start", Effect::Creates),
    ("Open", Effect::Changes),
    ("Add", Effect::Changes),
    ("Attach", Effect::Changes),
    ("Bind", Effect::Changes),
    ("Update", Effect::Changes),
    ("Set", Effect::Changes),
    ("Reset", Effect::Changes),
    ("Enable", Effect::Changes),
    ("Disable", Effect::Changes),
    ("Replace", Effect::Changes),
    ("Patch", Effect::Changes),
];

/// What a call of the operation does. The models do not say it. Tencent's operations share one method, so the
/// vendors' own verbs decide; the method decides where a name has none of them.
pub(crate) fn effect(operation: &Operation) -> Effect {
    if grants_access(operation) {
        return Effect::GrantsAccess;
    }
    // `agentAccount/create` and `KeystoneListProjects` have the verb behind something else.
    let last = operation.name.rsplit('/').next().unwrap_or(&operation.name);
    let verb = last.strip_prefix("Keystone").unwrap_or(last);
    let begins = |word: &str| verb.get(..word.len()).is_some_and(|v| v.eq_ignore_ascii_case(word));
    let known = WORDS.iter().find(|(word, _)| begins(word)).map(|(_, effect)| *effect);
    known.unwrap_or_else(|| by_method(operation))
}

fn by_method(operation: &Operation) -> Effect {
    match operation.http.as_ref().and_then(|http| http.method.as_deref()) {
        Some("GET" | "HEAD") => Effect::Reads,
        Some("DELETE") => Effect::Destroys,
        _ => Effect::Changes,
    }
}

/// Whether a call of it gives out a token or keys for further calls.
pub(super) fn grants_access(operation: &Operation) -> bool {
    let name = operation.name.to_ascii_lowercase();
    name.contains("token") || name.contains("accesskey") || name.contains("assumeagency")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    fn of(service: &str, name: &str) -> Effect {
        let service = catalog().service(service).unwrap();
        effect(service.operations.iter().find(|known| known.name == name).unwrap())
    }

    #[test]
    fn verbs_decide() {
        assert_eq!(of("ciam", "ListUser"), Effect::Reads);
        assert_eq!(of("ciam", "CreateUser"), Effect::Creates);
        assert_eq!(of("ciam", "CreateFileExportUserJob"), Effect::Exports);
        assert_eq!(of("ciam", "DeleteUsers"), Effect::Destroys);
        assert_eq!(of("organization", "CreateSCIMCredential"), Effect::Creates);
        assert_eq!(of("workspace", "ExportUserGroupUsersNew"), Effect::Exports);
        assert_eq!(of("workspace", "BatchDeleteUser"), Effect::Destroys);
        assert_eq!(of("workspace", "UpdateUserInfo"), Effect::Changes);
        assert_eq!(of("iam", "KeystoneListProjects"), Effect::Reads);
        assert_eq!(of("aicc", "createTask"), Effect::Creates);
        assert_eq!(of("aicc", "queryTask"), Effect::Reads);
        assert_eq!(of("scim", "PatchUser"), Effect::Changes);
    }

    #[test]
    fn what_gives_out_tokens_creates_nothing() {
        assert_eq!(of("aicc", "tokenByAkSk"), Effect::GrantsAccess);
        assert_eq!(of("iam", "CreateTemporaryAccessKeyByToken"), Effect::GrantsAccess);
    }

    #[test]
    fn the_method_decides_where_the_name_has_no_verb() {
        assert_eq!(of("aicc", "oauth/token"), Effect::GrantsAccess);
        assert_eq!(of("aicc", "queryAgentInfo"), Effect::Reads);
        assert_eq!(of("workspace", "ChangeUserStatus"), Effect::Changes);
    }
}
