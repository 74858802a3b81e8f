//! Compares what was observed with what was planned. Never touches the network or the clock.

mod applies;

pub use applies::applies;
