//! The wire: malformed, oversized, unsigned, expired, tampered, slow.

mod forms;
mod order;
mod raw_bytes;
mod secrets;
mod sockets;
mod tampering;
