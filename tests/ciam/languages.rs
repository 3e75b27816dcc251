//! What the language of a request changes in the texts about users.

use serde_json::{Value, json};

use super::directory::{Directory, list, text};
use crate::client::{Signed, response};

/// A language, what made a user, and what made an imported one.
const LANGUAGES: &[(Option<&str>, &str, &str)] = &[
    (Some("en-US"), "ADMIN", "IMPORT"),
    (Some("zh-CN"), "管理员添加", "批量导入"),
    (Some("ja-JP"), "管理员添加", "批量导入"),
    (None, "管理员添加", "批量导入"),
];

/// A call in that language.
fn call(people: &Directory, language: Option<&str>, action: &str, input: Value) -> Value {
    let now = people.world.twin.clock.now();
    let more = language.map(|language| ("x-tc-language", language.to_owned()));
    let more = more.into_iter().collect();
    let signed = Signed { more, ..Signed::new(action, people.input(input).to_string(), now) };
    response(&people.world.send(signed.request()))
}

#[test]
fn every_answer_tells_where_a_user_comes_from_in_the_language_of_its_request() {
    for (language, made, imported) in LANGUAGES {
        let people = Directory::new();
        people.import(json!([{ "UserName": "bob" }]));
        let ask = |action: &str, input| call(&people, *language, action, input);
        let new = ask("CreateUser", people.new_user("ann"))["User"].take();
        assert_eq!(new["UserDataSourceEnum"], *made, "{language:?}");
        let by_id = ask("DescribeUserById", json!({ "UserId": new["UserId"] }));
        assert_eq!(by_id["User"]["UserDataSourceEnum"], *made, "{language:?}");
        let change = json!({ "UserId": new["UserId"], "Nickname": "A" });
        assert_eq!(ask("UpdateUser", change)["User"]["UserDataSourceEnum"], *made, "{language:?}");
        let email = json!({ "PropertyCode": "email", "PropertyValue": "ann@example.com" });
        let by_email = ask("ListUserByProperty", email);
        assert_eq!(by_email["Users"][0]["UserDataSourceEnum"], *made, "{language:?}");
        for action in ["ListUser", "DescribeUser"] {
            let page = json!({ "Pageable": { "PageSize": 9, "PageNumber": 1 } });
            let page = ask(action, page);
            let sources: Vec<_> = list(&page["Content"])
                .iter()
                .map(|user| text(&user["UserDataSourceEnum"]))
                .collect();
            assert_eq!(sources, [*made, *imported], "{language:?} {action}");
        }
    }
}

#[test]
fn a_file_is_in_the_language_in_which_it_was_asked_for() {
    for (language, made, imported) in LANGUAGES {
        for format in ["NDJSON", "CSV"] {
            let people = Directory::with_slow_jobs();
            people.user("ann");
            people.import(json!([{ "UserName": "bob" }]));
            let columns =
                json!([{ "UserPropertyCode": "userDataSourceEnum", "ColumnName": "from" }]);
            let input = json!({ "Format": format, "ExportPropertyMaps": columns });
            people.wait(10_000);
            let job = call(&people, *language, "CreateFileExportUserJob", input);
            people.wait(10_000);
            let file = people.file_of(&text(&job["Job"]["Id"]));
            let expected = match format {
                "CSV" => format!("from\r\n{imported}\r\n{made}\r\n"),
                _ => format!("{{\"from\":\"{imported}\"}}\n{{\"from\":\"{made}\"}}\n"),
            };
            assert_eq!(file, expected, "{language:?}");
        }
    }
}
