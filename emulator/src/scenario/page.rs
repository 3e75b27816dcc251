//! Wrong pages of a list that succeeds, built from what the model knows of its pages.

use contracts::{Paging, Position};
use serde_json::{Value, json};

use super::change::{PageChange, PageFault};

impl PageChange {
    /// The answer with the change; nothing where the answer has no such page.
    pub fn of(self, answer: &[u8], paging: &Paging) -> Option<Vec<u8>> {
        let mut answer: Value = serde_json::from_slice(answer).ok()?;
        let lost_token = match self.rows {
            Some(PageFault::LostToken) => true,
            Some(fault) => {
                let rows = member(&mut answer, &paging.items)?.as_array_mut()?;
                change(rows, fault);
                // A list that is empty has no next page.
                fault == PageFault::Empty
            }
            None => false,
        };
        if let (true, Position::Cursor { next, .. }) = (lost_token, &paging.position)
            && let Some(next) = member(&mut answer, next)
        {
            *next = json!("");
        }
        if let (Some(total), Some(path)) = (self.total, &paging.total) {
            *member(&mut answer, path)? = total.into();
        }
        serde_json::to_vec(&answer).ok()
    }
}

fn change(rows: &mut Vec<Value>, fault: PageFault) {
    match fault {
        PageFault::Empty => rows.clear(),
        PageFault::Short => rows.truncate(rows.len() / 2),
        PageFault::RepeatedRow => rows.extend(rows.first().cloned()),
        PageFault::LostToken => {}
    }
}

fn member<'a>(answer: &'a mut Value, path: &str) -> Option<&'a mut Value> {
    path.split('.').try_fold(answer, |value, name| value.get_mut(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(rows: Option<PageFault>, total: Option<u32>) -> String {
        let paging = Paging {
            size: "Size".to_owned(),
            position: Position::Cursor { cursor: "Token".to_owned(), next: "Next".to_owned() },
            total: Some("Page.Total".to_owned()),
            items: "Page.Rows".to_owned(),
            assumed: None,
        };
        let answer = br#"{"Next":"t","Page":{"Rows":[1,2,3],"Total":3}}"#;
        let changed = PageChange { rows, total }.of(answer, &paging).unwrap();
        String::from_utf8(changed).unwrap()
    }

    #[test]
    fn each_fault_changes_the_page_and_nothing_else() {
        let all = [
            (Some(PageFault::Empty), None),
            (Some(PageFault::Short), Some(2)),
            (Some(PageFault::RepeatedRow), None),
            (Some(PageFault::LostToken), None),
            (None, Some(9)),
        ];
        let all = all.map(|(rows, total)| changed(rows, total)).join("\n");
        insta::assert_snapshot!(all, @r#"
        {"Next":"","Page":{"Rows":[],"Total":3}}
        {"Next":"t","Page":{"Rows":[1],"Total":2}}
        {"Next":"t","Page":{"Rows":[1,2,3,1],"Total":3}}
        {"Next":"","Page":{"Rows":[1,2,3],"Total":3}}
        {"Next":"t","Page":{"Rows":[1,2,3],"Total":9}}
        "#);
    }
}
