//! The scenarios of findings, as files, and the commands that show them again.

use std::path::Path;

use contracts::suite::Contract;
use contracts::suite::explore::Explored;

use crate::cli::exit::Stop;

/// Writes each scenario, and tells in the report how to run it.
pub(super) fn keep(
    explored: &mut Explored,
    folder: &Path,
    contract: &Contract,
) -> Result<(), Stop> {
    if explored.scenarios.is_empty() {
        return Ok(());
    }
    std::fs::create_dir_all(folder).map_err(|error| cannot(folder, &error))?;
    for (fingerprint, text) in &explored.scenarios {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let name: String = fingerprint.chars().map(plain).collect();
        let path = folder.join(format!("{name}.toml"));
        std::fs::write(&path, text).map_err(|error| cannot(&path, &error))?;
        let replay = replay(&path, contract);
        let all = explored.report.cases.iter_mut().flat_map(|case| &mut case.findings);
        for found in all.filter(|found| found.fingerprint == *fingerprint) {
            found.replay.clone_from(&replay);
        }
    }
    Ok(())
}

/// `cloudtwin run` with the scenario, the state and the options of the exploration.
fn replay(scenario: &Path, contract: &Contract) -> String {
    let mut words = vec!["cloudtwin".to_owned(), "run".to_owned()];
    words.extend(contract.twin.iter().cloned());
    if let Some(file) = &contract.seed_file {
        words.extend(["--seed-file".to_owned(), file.display().to_string()]);
    }
    words.extend(["--scenario".to_owned(), scenario.display().to_string(), "--".to_owned()]);
    let client = &contract.client;
    if client.folder != Path::new(".") || !client.environment.is_empty() {
        words.push("env".to_owned());
        if client.folder != Path::new(".") {
            words.extend(["-C".to_owned(), client.folder.display().to_string()]);
        }
        words.extend(client.environment.iter().map(|(name, value)| format!("{name}={value}")));
    }
    words.extend(client.command.iter().cloned());
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    let is_plain = word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:/=+,@%".contains(&b));
    if is_plain && !word.is_empty() {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

fn cannot(path: &Path, error: &std::io::Error) -> Stop {
    Stop::Other(format!("cannot write {}: {error}", path.display()))
}
