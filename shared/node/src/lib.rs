//! What makes a node a process: folder, clock, certificates, enrolment, services, jobs, command line.

pub mod certificate;
pub mod chance;
pub mod clock;
pub mod folder;
