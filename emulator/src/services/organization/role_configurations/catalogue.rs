//! System policies that the twin knows by number and name. Others are taken too: the real catalogue
//! has hundreds and changes.

/// A few of the vendor's policies. The first is that of the Terraform provider's tests.
const POLICIES: &[(i64, &str)] = &[
    (186_457, "QcloudVPCReadOnlyAccess"),
    (1, "AdministratorAccess"),
    (2, "ReadOnlyAccess"),
    (219_188, "QcloudCAMReadOnlyAccess"),
    (186_465, "QcloudCVMReadOnlyAccess"),
];

/// Numbers of policies that the twin does not know begin here.
const UNKNOWN: i64 = 900_000_000;

/// The name of a policy; made from its number if the twin does not know it.
pub(super) fn name_of(id: i64) -> String {
    let known = POLICIES.iter().find(|(known, _)| *known == id);
    known.map_or_else(|| format!("QcloudPolicy{id}"), |(_, name)| (*name).to_owned())
}

/// The number of a policy; made from its name if the twin does not know it.
pub(super) fn id_of(name: &str) -> i64 {
    let known = POLICIES.iter().find(|(_, known)| *known == name);
    let made = || {
        let hash =
            name.bytes().fold(0_i64, |hash, byte| (hash * 31 + i64::from(byte)) % 99_999_999);
        UNKNOWN + hash
    };
    known.map_or_else(made, |(id, _)| *id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_policies_have_their_names_and_others_made_ones() {
        assert_eq!(name_of(186_457), "QcloudVPCReadOnlyAccess");
        assert_eq!(id_of("QcloudVPCReadOnlyAccess"), 186_457);
        assert_eq!(name_of(7), "QcloudPolicy7");
        assert_eq!(id_of("Own"), id_of("Own"));
        assert!(id_of("Own") != id_of("Other") && id_of("Own") >= UNKNOWN);
    }
}
