//! What a command must trust to reach the twin by the vendors' real hosts, and the variables that say so.

use std::fmt::Write as _;
use std::path::Path;

use tempfile::TempDir;

use crate::cli::exit::Stop;
use crate::intercept::{Interception, covers_modelled, trust_store};
use crate::local::LocalTwin;

/// Variables that name a proxy: for curl, python, Go, Ruby, PHP and .NET.
const PROXY: [&str; 6] =
    ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// Variables that name the hosts without a proxy: the twin's own address works as before.
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// What they say.
const LOCAL: &str = "127.0.0.1,localhost,::1";

/// Variables that name the file of trusted CAs: for OpenSSL and Go, python's requests, curl, Node.js, and
/// Deno.
const TRUST: [&str; 5] =
    ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "DENO_CERT"];

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

/// How the command's requests reach the twin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Reach {
    /// The twin is its proxy.
    Proxy,
    /// All names lead to the twin.
    Sealed,
}

/// What the command trusts, as files; they are removed with this.
pub(in crate::cli) struct Trust {
    folder: TempDir,
}

impl Trust {
    /// Writes the files.
    pub(in crate::cli) fn new(interception: &Interception) -> Result<Self, Stop> {
        let ca = interception.ca().map_err(|error| Stop::Other(error.to_string()))?;
        let mut bundle = ca.pem().as_bytes().to_vec();
        if interception.allows_hosts() {
            // Real hosts have real certificates.
            bundle.extend(system());
        }
        let store = trust_store::pkcs12(&bundle).map_err(|error| Stop::Other(error.to_string()))?;
        let written =
            tempfile::Builder::new().prefix("cloudtwin-ca-").tempdir().and_then(|folder| {
                let path = folder.path();
                std::fs::write(path.join("ca.pem"), bundle)?;
                std::fs::write(path.join("ca.p12"), store)?;
                std::fs::create_dir(path.join("certifi"))?;
                std::fs::write(path.join("certifi/__init__.py"), CERTIFI)?;
                std::fs::create_dir(path.join("php"))?;
                let ca = path.join("ca.pem");
                let ini = format!("curl.cainfo={0}\nopenssl.cafile={0}\n", ca.display());
                std::fs::write(path.join("php/cloudtwin.ini"), ini)?;
                Ok(Self { folder })
            });
        written.map_err(|error| Stop::Other(format!("cannot write the CA's certificate: {error}")))
    }

    /// Where the files are.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The certificates in PEM.
    pub(super) fn bundle(&self) -> std::path::PathBuf {
        self.folder().join("ca.pem")
    }

    /// What sends the command's requests to the twin, and makes it trust the twin's certificates.
    pub(super) fn variables(&self, twin: &LocalTwin, reach: Reach) -> Vec<(String, String)> {
        let bundle = self.bundle().display().to_string();
        let mut variables: Vec<_> = TRUST.map(|name| (name, bundle.clone())).into();
        variables
            .push(("PYTHONPATH", before(&self.folder().display().to_string(), ":", "PYTHONPATH")));
        // An empty entry is the folder that PHP was built with.
        let ini = self.folder().join("php").display().to_string();
        let scanned = std::env::var("PHP_INI_SCAN_DIR").unwrap_or_default();
        variables.push(("PHP_INI_SCAN_DIR", format!("{scanned}:{ini}")));
        let mut java = format!(
            "-Djavax.net.ssl.trustStore={} -Djavax.net.ssl.trustStoreType=PKCS12",
            self.folder().join("ca.p12").display(),
        );
        if reach == Reach::Proxy {
            let url = twin.url();
            variables.extend(PROXY.map(|name| (name, url.clone())));
            variables.extend(NO_PROXY.map(|name| (name, no_proxy(name))));
            // Node.js reads the variables of a proxy only when told to, from version 22.21 and 24.5 on.
            variables.push(("NODE_USE_ENV_PROXY", "1".to_owned()));
            let address = twin.address();
            for scheme in ["http", "https"] {
                let (host, port) = (address.ip(), address.port());
                _ = write!(java, " -D{scheme}.proxyHost={host} -D{scheme}.proxyPort={port}");
            }
            java.push_str(" -Dhttp.nonProxyHosts=localhost|127.*|[::1]");
        }
        variables.push(("JAVA_TOOL_OPTIONS", before(&java, " ", "JAVA_TOOL_OPTIONS")));
        variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// Variables of a proxy that the command does not get: nothing outside of a seal can be one.
    pub(super) fn removed(reach: Reach) -> impl Iterator<Item = &'static str> {
        PROXY.into_iter().filter(move |_| reach == Reach::Sealed)
    }
}

/// The hosts without a proxy: those of this process too, but for those that could be modelled ones.
fn no_proxy(name: &str) -> String {
    let own = std::env::var(name).unwrap_or_default();
    let own = own.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    let kept = own.filter(|entry| !covers_modelled(entry));
    std::iter::once(LOCAL).chain(kept).collect::<Vec<_>>().join(",")
}

/// The value in front of what the variable of this process says, if that says something.
fn before(value: &str, separator: &str, name: &str) -> String {
    match std::env::var(name) {
        Ok(own) if !own.is_empty() => format!("{value}{separator}{own}"),
        _ => value.to_owned(),
    }
}

/// The CAs that this process would trust.
fn system() -> Vec<u8> {
    let named = std::env::var_os("SSL_CERT_FILE").map(Into::into);
    let files = named.into_iter().chain(trust_store::SYSTEM_BUNDLES.map(Into::into));
    let mut read = files.filter_map(|file: std::path::PathBuf| std::fs::read(file).ok());
    read.next().unwrap_or_else(|| {
        tracing::warn!("the CAs of this system were not found: allowed hosts will not be trusted");
        Vec::new()
    })
}
