//! Who stands on which list: fillers, planted conflicts, damaged rows.

use chrono::{Days, NaiveDate};

use super::conflict::{Against, Link, PLANTS, When, fate_of, removed};
use super::firm::{Firm, Firms, PLACES, Place};
use super::manifest::{Expectation, Expected, Schedule, Stage};
use super::rows::{self, Black};
use super::sheet::{Cell, Fate, Table};
use super::{SampleError, Scale};

pub(super) const PROVINCE: &str = "420000-commerce";
pub(super) const CITY: &str = "420800-commerce";

/// A table with the node or feed it belongs to.
pub(super) struct Lists {
    /// By county, in the order of [`PLACES`]: red and black candidates.
    pub(super) counties: Vec<(Table, Table)>,
    /// The city's own red candidates.
    pub(super) city: Table,
    pub(super) tax_red: Table,
    pub(super) tax_black: Table,
    pub(super) court: Table,
    pub(super) market: Table,
    pub(super) court_later: Table,
    pub(super) market_later: Table,
    pub(super) expectations: Vec<Expectation>,
}

pub(super) struct Planner<'a> {
    pub(super) firms: Firms,
    scale: &'a Scale,
    pub(super) schedule: Schedule,
    pub(super) lists: Lists,
    number: u32,
}

impl<'a> Planner<'a> {
    pub(super) fn new(firms: Firms, scale: &'a Scale) -> Self {
        let candidates = || (Table::new(rows::RED_CANDIDATES), Table::new(rows::BLACK_CANDIDATES));
        let lists = Lists {
            counties: PLACES.iter().map(|_| candidates()).collect(),
            city: Table::new(rows::RED_CANDIDATES),
            tax_red: Table::new(rows::TAX_RED),
            tax_black: Table::new(rows::TAX_BLACK),
            court: Table::new(rows::COURT_BLACK),
            market: Table::new(rows::MARKET_BLACK),
            court_later: Table::new(rows::COURT_BLACK),
            market_later: Table::new(rows::MARKET_BLACK),
            expectations: Vec::new(),
        };
        Self { firms, scale, schedule: scale.schedule, lists, number: 0 }
    }

    pub(super) fn plan(mut self) -> Result<Lists, SampleError> {
        self.fill_candidates()?;
        self.fill_feeds()?;
        self.plant_conflicts()?;
        self.shuffle();
        // Duplicates follow what they repeat.
        self.damage()?;
        Ok(self.lists)
    }

    fn fill_candidates(&mut self) -> Result<(), SampleError> {
        for (county, place) in PLACES.into_iter().enumerate() {
            for _ in 0..self.scale.reds_per_county {
                let firm = self.firms.make(place)?;
                self.add_red(Some(county), &firm);
            }
            for _ in 0..self.scale.blacks_per_county {
                let firm = self.firms.make(place)?;
                let document = self.document("样例市监处字");
                self.add_black(county, &firm, &document);
            }
        }
        for _ in 0..self.scale.city_reds {
            let firm = self.city_firm()?;
            self.add_red(None, &firm);
        }
        Ok(())
    }

    fn fill_feeds(&mut self) -> Result<(), SampleError> {
        for index in 0..self.scale.tax_reds {
            let firm = self.firms.anywhere()?;
            self.add_tax_red(&firm, index % 5 == 0);
        }
        for (against, count) in [
            (Against::Tax, self.scale.tax_blacks),
            (Against::Court, self.scale.court_blacks),
            (Against::Market, self.scale.market_blacks),
            (Against::CourtLater, self.scale.later_blacks),
            (Against::MarketLater, self.scale.later_blacks),
        ] {
            for index in 0..count {
                let firm = self.firms.anywhere()?;
                // Published black lists name a third of their firms without any code.
                let link = if index % 3 == 2 && against != Against::Tax { Link::Name } else { Link::Uscc };
                let when = if matches!(against, Against::CourtLater | Against::MarketLater) {
                    When::After
                } else {
                    When::Before
                };
                let black = self.black(&firm, link, against, when)?;
                self.add_feed_black(against, &black);
            }
        }
        Ok(())
    }

    fn plant_conflicts(&mut self) -> Result<(), SampleError> {
        for (index, plant) in PLANTS.iter().enumerate() {
            for again in 0..self.scale.plants {
                let county = (index + again as usize) % PLACES.len();
                let place = PLACES.get(county).copied().unwrap_or(PLACES[0]);
                let firm = self.firms.make(place)?;
                self.add_red(Some(county), &firm);
                let mut black = self.black(&firm, plant.link, plant.against, plant.when)?;
                black.under_appeal = plant.under_appeal;
                if plant.expired {
                    black.recognised_on = self.schedule.certified_on - Days::new(800);
                    black.valid_to = Some(self.schedule.collected_on - Days::new(30));
                }
                self.add_feed_black(plant.against, &black);
                let node = format!("{}-commerce", place.region);
                self.expect(plant.about, &node, "commerce", &firm, plant.against, &black, fate_of(plant));
                if index == 0 {
                    self.plant_tax_red(&firm, &black);
                }
            }
        }
        self.plant_city()?;
        self.plant_own_department()
    }

    /// A firm with a black against it stands on the tax red list too: recognised in April, it falls by X1.
    fn plant_tax_red(&mut self, firm: &Firm, black: &Black) {
        self.add_tax_red(firm, false);
        let removed = Expected::Removed { rule: "X1".to_owned(), exit: "RX-7".to_owned(), tie: false };
        let fate = (Stage::First, removed);
        self.expect("税务A级名单与法院黑名单冲突", PROVINCE, "tax", firm, Against::Court, black, fate);
    }

    fn plant_city(&mut self) -> Result<(), SampleError> {
        let firm = self.city_firm()?;
        self.add_red(None, &firm);
        let black = self.black(&firm, Link::Uscc, Against::Market, When::Before)?;
        self.add_feed_black(Against::Market, &black);
        let fate = (Stage::First, removed("X2", "RX-7"));
        self.expect("市级自行认定的红名单与黑名单冲突", CITY, "commerce", &firm, Against::Market, &black, fate);
        Ok(())
    }

    /// One county's red is another county's black: one department, one day.
    fn plant_own_department(&mut self) -> Result<(), SampleError> {
        let (red_at, black_at) = (0, 1);
        let firm = self.firms.make(PLACES[0])?;
        self.add_red(Some(red_at), &firm);
        let document = self.document("样例商罚字");
        self.add_black(black_at, &firm, &document);
        self.lists.expectations.push(Expectation {
            about: "本部门另一县的黑名单，同日认定".to_owned(),
            node: format!("{}-commerce", PLACES[0].region),
            department: "commerce".to_owned(),
            name: firm.name.clone(),
            uscc: firm.uscc.to_string(),
            against: "commerce".to_owned(),
            document: Some(document),
            stage: Stage::First,
            expected: Expected::Removed { rule: "X1".to_owned(), exit: "RX-7".to_owned(), tie: true },
        });
        Ok(())
    }

    fn add_red(&mut self, county: Option<usize>, firm: &Firm) {
        let cells = self.red_cells(firm);
        let table = match county {
            Some(county) => self.lists.counties.get_mut(county).map(|(red, _)| red),
            None => Some(&mut self.lists.city),
        };
        if let Some(table) = table {
            table.push(cells, Fate::default());
        }
    }

    pub(super) fn red_cells(&mut self, firm: &Firm) -> Vec<Cell> {
        self.number += 1;
        let commended_on = self.schedule.collected_on - Days::new(u64::from(30 + self.firms.draw(400)));
        rows::red_candidate(firm, self.number, commended_on)
    }

    fn add_black(&mut self, county: usize, firm: &Firm, document: &str) {
        let issued_on = self.schedule.collected_on - Days::new(u64::from(30 + self.firms.draw(400)));
        let repairable = !self.firms.draw(8).is_multiple_of(8);
        if let Some((_, table)) = self.lists.counties.get_mut(county) {
            table.push(rows::black_candidate(firm, document, issued_on, repairable), Fate::default());
        }
    }

    fn add_tax_red(&mut self, firm: &Firm, by_old_number: bool) {
        let (number, fate) = if by_old_number {
            (firm.old_taxpayer_number(), Fate::warned(&["TAXPAYER_NUMBER_LEGACY"]))
        } else {
            (firm.uscc.to_string(), Fate::default())
        };
        let cells = rows::tax_red(&number, firm, self.tax_day());
        self.lists.tax_red.push(cells, fate);
    }

    fn add_feed_black(&mut self, against: Against, black: &Black) {
        let fate = if black.is_name_only() { Fate::warned(&["NAME_ONLY"]) } else { Fate::default() };
        let lists = &mut self.lists;
        match against {
            Against::Tax => lists.tax_black.push(rows::tax_black(black), fate),
            Against::Court => lists.court.push(rows::court_black(black), fate),
            Against::CourtLater => lists.court_later.push(rows::court_black(black), fate),
            Against::Market => lists.market.push(rows::market_black(black), fate),
            Against::MarketLater => lists.market_later.push(rows::market_black(black), fate),
        }
    }

    /// A black against a firm with the codes that the link leaves it.
    pub(super) fn black(
        &mut self,
        firm: &Firm,
        link: Link,
        against: Against,
        when: When,
    ) -> Result<Black, SampleError> {
        let schedule = self.schedule;
        let recognised_on = match when {
            When::Before => schedule.certified_on - Days::new(u64::from(20 + self.firms.draw(60))),
            When::SameDay => schedule.certified_on,
            When::After => schedule.later_feeds_on - Days::new(u64::from(1 + self.firms.draw(20))),
        };
        let document = self.document(match against {
            Against::Tax => "样例国税罚",
            Against::Court | Against::CourtLater => "样例民初",
            Against::Market | Against::MarketLater => "样例市监列",
        });
        let mut black = Black {
            name: firm.name.clone(),
            uscc: String::new(),
            organisation: String::new(),
            registration: String::new(),
            representative: firm.representative.clone(),
            document,
            recognised_on,
            valid_to: None,
            under_appeal: false,
        };
        match link {
            Link::Uscc => black.uscc = firm.uscc.to_string(),
            Link::OrganisationCode => black.organisation = firm.organisation(),
            Link::RegistrationNumber => black.registration = firm.registration.to_string(),
            Link::Name => {}
            Link::NameOfAnotherFirm => black.uscc = self.firms.anywhere()?.uscc.to_string(),
            Link::TwoUsccs => black.uscc = Firms::second_uscc(firm)?.to_string(),
            Link::OrganisationCodeOtherName => {
                black.name = self.firms.anywhere()?.name;
                black.organisation = firm.organisation();
            }
            Link::RegistrationNumberOtherName => {
                black.name = self.firms.anywhere()?.name;
                black.registration = firm.registration.to_string();
            }
        }
        Ok(black)
    }

    #[expect(clippy::too_many_arguments, reason = "one sentence: whose red, what against it, what becomes of it")]
    fn expect(
        &mut self,
        about: &str,
        node: &str,
        department: &str,
        firm: &Firm,
        against: Against,
        black: &Black,
        (stage, expected): (Stage, Expected),
    ) {
        self.lists.expectations.push(Expectation {
            about: about.to_owned(),
            node: node.to_owned(),
            department: department.to_owned(),
            name: firm.name.clone(),
            uscc: firm.uscc.to_string(),
            against: against.department().to_owned(),
            document: Some(black.document.clone()),
            stage,
            expected,
        });
    }

    /// Mixes the rows, so that what was planted does not stand in one place.
    fn shuffle(&mut self) {
        let lists = &mut self.lists;
        let counties = lists.counties.iter_mut().flat_map(|(red, black)| [red, black]);
        let feeds = [
            &mut lists.city,
            &mut lists.tax_red,
            &mut lists.tax_black,
            &mut lists.court,
            &mut lists.market,
            &mut lists.court_later,
            &mut lists.market_later,
        ];
        for table in counties.chain(feeds) {
            for index in (1..table.rows.len()).rev() {
                let other = self.firms.draw(u32::try_from(index + 1).unwrap_or(u32::MAX)) as usize;
                table.rows.swap(index, other);
            }
        }
    }

    fn city_firm(&mut self) -> Result<Firm, SampleError> {
        let place = Place { region: "420800", name: "荆门市", city: "荆门" };
        let mut firm = self.firms.make(place)?;
        // The city's own organ registers it.
        firm.place = Place { name: "", ..place };
        Ok(firm)
    }

    pub(super) fn document(&mut self, series: &str) -> String {
        self.number += 1;
        format!("{series}〔2017〕{}号", self.number)
    }

    /// The day on which the tax authority published its list of 2016.
    pub(super) fn tax_day(&self) -> NaiveDate {
        self.schedule.certified_on - Days::new(150)
    }
}
