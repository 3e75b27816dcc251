//! A stream that ends when no byte went either way for too long, or when a request's head does
//! not come to its end. hyper's own bound on heads runs while a connection rests between two
//! requests, and would end it under a client that polls at just that interval.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// How far a connection is, shared by its stream and its requests.
#[derive(Debug, Clone, Default)]
pub(super) struct Phase(Arc<AtomicU8>);

const RESTING: u8 = 0;
const IN_HEAD: u8 = 1;
const IN_REQUEST: u8 = 2;
const MULTIPLEXED: u8 = 3;

impl Phase {
    /// A request's head is in.
    pub(super) fn head_ended(&self, version: http::Version) {
        let phase = if version == http::Version::HTTP_2 { MULTIPLEXED } else { IN_REQUEST };
        self.0.store(phase, Ordering::Relaxed);
    }

    /// A request is in, whole: the next byte begins another.
    pub(super) fn request_ended(&self) {
        // A multiplexed connection stays one.
        _ = self.0.compare_exchange(IN_REQUEST, RESTING, Ordering::Relaxed, Ordering::Relaxed);
    }
}

/// A stream with bounds on its silence and on the time of a head.
#[derive(Debug)]
pub(super) struct Idle<S> {
    stream: S,
    phase: Phase,
    silence_max: Duration,
    head_max: Duration,
    last: Instant,
    head_began: Instant,
    alarm: Pin<Box<Sleep>>,
}

impl<S> Idle<S> {
    /// `stream`, ended after `silence_max` without a byte, or `head_max` after the first byte of a
    /// head that has not ended.
    pub(super) fn new(stream: S, phase: Phase, silence_max: Duration, head_max: Duration) -> Self {
        let now = Instant::now();
        let alarm = Box::pin(tokio::time::sleep_until(now + silence_max));
        Self { stream, phase, silence_max, head_max, last: now, head_began: now, alarm }
    }

    fn due(&self) -> Instant {
        let silent = self.last + self.silence_max;
        let in_head = self.phase.0.load(Ordering::Relaxed) == IN_HEAD;
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
            let due = self.due();
            if due <= Instant::now() {
                return Poll::Ready(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "no byte for too long",
                ));
            }
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
                Poll::Ready(done)
            }
            Poll::Pending => Poll::Ready(Err(ready!(self.overdue(context)))),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Idle<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_read(context, buffer);
        let poll = self.moved(context, poll);
        if poll.is_ready() {
            let begins = self.phase.0.compare_exchange(
                RESTING,
                IN_HEAD,
                Ordering::Relaxed,
                Ordering::Relaxed,
            );
            if begins.is_ok() {
                self.head_began = self.last;
            }
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
        let poll = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.moved(context, poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.moved(context, poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
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
        let phase = Phase::default();
        let mut ours = Idle::new(ours, phase.clone(), SILENCE, HEAD);
        for _ in 0..3 {
            tokio::time::advance(Duration::from_secs(59)).await;
            theirs.write_all(b"x").await.unwrap();
            assert_eq!(ours.read_u8().await.unwrap(), b'x');
            phase.head_ended(http::Version::HTTP_11);
            phase.request_ended();
        }
        let began = Instant::now();
        assert_eq!(ours.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(began.elapsed().as_secs(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_dribbles_is_cut_off_and_a_body_is_not() {
        let (ours, mut theirs) = tokio::io::duplex(64);
        let phase = Phase::default();
        let mut ours = Idle::new(ours, phase.clone(), SILENCE, HEAD);
        theirs.write_all(b"x").await.unwrap();
        ours.read_u8().await.unwrap();
        phase.head_ended(http::Version::HTTP_11);
        for _ in 0..3 {
            tokio::time::advance(Duration::from_secs(9)).await;
            theirs.write_all(b"b").await.unwrap();
            ours.read_u8().await.unwrap();
        }
        phase.request_ended();

        theirs.write_all(b"h").await.unwrap();
        ours.read_u8().await.unwrap();
        let began = Instant::now();
        tokio::time::advance(Duration::from_secs(9)).await;
        theirs.write_all(b"h").await.unwrap();
        ours.read_u8().await.unwrap();
        assert_eq!(ours.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(began.elapsed().as_secs(), 10);
    }
}
