//! The wire: malformed, oversized, unsigned, expired, tampered, slow.

mod forms;
mod order;
mod sockets;
mod tampering;
