//! The federation under test and on show: an in-process world, the harness of real processes, samples, the demo.

pub mod demo;
pub mod process;
pub mod sample;
pub mod simulation;
pub mod story;
pub mod world;
