//! Skeleton.
pub mod hub;
