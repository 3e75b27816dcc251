//! What the services of one vendor agree on, so that none has to ask another.

pub mod huawei;
