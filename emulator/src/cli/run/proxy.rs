//! The twin as the proxy of a command: what the command must trust, and the variables that say so.

use tempfile::TempDir;

use crate::cli::exit::Stop;
use crate::intercept::Interception;
use crate::local::LocalTwin;

/// Variables that name a proxy: for curl, python, Go, Ruby, PHP and .NET.
const PROXY: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];

/// Variables that name the hosts without a proxy: the twin's own address works as before.
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// Variables that name the file of trusted CAs: for OpenSSL and Go, python's requests, curl, and Node.js.
const TRUST: [&str; 4] =
    ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];

/// Where systems keep the CAs that they trust.
const SYSTEM: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// A module of python that stands for `certifi`: Tencent's SDK trusts what that names, and no variable.
const CERTIFI: &str = "\
import os

__version__ = '0'


def where():
    return os.path.join(os.path.dirname(os.path.dirname(__file__)), 'ca.pem')


def contents():
    with open(where(), encoding='ascii') as file:
        return file.read()
";

/// What the command trusts, as files; they are removed with this.
pub(super) struct Trust {
    folder: TempDir,
}

impl Trust {
    /// Writes the files.
    pub(super) fn new(interception: &Interception) -> Result<Self, Stop> {
        let ca = interception.ca().map_err(|error| Stop::Other(error.to_string()))?;
        let mut bundle = ca.pem().as_bytes().to_vec();
        if interception.allows_hosts() {
            // Real hosts have real certificates.
            bundle.extend(system());
        }
        let written =
            tempfile::Builder::new().prefix("cloudtwin-ca-").tempdir().and_then(|folder| {
                std::fs::write(folder.path().join("ca.pem"), bundle)?;
                let certifi = folder.path().join("certifi");
                std::fs::create_dir(&certifi)?;
                std::fs::write(certifi.join("__init__.py"), CERTIFI)?;
                Ok(Self { folder })
            });
        written.map_err(|error| Stop::Other(format!("cannot write the CA's certificate: {error}")))
    }

    /// What sends the command's requests to the twin, and makes it trust the twin's certificates.
    pub(super) fn variables(&self, twin: &LocalTwin) -> Vec<(String, String)> {
        let url = twin.url();
        let folder = self.folder.path();
        let bundle = folder.join("ca.pem").display().to_string();
        let proxy = PROXY.map(|name| (name, url.as_str()));
        let no_proxy = NO_PROXY.map(|name| (name, "127.0.0.1,localhost,::1"));
        let trust = TRUST.map(|name| (name, bundle.as_str()));
        let mut modules = folder.display().to_string();
        if let Ok(others) = std::env::var("PYTHONPATH") {
            modules = format!("{modules}:{others}");
        }
        // Node.js reads the variables of a proxy only when told to, from version 22.21 and 24.5 on.
        let single = [("NODE_USE_ENV_PROXY", "1"), ("PYTHONPATH", &modules)];
        let all = proxy.into_iter().chain(no_proxy).chain(trust).chain(single);
        all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

/// The CAs that this process would trust.
fn system() -> Vec<u8> {
    let named = std::env::var_os("SSL_CERT_FILE").map(Into::into);
    let files = named.into_iter().chain(SYSTEM.map(Into::into));
    let mut read = files.filter_map(|file: std::path::PathBuf| std::fs::read(file).ok());
    read.next().unwrap_or_else(|| {
        tracing::warn!("the CAs of this system were not found: allowed hosts will not be trusted");
        Vec::new()
    })
}
