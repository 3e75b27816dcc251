//! The wire: malformed, oversized, unsigned, expired, tampered, slow.

mod bodies;
mod browsers;
mod client;
mod deliveries;
mod faults;
mod forms;
mod head_method;
mod heads;
mod journal;
mod large_heads;
mod order;
mod parts;
mod raw_bytes;
mod secrets;
mod silence;
mod slow;
mod sockets;
mod strangers;
mod streams;
mod tampering;
