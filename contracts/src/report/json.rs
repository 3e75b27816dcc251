//! A report as JSON: the whole of it, and the form from which `cloudtwin report` makes the others.

use super::{FORMAT, Report};

/// Why a text is no report.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is no JSON, or a member is missing or has another type.
    #[error("no report of cloudtwin: {0}")]
    Shape(#[from] serde_json::Error),
    /// It was written by another version.
    #[error("the report has format {0}; this version reads format {FORMAT}")]
    Format(u32),
}

/// The report as JSON, indented.
pub fn json(report: &Report) -> String {
    // Only a map whose keys are no text, or an error of a writer, could fail.
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}

/// The report that `json` wrote.
pub fn read(text: &str) -> Result<Report, Error> {
    // Before the rest: another format may not fit the types.
    #[derive(serde::Deserialize)]
    struct Head {
        format: u32,
    }
    let head: Head = serde_json::from_str(text)?;
    if head.format != FORMAT {
        return Err(Error::Format(head.format));
    }
    Ok(serde_json::from_str(text)?)
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn every_report_reads_back_equal() {
        for (name, report) in samples::all() {
            assert_eq!(read(&json(&report)).unwrap(), report, "{name}");
        }
    }

    #[test]
    fn a_report_of_a_run_without_shards_reads_back_without() {
        let text = json(&samples::empty());
        assert!(!text.contains("shards"));
        assert_eq!(read(&text).unwrap().shards, None);
    }

    #[test]
    fn another_format_is_refused_by_its_number() {
        let error = read(r#"{"format": 9, "cases": 1}"#).unwrap_err();
        assert_eq!(error.to_string(), "the report has format 9; this version reads format 1");
        let error = read("[]").unwrap_err().to_string();
        assert!(error.starts_with("no report of cloudtwin: "), "{error}");
    }
}
