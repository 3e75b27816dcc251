//! Names and numbers of system policies. A few are the vendor's; any other number has a name, and any
//! other name a number, so that what is attached by one can be found by the other.

/// Numbers and names as published configurations of the Terraform provider have them.
const KNOWN: &[(i64, &str)] = &[
    (186_457, "QcloudVPCReadOnlyAccess"),
    (219_851, "QcloudCLBReadOnlyAccess"),
    (243_334, "QcloudCVMReadOnlyAccess"),
    (244_869, "QcloudCOSReadOnlyAccess"),
    (596_170, "QcloudCamReadOnlyAccess"),
    (1_242_979, "QcloudCDBInnerReadOnlyAccess"),
];

/// What made names begin with.
const MADE: &str = "SystemPolicy-";

/// The first made number, and how many there are.
const FIRST: i64 = 1_000_000_000;
const COUNT: u64 = 1_000_000_000;

/// The name of the policy with that number.
pub(crate) fn name_of(policy_id: i64) -> String {
    let known = KNOWN.iter().find(|(id, _)| *id == policy_id);
    known.map_or_else(|| format!("{MADE}{policy_id}"), |(_, name)| (*name).to_owned())
}

/// The number of the policy with that name.
pub(crate) fn id_of(name: &str) -> i64 {
    let known = KNOWN.iter().find(|(_, known)| known.eq_ignore_ascii_case(name));
    let made = || name.strip_prefix(MADE).and_then(|id| id.parse().ok()).filter(|id| *id > 0);
    known.map(|(id, _)| *id).or_else(made).unwrap_or_else(|| hashed(name))
}

/// FNV-1a: the same name has the same number in every run.
fn hashed(name: &str) -> i64 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    FIRST.saturating_add_unsigned(hash % COUNT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_has_one_name_and_one_number() {
        assert_eq!(name_of(186_457), "QcloudVPCReadOnlyAccess");
        assert_eq!(id_of("qcloudvpcreadonlyaccess"), 186_457);
        assert_eq!(id_of(&name_of(77)), 77);
        assert_eq!(id_of("AdministratorAccess"), id_of("AdministratorAccess"));
        assert_ne!(id_of("AdministratorAccess"), id_of("ReadOnlyAccess"));
        assert!(id_of("SystemPolicy-x") >= FIRST && id_of("SystemPolicy--5") >= FIRST);
        // A made name is never too long.
        assert!(name_of(i64::MAX).len() <= 32);
    }
}
