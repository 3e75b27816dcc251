//! Twins for the clients of contracts.

use clap::Parser;
use contracts::suite::twins::{Environment, RunningTwin, Twins};

use crate::cli::options::Options;
use crate::cli::run::{self, Reach, Trust};
use crate::local::LocalTwin;
use crate::scenario;
use crate::services::seeds::Seed;

/// Options that a contract need not name: rules read the answers.
const BEFORE: [&str; 3] = ["the twin", "--journal-answers", "65536"];

/// This program.
pub(in crate::cli) struct Host;

#[derive(Debug, Parser)]
#[command(args_override_self = true, disable_help_flag = true)]
struct TwinOptions {
    #[command(flatten)]
    twin: Options,
}

/// A twin in this process.
struct Local {
    twin: LocalTwin,
    trust: Option<Trust>,
}

impl Twins for Host {
    fn start(&self, options: &[String]) -> Result<Box<dyn RunningTwin>, String> {
        let given = BEFORE.iter().map(|option| (*option).to_owned()).chain(options.iter().cloned());
        let parsed =
            TwinOptions::try_parse_from(given).map_err(|error| in_contract(options, &error))?;
        if parsed.twin.is_sealed() {
            return Err(in_contract(options, &"`check` cannot seal its clients"));
        }
        let started = parsed.twin.start(run::otherwise(Reach::Proxy));
        let twin = started.map_err(|error| in_contract(options, &error))?;
        let trust = twin.twin().interception.as_ref().map(Trust::new).transpose();
        let trust = trust.map_err(|error| error.to_string())?;
        Ok(Box::new(Local { twin, trust }))
    }

    fn scenario(&self, name: &str) -> Option<&'static str> {
        scenario::shipped(name)
    }

    fn scenario_names(&self) -> Vec<&'static str> {
        scenario::SHIPPED.iter().map(|(name, _)| *name).collect()
    }

    fn scenario_problems(&self, text: &str) -> Vec<String> {
        scenario::problems(text).iter().map(ToString::to_string).collect()
    }

    fn seed_problems(&self, text: &str) -> Vec<String> {
        Seed::parse(text).err().unwrap_or_default()
    }
}

fn in_contract(options: &[String], error: &dyn std::fmt::Display) -> String {
    format!("`twin = {options:?}` of a contract: {error}")
}

impl RunningTwin for Local {
    fn url(&self) -> String {
        self.twin.url()
    }

    fn environment(&self, tenant: &str) -> Environment {
        let trust = self.trust.as_ref().map(|trust| (trust, Reach::Proxy));
        let run::Environment { set, removed } = run::environment(tenant, &self.twin, trust);
        Environment { set, removed }
    }
}
