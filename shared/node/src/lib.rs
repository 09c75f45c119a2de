//! What makes a node a process: folder, clock, certificates, enrolment, services, jobs, command line.

mod allocator;
pub mod answer;
pub mod authority;
pub mod certificate;
pub mod chance;
pub mod cli;
pub mod client;
pub mod clock;
pub mod compose;
pub mod console;
pub mod delivery;
pub mod folder;
pub mod jobs;
pub mod join;
pub mod keys;
pub mod listener;
pub mod lock;
pub mod matching;
pub mod membership;
mod neighbours;
mod offer;
pub mod serve;
pub mod store;
pub mod telemetry;
pub mod tls;
