//! Follows the frames of HTTP/2 as far as their ends, so that a head that never ends differs from
//! a connection at rest. Understands nothing else of them.

/// How each client of HTTP/2 begins.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const HEADER: usize = 9;
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const PUSH_PROMISE: u8 = 5;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 4;

/// What was read of a connection so far.
#[derive(Debug, Default)]
pub(super) struct Frames {
    /// How many bytes of the preface came.
    preface: usize,
    /// Whether something else came.
    is_other: bool,
    /// The beginning of a frame's header.
    header: Vec<u8>,
    /// What is still to come of a frame's content.
    rest: usize,
    /// Whether that is the content of a body, which may be slow.
    is_data: bool,
    /// Whether a head goes on in the next frame.
    in_block: bool,
    /// How many heads and other frames have begun.
    begun: u64,
}

impl Frames {
    /// Follows some more bytes. Nothing on a connection that does not speak HTTP/2, or does not
    /// yet; otherwise where it is now.
    pub(super) fn follow(&mut self, mut bytes: &[u8]) -> Option<At> {
        let seen = self.preface;
        if self.is_other {
            return None;
        }
        if seen < PREFACE.len() {
            let expected = PREFACE.get(seen..).unwrap_or_default();
            let length = expected.len().min(bytes.len());
            let (begin, rest) = bytes.split_at(length);
            self.is_other = !expected.starts_with(begin);
            self.preface = seen + length;
            if self.is_other || seen + length < PREFACE.len() {
                return None;
            }
            bytes = rest;
        }
        while !bytes.is_empty() {
            bytes = if self.rest > 0 { self.skip(bytes) } else { self.begin(bytes) };
        }
        let in_frame = self.rest > 0 && !self.is_data;
        let within = self.in_block || in_frame || !self.header.is_empty();
        Some(if within { At::Within(self.begun) } else { At::Rest })
    }

    /// Whether the connection speaks HTTP/2, as far as it is known.
    pub(super) fn are_there(&self) -> bool {
        !self.is_other && self.preface == PREFACE.len()
    }

    fn skip<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let (skipped, bytes) = bytes.split_at(self.rest.min(bytes.len()));
        self.rest -= skipped.len();
        bytes
    }

    fn begin<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        if self.header.is_empty() && !self.in_block {
            self.begun += 1;
        }
        let (more, bytes) = bytes.split_at((HEADER - self.header.len()).min(bytes.len()));
        self.header.extend_from_slice(more);
        if let [high, middle, low, kind, flags, ..] = *self.header
            && self.header.len() == HEADER
        {
            self.rest = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
            self.is_data = kind == DATA;
            if matches!(kind, HEADERS | PUSH_PROMISE | CONTINUATION) {
                self.in_block = flags & END_HEADERS == 0;
            }
            self.header.clear();
        }
        bytes
    }
}

/// Where a connection is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum At {
    /// Between two frames, or in a body.
    Rest,
    /// In the head or other frame of that number.
    Within(u64),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(length: u8, kind: u8, flags: u8) -> Vec<u8> {
        let header = [0, 0, length, kind, flags, 0, 0, 0, 1];
        header.into_iter().chain(std::iter::repeat_n(0xff, length.into())).collect()
    }

    #[test]
    fn heads_are_followed_to_their_ends_byte_by_byte_and_in_one_piece() {
        let settings = frame(6, 4, 0);
        let open = [frame(3, HEADERS, 1), frame(2, CONTINUATION, 0)].concat();
        let closed = frame(0, CONTINUATION, END_HEADERS);
        let data = frame(9, DATA, 0);
        for piece in [1, 5, 1000] {
            let mut frames = Frames::default();
            let mut follow = |bytes: &[u8]| {
                bytes.chunks(piece).map(|bytes| frames.follow(bytes)).last().flatten()
            };
            assert_eq!(follow(&PREFACE[..10]), None);
            assert_eq!(follow(&PREFACE[10..]), Some(At::Rest));
            assert_eq!(follow(&settings), Some(At::Rest));
            assert_eq!(follow(&settings[..4]), Some(At::Within(2)));
            assert_eq!(follow(&settings[4..]), Some(At::Rest));
            assert_eq!(follow(&open), Some(At::Within(3)));
            assert_eq!(follow(&closed[..8]), Some(At::Within(3)));
            assert_eq!(follow(&closed[8..]), Some(At::Rest));
            assert_eq!(follow(&data[..12]), Some(At::Rest));
            assert_eq!(follow(&data[12..]), Some(At::Rest));
        }
    }

    #[test]
    fn what_does_not_begin_like_http_2_is_something_else() {
        let mut frames = Frames::default();
        assert_eq!(frames.follow(b"P"), None);
        assert_eq!(frames.follow(b"OST / HTTP/1.1\r\n\r\n"), None);
        assert_eq!(frames.follow(PREFACE), None);
    }
}
