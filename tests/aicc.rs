//! The contact centre as its clients see it: the published vectors, every code, tokens, batches by
//! the clock, what can be set, and random batches beside a model. Only what no documented interface
//! shows is read through the control interface.

mod center;
mod sockets;

mod vectors;

mod codes;
mod malformed;
mod order;

mod tokens;

mod accounts;
mod entrances;
mod restarts;
mod settings;
mod tasks;

mod siblings;

mod journals;
mod resources;
mod seeds;
mod tenants;

mod contract;
mod model;
mod reference;
