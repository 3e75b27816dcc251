//! `cloudtwin env`: what a client needs to talk to the twin.

use clap::{Args, ValueEnum};

use crate::credentials::{AICC_APP, DEFAULT_TENANT, HUAWEI_AK, SECRET, TENCENT_KEY, key_of};
use crate::state::Tenants;
use crate::vendors::huawei::project_id;

/// The region whose project and endpoint are printed.
const HUAWEI_REGION: &str = "cn-north-4";

/// Options of `cloudtwin env`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// How to write it
    #[arg(long, env = "CLOUDTWIN_FORMAT", value_enum, default_value_t = Format::Sh)]
    format: Format,
    /// The tenant that the keys name
    #[arg(long, env = "CLOUDTWIN_TENANT", default_value = DEFAULT_TENANT, value_parser = tenant)]
    tenant: String,
    /// Where the twin listens
    #[arg(long, env = "CLOUDTWIN_URL", default_value = "http://127.0.0.1:4588")]
    url: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Lines for `eval "$(cloudtwin env)"`
    Sh,
    /// Lines for a .env file
    Dotenv,
    /// One JSON object
    Json,
}

/// A tenant's name.
pub(super) fn tenant(text: &str) -> Result<String, String> {
    let good = Tenants::is_name(text);
    good.then(|| text.to_owned())
        .ok_or_else(|| "a tenant's name is 1 to 64 of A-Z a-z 0-9 . _ -".to_owned())
}

/// What a client reads, by the names of the official SDKs and command lines: python, Go and Terraform
/// (`TENCENTCLOUD_SECRET_ID`), tccli (`TENCENTCLOUD_TOKEN`), Node.js (`TENCENTCLOUD_SESSION_TOKEN`), all of
/// Huawei's SDKs (`HUAWEICLOUD_SDK_AK`), Huawei's Terraform provider (`HW_ACCESS_KEY`).
pub(super) fn variables(tenant: &str, url: &str) -> Vec<(String, String)> {
    let url = url.trim_end_matches('/');
    let endpoint = url.split_once("://").map_or(url, |(_, endpoint)| endpoint);
    let (host, port) = endpoint.rsplit_once(':').unwrap_or((endpoint, "80"));
    let key = key_of(tenant, TENCENT_KEY);
    let access = key_of(tenant, HUAWEI_AK);
    let project = project_id(tenant, HUAWEI_REGION);
    let app = key_of(tenant, AICC_APP);
    [
        ("CLOUDTWIN_URL", url),
        ("CLOUDTWIN_ENDPOINT", endpoint),
        ("CLOUDTWIN_HOST", host),
        ("CLOUDTWIN_PORT", port),
        ("TENCENTCLOUD_SECRET_ID", &key),
        ("TENCENTCLOUD_SECRET_KEY", SECRET),
        ("TENCENTCLOUD_REGION", "ap-guangzhou"),
        ("HUAWEICLOUD_SDK_AK", &access),
        ("HUAWEICLOUD_SDK_SK", SECRET),
        // Spares the look-up, which Go cannot send to plain http.
        ("HUAWEICLOUD_SDK_PROJECT_ID", &project),
        ("HUAWEICLOUD_SDK_IAM_ENDPOINT", url),
        ("HUAWEICLOUD_SDK_STS_ENDPOINT", url),
        ("HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4", url),
        ("HW_ACCESS_KEY", &access),
        ("HW_SECRET_KEY", SECRET),
        ("HW_REGION_NAME", HUAWEI_REGION),
        ("HW_PROJECT_ID", &project),
        ("CLOUDTWIN_AICC_APP_KEY", &app),
        ("CLOUDTWIN_AICC_APP_SECRET", SECRET),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

/// The variables in the form asked for.
pub(super) fn text(options: &Options) -> String {
    let variables = variables(&options.tenant, &options.url);
    let lines = |prefix: &str| {
        let lines: Vec<_> = variables
            .iter()
            .map(|(name, value)| format!("{prefix}{name}={}\n", quoted(value)))
            .collect();
        lines.concat()
    };
    match options.format {
        Format::Sh => lines("export "),
        Format::Dotenv => lines(""),
        Format::Json => {
            let object: serde_json::Map<_, _> = variables
                .iter()
                .map(|(name, value)| (name.clone(), value.as_str().into()))
                .collect();
            serde_json::to_string_pretty(&object).unwrap_or_default() + "\n"
        }
    }
}

/// Only an address given by hand can hold more than plain characters.
fn quoted(value: &str) -> String {
    let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:/".contains(&b));
    if plain { value.to_owned() } else { format!("'{}'", value.replace('\'', "'\\''")) }
}
