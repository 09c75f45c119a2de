//! Frames and their wire form: conversions that name the field that is wrong.

use bytes::Bytes;
use honghei_domain::list::Digest;
use honghei_domain::node::{ClockClass, EntryRef, LogId, NodeId};
use honghei_proto::link::v1 as wire;
use wire::frame::Kind;
use wire::item::Content;

use crate::frame::{
    ChunkAddress, ChunkPiece, Frame, Hello, Item, LogState, Package, Receipt, Refusal, RejectionNotice,
};
use crate::limits::{MAX_HELLO_LOGS, MAX_NOTE_BYTES, MAX_PROOF, MAX_TEXT_BYTES, MAX_WANTED_PER_FRAME};
use crate::rejection::{Reason, Rejection};

/// The wire form of a frame.
pub fn to_wire(frame: Frame) -> wire::Frame {
    let kind = match frame {
        Frame::Hello(hello) => Kind::Hello(wire::Hello {
            protocol: hello.protocol,
            federation: hello.federation,
            clock_class: class_name(hello.clock_class).to_owned(),
            node: hello.node.to_string(),
            instance: hello.instance.to_vec(),
            directory_version: hello.directory_version,
            logs: hello.logs.iter().map(state_to_wire).collect(),
            transport_time_ms: hello.transport_time_ms,
        }),
        Frame::Refusal(refusal) => Kind::Refusal(wire::Refusal { code: refusal.code, message: refusal.message }),
        Frame::Package(package) => Kind::Package(package_to_wire(*package)),
        Frame::Stored(state) => Kind::Stored(wire::Stored { log: Some(state_to_wire(&state)) }),
        Frame::Receipt(receipt) => Kind::Receipt(wire::Receipt {
            log: Some(state_to_wire(&receipt.state)),
            line: receipt.line,
            signer: receipt.signer.to_string(),
        }),
        Frame::ChunkWanted(addresses) => {
            Kind::ChunkWanted(wire::ChunkWanted { chunks: addresses.iter().map(address_to_wire).collect() })
        }
        Frame::ChunkPiece(piece) => Kind::ChunkPiece(wire::ChunkPiece {
            digest: piece.digest.to_vec(),
            offset: piece.offset,
            total: piece.total,
            bytes: piece.bytes.into(),
        }),
        Frame::ChunkAbsent(digest) => Kind::ChunkAbsent(wire::ChunkAbsent { digest: digest.to_vec() }),
        Frame::Rejection(notice) => Kind::Rejection(wire::Rejection {
            code: notice.code,
            detail: notice.detail.chars().take(MAX_TEXT_BYTES / 4).collect(),
            log: notice.about.as_ref().map(state_to_wire),
        }),
        Frame::KeepAlive(time_ms) => Kind::KeepAlive(wire::KeepAlive { transport_time_ms: time_ms }),
        Frame::Unknown => return wire::Frame { kind: None },
    };
    wire::Frame { kind: Some(kind) }
}

fn class_name(class: ClockClass) -> &'static str {
    match class {
        ClockClass::Real => "real",
        ClockClass::Simulated => "simulated",
    }
}

fn state_to_wire(state: &LogState) -> wire::LogState {
    wire::LogState {
        origin: state.log.node.to_string(),
        epoch: state.log.epoch,
        size: state.size,
        root: state.root.to_vec(),
    }
}

fn address_to_wire(address: &ChunkAddress) -> wire::ChunkAddress {
    wire::ChunkAddress {
        origin: address.entry.log.node.to_string(),
        epoch: address.entry.log.epoch,
        index: address.entry.index,
        digest: address.digest.to_vec(),
    }
}

fn package_to_wire(package: Package) -> wire::Package {
    let item = |item| {
        let content = match item {
            Item::Leaf(leaf) => Content::Leaf(leaf.to_vec()),
            Item::Entry { header, payload } => {
                Content::Entry(wire::Entry { header: header.into(), payload: payload.into() })
            }
        };
        wire::Item { content: Some(content) }
    };
    let hashes = |proof: Vec<Digest>| proof.iter().map(|hash| hash.to_vec()).collect();
    wire::Package {
        origin: package.log.node.to_string(),
        epoch: package.log.epoch,
        first_index: package.first_index,
        items: package.items.into_iter().map(item).collect(),
        checkpoint: package.checkpoint,
        start_proof: hashes(package.start_proof),
        end_proof: hashes(package.end_proof),
    }
}

/// Reads a frame that a peer sent; a frame of an unknown kind is [`Frame::Unknown`].
///
/// A rejection is `FRAME_MALFORMED` or `OVERSIZE` and names the field.
pub fn from_wire(frame: wire::Frame) -> Result<Frame, Rejection> {
    let Some(kind) = frame.kind else { return Ok(Frame::Unknown) };
    Ok(match kind {
        Kind::Hello(hello) => Frame::Hello(Box::new(hello_from_wire(hello)?)),
        Kind::Refusal(refusal) => Frame::Refusal(Refusal {
            code: code(refusal.code, "refusal.code")?,
            message: text(refusal.message, MAX_TEXT_BYTES, "refusal.message")?,
        }),
        Kind::Package(package) => Frame::Package(Box::new(package_from_wire(package)?)),
        Kind::Stored(stored) => Frame::Stored(state(stored.log, "stored.log")?),
        Kind::Receipt(receipt) => Frame::Receipt(Box::new(Receipt {
            state: state(receipt.log, "receipt.log")?,
            line: text(receipt.line, MAX_NOTE_BYTES, "receipt.line")?,
            signer: node(&receipt.signer, "receipt.signer")?,
        })),
        Kind::ChunkWanted(wanted) => {
            bounded(wanted.chunks.len(), MAX_WANTED_PER_FRAME, "chunk_wanted.chunks")?;
            Frame::ChunkWanted(wanted.chunks.into_iter().map(address).collect::<Result<_, _>>()?)
        }
        Kind::ChunkPiece(piece) => Frame::ChunkPiece(ChunkPiece {
            digest: digest(&piece.digest, "chunk_piece.digest")?,
            offset: piece.offset,
            total: piece.total,
            bytes: Bytes::from(piece.bytes),
        }),
        Kind::ChunkAbsent(absent) => Frame::ChunkAbsent(digest(&absent.digest, "chunk_absent.digest")?),
        Kind::Rejection(rejection) => Frame::Rejection(RejectionNotice {
            code: code(rejection.code, "rejection.code")?,
            detail: text(rejection.detail, MAX_TEXT_BYTES, "rejection.detail")?,
            about: match rejection.log {
                Some(log) => Some(state(Some(log), "rejection.log")?),
                None => None,
            },
        }),
        Kind::KeepAlive(alive) => Frame::KeepAlive(alive.transport_time_ms),
    })
}

fn malformed(field: &str, problem: &str) -> Rejection {
    Rejection::new(Reason::Malformed, format!("{field}: {problem}"))
}

fn bounded(count: usize, limit: usize, field: &str) -> Result<(), Rejection> {
    if count <= limit {
        Ok(())
    } else {
        Err(Rejection::new(Reason::Oversize, format!("{field}: expected at most {limit}, got {count}")))
    }
}

fn text(text: String, limit: usize, field: &str) -> Result<String, Rejection> {
    bounded(text.len(), limit, field).map(|()| text)
}

fn code(text: String, field: &str) -> Result<String, Rejection> {
    let lawful =
        text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    if lawful { Ok(text) } else { Err(malformed(field, "expected capital letters, digits and underscores")) }
}

fn digest(bytes: &[u8], field: &str) -> Result<Digest, Rejection> {
    bytes.try_into().map_err(|_| malformed(field, &format!("expected 32 bytes, got {}", bytes.len())))
}

fn digests(hashes: &[impl AsRef<[u8]>], field: &str) -> Result<Vec<Digest>, Rejection> {
    bounded(hashes.len(), MAX_PROOF, field)?;
    hashes.iter().map(|hash| digest(hash.as_ref(), field)).collect()
}

fn node(name: &str, field: &str) -> Result<NodeId, Rejection> {
    name.parse().map_err(|_| malformed(field, "not a node's name"))
}

fn log(origin: &str, epoch: u32, field: &str) -> Result<LogId, Rejection> {
    if epoch == 0 {
        return Err(malformed(field, "epochs count from 1"));
    }
    Ok(LogId { node: node(origin, field)?, epoch })
}

fn state(state: Option<wire::LogState>, field: &str) -> Result<LogState, Rejection> {
    let state = state.ok_or_else(|| malformed(field, "missing"))?;
    Ok(LogState { log: log(&state.origin, state.epoch, field)?, size: state.size, root: digest(&state.root, field)? })
}

fn address(address: wire::ChunkAddress) -> Result<ChunkAddress, Rejection> {
    let field = "chunk_wanted.chunks";
    let entry = EntryRef { log: log(&address.origin, address.epoch, field)?, index: address.index };
    Ok(ChunkAddress { entry, digest: digest(&address.digest, field)? })
}

fn hello_from_wire(hello: wire::Hello) -> Result<Hello, Rejection> {
    bounded(hello.logs.len(), MAX_HELLO_LOGS, "hello.logs")?;
    Ok(Hello {
        protocol: hello.protocol,
        federation: text(hello.federation, MAX_TEXT_BYTES, "hello.federation")?,
        clock_class: match hello.clock_class.as_str() {
            "real" => ClockClass::Real,
            "simulated" => ClockClass::Simulated,
            _ => return Err(malformed("hello.clock_class", "expected real or simulated")),
        },
        node: node(&hello.node, "hello.node")?,
        instance: hello.instance.as_slice().try_into().map_err(|_| malformed("hello.instance", "expected 16 bytes"))?,
        directory_version: hello.directory_version,
        logs: hello.logs.into_iter().map(|log| state(Some(log), "hello.logs")).collect::<Result<_, _>>()?,
        transport_time_ms: hello.transport_time_ms,
    })
}

fn package_from_wire(package: wire::Package) -> Result<Package, Rejection> {
    let item = |item: wire::Item| match item.content {
        Some(Content::Leaf(leaf)) => Ok(Item::Leaf(digest(&leaf, "package.items.leaf")?)),
        Some(Content::Entry(entry)) => {
            Ok(Item::Entry { header: Bytes::from(entry.header), payload: Bytes::from(entry.payload) })
        }
        None => Err(malformed("package.items", "neither leaf nor entry")),
    };
    Ok(Package {
        log: log(&package.origin, package.epoch, "package.origin")?,
        first_index: package.first_index,
        items: package.items.into_iter().map(item).collect::<Result<_, _>>()?,
        checkpoint: text(package.checkpoint, MAX_NOTE_BYTES, "package.checkpoint")?,
        start_proof: digests(&package.start_proof, "package.start_proof")?,
        end_proof: digests(&package.end_proof, "package.end_proof")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> LogState {
        LogState { log: "420802-commerce/2".parse().unwrap(), size: 7, root: [3; 32] }
    }

    fn frames() -> Vec<Frame> {
        let entry: EntryRef = "420802-commerce/2/6".parse().unwrap();
        vec![
            Frame::Hello(Box::new(Hello {
                protocol: 1,
                federation: "hubei".to_owned(),
                clock_class: ClockClass::Real,
                node: entry.log.node.clone(),
                instance: [9; 16],
                directory_version: 4,
                logs: vec![state()],
                transport_time_ms: -5,
            })),
            Frame::Refusal(Refusal { code: "WRONG_NODE".to_owned(), message: "no".to_owned() }),
            Frame::Package(Box::new(Package {
                log: entry.log.clone(),
                first_index: 5,
                items: vec![
                    Item::Leaf([1; 32]),
                    Item::Entry { header: Bytes::from_static(b"h"), payload: Bytes::from_static(b"p") },
                ],
                checkpoint: "note".to_owned(),
                start_proof: vec![[2; 32]],
                end_proof: vec![],
            })),
            Frame::Stored(state()),
            Frame::Receipt(Box::new(Receipt {
                state: state(),
                line: "line".to_owned(),
                signer: entry.log.node.clone(),
            })),
            Frame::ChunkWanted(vec![ChunkAddress { entry, digest: [4; 32] }]),
            Frame::ChunkPiece(ChunkPiece { digest: [4; 32], offset: 1, total: 3, bytes: Bytes::from_static(b"bc") }),
            Frame::ChunkAbsent([4; 32]),
            Frame::Rejection(RejectionNotice {
                code: "FORKED".to_owned(),
                detail: "two".to_owned(),
                about: Some(state()),
            }),
            Frame::KeepAlive(17),
            Frame::Unknown,
        ]
    }

    #[test]
    fn every_frame_reads_back() {
        for frame in frames() {
            assert_eq!(from_wire(to_wire(frame.clone())), Ok(frame));
        }
    }

    #[test]
    fn a_malformed_field_is_named() {
        let check = |frame: Frame, spoil: fn(&mut Kind), expect: &str| {
            let mut wire = to_wire(frame);
            spoil(wire.kind.as_mut().unwrap());
            let rejection = from_wire(wire).unwrap_err();
            assert!(rejection.detail.starts_with(expect), "{rejection}");
        };
        let spoil = |kind: &mut Kind| match kind {
            Kind::Hello(hello) => hello.clock_class = "lunar".to_owned(),
            Kind::Package(package) => package.end_proof = vec![vec![0; 32]; MAX_PROOF + 1],
            Kind::Stored(stored) => stored.log = None,
            Kind::Receipt(receipt) => receipt.signer = "nobody".to_owned(),
            Kind::ChunkAbsent(absent) => absent.digest.truncate(31),
            Kind::Rejection(rejection) => rejection.code = "not a code".to_owned(),
            _ => {}
        };
        let expected = [
            "hello.clock_class",
            "package.end_proof",
            "stored.log",
            "receipt.signer",
            "chunk_absent.digest",
            "rejection.code",
        ];
        let spoiled = frames().into_iter().filter(|frame| {
            !matches!(
                frame,
                Frame::Refusal(_) | Frame::ChunkWanted(_) | Frame::ChunkPiece(_) | Frame::KeepAlive(_) | Frame::Unknown
            )
        });
        for (frame, expect) in spoiled.zip(expected) {
            check(frame, spoil, expect);
        }
    }
}
