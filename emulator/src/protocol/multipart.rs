//! Multipart bodies (RFC 7578), part by part.

use futures_util::stream;
use http::header::CONTENT_DISPOSITION;
use multer::{Field, Multipart};

use crate::wire::Request;

/// Longest `Content-Disposition` of a part in bytes.
const DISPOSITION_MAX: usize = 8 << 10;

/// The body is no multipart body, or it breaks off.
#[derive(Debug)]
pub(super) struct Malformed;

/// One part.
pub(super) struct Part {
    /// The parameter `name` of its disposition.
    pub(super) name: Option<String>,
    /// Its type and its content.
    pub(super) field: Field<'static>,
}

/// The parts of a body that is there whole: reading them never waits.
pub(super) struct Parts(Multipart<'static>);

impl Parts {
    /// The parts of the request's body.
    pub(super) fn of(request: &Request) -> Result<Self, Malformed> {
        let media_type = request.header("content-type").ok_or(Malformed)?;
        let boundary = multer::parse_boundary(media_type).map_err(|_| Malformed)?;
        let body = Ok::<_, std::convert::Infallible>(request.body.clone());
        Ok(Self(Multipart::new(stream::iter([body]), boundary)))
    }

    /// The next part.
    pub(super) async fn next(&mut self) -> Result<Option<Part>, Malformed> {
        let Some(field) = self.0.next_field().await.map_err(|_| Malformed)? else {
            return Ok(None);
        };
        Ok(Some(Part { name: name(&field)?, field }))
    }
}

/// multer looks for `name=` anywhere in the header, and finds it in the name of a file too.
fn name(field: &Field<'_>) -> Result<Option<String>, Malformed> {
    let Some(disposition) = field.headers().get(CONTENT_DISPOSITION) else { return Ok(None) };
    if disposition.len() > DISPOSITION_MAX {
        return Err(Malformed);
    }
    let text = String::from_utf8_lossy(disposition.as_bytes());
    Ok(mailparse::parse_content_disposition(&text).params.remove("name"))
}
