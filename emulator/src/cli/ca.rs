//! `cloudtwin ca`: what clients of a proxy must trust.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::exit::Stop;
use crate::config::InterceptSettings;
use crate::intercept::{Interception, trust_store};

/// Options of `cloudtwin ca`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The folder that keeps the CA; it is created if it has none
    #[arg(long, env = "CLOUDTWIN_CA_DIR", value_name = "DIR")]
    ca_dir: PathBuf,
    /// How to write it
    #[arg(long, env = "CLOUDTWIN_CA_FORMAT", value_enum, default_value_t = Format::Pem)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// PEM, which most programs read
    Pem,
    /// PKCS#12 without a password, a trust store for Java
    Pkcs12,
}

/// Prints the certificate of the CA.
pub(super) fn run(options: &Options) -> Result<(), Stop> {
    let usage = |error: &dyn std::fmt::Display| Stop::Usage(error.to_string());
    let settings =
        InterceptSettings { ca_dir: Some(options.ca_dir.clone()), ..InterceptSettings::default() };
    let interception = Interception::new(&settings).map_err(|error| usage(&error))?;
    let pem = interception.ca().map_err(|error| usage(&error))?.pem();
    if options.format == Format::Pem {
        return super::print(pem);
    }
    if std::io::stdout().is_terminal() {
        return Err(usage(&"--format pkcs12 writes bytes that are no text: send them to a file"));
    }
    let store =
        trust_store::pkcs12(pem.as_bytes()).map_err(|error| Stop::Other(error.to_string()))?;
    std::io::stdout().lock().write_all(&store).map_err(|error| Stop::Other(error.to_string()))
}
