//! A job that completes can have failed rows; who starts one asks what became of it.

use super::call::Call;
use super::facts::Facts;
use super::settings::Settings;
use super::values::{texts, values};
use super::{Certainty, Finding, Rule};

pub(super) const RULE: Rule = Rule {
    name: "reads-failed-rows",
    promise: "asks what became of the rows of an import or a batch",
    source: "FailedUsers of ListJobs and failDataList of queryTask: a job completes although rows failed \
             (contracts/models)",
    certainty: Certainty::Likely,
    check,
};

/// Calls that start a job with rows, the output's member with its id, the call that shows what failed, and the input's
/// member that names the job.
const JOBS: [(&str, &str, &str, &str, &str); 2] = [
    ("ciam", "CreateApiImportUserJob", "Job.Id", "ListJobs", "JobIds"),
    ("aicc", "createTask", "taskId", "queryTask", "taskId"),
];

fn check(facts: &Facts<'_>, _: &Settings) -> Vec<Finding> {
    facts.calls().iter().filter_map(|call| never_asked(facts, call)).collect()
}

fn never_asked(facts: &Facts<'_>, start: &Call<'_>) -> Option<Finding> {
    let (service, name, id, shows, names) =
        JOBS.iter().find(|(service, name, ..)| start.is(service, name))?;
    let ids = start.output(id);
    let id = texts(ids.first()?).first().copied()?;
    let asks = |call: &Call<'_>| {
        let ids = values(call.input(), names);
        // Without a name the call shows all jobs. An id may be a number in the request.
        call.is(service, shows)
            && (ids.is_empty() || ids.iter().any(|one| one.to_string().trim_matches('"') == id))
    };
    // A client that met an error may end there.
    if facts.may_have_failed(start) || facts.after(start).any(asks) {
        return None;
    }
    let text =
        format!("started a job with {name} and never asked {shows} which of its rows failed");
    Some(RULE.finding(Certainty::Likely, text, [start]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::talk::{Step, lost, ok, talk};

    fn batch() -> Step {
        ok(0, "aicc", "createTask").gives(json!({"resultCode": "0", "taskId": "71"}))
    }

    #[test]
    fn a_job_that_nobody_asks_for_is_found() {
        let text =
            "started a job with createTask and never asked queryTask which of its rows failed";
        let other = ok(9, "aicc", "queryTask").with(json!({"taskId": "70"}));
        assert_eq!(talk([batch(), other]).only(&RULE), (text.to_owned(), vec![1]));
        let import = ok(0, "ciam", "CreateApiImportUserJob")
            .gives(json!({"Response": {"Job": {"Id": "j"}}}));
        assert_eq!(talk([import]).check(&RULE).len(), 1);
    }

    #[test]
    fn to_ask_by_id_or_for_all_is_right() {
        assert_eq!(
            talk([batch(), ok(9, "aicc", "queryTask").with(json!({"taskId": 71}))]).check(&RULE),
            []
        );
        let import = ok(0, "ciam", "CreateApiImportUserJob")
            .gives(json!({"Response": {"Job": {"Id": "j"}}}));
        assert_eq!(
            talk([import, ok(9, "ciam", "ListJobs").with(json!({"UserStoreId": "s"}))])
                .check(&RULE),
            []
        );
    }

    #[test]
    fn a_client_that_met_an_error_may_end() {
        assert_eq!(talk([batch(), lost(9, "aicc", "createTask")]).check(&RULE), []);
        assert_eq!(talk([batch().but(|entry| entry.answer = None)]).check(&RULE), []);
        // It may not have waited for the number of the job.
        assert_eq!(talk([batch().fault("delay", Some(200))]).check(&RULE), []);
    }
}
