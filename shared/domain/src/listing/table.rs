//! State x command x node of a listed black entry: what every office comes to in every state it can find the entry in.
//! Which officer of a node may give a command is the permit's own table; here it is what the node then answers.

use super::*;
use crate::act::Act;
use crate::calendar::WorkCalendar;
use crate::case::fixture::{Office, black_entry, case_id, day, place};
use crate::final_list::PublicRow;
use crate::list::ListEntry;
use crate::node::{EntryRef, LogId, NodeId};
use crate::policy::Policy;
use crate::refusal::Decided;

const COUNTY: &str = "420802-commerce";
const CITY: &str = "420800-commerce";
const PROVINCE: &str = "420000-commerce";

/// State, node (K county, S city, P province) | receive verify decide exit apply accept grant revoke.
const TABLE: &str = "
listed K | acts | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | acts | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
listed S | acts | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | acts | acts | REPAIR_UNKNOWN | REPAIR_UNKNOWN | REPAIR_UNKNOWN
listed P | acts | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | EXIT_NOT_YOURS | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
disputed K | acts | acts | DISPUTE_NOT_HERE | acts | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
disputed S | acts | DISPUTE_NOT_HERE | VERIFICATION_MISSING | acts | acts | REPAIR_UNKNOWN | REPAIR_UNKNOWN | REPAIR_UNKNOWN
disputed P | acts | DISPUTE_NOT_HERE | DISPUTE_NOT_HERE | EXIT_NOT_YOURS | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
verified K | acts | =DISPUTE_VERIFIED | DISPUTE_NOT_HERE | acts | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
verified S | acts | DISPUTE_NOT_HERE | acts | acts | acts | REPAIR_UNKNOWN | REPAIR_UNKNOWN | REPAIR_UNKNOWN
verified P | acts | DISPUTE_NOT_HERE | DISPUTE_NOT_HERE | EXIT_NOT_YOURS | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
upheld K | ENTRY_EXITED | =DISPUTE_VERIFIED | DISPUTE_NOT_HERE | =ENTRY_EXITED | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
upheld S | ENTRY_EXITED | DISPUTE_NOT_HERE | =DISPUTE_DECIDED | =ENTRY_EXITED | ENTRY_EXITED | REPAIR_UNKNOWN | REPAIR_UNKNOWN | REPAIR_UNKNOWN
upheld P | ENTRY_EXITED | DISPUTE_NOT_HERE | DISPUTE_NOT_HERE | EXIT_NOT_YOURS | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
not_upheld K | acts | =DISPUTE_VERIFIED | DISPUTE_NOT_HERE | acts | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
not_upheld S | acts | DISPUTE_NOT_HERE | DISPUTE_DECIDED_OTHERWISE | acts | acts | REPAIR_UNKNOWN | REPAIR_UNKNOWN | REPAIR_UNKNOWN
not_upheld P | acts | DISPUTE_NOT_HERE | DISPUTE_NOT_HERE | EXIT_NOT_YOURS | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
left K | ENTRY_EXITED | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | =ENTRY_EXITED | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
left S | ENTRY_EXITED | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | =ENTRY_EXITED | ENTRY_EXITED | REPAIR_UNKNOWN | REPAIR_UNKNOWN | REPAIR_UNKNOWN
left P | ENTRY_EXITED | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | EXIT_NOT_YOURS | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
applied K | acts | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | acts | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
applied S | acts | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | acts | =REPAIR_RECEIVED | acts | REPAIR_NOT_ACCEPTED | REPAIR_NOT_GRANTED
applied P | acts | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | EXIT_NOT_YOURS | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
accepted K | acts | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | acts | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
accepted S | acts | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | acts | =REPAIR_RECEIVED | =REPAIR_ACCEPTED | acts | REPAIR_NOT_GRANTED
accepted P | acts | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | EXIT_NOT_YOURS | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
granted K | ENTRY_EXITED | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | =ENTRY_EXITED | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
granted S | ENTRY_EXITED | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | =ENTRY_EXITED | ENTRY_EXITED | =REPAIR_ACCEPTED | =REPAIR_DECIDED | acts
granted P | ENTRY_EXITED | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | EXIT_NOT_YOURS | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
refused K | acts | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | acts | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
refused S | acts | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | acts | acts | =REPAIR_ACCEPTED | REPAIR_DECIDED_OTHERWISE | REPAIR_NOT_GRANTED
refused P | acts | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | EXIT_NOT_YOURS | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
revoking K | ENTRY_EXITED | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | =ENTRY_EXITED | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
revoking S | ENTRY_EXITED | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | =ENTRY_EXITED | ENTRY_EXITED | =REPAIR_ACCEPTED | =REPAIR_DECIDED | =REPAIR_REVOKED
revoking P | ENTRY_EXITED | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | EXIT_NOT_YOURS | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
expired K | ENTRY_EXPIRED | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | ENTRY_EXPIRED | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
expired S | ENTRY_EXPIRED | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | ENTRY_EXPIRED | ENTRY_EXPIRED | REPAIR_UNKNOWN | REPAIR_UNKNOWN | REPAIR_UNKNOWN
expired P | ENTRY_EXPIRED | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | EXIT_NOT_YOURS | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
not_listed K | ENTRY_NOT_LISTED | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | ENTRY_NOT_LISTED | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
not_listed S | ENTRY_NOT_LISTED | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | ENTRY_NOT_LISTED | ENTRY_NOT_LISTED | REPAIR_UNKNOWN | REPAIR_UNKNOWN | REPAIR_UNKNOWN
not_listed P | ENTRY_NOT_LISTED | DISPUTE_UNKNOWN | DISPUTE_UNKNOWN | EXIT_NOT_YOURS | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE | REPAIR_NOT_HERE
";

/// A listed entry in some state.
struct At {
    listing: Listing,
    row: Option<PublicRow>,
    dispute: EntryRef,
    application: EntryRef,
}

struct Table {
    policy: Policy,
    calendar: WorkCalendar,
    entry: ListEntry,
    offices: Offices,
}

fn node(name: &str) -> NodeId {
    name.parse().unwrap()
}

impl Table {
    fn new() -> Self {
        let office = Office::county();
        let offices = Offices {
            recogniser: node(COUNTY),
            reviewer: node(CITY),
            objections: node(CITY),
            repairs: node(CITY),
            root: node(PROVINCE),
            filer: Some(node(CITY)),
        };
        Self { policy: office.policy, calendar: office.calendar, entry: black_entry(), offices }
    }

    fn decide(&self, at: &At, me: &str, command: &ListingCommand) -> Result<Decided<ListingAct>, String> {
        let entitled = Entitled { listing: &at.listing, entry: &self.entry, row: at.row.as_ref(), compared: false };
        let (me, today) = (node(me), day("2026-09-21"));
        let around =
            Surroundings { policy: &self.policy, calendar: &self.calendar, today, me: &me, offices: &self.offices };
        decide(command, entitled, around).map_err(|refusal| refusal.code.to_owned())
    }

    /// Lets a node do something to the entry; the place of its act.
    fn does(&self, at: &mut At, me: &str, index: u64, command: &ListingCommand) -> EntryRef {
        let Ok(Decided::Acts(act)) = self.decide(at, me, command) else { panic!("{:?}", self.decide(at, me, command)) };
        let place = EntryRef { log: LogId::first(node(me)), index };
        at.listing = at.listing.clone().evolve(&place, &Act::Listing(act), &self.offices, true);
        place
    }

    fn listed(&self) -> At {
        At {
            listing: Listing::new(self.entry.case.clone()),
            row: Some(PublicRow::of(&self.entry, day("2025-05-06"), day("2028-05-06"))),
            dispute: place(CITY, 999),
            application: place(CITY, 999),
        }
    }

    /// Every state, by the steps that lead to it; a revocation stands until the province lists the entry again.
    fn states(&self) -> Vec<(&'static str, At)> {
        let begun = |steps: &[usize]| {
            let mut at = self.listed();
            for (index, step) in (1..).zip(steps) {
                let (me, command) = (STEPS[*step], commands(&at).swap_remove(*step).1);
                let command = match (*step, command) {
                    // Found not to stand, decided so, granted not.
                    (DECIDED_AGAINST, _) => decide_dispute(&at, false),
                    (REFUSED, _) => decide_repair(&at, false),
                    (_, command) => command,
                };
                let done = self.does(&mut at, me, index, &command);
                match *step {
                    RECEIVED => at.dispute = done,
                    APPLIED => at.application = done,
                    _ => {}
                }
            }
            at
        };
        let over =
            |from: &str, to: &str| At { row: Some(PublicRow::of(&self.entry, day(from), day(to))), ..self.listed() };
        vec![
            ("listed", self.listed()),
            ("disputed", begun(&[RECEIVED])),
            ("verified", begun(&[RECEIVED, VERIFIED])),
            ("upheld", begun(&[RECEIVED, VERIFIED, DECIDED])),
            ("not_upheld", begun(&[RECEIVED, VERIFIED, DECIDED_AGAINST])),
            ("left", begun(&[LEFT])),
            ("applied", begun(&[APPLIED])),
            ("accepted", begun(&[APPLIED, ACCEPTED])),
            ("granted", begun(&[APPLIED, ACCEPTED, GRANTED])),
            ("refused", begun(&[APPLIED, ACCEPTED, REFUSED])),
            ("revoking", begun(&[APPLIED, ACCEPTED, GRANTED, REVOKED])),
            ("expired", over("2023-09-01", "2026-09-01")),
            ("not_listed", At { row: None, ..self.listed() }),
        ]
    }
}

const RECEIVED: usize = 0;
const VERIFIED: usize = 1;
const DECIDED: usize = 2;
const LEFT: usize = 3;
const APPLIED: usize = 4;
const ACCEPTED: usize = 5;
const GRANTED: usize = 6;
const REVOKED: usize = 7;
const DECIDED_AGAINST: usize = 8;
const REFUSED: usize = 9;

/// Who takes each step.
const STEPS: [&str; 10] = [CITY, COUNTY, CITY, COUNTY, CITY, CITY, CITY, CITY, CITY, CITY];

fn reason() -> String {
    "经核实".to_owned()
}

fn decide_dispute(at: &At, upheld: bool) -> ListingCommand {
    ListingCommand::DecideDispute { dispute: at.dispute.clone(), upheld, reason: reason() }
}

fn decide_repair(at: &At, granted: bool) -> ListingCommand {
    ListingCommand::DecideRepair { application: at.application.clone(), granted, reason: reason() }
}

/// Every command on one entry, in the order of the table's columns; then those that a state is reached by besides.
fn commands(at: &At) -> Vec<(&'static str, ListingCommand)> {
    let (dispute, application) = (at.dispute.clone(), at.application.clone());
    let by = || "样例公司".to_owned();
    let names = ["销榜申请", "整改材料", "履行义务的证明", "信用承诺书"].map(str::to_owned).to_vec();
    let materials = Materials { corrected: by(), fulfilled: by(), promise: by(), names, attachments: Vec::new() };
    vec![
        (
            "receive",
            ListingCommand::ReceiveDispute {
                case: case_id(1),
                about: DisputeAbout::Recognition,
                by: by(),
                grounds: by(),
            },
        ),
        ("verify", ListingCommand::VerifyDispute { dispute, stands: true, reason: reason() }),
        ("decide", decide_dispute(at, true)),
        (
            "exit",
            ListingCommand::Exit {
                case: case_id(1),
                code: "BX-2".to_owned(),
                reason: reason(),
                basis_revoked_on: None,
                notified_on: None,
            },
        ),
        ("apply", ListingCommand::ReceiveRepair { case: case_id(1), by: by(), materials }),
        ("accept", ListingCommand::AcceptRepair { application: application.clone(), accepted: true, reason: reason() }),
        ("grant", decide_repair(at, true)),
        ("revoke", ListingCommand::RevokeRepair { application, reason: reason() }),
        ("decide against", decide_dispute(at, false)),
        ("refuse", decide_repair(at, false)),
    ]
}

/// D-14, D-15, AMB-16, AMB-16b, BX-1, BX-2, R-053, F-P2.
#[test]
fn every_command_in_every_state_at_every_node_comes_to_what_the_table_says() {
    let table = Table::new();
    let mut found = String::from("\n");
    for (state, at) in table.states() {
        for (letter, me) in [('K', COUNTY), ('S', CITY), ('P', PROVINCE)] {
            let cells = commands(&at).into_iter().take(8).map(|(_, command)| match table.decide(&at, me, &command) {
                Ok(Decided::Acts(_)) => "acts".to_owned(),
                Ok(Decided::AlreadyDone(done)) => format!("={}", done.code()),
                Err(code) => code,
            });
            found.push_str(&format!("{state} {letter} | {}\n", cells.collect::<Vec<_>>().join(" | ")));
        }
    }
    assert_eq!(found, TABLE, "{found}");
}
