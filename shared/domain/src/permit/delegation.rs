//! A head who is away: who acts for him, in what, from when to when. Recorded as an act before it has effect.
//!
//! The delegate signs in his own name. Whatever he may do for another, duties that one person may not join stay apart.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Action, Role};
use crate::act::OfficerId;
use crate::refusal::Refusal;

/// Days that one delegation may last at most.
const DAYS_MAX: i64 = 92;

/// A part of a head's business that can be handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Business {
    /// 认定: signing recognitions, disposing of statements, answering objections, withdrawing.
    Recognition,
    /// 审核: signing reviews.
    Review,
    /// 结果公布: publishing result versions, issuing bulletins.
    Results,
    /// 列入后事项: disputes, exits and repairs of listed entries.
    Listed,
}

impl Business {
    /// Every part.
    pub const ALL: [Business; 4] = [Business::Recognition, Business::Review, Business::Results, Business::Listed];

    /// Its stable name.
    pub fn code(self) -> &'static str {
        match self {
            Business::Recognition => "recognition",
            Business::Review => "review",
            Business::Results => "results",
            Business::Listed => "listed",
        }
    }

    /// The name an official reads.
    pub fn zh(self) -> &'static str {
        match self {
            Business::Recognition => "认定",
            Business::Review => "审核签署",
            Business::Results => "结果公布",
            Business::Listed => "列入后事项",
        }
    }

    /// Whether an action belongs to it. Delegating does not: nobody hands on what he was handed.
    pub fn covers(self, action: Action) -> bool {
        match self {
            Business::Recognition => matches!(
                action,
                Action::Certify | Action::DisposeStatement | Action::VerifyObjection | Action::Withdraw
            ),
            Business::Review => action == Action::SignReview,
            Business::Results => matches!(action, Action::PublishResult | Action::IssueBulletin),
            Business::Listed => matches!(
                action,
                Action::VerifyDispute
                    | Action::DecideDispute
                    | Action::DecideExit
                    | Action::DecideRepair
                    | Action::AnswerRestoration
            ),
        }
    }
}

/// A delegation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Delegation {
    /// The head who is away.
    pub from: OfficerId,
    /// Who acts for him, of the same node.
    pub to: OfficerId,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: NaiveDate,
    /// In what.
    pub scope: Vec<Business>,
    /// Why.
    pub reason: String,
}

impl Delegation {
    /// Whether it lets its delegate do something on a day.
    pub fn covers(&self, action: Action, day: NaiveDate) -> bool {
        self.starts_on <= day && day <= self.ends_on && self.scope.iter().any(|business| business.covers(action))
    }

    /// Whether it may be recorded on a day, for a delegate with these roles.
    ///
    /// # Errors
    /// The first refusal.
    pub fn check(&self, today: NaiveDate, delegate: &[Role]) -> Result<(), Refusal> {
        let refuse = |code, sentence: &str| Err(Refusal::new(code, "F-P5", sentence));
        if self.from == self.to {
            return refuse("DELEGATE_HIMSELF", "不能委托给自己");
        }
        if !may_be_delegate(delegate) {
            return refuse("DELEGATE_UNFIT", "系统管理员和审计员不得代行办案职责");
        }
        if self.scope.is_empty() {
            return refuse("DELEGATION_SCOPE_MISSING", "未写明委托的事项");
        }
        if self.reason.trim().is_empty() {
            return refuse("REASON_MISSING", "未写明委托的事由");
        }
        if self.starts_on < today {
            return refuse("DELEGATION_BACKDATED", "委托自记录之日起方可生效，不能追溯");
        }
        if self.ends_on < self.starts_on || (self.ends_on - self.starts_on).num_days() >= DAYS_MAX {
            return refuse("DELEGATION_PERIOD", "委托期限应当在92日以内，且止日不早于起日");
        }
        Ok(())
    }
}

/// Whether somebody with these roles may act for a head at all: an administrator never touches a case.
pub fn may_be_delegate(roles: &[Role]) -> bool {
    !roles.iter().any(|role| matches!(role, Role::Administrator | Role::Auditor))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn delegation() -> Delegation {
        Delegation {
            from: OfficerId("li.na".to_owned()),
            to: OfficerId("wang.fang".to_owned()),
            starts_on: day("2017-11-06"),
            ends_on: day("2017-11-10"),
            scope: vec![Business::Recognition],
            reason: "外出学习".to_owned(),
        }
    }

    #[test]
    fn a_delegation_covers_its_days_and_its_business_and_never_delegating() {
        let delegation = delegation();
        for (on, expected) in [("2017-11-05", false), ("2017-11-06", true), ("2017-11-10", true), ("2017-11-11", false)]
        {
            assert_eq!(delegation.covers(Action::Certify, day(on)), expected, "{on}");
        }
        assert!(!delegation.covers(Action::SignReview, day("2017-11-06")));
        assert!(Business::ALL.iter().all(|business| !business.covers(Action::Delegate)));
        assert!(Business::ALL.iter().all(|business| !business.covers(Action::Collect)));
    }

    #[test]
    fn a_delegation_names_another_person_a_scope_a_reason_and_days_to_come() {
        let refused = |change: &dyn Fn(&mut Delegation), roles: &[Role]| {
            let mut delegation = delegation();
            change(&mut delegation);
            delegation.check(day("2017-11-06"), roles).map_or_else(|refusal| refusal.code, |()| "sound")
        };
        let clerk = [Role::Collector];
        assert_eq!(refused(&|_| {}, &clerk), "sound");
        assert_eq!(refused(&|_| {}, &[Role::Administrator]), "DELEGATE_UNFIT");
        assert_eq!(refused(&|it| it.to = it.from.clone(), &clerk), "DELEGATE_HIMSELF");
        assert_eq!(refused(&|it| it.scope.clear(), &clerk), "DELEGATION_SCOPE_MISSING");
        assert_eq!(refused(&|it| it.reason.clear(), &clerk), "REASON_MISSING");
        assert_eq!(refused(&|it| it.starts_on = day("2017-11-05"), &clerk), "DELEGATION_BACKDATED");
        assert_eq!(refused(&|it| it.ends_on = day("2017-11-05"), &clerk), "DELEGATION_PERIOD");
        assert_eq!(refused(&|it| it.ends_on = day("2018-02-06"), &clerk), "DELEGATION_PERIOD");
        assert_eq!(refused(&|it| it.ends_on = day("2018-02-05"), &clerk), "sound");
    }
}
