//! Bodies that no careful client sends.

use serde_json::{Value, json};

use super::center::{CREATE, Center, QUERY, ROLE, batch, but, creates, does};

#[test]
fn what_is_no_json_object_is_400_and_says_why() {
    let center = Center::new();
    let deep = |levels: usize| format!("{{\"more\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
    let bodies: [&[u8]; 11] = [
        b"",
        b" ",
        b"{",
        b"[]",
        b"\"x\"",
        b"7",
        b"{} {}",
        b"{'a':1}",
        b"\xff\xfe{}",
        b"{\"federationUserList\":[],}",
        b"{\"taskId\":\"\xc3\x28\"}",
    ];
    for body in bodies.into_iter().chain([deep(10_000).as_bytes()]) {
        for path in [CREATE, QUERY] {
            let said = center.call(path, body.to_vec());
            assert_eq!(said.code(), "400 400", "{:?}", String::from_utf8_lossy(body));
            let why = said.body["resultMessage"].as_str().unwrap();
            assert!(why.starts_with("the body is no"), "{why}");
        }
    }
    // Deep, but not too deep, where nothing is read.
    assert_eq!(center.call(CREATE, deep(100)).code(), "200 100-102");
}

#[test]
fn members_of_a_wrong_type_are_told_by_their_path() {
    let center = Center::new();
    let entry = |members: Value| json!({ "federationUserList": [creates("a"), members] });
    let told: Vec<String> = [
        json!({ "federationUserList": "x" }),
        json!({ "federationUserList": [null] }),
        json!({ "federationUserList": [[]] }),
        entry(json!({ "action": 1 })),
        entry(json!({ "userAccount": 7 })),
        entry(json!({ "userName": ["x"] })),
        entry(json!({ "email": false })),
        entry(json!({ "roleIds": "1" })),
        entry(json!({ "roleIds": ["1", null] })),
        entry(json!({ "roleIds": [1.5] })),
        entry(json!({ "roleIds": [1e30] })),
    ]
    .into_iter()
    .map(|body| {
        let said = center.call(CREATE, body.to_string());
        format!("{}: {}", said.code(), said.body["resultMessage"].as_str().unwrap())
    })
    .collect();
    insta::assert_snapshot!(told.join("\n"), @"
    400 400: federationUserList must be of type array
    400 400: federationUserList.0 must be of type object
    400 400: federationUserList.0 must be of type object
    400 400: federationUserList.1.action must be of type string
    400 400: federationUserList.1.userAccount must be of type string
    400 400: federationUserList.1.userName must be of type string
    400 400: federationUserList.1.email must be of type string
    400 400: federationUserList.1.roleIds must be of type array
    400 400: federationUserList.1.roleIds.1 must be of type string
    400 400: federationUserList.1.roleIds.0 must be of type string
    400 400: federationUserList.1.roleIds.0 must be of type string
    ");
}

#[test]
fn of_two_members_of_one_name_the_last_counts() {
    let center = Center::new();
    let body = r#"{"federationUserList":[],"federationUserList":[
        {"action":"CREATE","action":"DISABLE","userAccount":"a","userAccount":"b"}]}"#;
    let said = center.call(CREATE, body);
    let failed = center.query(said.body["taskId"].as_str().unwrap())["failDataList"].take();
    assert_eq!(failed[0]["federationUser"], does("DISABLE", "b"));
}

#[test]
fn unknown_members_are_passed_over_at_any_depth() {
    let center = Center::new();
    let entry = but(creates("ann"), json!({ "password": "x", "Action": "DISABLE", "x": [{}] }));
    let body = json!({ "federationUserList": [entry], "requestBody": {}, "tenant": 7 });
    assert_eq!(center.call(CREATE, body.to_string()).code(), "200 0");
    assert_eq!(center.users(), [format!("+ann Name ann <ann@example.com> [{ROLE}]")]);
}

#[test]
fn a_body_beyond_ten_mib_is_413_and_one_of_ten_mib_is_read() {
    let center = Center::new();
    let padded = |length: usize| {
        let mut body = batch(json!([creates("ann")]));
        body.push_str(&" ".repeat(length - body.len()));
        body
    };
    assert_eq!(center.call(CREATE, padded(10 << 20)).code(), "200 0");
    // The bound is kept where the bytes come in.
    let twin = crate::process::Running::start(&[]);
    let post = |length: usize| {
        let head = format!(
            "POST {CREATE} HTTP/1.1\r\nHost: {}\r\nContent-Length: {length}\r\n\r\n",
            twin.address
        );
        let answer = twin.exchange(&[head.as_bytes(), padded(length).as_bytes()].concat());
        answer.split_whitespace().nth(1).unwrap().to_owned()
    };
    assert_eq!(post(10 << 20), "401");
    assert_eq!(post((10 << 20) + 1), "413");
}

#[test]
fn emoji_and_long_texts_come_back_as_they_went() {
    let center = Center::new();
    let entry = but(does("MODIFY", "nobody"), json!({ "userName": "👩🏽‍💻 李\u{301}\t\\" }));
    assert_eq!(center.run(json!([entry]))[0]["federationUser"], entry);
    let long = but(creates("ann"), json!({ "userName": "😀".repeat(100_000) }));
    assert_eq!(center.code(long), "100-213");
}

#[test]
fn a_task_id_may_be_a_number_and_must_not_be_empty() {
    let center = Center::new();
    let task = center.create(json!([creates("ann")]));
    let ask = |id: &str| center.call(QUERY, format!("{{\"taskId\":{id}}}")).code();
    assert_eq!(ask(&task), "200 0");
    for empty in ["\"\"", "\"  \"", "null"] {
        assert_eq!(ask(empty), "200 100-301", "{empty}");
    }
    for wrong in ["1.0", "[]", "true", "1e3"] {
        assert_eq!(ask(wrong), "400 400", "{wrong}");
    }
    assert_eq!(ask("-1"), "200 100-302");
}
