//! A socket that hyper uses and gives back, which its connections over HTTP/2 do not.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::oneshot;

use super::socket::Socket;

/// A socket that goes back to its owner when this is dropped.
#[derive(Debug)]
pub(super) struct Lent(Option<(Socket, oneshot::Sender<Socket>)>);

impl Lent {
    /// The socket to use, and where it comes back.
    pub(super) fn new(socket: Socket) -> (Self, oneshot::Receiver<Socket>) {
        let (back, returned) = oneshot::channel();
        (Self(Some((socket, back))), returned)
    }

    fn socket(&mut self) -> io::Result<Pin<&mut Socket>> {
        match &mut self.0 {
            Some((socket, _)) => Ok(Pin::new(socket)),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some((socket, back)) = self.0.take() {
            // Nobody may wait for it: then this closes it.
            drop(back.send(socket));
        }
    }
}

impl AsyncRead for Lent {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.socket()?.poll_read(context, buffer)
    }
}

impl AsyncWrite for Lent {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.socket()?.poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.socket()?.poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket()?.poll_flush(context)
    }

    /// Its owner closes it: a plan may have more to send.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
