//! What proves who calls.

use std::fmt;

/// Credentials for all vendors. What is absent is asked for when a call needs it.
#[derive(Clone, Default)]
pub struct Credentials {
    /// For Tencent Cloud.
    pub tencent: Option<Key>,
    /// The region that calls to Tencent Cloud name; empty: none.
    pub tencent_region: String,
    /// For what is behind Huawei Cloud's gateway; comes before `iam`.
    pub huawei: Option<Key>,
    /// A user of Huawei Cloud, for a token where there is no key.
    pub iam: Option<IamUser>,
    /// The project of calls to Huawei Cloud.
    pub huawei_project: Option<String>,
    /// For the contact centre.
    pub aicc: Option<Application>,
    /// For SCIM.
    pub scim_key: Option<String>,
}

/// An access key with its secret.
#[derive(Clone)]
pub struct Key {
    /// The `SecretId` (Tencent Cloud) or access key (Huawei Cloud).
    pub id: String,
    /// The secret.
    pub secret: String,
    /// The token that belongs to a temporary key.
    pub token: Option<String>,
}

/// A user with a password.
#[derive(Clone)]
pub struct IamUser {
    /// The account, by name.
    pub domain: String,
    /// The user, by name.
    pub name: String,
    /// The password.
    pub password: String,
}

/// An application of the contact centre.
#[derive(Clone)]
pub struct Application {
    /// Its key.
    pub key: String,
    /// Its secret.
    pub secret: String,
}

impl Credentials {
    /// Those in the variables that the official SDKs and command lines read; `variable` looks one up. Empty ones
    /// count as absent.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let first = |names: &[&str]| {
            names.iter().find_map(|name| variable(name).filter(|value| !value.is_empty()))
        };
        let key = |ids: &[&str], secrets: &[&str], tokens: &[&str]| {
            Some(Key { id: first(ids)?, secret: first(secrets)?, token: first(tokens) })
        };
        let iam = || {
            Some(IamUser {
                domain: first(&["HW_DOMAIN_NAME"])?,
                name: first(&["HW_USER_NAME"])?,
                password: first(&["HW_USER_PASSWORD"])?,
            })
        };
        let aicc = || {
            Some(Application {
                key: first(&["CLOUDTWIN_AICC_APP_KEY"])?,
                secret: first(&["CLOUDTWIN_AICC_APP_SECRET"])?,
            })
        };
        Self {
            tencent: key(
                &["TENCENTCLOUD_SECRET_ID"],
                &["TENCENTCLOUD_SECRET_KEY"],
                &["TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SESSION_TOKEN"],
            ),
            tencent_region: first(&["TENCENTCLOUD_REGION"]).unwrap_or_default(),
            huawei: key(
                &["HUAWEICLOUD_SDK_AK", "HW_ACCESS_KEY"],
                &["HUAWEICLOUD_SDK_SK", "HW_SECRET_KEY"],
                &["HUAWEICLOUD_SDK_SECURITY_TOKEN", "HW_SECURITY_TOKEN"],
            ),
            iam: iam(),
            huawei_project: first(&["HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID"]),
            aicc: aicc(),
            scim_key: first(&["CLOUDTWIN_SCIM_KEY"]),
        }
    }
}

/// Shows no secret.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("tencent", &self.tencent.as_ref().map(|key| &key.id))
            .field("huawei", &self.huawei.as_ref().map(|key| &key.id))
            .field("iam", &self.iam.as_ref().map(|user| &user.name))
            .field("aicc", &self.aicc.as_ref().map(|application| &application.key))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Credentials {
        Credentials::from_variables(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_first_variable_that_is_not_empty_counts() {
        let found = of(&[
            ("HUAWEICLOUD_SDK_AK", ""),
            ("HW_ACCESS_KEY", "key"),
            ("HW_SECRET_KEY", "hidden"),
            ("HUAWEICLOUD_SDK_PROJECT_ID", "p"),
            ("HW_PROJECT_ID", "q"),
        ]);
        let key = found.huawei.as_ref().unwrap();
        assert_eq!((key.id.as_str(), key.secret.as_str()), ("key", "hidden"));
        assert_eq!(found.huawei_project.as_deref(), Some("p"));
        assert!(found.tencent.is_none() && found.tencent_region.is_empty());
    }

    #[test]
    fn half_a_key_is_none() {
        assert!(of(&[("TENCENTCLOUD_SECRET_ID", "id")]).tencent.is_none());
        assert!(of(&[("HW_DOMAIN_NAME", "d"), ("HW_USER_NAME", "u")]).iam.is_none());
    }

    #[test]
    fn no_secret_is_printed() {
        let found = of(&[
            ("TENCENTCLOUD_SECRET_ID", "id"),
            ("TENCENTCLOUD_SECRET_KEY", "hidden-1"),
            ("TENCENTCLOUD_TOKEN", "hidden-2"),
            ("HW_DOMAIN_NAME", "d"),
            ("HW_USER_NAME", "u"),
            ("HW_USER_PASSWORD", "hidden-3"),
            ("CLOUDTWIN_AICC_APP_KEY", "app"),
            ("CLOUDTWIN_AICC_APP_SECRET", "hidden-4"),
            ("CLOUDTWIN_SCIM_KEY", "hidden-5"),
        ]);
        assert!(!format!("{found:?}").contains("hidden"));
    }
}
