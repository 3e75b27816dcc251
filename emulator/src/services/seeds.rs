//! Seed files: the state in which a tenant begins, one table a service. TOML, checked whole before
//! anything is made of it; errors name the line.

use schemars::JsonSchema;
use serde::Deserialize;

mod own;

pub use own::OwnSeeds;

use super::organization::seed::OrganizationSeed;
use super::{SEED_STEP, aicc, ciam, workspace};

/// The state in which a tenant begins where no seed file is named.
const STARTER: &str = include_str!("../../starter.toml");

/// What a new tenant begins with. A service that is left out begins empty.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "cloudtwin seed file")]
pub struct Seed {
    /// Tencent Cloud CIAM.
    #[serde(default)]
    pub ciam: ciam::seed::CiamSeed,
    /// Tencent Cloud Organization.
    #[serde(default)]
    pub organization: Option<OrganizationSeed>,
    /// Huawei Cloud contact centre (AICC).
    #[serde(default)]
    pub aicc: aicc::seed::AiccSeed,
    /// Huawei Cloud Workspace.
    #[serde(default)]
    pub workspace: workspace::seed::WorkspaceSeed,
}

impl Seed {
    /// The starter fixture.
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "the text is part of the program, and a test reads it"
    )]
    pub fn starter() -> Self {
        Self::parse(STARTER).expect("the starter fixture is a good seed file")
    }

    /// Reads a seed file; a problem has its line, or its path if it is one of
    /// meaning.
    pub fn parse(text: &str) -> Result<Self, Vec<String>> {
        let seed: Self = toml::from_str(text).map_err(|error| vec![at_line(text, &error)])?;
        let organization = seed.organization.as_ref().map(OrganizationSeed::check);
        let problems = [
            seed.ciam.check(),
            organization.unwrap_or_default(),
            seed.aicc.check(),
            seed.workspace.check(),
        ]
        .concat();
        if problems.is_empty() { Ok(seed) } else { Err(problems) }
    }

    /// Whether it takes more than one step to put it into a tenant.
    pub fn is_large(&self) -> bool {
        let ciam = self.ciam.directories.iter().map(|directory| {
            let by_rule = directory.rules.iter().map(|rule| rule.count as usize);
            directory.users.len() + by_rule.sum::<usize>()
        });
        let workspace = self.workspace.projects.iter().map(|project| {
            let by_rule = project.rules.iter().map(|rule| rule.count as usize);
            let members = project.groups.iter().map(|group| group.members.len());
            project.users.len() + by_rule.sum::<usize>() + members.sum::<usize>()
        });
        let organization = self.organization.as_ref().map_or(0, OrganizationSeed::rows);
        let rows =
            ciam.sum::<usize>() + organization + workspace.sum::<usize>() + self.aicc.users.len();
        rows >= SEED_STEP
    }

    /// The JSON Schema of seed files.
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(Self)
    }
}

fn at_line(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("line {}: {}", before.matches('\n').count() + 1, error.message())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_starter_fixture_is_one_user_directory() {
        assert_eq!(Seed::starter().ciam.directories.len(), 1);
    }

    #[test]
    fn a_misspelt_key_is_told_with_its_line() {
        let told = Seed::parse("[[ciam.directory]]\nname = \"a\"\nnmae = \"b\"\n").unwrap_err();
        assert!(told[0].starts_with("line 3: ") && told[0].contains("nmae"), "{told:?}");
    }
}
