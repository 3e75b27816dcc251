//! What a suite needs of the program that has the twin in it.

/// Starts twins, and knows what a twin would say of its files.
pub trait Twins: Sync {
    /// Starts a twin with these options of `cloudtwin serve`. It ends when it is dropped.
    ///
    /// # Errors
    /// Says what is wrong with the options, or why it cannot start.
    fn start(&self, options: &[String]) -> Result<Box<dyn RunningTwin>, String>;

    /// The text of the scenario that the program knows by that name.
    fn scenario(&self, name: &str) -> Option<&'static str>;

    /// The names of all scenarios that the program knows.
    fn scenario_names(&self) -> Vec<&'static str>;

    /// What is wrong with the text of a scenario, a line each: `line:column: problem`.
    fn scenario_problems(&self, text: &str) -> Vec<String>;

    /// What is wrong with the text of a seed file, a line each.
    fn seed_problems(&self, text: &str) -> Vec<String>;
}

/// A twin that serves.
pub trait RunningTwin: Send + Sync {
    /// Its base URL.
    fn url(&self) -> String;

    /// What a client of that tenant finds in its environment.
    fn environment(&self, tenant: &str) -> Environment;
}

/// What changes in the environment of a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// Variables with their values.
    pub set: Vec<(String, String)>,
    /// Variables that the client does not get.
    pub removed: Vec<String>,
}
