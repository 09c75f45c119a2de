//! Bulletins and what was spread of them, both ways.

use honghei_domain::bulletin::{BacklogTold, BulletinAct, Disseminated, Issued, Quarter, Spread};
use honghei_proto::act::v1 as wire;
use honghei_proto::act::v1::bulletin_act::Act as Wire;
use honghei_proto::act::v1::list_disseminated::Of;

use crate::defect::{At, WireDefect};
use crate::list::{read_attachment, read_department, read_manifest, write_attachment, write_manifest};
use crate::{read, write};

pub(super) fn write_bulletin_act(act: &BulletinAct) -> wire::BulletinAct {
    let act = match act {
        BulletinAct::Issued(issued) => Wire::BulletinIssued(write_issued(issued)),
        BulletinAct::Disseminated(spread) => Wire::ListDisseminated(write_disseminated(spread)),
        BulletinAct::BacklogTold(told) => Wire::BacklogTold(write_backlog(told)),
    };
    wire::BulletinAct { act: Some(act) }
}

fn write_issued(issued: &Issued) -> wire::BulletinIssued {
    let Issued { department, quarter, as_of, result_version, red, black, left, rows, issued_on } = issued;
    wire::BulletinIssued {
        department: department.0.clone(),
        year: quarter.year(),
        quarter: quarter.number(),
        as_of: write::day(*as_of),
        result_version: *result_version,
        red: *red,
        black: *black,
        left: *left,
        rows: Some(write_manifest(rows)),
        issued_on: write::day(*issued_on),
    }
}

fn write_disseminated(spread: &Disseminated) -> wire::ListDisseminated {
    let Disseminated { of, venue, manner, held_on, note, attachments, recorded_on } = spread;
    let of = match of {
        Spread::Bulletin(at) => write::entry_ref(at).map(Of::Bulletin),
        Spread::Result(version) => Some(Of::ResultVersion(*version)),
    };
    wire::ListDisseminated {
        of,
        venue: venue.clone(),
        manner: manner.clone(),
        held_on: write::day(*held_on),
        note: note.clone(),
        attachments: attachments.iter().map(write_attachment).collect(),
        recorded_on: write::day(*recorded_on),
    }
}

fn write_backlog(told: &BacklogTold) -> wire::BacklogTold {
    let BacklogTold { department, recognised_by, remaining, as_of } = told;
    wire::BacklogTold {
        department: department.0.clone(),
        recognised_by: write::day(*recognised_by),
        remaining: *remaining,
        as_of: write::day(*as_of),
    }
}

fn read_backlog(told: wire::BacklogTold) -> Result<BacklogTold, WireDefect> {
    let wire::BacklogTold { department, recognised_by, remaining, as_of } = told;
    Ok(BacklogTold {
        department: read_department(department).at("department")?,
        recognised_by: read::day(recognised_by).at("recognised_by")?,
        remaining,
        as_of: read::day(as_of).at("as_of")?,
    })
}

pub(super) fn read_bulletin_act(act: wire::BulletinAct) -> Result<BulletinAct, WireDefect> {
    // A missing oneof is also what an act of a newer program looks like.
    let act = act.act.ok_or_else(|| WireDefect::new("expected an act that this program knows"))?;
    match act {
        Wire::BulletinIssued(issued) => read_issued(issued).at("bulletin_issued").map(BulletinAct::Issued),
        Wire::ListDisseminated(spread) => {
            read_disseminated(spread).at("list_disseminated").map(BulletinAct::Disseminated)
        }
        Wire::BacklogTold(told) => read_backlog(told).at("backlog_told").map(BulletinAct::BacklogTold),
    }
}

fn read_issued(issued: wire::BulletinIssued) -> Result<Issued, WireDefect> {
    let wire::BulletinIssued { department, year, quarter, as_of, result_version, red, black, left, rows, issued_on } =
        issued;
    let rows = read_manifest(rows).at("rows")?;
    let counted = red.checked_add(black).and_then(|sum| sum.checked_add(left));
    if counted != Some(rows.count) {
        let problem = format!("expected the counts to sum up to {} rows, got {red}, {black} and {left}", rows.count);
        return Err(WireDefect::new(problem)).at("red");
    }
    let quarter = Quarter::new(year, quarter).map_err(|defect| WireDefect::new(defect.to_string())).at("quarter")?;
    Ok(Issued {
        department: read_department(department).at("department")?,
        quarter,
        as_of: read::day(as_of).at("as_of")?,
        result_version,
        red,
        black,
        left,
        rows,
        issued_on: read::day(issued_on).at("issued_on")?,
    })
}

fn read_disseminated(spread: wire::ListDisseminated) -> Result<Disseminated, WireDefect> {
    let wire::ListDisseminated { of, venue, manner, held_on, note, attachments, recorded_on } = spread;
    let of = match read::present(of).at("of")? {
        Of::Bulletin(at) => Spread::Bulletin(read::entry_ref(Some(at)).at("bulletin")?),
        Of::ResultVersion(version) => Spread::Result(read::number_from_one(version).at("result_version")?),
    };
    Ok(Disseminated {
        of,
        venue: read::text(venue).at("venue")?,
        manner: read::text(manner).at("manner")?,
        held_on: read::day(held_on).at("held_on")?,
        note,
        attachments: read::each(attachments, read_attachment).at("attachments")?,
        recorded_on: read::day(recorded_on).at("recorded_on")?,
    })
}
