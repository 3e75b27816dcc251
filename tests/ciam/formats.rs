//! What the texts of a user must look like, and which of them may not be missing.

use serde_json::{Value, json};

use super::directory::Directory;

/// The code that refuses a new user with this member instead of a good one.
fn refused(people: &Directory, member: &str, value: Value) -> String {
    let mut input = people.new_user("somebody");
    input[member] = value;
    people.code("CreateUser", input)
}

#[test]
fn the_four_that_every_user_needs_may_be_neither_absent_nor_blank() {
    let people = Directory::new();
    let four = ["UserName", "PhoneNumber", "Email", "Password"];
    let codes = ["UserNameIsNull", "PhoneNumberIsNull", "EmailIsNull", "PasswordIsNull"];
    for (at, code) in codes.into_iter().enumerate() {
        // Of several, the first is told.
        for blank in ["", " \t"] {
            let mut input = people.new_user("a");
            for member in &four[at..] {
                input[*member] = blank.into();
            }
            assert_eq!(people.code("CreateUser", input), format!("FailedOperation.{code}"));
        }
        let mut input = people.new_user("a");
        input.as_object_mut().unwrap().remove(four[at]);
        assert_eq!(people.code("CreateUser", input), "MissingParameter");
        assert_eq!(refused(&people, four[at], json!(7)), "InvalidParameter");
    }
}

#[test]
fn names_phones_and_emails_have_their_formats() {
    let people = Directory::new();
    let long = "x".repeat(129);
    for (member, bad) in [
        ("UserName", &["a b", "a\u{7}", long.as_str()][..]),
        ("PhoneNumber", &["1234", "+86138", "+86-", "+12345-555555", "phone", "1234567890123456"]),
        ("Email", &["a", "a@b", "@example.com", "a@b@example.com", "a b@example.com", "a@.com"]),
    ] {
        for bad in bad {
            let code = refused(&people, member, json!(bad));
            assert_eq!(code, "FailedOperation.AttributeFormatError", "{member} {bad:?}");
        }
    }
    for (number, (name, phone, email)) in [
        ("张三".to_owned(), "12345", "a@b.cn"),
        ("x".repeat(128), "+1-555012345678901", "first.last+x@sub.example.com"),
        ("@_.-!".to_owned(), "+86-19877755556", "王@例子.中国"),
    ]
    .into_iter()
    .enumerate()
    {
        let given = json!({ "UserName": name, "PhoneNumber": phone, "Email": email });
        let user = people.user_with(&number.to_string(), given);
        assert_eq!(user["UserName"], name);
        assert_eq!((&user["PhoneNumber"], &user["Email"]), (&json!(phone), &json!(email)));
    }
}

#[test]
fn an_indexed_attribute_has_at_most_512_characters() {
    let people = Directory::new();
    for number in 1..=5 {
        let member = format!("IndexedAttribute{number}");
        let code = refused(&people, &member, json!("长".repeat(513)));
        assert_eq!(code, "FailedOperation.IndexedAttributeTooLong");
        let longest = "长".repeat(512);
        let user = people.user_with(&member, json!({ member.as_str(): longest }));
        assert_eq!(user[&member], longest);
    }
}
