//! A stream that ends when no byte went either way for too long, or when a request's head does
//! not come to its end. hyper's own bound on heads runs while a connection rests between two
//! requests, and would end it under a client that polls at just that interval.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use super::connection::{Command, Connection, Phase};
use super::frames::{At, Frames};

/// How long a silent HTTP/2 connection is given to send its farewell.
const FAREWELL_TIME: Duration = Duration::from_secs(1);

/// A stream with bounds on its silence and on the time of a head.
#[derive(Debug)]
pub(super) struct Idle<S> {
    stream: S,
    connection: Arc<Connection>,
    silence_max: Duration,
    head_max: Duration,
    last: Instant,
    head_began: Instant,
    /// The frame of HTTP/2 that began then.
    head: u64,
    frames: Frames,
    /// When it ends for good, once its silence was too long and the client is being notified.
    farewell: Option<Instant>,
    alarm: Pin<Box<Sleep>>,
}

impl<S> Idle<S> {
    /// `stream`, ended after `silence_max` without a byte, or `head_max` after the first byte of a
    /// head that has not ended.
    pub(super) fn new(
        stream: S,
        connection: Arc<Connection>,
        silence_max: Duration,
        head_max: Duration,
    ) -> Self {
        let now = Instant::now();
        Self {
            stream,
            connection,
            silence_max,
            head_max,
            last: now,
            head_began: now,
            head: 0,
            frames: Frames::default(),
            farewell: None,
            alarm: Box::pin(tokio::time::sleep_until(now + silence_max)),
        }
    }

    fn due(&self) -> Instant {
        let silent = self
            .farewell
            .unwrap_or_else(|| self.connection.waits.silence_began(self.last) + self.silence_max);
        let in_head = self.connection.phase() == Phase::InHead;
        if in_head { silent.min(self.head_began + self.head_max) } else { silent }
    }

    /// The alarm is set anew only when it rings, or too late: whole requests cost no timer.
    fn overdue(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        if self.due() < self.alarm.deadline() {
            let due = self.due();
            self.alarm.as_mut().reset(due);
        }
        loop {
            ready!(self.alarm.as_mut().poll(context));
            let now = Instant::now();
            if self.due() <= now {
                if self.farewell.is_some() || self.connection.phase() != Phase::Multiplexed {
                    return Poll::Ready(io::Error::new(
                        io::ErrorKind::TimedOut,
                        "no byte for too long",
                    ));
                }
                self.farewell = Some(now + FAREWELL_TIME);
                self.connection.order(Command::Drain);
            }
            let due = self.due();
            self.alarm.as_mut().reset(due);
        }
    }

    fn moved<T>(
        &mut self,
        context: &mut Context<'_>,
        poll: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        match poll {
            Poll::Ready(done) => {
                self.last = Instant::now();
                self.connection.moved(self.last);
                Poll::Ready(done)
            }
            Poll::Pending => Poll::Ready(Err(ready!(self.overdue(context)))),
        }
    }

    fn wrote<T>(
        &mut self,
        context: &mut Context<'_>,
        poll: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let poll = self.moved(context, poll);
        // What HTTP/2 writes may be the answer to a ping.
        if poll.is_ready() && !self.frames.are_there() {
            self.connection.progressed(self.last);
        }
        poll
    }

    /// Notes what was read: where it leaves the connection.
    fn follow(&mut self, bytes: &[u8]) {
        self.farewell = None;
        match self.frames.follow(bytes) {
            None => {
                if self.connection.head_begins() {
                    self.head_began = self.last;
                }
            }
            Some(At::Rest) => self.connection.set_phase(Phase::Multiplexed),
            Some(At::Within(head)) => {
                if self.head != head {
                    (self.head, self.head_began) = (head, self.last);
                }
                self.connection.set_phase(Phase::InHead);
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Idle<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let poll = Pin::new(&mut self.stream).poll_read(context, buffer);
        let poll = self.moved(context, poll);
        let bytes = buffer.filled().get(before..).unwrap_or_default();
        if !bytes.is_empty() {
            self.follow(bytes);
        }
        poll
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Idle<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.connection.receipts.writing();
        let poll = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(context, poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.connection.receipts.writing();
        let poll = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.wrote(context, poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_flush(context);
        if matches!(poll, Poll::Ready(Ok(()))) {
            self.connection.receipts.flushed();
        }
        poll
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const SILENCE: Duration = Duration::from_secs(60);
    const HEAD: Duration = Duration::from_secs(10);

    #[tokio::test(start_paused = true)]
    async fn silence_ends_a_stream_and_traffic_keeps_it() {
        let (ours, mut theirs) = tokio::io::duplex(64);
        let connection = Arc::new(Connection::new(1));
        let mut ours = Idle::new(ours, Arc::clone(&connection), SILENCE, HEAD);
        for _ in 0..3 {
            tokio::time::advance(Duration::from_secs(59)).await;
            theirs.write_all(b"x").await.unwrap();
            assert_eq!(ours.read_u8().await.unwrap(), b'x');
            connection.head_ended(http::Version::HTTP_11);
            connection.request_ended();
        }
        let began = Instant::now();
        assert_eq!(ours.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(began.elapsed().as_secs(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_dribbles_is_cut_off_and_a_body_is_not() {
        let (ours, mut theirs) = tokio::io::duplex(64);
        let connection = Arc::new(Connection::new(1));
        let mut ours = Idle::new(ours, Arc::clone(&connection), SILENCE, HEAD);
        theirs.write_all(b"x").await.unwrap();
        ours.read_u8().await.unwrap();
        connection.head_ended(http::Version::HTTP_11);
        for _ in 0..3 {
            tokio::time::advance(Duration::from_secs(9)).await;
            theirs.write_all(b"b").await.unwrap();
            ours.read_u8().await.unwrap();
        }
        connection.request_ended();

        theirs.write_all(b"h").await.unwrap();
        ours.read_u8().await.unwrap();
        let began = Instant::now();
        tokio::time::advance(Duration::from_secs(9)).await;
        theirs.write_all(b"h").await.unwrap();
        ours.read_u8().await.unwrap();
        assert_eq!(ours.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(began.elapsed().as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_http_2_connection_is_told_first_and_a_frame_that_does_not_end_is_a_head() {
        const SETTINGS: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
        for (more, seconds, told) in [(&b""[..], 61, true), (b"\0\0\x09\x01", 10, false)] {
            let (ours, mut theirs) = tokio::io::duplex(64);
            let connection = Arc::new(Connection::new(1));
            let mut ours = Idle::new(ours, Arc::clone(&connection), SILENCE, HEAD);
            theirs.write_all(SETTINGS).await.unwrap();
            ours.read_exact(&mut [0; SETTINGS.len()]).await.unwrap();
            theirs.write_all(more).await.unwrap();
            ours.read_exact(&mut vec![0; more.len()]).await.unwrap();
            let began = Instant::now();
            assert_eq!(ours.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
            assert_eq!(began.elapsed().as_secs(), seconds);
            let command = tokio::time::timeout(Duration::ZERO, connection.command()).await;
            assert_eq!(command.ok(), told.then_some(Command::Drain));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_of_ours_is_not_silence() {
        let (ours, _theirs) = tokio::io::duplex(64);
        let connection = Arc::new(Connection::new(1));
        let mut ours = Idle::new(ours, Arc::clone(&connection), SILENCE, HEAD);
        let began = Instant::now();
        let (read, ()) = tokio::join!(ours.read_u8(), connection.waits.wait(5 * SILENCE));
        assert_eq!(read.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(began.elapsed(), 6 * SILENCE);
    }
}
