//! The kinds of conflict that are planted, and what must become of each.

use super::manifest::{Expected, Stage};

/// What stands between a red and a black of perhaps the same firm.
#[derive(Clone, Copy)]
pub(super) enum Link {
    Uscc,
    OrganisationCode,
    RegistrationNumber,
    Name,
    NameOfAnotherFirm,
    TwoUsccs,
    OrganisationCodeOtherName,
    RegistrationNumberOtherName,
}

/// Where the black stands.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Against {
    Tax,
    Court,
    Market,
    CourtLater,
    MarketLater,
}

/// When the black was recognised.
#[derive(Clone, Copy)]
pub(super) enum When {
    Before,
    SameDay,
    After,
}

/// One kind of planted conflict.
pub(super) struct Plant {
    pub(super) about: &'static str,
    pub(super) link: Link,
    pub(super) against: Against,
    pub(super) when: When,
    pub(super) under_appeal: bool,
    pub(super) expired: bool,
}

const fn plant(about: &'static str, link: Link, against: Against, when: When) -> Plant {
    Plant { about, link, against, when, under_appeal: false, expired: false }
}

pub(super) const PLANTS: [Plant; 14] = [
    plant("统一社会信用代码相同，黑名单在先", Link::Uscc, Against::Court, When::Before),
    plant("统一社会信用代码相同，税务黑名单在先", Link::Uscc, Against::Tax, When::Before),
    plant("仅组织机构代码，名称一致", Link::OrganisationCode, Against::Court, When::Before),
    plant("仅工商注册号，名称一致", Link::RegistrationNumber, Against::Market, When::Before),
    plant("同日认定，黑名单优先", Link::Uscc, Against::Market, When::SameDay),
    plant("仅名称相同", Link::Name, Against::Court, When::Before),
    plant("名称相同而统一社会信用代码不同", Link::NameOfAnotherFirm, Against::Market, When::Before),
    plant("组织机构代码相同而统一社会信用代码不同", Link::TwoUsccs, Against::Market, When::Before),
    plant("组织机构代码相同而名称不同", Link::OrganisationCodeOtherName, Against::Court, When::Before),
    plant("工商注册号相同而名称不同", Link::RegistrationNumberOtherName, Against::Market, When::Before),
    Plant { under_appeal: true, ..plant("黑名单文书申诉中", Link::Uscc, Against::Court, When::Before) },
    Plant { expired: true, ..plant("黑名单已届满", Link::Uscc, Against::Tax, When::Before) },
    plant("公布之后列入法院黑名单", Link::Uscc, Against::CourtLater, When::After),
    plant("公布之后列入市场监管黑名单", Link::Uscc, Against::MarketLater, When::After),
];

impl Against {
    pub(super) fn department(self) -> &'static str {
        match self {
            Against::Tax => "tax",
            Against::Court | Against::CourtLater => "court",
            Against::Market | Against::MarketLater => "market",
        }
    }
}

pub(super) fn removed(rule: &str, exit: &str) -> Expected {
    Expected::Removed { rule: rule.to_owned(), exit: exit.to_owned(), tie: false }
}

/// What must become of a commerce red, certified on the planned day, by the kind of its black.
pub(super) fn fate_of(plant: &Plant) -> (Stage, Expected) {
    let held = |reason: &str| Expected::Held { reason: reason.to_owned() };
    let expected = match (plant.link, plant.when) {
        _ if plant.under_appeal => held("UNDER_APPEAL"),
        _ if plant.expired => Expected::Stays,
        (Link::NameOfAnotherFirm, _) => Expected::Stays,
        (Link::Name, _) => held("NAME_ONLY"),
        (Link::TwoUsccs, _) => held("TWO_USCCS"),
        (Link::OrganisationCodeOtherName, _) => held("ORGANISATION_NAME_DISAGREES"),
        (Link::RegistrationNumberOtherName, _) => held("REGISTRATION_NAME_DISAGREES"),
        (_, When::Before) => removed("X2", "RX-7"),
        (_, When::SameDay) => Expected::Removed { rule: "X1".to_owned(), exit: "RX-7".to_owned(), tie: true },
        (_, When::After) => removed("X1", "RX-1"),
    };
    let stage = match plant.when {
        When::After => Stage::Later,
        When::Before | When::SameDay => Stage::First,
    };
    (stage, expected)
}
