//! The headers of a multipart body's parts (RFC 2183, RFC 7578), in both protocols that read them.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};

use crate::client::{HOST, Signed, World, bytes_of, request, response};

/// A part with this disposition and content, as a whole body.
fn body(disposition: &[u8], content: &str) -> Bytes {
    let parts: [&[u8]; 5] = [
        b"--edge\r\nContent-Disposition: ",
        disposition,
        b"\r\n\r\n",
        content.as_bytes(),
        b"\r\n--edge--\r\n",
    ];
    parts.concat().into()
}

/// What Tencent's protocol finds wrong with a call whose one member is in such a part.
fn tencent(world: &World, disposition: &[u8]) -> Option<String> {
    let call = Signed {
        content_type: "multipart/form-data; boundary=edge",
        ..Signed::new("CreateUserStore", body(disposition, "new"), world.twin.clock.now())
    };
    let answer = response(&world.send(call.request()));
    answer["Error"]["Message"].as_str().map(str::to_owned)
}

/// What Huawei's finds wrong with an upload in such a part. The file is no sheet.
fn huawei(world: &World, disposition: &[u8]) -> String {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static(HOST));
    let kind = HeaderValue::from_static("multipart/form-data; boundary=edge");
    headers.insert("content-type", kind);
    let path = "/v2/0bec5db98280d2d02fd6c00c2de791ce/users/desktop-users/action/import";
    let sent = request(Method::POST, path, headers, body(disposition, "no sheet"));
    let answer: serde_json::Value = serde_json::from_slice(bytes_of(&world.send(sent))).unwrap();
    answer["error_msg"].as_str().unwrap().to_owned()
}

/// Dispositions of a part of that name.
fn dispositions(name: &str) -> Vec<Vec<u8>> {
    let texts = [
        r#"form-data; name="@""#,
        "form-data; name=@",
        r#"form-data;name="@";filename="x.xlsx""#,
        r#"form-data; name="@"; filename="x.xlsx""#,
        r#"form-data; filename="x.xlsx"; name="@""#,
        r#"form-data; filename="my name=x.xlsx"; name="@""#,
        r#"form-data; name="@"; filename="my name=x.xlsx""#,
        r#"form-data; filename="a; name=\"x\".xlsx"; name="@""#,
        r#"form-data; filename="name="; name=@"#,
        r#"form-data; filename=""; name="@""#,
        r#"form-data; filename="x;y.xlsx" ; name = "@""#,
        r#"form-data; filename*=UTF-8''name%3Dx.xlsx; name="@""#,
        r#"form-data; filename="张三 name=x.xlsx"; name="@""#,
        r#"FORM-DATA; FILENAME="x.xlsx"; NAME="@""#,
    ];
    let latin: &[u8] = b"form-data; filename=\"\xd5\xc5 name=x.xlsx\"; name=\"@\"";
    let all = texts.iter().map(|text| text.as_bytes()).chain([latin]);
    all.map(|text| text.split(|byte| *byte == b'@').collect::<Vec<_>>().join(name.as_bytes()))
        .collect()
}

#[test]
fn a_part_is_found_by_its_name_and_by_nothing_in_its_files_name() {
    for disposition in dispositions("UserPoolName") {
        let shown = String::from_utf8_lossy(&disposition).into_owned();
        assert_eq!(tencent(&World::new(), &disposition), None, "{shown}");
    }
    let world = World::with(|config| config.auth = false);
    for disposition in dispositions("file") {
        let shown = String::from_utf8_lossy(&disposition).into_owned();
        let told = huawei(&world, &disposition);
        assert!(!told.contains("is missing"), "{shown}: {told}");
    }
}

#[test]
fn the_name_of_a_file_is_no_name_of_a_part() {
    let world = World::with(|config| config.auth = false);
    for disposition in [
        r#"form-data; filename="name=file""#,
        r#"form-data; filename="file""#,
        r#"form-data; filename=" name=file; name=file""#,
        r#"form-data; name="other"; filename="; name=file""#,
        r#"form-data; xname="file""#,
        "form-data",
    ] {
        let told = huawei(&world, disposition.as_bytes());
        assert!(told.contains("the part `file` is missing"), "{disposition}: {told}");
    }
    let long = format!("form-data; filename=\"{}\"; name=\"file\"", "x".repeat(8 << 10));
    assert!(huawei(&world, long.as_bytes()).contains("the part `file` is missing"));
}
