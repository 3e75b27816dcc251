//! A certificate authority and the certificates that it signs.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

/// The years in which certificates are valid. No clock is asked, since a client may have one of its own.
const VALID: (i32, i32) = (2000, 2100);

/// Most hosts whose certificates are kept for further connections.
const HOSTS_MAX: usize = 256;

/// Why there is no CA, or no certificate of it.
#[derive(Debug, thiserror::Error)]
pub enum CaError {
    /// A key or a certificate could not be made.
    #[error("cannot create a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// TLS does not take it.
    #[error("cannot use a certificate: {0}")]
    Tls(#[from] rustls::Error),
    /// A file or folder.
    #[error("cannot use {} for the CA: {reason}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What is wrong, and what is allowed.
        reason: String,
    },
}

/// A certificate authority.
#[derive(Debug)]
pub struct Ca {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    /// What TLS needs, by host.
    configs: Mutex<BTreeMap<String, Arc<ServerConfig>>>,
}

impl Ca {
    /// A new one.
    pub fn create() -> Result<Self, CaError> {
        let key = KeyPair::generate()?;
        let pem = ca_params().self_signed(&key)?.pem();
        Ok(Self::of(key, pem))
    }

    /// The one with that key and that certificate of [`Ca::create`], in PEM.
    pub(super) fn of(key: KeyPair, pem: String) -> Self {
        Self { issuer: Issuer::new(ca_params(), key), pem, configs: Mutex::default() }
    }

    /// Its certificate in PEM: what clients must trust.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Its private key.
    pub(super) fn key(&self) -> &KeyPair {
        self.issuer.key()
    }

    /// How TLS ends for that host, with HTTP/2 and HTTP/1.1.
    pub fn server_config(&self, host: &str) -> Result<Arc<ServerConfig>, CaError> {
        let host = host.to_ascii_lowercase();
        let mut configs = self.configs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(config) = configs.get(&host) {
            return Ok(Arc::clone(config));
        }
        let config = Arc::new(self.make_config(&host)?);
        if configs.len() >= HOSTS_MAX {
            configs.clear();
        }
        configs.insert(host, Arc::clone(&config));
        Ok(config)
    }

    fn make_config(&self, host: &str) -> Result<ServerConfig, CaError> {
        let key = KeyPair::generate()?;
        let mut params = valid(CertificateParams::new([host.to_owned()])?);
        // A common name has 64 characters at most, and a host may have more.
        params.distinguished_name.push(DnType::CommonName, "cloudtwin");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let leaf = CertificateDer::from(params.signed_by(&key, &self.issuer)?);
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![leaf], key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// The same for each CA: a kept key alone makes the issuer of its certificate again.
fn ca_params() -> CertificateParams {
    let mut params = valid(CertificateParams::default());
    params.distinguished_name.push(DnType::CommonName, "cloudtwin CA (for tests only)");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn valid(mut params: CertificateParams) -> CertificateParams {
    let (first, last) = VALID;
    params.not_before = rcgen::date_time_ymd(first, 1, 1);
    params.not_after = rcgen::date_time_ymd(last, 1, 1);
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
}

#[cfg(test)]
mod tests {
    use tokio_rustls::rustls::pki_types::ServerName;
    use tokio_rustls::rustls::pki_types::pem::PemObject;
    use tokio_rustls::rustls::{ClientConfig, RootCertStore};
    use tokio_rustls::{TlsAcceptor, TlsConnector};

    use super::*;

    /// What a client that trusts `trusted` agrees on with the twin under that name, or why not.
    async fn agree(
        ca: &Ca,
        trusted: &Ca,
        host: &str,
        name: &'static str,
    ) -> Result<String, String> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(trusted.pem().as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut client = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        client.alpn_protocols = vec![b"h2".to_vec()];
        let (theirs, ours) = tokio::io::duplex(64 << 10);
        let config = ca.server_config(host).unwrap();
        let accept = TlsAcceptor::from(config).accept(ours);
        let name = ServerName::try_from(name).unwrap();
        let connect = TlsConnector::from(Arc::new(client)).connect(name, theirs);
        let (connected, _accepted) = tokio::join!(connect, accept);
        let connected = connected.map_err(|error| error.to_string())?;
        let protocol = connected.get_ref().1.alpn_protocol().unwrap_or_default();
        Ok(String::from_utf8_lossy(protocol).into_owned())
    }

    #[tokio::test]
    async fn a_client_that_trusts_the_ca_trusts_the_host_and_no_other_does() {
        const HOST: &str = "ciam.tencentcloudapi.com";
        let [ca, other] = [0; 2].map(|_| Ca::create().unwrap());
        assert_eq!(agree(&ca, &ca, HOST, HOST).await.unwrap(), "h2");
        assert!(agree(&ca, &other, HOST, HOST).await.is_err());
        let wrong = agree(&ca, &ca, HOST, "organization.tencentcloudapi.com").await.unwrap_err();
        assert!(wrong.contains("not valid for name"), "{wrong}");
    }

    #[test]
    fn a_hosts_certificate_is_made_once() {
        let ca = Ca::create().unwrap();
        let first = ca.server_config("a.example").unwrap();
        assert!(Arc::ptr_eq(&first, &ca.server_config("A.example").unwrap()));
        assert!(!Arc::ptr_eq(&first, &ca.server_config("b.example").unwrap()));
    }
}
