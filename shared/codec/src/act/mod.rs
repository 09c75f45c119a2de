//! Acts: what an entry says, typed for every act of the domain.

mod account;
mod bulletin;
mod listing;
mod parts;
mod persons;
mod reading;
mod ruling;
mod writing;

use honghei_domain::act::ActBody;
use honghei_proto::act::v1 as wire;
use prost::Message;

use crate::defect::{At, WireDefect};
use crate::{MAX_ENVELOPE, read, write};

/// The bytes of an act body: the same body always gives the same bytes. Officers sign their SHA-256.
pub fn encode_body(body: &ActBody) -> Vec<u8> {
    wire::ActBody {
        done_on: write::day(body.done_on),
        policy: body.policy.clone(),
        directory_version: body.directory_version,
        act: Some(writing::write_act(&body.act)),
    }
    .encode_to_vec()
}

/// Reads an act body of at most [`MAX_ENVELOPE`] bytes.
///
/// An act that this program does not know is a defect at `act`, as is a manifest whose count or root does not follow
/// from its chunks.
pub fn decode_body(bytes: &[u8]) -> Result<ActBody, WireDefect> {
    let body: wire::ActBody = read::message("act", bytes, MAX_ENVELOPE)?;
    read_body(body).at("act")
}

fn read_body(body: wire::ActBody) -> Result<ActBody, WireDefect> {
    let done_on = read::day(body.done_on).at("done_on")?;
    // A missing oneof is also what an act of a newer program looks like.
    let act = body.act.ok_or_else(|| WireDefect::new("expected an act that this program knows"))?;
    Ok(ActBody {
        done_on,
        policy: body.policy,
        directory_version: body.directory_version,
        act: reading::read_act(act)?,
    })
}
