//! Measures, repair, exits, publication, words of documents.

use super::Complaints;
use crate::list::ListKind;
use crate::policy::{Announcement, ExitCode, IdNumber, Policy, PolicyDefect, Publication};

/// The longest minimum publicity before a repair, in months.
const MAX_MONTHS: u32 = 60;

pub(super) fn check(policy: &Policy, found: &mut Complaints) {
    measures(policy, found);
    repair(policy, found);
    exits(policy, found);
    publication(policy, found);
    if let Err(PolicyDefect::Field { field, reason, .. } | PolicyDefect::Text { reason, file: field, .. }) =
        policy.documents.check()
    {
        found.say(field, reason);
    }
}

fn measures(policy: &Policy, found: &mut Complaints) {
    found.unique("measure", "code", policy.measures.iter().map(|measure| measure.code.as_str()));
    for (at, measure) in policy.measures.iter().enumerate() {
        let path = |name: &str| format!("measure[{at}].{name}");
        found.unless(!measure.basis.trim().is_empty(), path("basis"), "a measure names its legal basis (R-061)");
        for (index, code) in measure.revokes.iter().enumerate() {
            let incentive = policy.measure(code).is_some_and(|revoked| revoked.kind == ListKind::Red);
            found.unless(
                measure.kind == ListKind::Black && incentive,
                path(&format!("revokes[{index}]")),
                "a punishment takes back incentives of this policy (R-062)",
            );
        }
        if let Some(basis) = &measure.published_basis {
            let named = !basis.document.trim().is_empty() && !basis.article.trim().is_empty();
            found.unless(named, path("published_basis"), "names document and article (R-061)");
        }
    }
}

fn repair(policy: &Policy, found: &mut Complaints) {
    let repair = &policy.repair;
    found.unless(
        repair.minimum_publicity_months.is_none_or(|months| months <= MAX_MONTHS),
        "repair.minimum_publicity_months",
        format!("expected at most {MAX_MONTHS} months"),
    );
    found.unless(!repair.regulation.trim().is_empty(), "repair.regulation", "names the regulation of the path");
    found.unless(
        repair.possible == policy.exit(ExitCode::Bx1).is_some(),
        "repair.possible",
        "does not agree with exit BX-1",
    );
}

fn exits(policy: &Policy, found: &mut Complaints) {
    found.unique("exit", "code", policy.exits.iter().map(|exit| exit.code.as_str()));
    let has = |code| policy.exit(code).is_some();
    for code in [ExitCode::Rx2, ExitCode::Rx3, ExitCode::Rx7, ExitCode::Bx2, ExitCode::Bx5] {
        found.unless(has(code), "exit", format!("{} is a right or a fact that no policy takes away", code.as_str()));
    }
    found.unless(has(ExitCode::Rx4) || has(ExitCode::Rx5), "exit", "a red entry ends with its term (RX-4, RX-5)");
    found.unless(has(ExitCode::Bx3) || has(ExitCode::Bx4), "exit", "a black entry ends with its term (BX-3, BX-4)");
    for (at, exit) in policy.exits.iter().enumerate() {
        let path = |name: &str| format!("exit[{at}].{name}");
        found.unless(!exit.text.trim().is_empty(), path("text"), "is empty");
        let expected = match exit.code {
            ExitCode::Bx2 | ExitCode::Rx3 => Some(Announcement::Neutral),
            ExitCode::Rx7 => Some(Announcement::None),
            _ => None,
        };
        if let Some(expected) = expected {
            let sound = exit.announcement == expected;
            let code = exit.code.as_str();
            found.unless(sound, path("announcement"), format!("{code} is announced as {expected:?} (R-042, AMB-22)"));
        }
    }
}

fn publication(policy: &Policy, found: &mut Complaints) {
    let rules = &policy.publication;
    let founded = rules.id_number_basis.as_ref().is_some_and(|basis| !basis.trim().is_empty());
    found.unless(
        rules.id_number != IdNumber::Whole || founded,
        "publication.id_number",
        "a whole ID number is shown on a named legal basis only (AMB-15)",
    );
    found.unless(
        !(rules.own_publication && policy.review.province_final),
        "publication.own_publication",
        "nothing is published before the province's result where that is final (R-030)",
    );
    found.unique("channel", "code", policy.channels.iter().map(|channel| channel.code.as_str()));
    let carries = |what| policy.channels.iter().any(|channel| channel.carries.contains(&what));
    for what in [Publication::Publicity, Publication::Listing, Publication::Exit] {
        found.unless(carries(what), "channel", format!("no channel carries {what:?} (R-040 to R-042)"));
    }
    let bulletin = policy.bulletin.is_some();
    found.unless(!bulletin || carries(Publication::Bulletin), "channel", "no channel carries the bulletin (R-033)");
    for (at, channel) in policy.channels.iter().enumerate() {
        if channel.carries.contains(&Publication::Listing) {
            let sound = channel.carries.contains(&Publication::Exit);
            let path = format!("channel[{at}].carries");
            found.unless(sound, path, "what shows a listing must show its exit (R-042)");
        }
    }
}
