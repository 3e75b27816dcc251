//! A CA that is kept in a folder.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rcgen::{KeyPair, PublicKeyData as _};
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use x509_cert::Certificate;
use x509_cert::der::{Decode as _, Encode as _};

use super::ca::{Ca, CaError};

/// The certificate: what clients must trust.
const CERTIFICATE: &str = "ca.pem";

/// Its private key.
const KEY: &str = "ca-key.pem";

/// The permissions of all but the owner.
const OTHERS: u32 = 0o077;

/// The permissions to write of all but the owner.
const OTHERS_WRITE: u32 = 0o022;

/// The CA of that folder; a new one if it has none.
pub(super) fn kept(folder: &Path) -> Result<Ca, CaError> {
    let (certificate, key) = (folder.join(CERTIFICATE), folder.join(KEY));
    match (exists(&certificate)?, exists(&key)?) {
        (true, true) => read(folder, &certificate, &key),
        (false, false) => create(folder, &certificate, &key),
        (true, false) => Err(bad(&key, "the certificate is there and its key is not")),
        (false, true) => Err(bad(&certificate, "the key is there and its certificate is not")),
    }
}

fn read(folder: &Path, certificate: &Path, key: &Path) -> Result<Ca, CaError> {
    deny(folder, OTHERS_WRITE, "others can write there: chmod go-w it")?;
    deny(key, OTHERS, "others can use the private key: chmod 600 it")?;
    let text = fs::read_to_string(key).map_err(|error| bad(key, error))?;
    let pair = KeyPair::from_pem(&text).map_err(|error| bad(key, error))?;
    let pem = fs::read_to_string(certificate).map_err(|error| bad(certificate, error))?;
    let der = CertificateDer::from_pem_slice(pem.as_bytes());
    let der = der.map_err(|error| bad(certificate, error))?;
    let parsed = Certificate::from_der(&der).map_err(|error| bad(certificate, error))?;
    let public = parsed.tbs_certificate.subject_public_key_info.to_der();
    if public.ok() != Some(pair.subject_public_key_info()) {
        return Err(bad(certificate, format!("it is not the certificate of {KEY}")));
    }
    Ok(Ca::of(pair, pem))
}

fn create(folder: &Path, certificate: &Path, key: &Path) -> Result<Ca, CaError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| bad(folder, error))?;
    deny(folder, OTHERS_WRITE, "others can write there: chmod go-w it")?;
    let ca = Ca::create()?;
    write(key, 0o600, &ca.key().serialize_pem()).map_err(|error| bad(key, error))?;
    write(certificate, 0o644, ca.pem()).map_err(|error| bad(certificate, error))?;
    Ok(ca)
}

fn write(path: &Path, mode: u32, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    file.write_all(text.as_bytes())
}

fn exists(path: &Path) -> Result<bool, CaError> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(bad(path, error)),
    }
}

/// Refuses a file or folder on which others have one of these permissions.
fn deny(path: &Path, permissions: u32, why: &str) -> Result<(), CaError> {
    let about = fs::metadata(path).map_err(|error| bad(path, error))?;
    if about.permissions().mode() & permissions == 0 { Ok(()) } else { Err(bad(path, why)) }
}

fn bad(path: impl Into<PathBuf>, reason: impl ToString) -> CaError {
    CaError::File { path: path.into(), reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;

    use super::*;

    fn why(folder: &Path) -> String {
        kept(folder).unwrap_err().to_string()
    }

    fn allow(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_kept_ca_is_the_same_at_the_next_start_and_its_key_is_the_owners_alone() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("new");
        let first = kept(&folder).unwrap();
        let second = kept(&folder).unwrap();
        assert_eq!(first.pem(), second.pem());
        assert_eq!(first.key().serialize_der(), second.key().serialize_der());
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join(KEY))), (0o700, 0o600));
    }

    #[test]
    fn a_folder_that_cannot_be_trusted_is_refused_with_its_reason() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("ca");
        kept(&folder).unwrap();
        let (certificate, key) = (folder.join(CERTIFICATE), folder.join(KEY));
        allow(&key, 0o640);
        let text = format!("cannot use {} for the CA: others can use the", key.display());
        assert!(why(&folder).starts_with(&text), "{}", why(&folder));
        allow(&key, 0o600);
        allow(&folder, 0o770);
        assert!(why(&folder).contains("others can write there"), "{}", why(&folder));
        allow(&folder, 0o755);
        let pem = Ca::create().unwrap().pem().to_owned();
        fs::write(&certificate, pem).unwrap();
        assert!(why(&folder).contains("it is not the certificate of ca-key.pem"));
        fs::remove_file(&certificate).unwrap();
        assert!(why(&folder).contains("the key is there and its certificate is not"));
        let file = root.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(why(&file).contains("Not a directory"), "{}", why(&file));
    }
}
