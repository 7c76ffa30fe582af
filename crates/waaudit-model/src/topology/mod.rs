//! What leads where in an account: the graph as plain data, and the walks over it.

mod fate;
pub mod graph;
pub mod loss;
pub mod reach;
