//! Properties of the fold and the decisions of a case.

use proptest::prelude::*;

use super::fixture::{
    Office, day, disposed, every_command, every_stage, main_path, place, publicity_closed, publicity_opened, red_entry,
    statement,
};
use super::*;

/// Events of every kind, some of them of other lists, publicities and versions.
fn pool() -> Vec<CaseEvent> {
    let mut events: Vec<CaseEvent> = main_path().into_iter().map(|(_, event)| event).collect();
    let list = place("420802-commerce", 20);
    let other = place("420802-commerce", 30);
    let text = str::to_owned;
    let mut corrected = red_entry();
    corrected.facts = text("另有事实");
    events.extend([
        publicity_opened("2018-01-02", "2018-01-16"),
        publicity_closed("2018-01-17"),
        statement(12),
        disposed(12, false),
        disposed(11, true),
        disposed(99, true),
        CaseEvent::Corrected { entry: Box::new(corrected), corrected_on: day("2017-10-30") },
        CaseEvent::Certified { list: other.clone(), certified_on: day("2017-11-01") },
        CaseEvent::Declared { list: other, to: "420800-commerce".parse().unwrap(), declared_on: day("2017-11-02") },
        CaseEvent::DeclarationRefused {
            list: list.clone(),
            code: text("NOTICE_MISSING"),
            reason: text("未告知"),
            refused_on: day("2017-10-19"),
        },
        CaseEvent::Reviewed {
            list: list.clone(),
            finding: Finding::Return { defects: vec![text("缺材料")] },
            reviewed_on: day("2017-10-25"),
        },
        CaseEvent::ObjectionUpheld { list, reason: text("属实"), verified_on: day("2017-11-20") },
        CaseEvent::Held { version: 2, reason: text("同名") },
        CaseEvent::Removed { version: 3, rule: text("X2"), cause: text("tax#1"), removed_on: day("2018-01-01") },
        CaseEvent::Withdrawn { code: text("RX-3"), reason: text("申请"), decided_on: day("2018-02-01") },
    ]);
    events
}

proptest! {
    #[test]
    fn any_sequence_of_events_folds_and_keeps_the_case(picks in prop::collection::vec(0..29_usize, 0..60)) {
        let pool = pool();
        let mut case = Case::new(red_entry());
        for pick in picks {
            let ended = matches!(case.stage, Stage::Withdrawn { .. });
            let next = case.clone().evolve(&pool[pick % pool.len()]);
            prop_assert_eq!(next.id(), case.id());
            prop_assert!(!ended || next == case, "a withdrawn case stays so");
            prop_assert_eq!(next.stage.is_preparing(), next.stage == next.preparation.stage() );
            case = next;
        }
    }

    #[test]
    fn what_is_decided_is_never_ignored(
        start in 0..21_usize,
        picks in prop::collection::vec((0..8_usize, 0..20_u64), 1..40),
    ) {
        let mut office = Office::county();
        let (mut case, mut today) = every_stage().swap_remove(start);
        for (place_index, (pick, days)) in (200_u64..).zip(picks) {
            today = today.checked_add_days(chrono::Days::new(days)).unwrap();
            office.place = place("420802-commerce", place_index);
            let mut commands = every_command(&case, today);
            if let Some(open) = &case.preparation.publicity {
                commands[2].1 = CaseCommand::ClosePublicity { publicity: open.act.clone() };
            }
            let (_, command) = commands.swap_remove(pick);
            if let Ok(Decided::Acts(events)) = case.decide(&command, &office.on(today)) {
                prop_assert!(!events.is_empty());
                for event in &events {
                    let next = case.clone().evolve(event);
                    prop_assert_ne!(&next, &case, "{:?}", event);
                    case = next;
                }
            }
        }
    }
}
