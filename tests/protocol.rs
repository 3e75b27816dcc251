//! The wire: malformed, oversized, unsigned, expired, tampered, slow.

mod bodies;
mod browsers;
mod forms;
mod heads;
mod order;
mod silence;
mod sockets;
mod streams;
mod tampering;
