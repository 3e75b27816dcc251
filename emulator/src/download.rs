//! Finished files, served without a signature under a URL that cannot be guessed: as the real
//! service's object storage does.

use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Method, StatusCode};

use crate::state::FileToken;
use crate::twin::Twin;
use crate::wire::{Body, Request, Response};

pub use crate::services::LINK_PREFIX as PREFIX;

/// The token of the file that a link means.
pub fn token(request: &Request) -> Option<FileToken> {
    let path = request.uri.path().strip_prefix(PREFIX)?;
    FileToken::parse(path.split_once('/')?.0)
}

/// The file behind a link, or a plain 404.
pub fn answer(twin: &Twin, request: &Request) -> Response {
    if !matches!(request.method, Method::GET | Method::HEAD) {
        return Response::plain(
            StatusCode::METHOD_NOT_ALLOWED,
            "a file can only be read: GET or HEAD",
        );
    }
    let path = request.uri.path().strip_prefix(PREFIX).unwrap_or_default();
    let found = path.split_once('/').and_then(|(_, name)| {
        let file = twin.files.open(token(request)?)?;
        let length = file.metadata().ok()?.len();
        Some((file, length, name))
    });
    let Some((file, length, name)) = found else {
        let text = "no such file: it was never written, or was removed with what it belonged to";
        return Response::plain(StatusCode::NOT_FOUND, text);
    };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    let disposition = format!("attachment; filename=\"{}\"", name.replace(['"', '\\'], ""));
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    Response { status: StatusCode::OK, headers, body: Body::File(file), plan: None }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("ndjson") => "application/x-ndjson",
        Some("csv") => "text/csv",
        _ => "application/octet-stream",
    }
}
