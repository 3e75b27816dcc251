//! Joins the reports of the shards of one run. Reports that were joined join again with the rest.

use std::collections::HashSet;

use super::{Report, Shards};

/// Why reports do not join; files are named as the caller names them.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no report.
    #[error("no report to merge")]
    None,
    /// A report of a run that was not split.
    #[error("{0} is the report of a whole run; only shards of one run (`--shard K/N`) are merged")]
    Whole(String),
    /// A report of another run.
    #[error("{0} and {1} are of different runs: {2} is `{3}` in one and `{4}` in the other")]
    Differs(String, String, &'static str, String, String),
    /// A shard that is there twice.
    #[error("{0} and {1} both cover shard {2}")]
    Twice(String, String, u32),
    /// A number that the run does not have.
    #[error("{0} covers shard {1}; the run has shards 1 to {2}")]
    Unknown(String, u32, u32),
    /// A case that is there twice.
    #[error("{0} has the case `{1}` of contract `{2}`, which another report has too")]
    CaseTwice(String, String, String),
}

/// The report of the whole run. The cases come in the order of their files and lines. Without a shard, a note says
/// which is missing, and the run counts as incomplete.
pub fn merge(reports: Vec<(String, Report)>) -> Result<Report, Error> {
    let mut reports = reports.into_iter();
    let (first_name, mut merged) = reports.next().ok_or(Error::None)?;
    let mut origins: Vec<(u32, String)> = Vec::new();
    claim(&mut origins, &first_name, &shards(&first_name, &merged)?)?;
    merged.notes.retain(|note| !is_about_shards(note));

    for (name, report) in reports {
        same_run((&first_name, &merged), (&name, &report))?;
        claim(&mut origins, &name, &shards(&name, &report)?)?;
        join(&mut merged, &name, report)?;
    }

    merged
        .cases
        .sort_by(|a, b| (&a.file, &a.contract, &a.name).cmp(&(&b.file, &b.contract, &b.name)));
    let mut covered: Vec<u32> = origins.into_iter().map(|(shard, _)| shard).collect();
    covered.sort_unstable();
    let of = merged.shards.map_or(0, |shards| shards.of);
    let all = Shards { of, covered, merged: true };
    merged.notes.extend(missing_note(&all));
    merged.shards = Some(all);
    Ok(merged)
}

fn shards(name: &str, report: &Report) -> Result<Shards, Error> {
    report.shards.clone().ok_or_else(|| Error::Whole(name.to_owned()))
}

fn same_run((one, a): (&str, &Report), (other, b): (&str, &Report)) -> Result<(), Error> {
    let of = |report: &Report| report.shards.as_ref().map_or(0, |shards| shards.of).to_string();
    let seed = |report: &Report| report.seed.map_or("none".to_owned(), |seed| seed.to_string());
    shards(other, b)?;
    for (what, left, right) in [
        ("the run", a.run.clone(), b.run.clone()),
        ("the format", a.format.to_string(), b.format.to_string()),
        ("the command", a.command.clone(), b.command.clone()),
        ("the version", a.tool.clone(), b.tool.clone()),
        ("the seed", seed(a), seed(b)),
        ("the number of shards", of(a), of(b)),
    ] {
        if left != right {
            return Err(Error::Differs(one.to_owned(), other.to_owned(), what, left, right));
        }
    }
    Ok(())
}

/// Notes whose report a shard is.
fn claim(origins: &mut Vec<(u32, String)>, name: &str, shards: &Shards) -> Result<(), Error> {
    for &shard in &shards.covered {
        if shard == 0 || shard > shards.of {
            return Err(Error::Unknown(name.to_owned(), shard, shards.of));
        }
        if let Some((_, other)) = origins.iter().find(|(known, _)| *known == shard) {
            return Err(Error::Twice(other.clone(), name.to_owned(), shard));
        }
        origins.push((shard, name.to_owned()));
    }
    Ok(())
}

fn join(merged: &mut Report, name: &str, report: Report) -> Result<(), Error> {
    let known: HashSet<(&str, &str)> =
        merged.cases.iter().map(|case| (case.contract.as_str(), case.name.as_str())).collect();
    for case in &report.cases {
        if known.contains(&(case.contract.as_str(), case.name.as_str())) {
            let (case, contract) = (case.name.clone(), case.contract.clone());
            return Err(Error::CaseTwice(name.to_owned(), case, contract));
        }
    }
    merged.cases.extend(report.cases);
    for note in report.notes {
        if !is_about_shards(&note) && !merged.notes.contains(&note) {
            merged.notes.push(note);
        }
    }
    merged.duration_ms = merged.duration_ms.max(report.duration_ms);
    if began(&report.began_at) < began(&merged.began_at) {
        merged.began_at = report.began_at;
    }
    Ok(())
}

/// A time that cannot be read is later than any other.
fn began(text: &str) -> (bool, Option<jiff::Timestamp>) {
    let time = text.parse().ok();
    (time.is_none(), time)
}

/// How the note about missing shards begins; the next merge replaces it.
const MISSING: &str = "Missing from this report: shard ";

fn missing_note(shards: &Shards) -> Option<String> {
    let missing: Vec<String> = shards.missing().iter().map(ToString::to_string).collect();
    (!missing.is_empty()).then(|| format!("{MISSING}{} of {}.", missing.join(", "), shards.of))
}

fn is_about_shards(note: &str) -> bool {
    note.starts_with(MISSING)
}

#[cfg(test)]
mod tests {
    use super::super::exit::exit_code;
    use super::super::samples;
    use super::*;

    fn shard(number: u32, of: u32) -> (String, Report) {
        let mut report = samples::empty();
        report.shards = Some(Shards::one(number, of));
        report.cases = vec![samples::case("contract", &format!("case {number}"))];
        report.cases[0].file = Some(("a.toml".to_owned(), 100 - number));
        report.duration_ms = u64::from(number) * 1_000;
        report.began_at = format!("2026-11-28T10:00:0{number}+01:00");
        report.notes = vec!["the same in all".to_owned(), format!("of shard {number}")];
        (format!("{number}.json"), report)
    }

    #[test]
    fn shards_join_in_any_order_and_in_steps() {
        let whole = merge(vec![shard(1, 3), shard(2, 3), shard(3, 3)]).unwrap();
        let names: Vec<_> = whole.cases.iter().map(|case| case.name.as_str()).collect();
        assert_eq!(names, ["case 3", "case 2", "case 1"], "in the order of their lines");
        assert_eq!(
            (whole.duration_ms, whole.began_at.as_str()),
            (3_000, "2026-11-28T10:00:01+01:00")
        );
        assert_eq!(whole.notes.len(), 4);
        assert_eq!(exit_code(&whole, false), 0);

        let some = merge(vec![shard(3, 3), shard(1, 3)]).unwrap();
        assert_eq!(some.notes.last().unwrap(), "Missing from this report: shard 2 of 3.");
        assert_eq!(exit_code(&some, false), 12);
        assert_eq!(some.began_at, "2026-11-28T10:00:01+01:00");
        let steps = merge(vec![("some.json".to_owned(), some), shard(2, 3)]).unwrap();
        assert_eq!((steps.cases, steps.shards), (whole.cases, whole.shards));
        assert!(!steps.notes.iter().any(|note| is_about_shards(note)));
    }

    #[test]
    fn what_does_not_belong_together_is_refused() {
        let refused = |change: fn(&mut Report)| {
            let (name, mut report) = shard(2, 2);
            change(&mut report);
            merge(vec![shard(1, 2), (name, report)]).unwrap_err().to_string()
        };
        insta::assert_debug_snapshot!([
            refused(|report| report.run = "another".to_owned()),
            refused(|report| report.command = "explore".to_owned()),
            refused(|report| report.tool = "cloudtwin 9".to_owned()),
            refused(|report| report.seed = Some(7)),
            refused(|report| report.format = 2),
            refused(|report| report.shards = None),
            refused(|report| report.shards = Some(Shards::one(2, 3))),
            refused(|report| report.shards = Some(Shards::one(1, 2))),
            refused(|report| report.shards = Some(Shards::one(3, 2))),
            refused(|report| report.cases[0].name = "case 1".to_owned()),
            merge(vec![]).unwrap_err().to_string(),
        ], @r#"
        [
            "1.json and 2.json are of different runs: the run is `01J9-sample` in one and `another` in the other",
            "1.json and 2.json are of different runs: the command is `check` in one and `explore` in the other",
            "1.json and 2.json are of different runs: the version is `cloudtwin 0.1.0` in one and `cloudtwin 9` in the other",
            "1.json and 2.json are of different runs: the seed is `none` in one and `7` in the other",
            "1.json and 2.json are of different runs: the format is `1` in one and `2` in the other",
            "2.json is the report of a whole run; only shards of one run (`--shard K/N`) are merged",
            "1.json and 2.json are of different runs: the number of shards is `2` in one and `3` in the other",
            "1.json and 2.json both cover shard 1",
            "2.json covers shard 3; the run has shards 1 to 2",
            "2.json has the case `case 1` of contract `contract`, which another report has too",
            "no report to merge",
        ]
        "#);
    }
}
