//! Headers that a rule removes, repeats or sets.

use std::ops::Range;
use std::sync::Arc;

use http::HeaderName;
use http::header::{CONNECTION, CONTENT_LENGTH, DATE, HeaderValue, TRANSFER_ENCODING};

use super::super::Problems;
use crate::scenario::file::HeadersTable;
use crate::scenario::rule::Headers;

/// Headers that the server writes itself.
const OF_SERVER: [HeaderName; 4] = [CONNECTION, CONTENT_LENGTH, DATE, TRANSFER_ENCODING];

impl Problems<'_> {
    /// The headers, if there are any and they are right.
    pub(super) fn headers(
        &mut self,
        table: Option<&HeadersTable>,
        span: &Range<usize>,
    ) -> Option<Arc<Headers>> {
        let HeadersTable { remove, repeat, set } = table?;
        let before = self.list.len();
        let mut headers = Headers::default();
        headers.remove.extend(remove.iter().filter_map(|name| self.header(name, span)));
        headers.repeat.extend(repeat.iter().filter_map(|name| self.header(name, span)));
        for (name, value) in set {
            let Ok(text) = HeaderValue::from_str(value) else {
                self.add(span.clone(), format!("{value:?} is no value of a header"));
                continue;
            };
            headers.set.extend(self.header(name, span).map(|name| (name, text)));
        }
        let written = headers.repeat.iter().chain(headers.set.iter().map(|(name, _)| name));
        // A body without a length is sent in chunks, as middle boxes do.
        let removed = headers.remove.iter().filter(|name| **name != CONTENT_LENGTH);
        if let Some(name) = written.chain(removed).find(|name| OF_SERVER.contains(name)) {
            let text = format!("the server writes `{name}` itself; content-length can be removed");
            self.add(span.clone(), text);
        }
        (self.list.len() == before).then(|| Arc::new(headers))
    }

    fn header(&mut self, name: &str, span: &Range<usize>) -> Option<HeaderName> {
        let parsed = name.parse().ok();
        if parsed.is_none() {
            self.add(span.clone(), format!("{name:?} is no name of a header"));
        }
        parsed
    }
}
