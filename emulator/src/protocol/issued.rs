//! What protocols ask of the twin about secrets that it handed out. They know no service and no
//! table: the twin answers.

use crate::runtime::clock::Timestamp;

/// A bearer token of the contact centre.
#[derive(Debug)]
pub struct AiccToken {
    /// The application that it was issued to.
    pub app_key: String,
    /// The first moment at which it no longer counts.
    pub expires: Timestamp,
}

/// A token of IAM.
#[derive(Debug)]
pub struct IamToken {
    /// The name of the tenant that it was issued to.
    pub tenant: String,
    /// The first moment at which it no longer counts.
    pub expires: Timestamp,
}

/// A temporary access key of IAM.
#[derive(Debug)]
pub struct TemporaryKey {
    /// The name of the tenant that it was issued to.
    pub tenant: String,
    /// Its secret.
    pub secret: String,
    /// The digest of the security token that must come with it.
    pub token_digest: String,
    /// The first moment at which it no longer counts.
    pub expires: Timestamp,
}

/// A key of a directory for the SCIM endpoint.
#[derive(Debug)]
pub struct ScimKey {
    /// The name of the tenant whose zone it opens.
    pub tenant: String,
    /// Whether it is enabled.
    pub is_enabled: bool,
    /// The first moment at which it no longer counts.
    pub expires: Timestamp,
}

/// Looks up issued secrets, expired ones included. An error is a fault of the twin: it is logged
/// there, and the client reads the vendor's internal error.
pub trait Issued {
    /// The token of that text: the tenant's, else one that was issued to another application.
    fn aicc_token(
        &self,
        tenant: &str,
        app_key: &str,
        token: &str,
    ) -> Result<Option<AiccToken>, Fault>;

    /// The token of that text.
    fn iam_token(&self, token: &str) -> Result<Option<IamToken>, Fault>;

    /// The temporary key of that name.
    fn temporary_key(&self, access: &str) -> Result<Option<TemporaryKey>, Fault>;

    /// The key of that text.
    fn scim_key(&self, key: &str) -> Result<Option<ScimKey>, Fault>;

    /// The tenant whose domain has that id: the default one, or one that was met before.
    fn tenant_of_domain(&self, id: &str) -> Option<String>;
}

/// The look-up failed.
#[derive(Debug)]
pub struct Fault;

/// Knows nothing: as if every secret were revoked.
#[derive(Debug)]
pub struct NothingIssued;

impl Issued for NothingIssued {
    fn aicc_token(&self, _: &str, _: &str, _: &str) -> Result<Option<AiccToken>, Fault> {
        Ok(None)
    }

    fn iam_token(&self, _: &str) -> Result<Option<IamToken>, Fault> {
        Ok(None)
    }

    fn temporary_key(&self, _: &str) -> Result<Option<TemporaryKey>, Fault> {
        Ok(None)
    }

    fn scim_key(&self, _: &str) -> Result<Option<ScimKey>, Fault> {
        Ok(None)
    }

    fn tenant_of_domain(&self, _: &str) -> Option<String> {
        None
    }
}
