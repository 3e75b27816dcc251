//! A list is read to its end, and not beyond.

use std::collections::BTreeSet;

use super::facts::Facts;
use super::settings::Settings;
use super::walks::{Page, Unread, Walk, walks};
use super::{Certainty, Finding, Rule};

pub(super) const RULE: Rule = Rule {
    name: "pages-to-the-end",
    promise: "reads every page of a list, and none after the last",
    source: "the operations' paging (contracts/models); awslabs/ssosync#81, slashdevops/idp-scim-sync#87, \
             tencentcloudstack/terraform-provider-tencentcloud#4293",
    certainty: Certainty::Likely,
    check,
};

/// Different pages after the end: one may be how a client finds the end.
const BEYOND: usize = 2;

fn check(facts: &Facts<'_>, _: &Settings) -> Vec<Finding> {
    walks(facts)
        .iter()
        .filter_map(|walk| stopped_early(walk).or_else(|| went_beyond(walk)))
        .collect()
}

fn stopped_early(walk: &Walk<'_, '_>) -> Option<Finding> {
    // A client may stop at an error, when it has found what it looked for, or ask for one row only to see the total.
    if walk.failed().is_some() || !walk.is_whole() || walk.size() == Some(1) {
        return None;
    }
    let name = &walk.operation.name;
    let text = match walk.unread()? {
        Unread::Items { read, total } => {
            format!("read {read} of {total} items with {name}, and not the rest")
        }
        Unread::NextPage => format!(
            "did not read the next page of {name}, although the last one that it read names it"
        ),
    };
    Some(RULE.finding(Certainty::Likely, text, walk.calls.iter().copied()))
}

fn went_beyond(walk: &Walk<'_, '_>) -> Option<Finding> {
    let knows = |page: &Page<'_, '_>| {
        let is_earlier =
            |one: &&Page<'_, '_>| one.call.entry.ended_us <= page.call.entry.arrived_us;
        let total = walk.pages().iter().filter(is_earlier).filter_map(|one| one.total).max()?;
        page.start.filter(|start| *start >= total && *start > 0)
    };
    let empty = walk.pages().iter().filter(|page| page.rows == 0 && !page.call.is_faulted());
    let beyond: Vec<_> = empty.filter_map(|page| Some((page.call, knows(page)?))).collect();
    let places: BTreeSet<_> = beyond.iter().map(|(_, start)| start).collect();
    if places.len() < BEYOND {
        return None;
    }
    let text = format!(
        "asked for {} pages of {} after the end that the answers had named",
        places.len(),
        walk.operation.name
    );
    Some(RULE.finding(Certainty::Likely, text, beyond.into_iter().map(|(page, _)| page)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::talk::{Step, lost, ok, refused, talk};

    /// A page of 20 of 50 users of CIAM.
    fn page(at: u64, number: u64) -> Step {
        let items = 50_u64.saturating_sub((number - 1) * 20).min(20);
        let rows = vec![json!({}); usize::try_from(items).unwrap()];
        ok(at, "ciam", "ListUser")
            .with(json!({"UserStoreId": "s", "Pageable": {"PageSize": 20, "PageNumber": number}}))
            .gives(json!({"Response": {"Total": 50, "Content": rows}}))
    }

    fn cursor(at: u64, asked: &str, next: &str) -> Step {
        ok(at, "organization", "ListUsers")
            .with(json!({"ZoneId": "z", "MaxResults": 2, "NextToken": asked}))
            .gives(json!({"Response": {"NextToken": next, "Users": [{}, {}]}}))
    }

    #[test]
    fn to_stop_at_a_refusal_is_right_though_its_query_was_not_read() {
        let page = |offset: u8| {
            ok(0, "workspace", "ListUsers")
                .path(&format!("/v2/p/users?limit=2&offset={offset}"))
                .with(json!({"project_id": "p", "limit": "2", "offset": offset.to_string()}))
                .gives(json!({"total_count": 3, "users": [{}, {}]}))
        };
        let refused = refused(0, "workspace", "ListUsers", "APIGW.0101")
            .path("/v2/p/users?limit=2&offset=2")
            .but(|entry| (entry.input, entry.body) = (None, String::new()));
        assert_eq!(talk([page(0), refused]).check(&RULE), []);
        assert_eq!(talk([page(0)]).check(&RULE).len(), 1);
    }

    #[test]
    fn one_row_is_a_look_at_the_total() {
        let look = cursor(0, "", "a").with(json!({"ZoneId": "z", "MaxResults": 1}));
        assert_eq!(talk([look, cursor(1, "", "b"), cursor(2, "b", "")]).check(&RULE), []);
    }

    #[test]
    fn a_page_that_is_read_twice_counts_once() {
        let text = "read 40 of 50 items with ListUser, and not the rest";
        assert_eq!(talk([page(0, 1), page(1, 1), page(2, 2)]).only(&RULE).0, text);
    }

    #[test]
    fn all_pages_are_right_in_any_order_and_once_more() {
        assert_eq!(talk([page(0, 1), page(1, 2), page(2, 3)]).check(&RULE), []);
        assert_eq!(talk([page(0, 3), page(0, 1).on(2), page(0, 2).on(3)]).check(&RULE), []);
        // Some clients go on until a page is empty.
        assert_eq!(talk([page(0, 1), page(1, 2), page(2, 3), page(3, 4)]).check(&RULE), []);
        assert_eq!(
            talk([cursor(0, "", "a"), cursor(1, "a", "b"), cursor(2, "b", "")]).check(&RULE),
            []
        );
    }

    #[test]
    fn the_first_page_alone_is_found() {
        let text = "read 20 of 50 items with ListUser, and not the rest";
        assert_eq!(talk([page(0, 1)]).only(&RULE), (text.to_owned(), vec![1]));
    }

    #[test]
    fn a_page_that_is_left_out_is_found() {
        assert_eq!(
            talk([page(0, 1), page(1, 3)]).only(&RULE).0,
            "read 30 of 50 items with ListUser, and not the rest"
        );
    }

    #[test]
    fn a_cursor_that_is_not_followed_is_found() {
        let found = talk([cursor(0, "", "a"), cursor(1, "a", "b")]).check(&RULE);
        assert_eq!(
            found[0].text,
            "did not read the next page of ListUsers, although the last one that it read names it"
        );
        // A token that was given to another list is not followed either.
        let other =
            ok(1, "organization", "ListUsers").with(json!({"ZoneId": "y", "NextToken": "a"}));
        assert_eq!(talk([cursor(0, "", "a"), other]).check(&RULE).len(), 1);
    }

    #[test]
    fn a_search_an_error_and_a_look_at_the_total_may_stop() {
        let search = page(0, 1).with(json!({"UserStoreId": "s", "Filters": [], "Pageable": {"PageSize": 20, "PageNumber": 1}}));
        assert_eq!(talk([search]).check(&RULE), []);
        let failed = lost(1, "ciam", "ListUser")
            .with(json!({"UserStoreId": "s", "Pageable": {"PageSize": 20, "PageNumber": 2}}));
        assert_eq!(talk([page(0, 1), failed]).check(&RULE), []);
        let total = page(0, 1)
            .with(json!({"UserStoreId": "s", "Pageable": {"PageSize": 1, "PageNumber": 1}}));
        assert_eq!(talk([total]).check(&RULE), []);
    }

    #[test]
    fn without_answers_it_is_silent() {
        assert_eq!(talk([page(0, 1).but(|entry| entry.answer = None)]).check(&RULE), []);
    }

    #[test]
    fn pages_after_the_end_are_found() {
        let talk = talk((1..=5).map(|number| page(number, number)));
        let text = "asked for 2 pages of ListUser after the end that the answers had named";
        assert_eq!(talk.only(&RULE), (text.to_owned(), vec![4, 5]));
    }
}
