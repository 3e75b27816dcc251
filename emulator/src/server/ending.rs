//! How a plan closes a connection, below hyper.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::socket::Socket;

/// How long a client is given to end its side of a connection that was closed. Bytes that come in
/// later make the system reset it, and throw away what the client has not read.
const LINGER_TIME: Duration = Duration::from_secs(2);

/// How many bytes of it are read at a time.
const CHUNK: usize = 8 << 10;

/// How a connection is closed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ending {
    /// Closed (FIN).
    Close,
    /// Reset (RST). What the client's system has not taken by then is lost.
    Reset,
    /// Closed after these bytes.
    Garbage(Bytes),
}

impl Ending {
    /// Closes the socket. Other bytes go through TLS, where there is TLS, and it is not ended.
    pub(super) async fn close(self, mut socket: Socket) -> io::Result<()> {
        if let Self::Garbage(bytes) = &self {
            socket.write_all(bytes).await?;
            socket.flush().await?;
        }
        let mut socket = socket.into_tcp();
        if self == Self::Reset {
            return socket.set_zero_linger(); // and the drop resets it
        }
        socket.shutdown().await?;
        match tokio::time::timeout(LINGER_TIME, drain(&mut socket)).await {
            Ok(drained) => drained,
            Err(_) => Ok(()),
        }
    }
}

/// Reads to the end of the client's side, and drops it.
async fn drain(socket: &mut TcpStream) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK];
    while socket.read(&mut buffer).await? > 0 {}
    Ok(())
}
