//! `cloudtwin serve`: a twin until it is told to stop.

use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::exit::Stop;
use super::options::{Options, Otherwise};
use super::{log, signals};
use crate::credentials::{AICC_APP, HUAWEI_AK, HUAWEI_DOMAIN, SECRET, TENCENT_KEY};

/// Where it listens if nothing else is said.
const ADDRESS: ([u8; 4], u16) = ([127, 0, 0, 1], 4588);

/// Serves until SIGINT, SIGTERM or SIGHUP; the second one cuts what is in flight.
pub(super) fn run(options: &Options) -> Result<(), Stop> {
    let _log = log::start(options.log.as_deref().unwrap_or("info"), options.log_format)?;
    let listen = SocketAddr::from(ADDRESS);
    let twin = options.start(Otherwise { listen, tls: None, intercept: false })?;
    signals::stop_on_signals(&twin)?;
    let origin = twin.url();
    if let Some(file) = &options.ready_file {
        write_whole(file, &origin)
            .map_err(|error| Stop::Other(format!("cannot write {}: {error}", file.display())))?;
    }
    // Standard output may be closed, or a pipe that is never read: serving does not depend on it.
    let text = welcome(&origin, twin.tls_url().as_deref(), twin.aicc_token_url().as_deref());
    log::write_within(std::time::Duration::ZERO, std::io::stdout(), text);
    twin.wait();
    Ok(())
}

/// The file appears with all of its text, or not at all.
fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let readable = std::fs::Permissions::from_mode(0o644);
    let mut file = tempfile::Builder::new().permissions(readable).tempfile_in(folder)?;
    writeln!(file, "{text}")?;
    file.persist(path)?;
    Ok(())
}

fn welcome(origin: &str, tls: Option<&str>, token_origin: Option<&str>) -> String {
    let tls = tls.map_or_else(String::new, |at| {
        format!("https: {at}, with certificates of the CA in --ca-dir\n")
    });
    let tokens = token_origin.map_or_else(String::new, |at| format!(", tokens also at {at}"));
    let endpoint = origin.trim_start_matches("http://");
    format!(
        "cloudtwin listens on {origin}\n{tls}\
         Tencent keys: SecretId {TENCENT_KEY} (or {TENCENT_KEY}-<tenant>), SecretKey {SECRET}\n\
         Huawei AICC application: app_key {AICC_APP} (or {AICC_APP}-<tenant>), app_secret {SECRET}{tokens}\n\
         Huawei keys: AK {HUAWEI_AK} (or {HUAWEI_AK}-<tenant>), SK {SECRET}; \
         IAM domain {HUAWEI_DOMAIN} (or {HUAWEI_DOMAIN}-<tenant>), any user, password {SECRET}\n\
         \n\
         python, with tencentcloud-sdk-python-ciam:\n  \
           http = HttpProfile(protocol=\"http\", endpoint=\"{endpoint}\")\n  \
           client = CiamClient(Credential(\"{TENCENT_KEY}\", \"{SECRET}\"), \"ap-guangzhou\", ClientProfile(httpProfile=http))\n  \
           print(client.ListUserStore(models.ListUserStoreRequest()))\n"
    )
}
