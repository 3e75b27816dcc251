//! Files of the system that other files hide from sealed processes.

use std::fs;
use std::io;
use std::path::Path;

use nix::mount::{MsFlags, mount};

use super::{SealError, names};
use crate::intercept::is_modelled;
use crate::intercept::trust_store::SYSTEM_BUNDLES;

/// Daemons that resolve names for others and answer over a socket in the file system.
const DAEMONS: [&str; 2] = ["/run/nscd", "/var/run/nscd"];

/// Puts the files of name resolution and trust in place.
pub(super) fn replace(folder: &Path, bundle: &Path) -> Result<(), SealError> {
    let own = fs::read_to_string("/etc/hosts").unwrap_or_default();
    over("/etc/hosts", folder, "hosts", &hosts(&own))?;
    let own = fs::read_to_string("/etc/nsswitch.conf").unwrap_or_default();
    over("/etc/nsswitch.conf", folder, "nsswitch.conf", &name_service(&own))?;
    let server = format!("nameserver {}\noptions attempts:1 timeout:2\n", names::SERVER);
    over("/etc/resolv.conf", folder, "resolv.conf", &server)?;
    for path in SYSTEM_BUNDLES.into_iter().filter(|path| Path::new(path).exists()) {
        bind(bundle, path)?;
    }
    for path in DAEMONS.into_iter().filter(|path| Path::new(path).is_dir()) {
        mount(None::<&str>, path, Some("tmpfs"), MsFlags::empty(), None::<&str>)
            .map_err(|error| SealError::File { path: path.to_owned(), error: error.into() })?;
    }
    Ok(())
}

/// The lines of that file of hosts without modelled ones.
fn hosts(own: &str) -> String {
    let is_modelled = |line: &&str| line.split_whitespace().any(is_modelled);
    let kept = own.lines().filter(|line| !is_modelled(line));
    let mut text: String = kept.flat_map(|line| [line, "\n"]).collect();
    if !own.contains("localhost") {
        text.push_str("127.0.0.1 localhost\n::1 localhost\n");
    }
    text
}

/// That file of name services, with neither a daemon nor multicast for hosts.
fn name_service(own: &str) -> String {
    let kept = own.lines().filter(|line| !line.trim_start().starts_with("hosts:"));
    kept.chain(["hosts: files dns"]).flat_map(|line| [line, "\n"]).collect()
}

/// Writes a file and puts it over that of the system, which may lack it.
fn over(path: &str, folder: &Path, name: &str, text: &str) -> Result<(), SealError> {
    if !Path::new(path).exists() {
        return Ok(());
    }
    let file = folder.join(name);
    fs::write(&file, text).map_err(|error| failed(path, error))?;
    bind(&file, path)
}

fn bind(file: &Path, path: &str) -> Result<(), SealError> {
    mount(Some(file), path, None::<&str>, MsFlags::MS_BIND, None::<&str>)
        .map_err(|error| failed(path, error.into()))
}

fn failed(path: &str, error: io::Error) -> SealError {
    SealError::File { path: path.to_owned(), error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_hosts_cannot_lead_modelled_hosts_elsewhere() {
        let own = "127.0.0.1 localhost\n10.0.0.1 db\n10.0.0.2 x ciam.tencentcloudapi.com\n";
        assert_eq!(hosts(own), "127.0.0.1 localhost\n10.0.0.1 db\n");
        assert_eq!(hosts(""), "127.0.0.1 localhost\n::1 localhost\n");
    }

    #[test]
    fn hosts_alone_have_other_name_services() {
        let own = "passwd: files ldap\nhosts: files resolve [!UNAVAIL=return] dns\n";
        assert_eq!(name_service(own), "passwd: files ldap\nhosts: files dns\n");
    }
}
