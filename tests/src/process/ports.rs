//! Free ports for nodes that will be killed and started again.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

use super::Trouble;

/// Below what systems hand out to outgoing connections, so that no port is taken while its node is down.
const FIRST: u16 = 12_000;
const COUNT: u16 = 18_000;

static DRAWN: AtomicU16 = AtomicU16::new(0);

/// A port that is free now. Processes start at different places, so that parallel harnesses rarely meet.
pub fn free() -> Result<u16, Trouble> {
    let start = u16::try_from(u64::from(std::process::id()) * 97 % u64::from(COUNT)).unwrap_or(0);
    for _ in 0..COUNT {
        let drawn = DRAWN.fetch_add(1, Ordering::Relaxed) % COUNT;
        let port = FIRST + (start + drawn) % COUNT;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    Err(Trouble::Malformed("no port is free on the loopback".to_owned()))
}
