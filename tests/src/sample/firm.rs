//! Firms that do not exist: valid codes, names with 样例 in them.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use honghei_domain::identifier::{CitizenId, RegistrationNumber, Uscc};
use honghei_domain::region::RegionCode;
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;

use super::SampleError;

/// A region whose registration organ registers firms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) region: &'static str,
    pub(super) name: &'static str,
    pub(super) city: &'static str,
}

/// The regions of the demonstration, counties first, as their commerce departments are named.
pub(super) const PLACES: [Place; 6] = [
    Place { region: "420802", name: "东宝区", city: "荆门" },
    Place { region: "420804", name: "掇刀区", city: "荆门" },
    Place { region: "420822", name: "沙洋县", city: "荆门" },
    Place { region: "420881", name: "钟祥市", city: "荆门" },
    Place { region: "420882", name: "京山市", city: "荆门" },
    Place { region: "429004", name: "仙桃市", city: "仙桃" },
];

const FIRST: [&str; 24] = [
    "德", "润", "恒", "瑞", "泰", "宏", "嘉", "永", "盛", "安", "华", "信", "和", "康", "金", "源", "顺", "达", "鑫",
    "正", "同", "兴", "广", "诚",
];
const SECOND: [&str; 24] = [
    "丰", "隆", "昌", "祥", "茂", "通", "源", "泽", "辉", "业", "禾", "远", "成", "裕", "弘", "腾", "晟", "铭", "捷",
    "凯", "航", "旭", "联", "邦",
];
const TRADES: [&str; 12] =
    ["商贸", "物流", "食品", "农产品", "汽车销售", "超市", "进出口", "家电", "建材", "酒业", "粮油", "电子商务"];
const SURNAMES: [&str; 12] = ["赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈", "褚", "卫"];

/// One invented firm.
#[derive(Clone, Debug)]
pub(super) struct Firm {
    pub(super) name: String,
    pub(super) uscc: Uscc,
    pub(super) registration: RegistrationNumber,
    pub(super) representative: String,
    pub(super) person: CitizenId,
    pub(super) place: Place,
}

impl Firm {
    pub(super) fn organisation(&self) -> String {
        self.uscc.organisation_code().to_string()
    }

    pub(super) fn organ(&self) -> String {
        format!("{}市{}市场监督管理局", self.place.city, if self.place.city == "仙桃" { "" } else { self.place.name })
    }

    pub(super) fn address(&self) -> String {
        let serial = self.registration.as_str().get(9..13).unwrap_or("1");
        format!("{}样例路{}号", self.place.name, serial.trim_start_matches('0'))
    }

    /// A taxpayer number of before 2015: region and organisation code.
    pub(super) fn old_taxpayer_number(&self) -> String {
        format!("{}{}", self.place.region, self.organisation())
    }
}

/// Makes firms, no two alike in code or name.
pub(super) struct Firms {
    rng: ChaCha20Rng,
    serial: u32,
    names: BTreeSet<String>,
}

impl Firms {
    pub(super) fn new(rng: ChaCha20Rng) -> Self {
        Self { rng, serial: 20_000_000, names: BTreeSet::new() }
    }

    pub(super) fn make(&mut self, place: Place) -> Result<Firm, SampleError> {
        self.serial += 1;
        let region: RegionCode = place.region.parse().map_err(|_| SampleError::Code("region"))?;
        let uscc = Uscc::synthesize('9', '1', place.region, &format!("{:08}", self.serial))
            .map_err(|_| SampleError::Code("unified social credit code"))?;
        let born_on = NaiveDate::from_ymd_opt(1960, 1, 1).unwrap_or_default() + Days::new(u64::from(self.draw(12_000)));
        let serial = u16::try_from(self.draw(1_000)).unwrap_or(0);
        Ok(Firm {
            name: self.name(place),
            registration: RegistrationNumber::synthesize(region, self.serial),
            representative: format!("{}样例", self.pick(&SURNAMES)),
            person: CitizenId::synthesize(region, born_on, serial),
            uscc,
            place,
        })
    }

    /// A firm anywhere in the demonstration's area.
    pub(super) fn anywhere(&mut self) -> Result<Firm, SampleError> {
        let place = self.place();
        self.make(place)
    }

    pub(super) fn place(&mut self) -> Place {
        let at = self.draw(6);
        PLACES.get(at as usize).copied().unwrap_or(PLACES[0])
    }

    /// Another firm's valid USCC around the same organisation code: registered elsewhere.
    pub(super) fn second_uscc(firm: &Firm) -> Result<Uscc, SampleError> {
        let eight = firm.uscc.as_str().get(8..16).unwrap_or_default();
        Uscc::synthesize('9', '2', "420800", eight).map_err(|_| SampleError::Code("second unified social credit code"))
    }

    /// A code whose outer check holds and whose inner check does not.
    pub(super) fn questionable_uscc(firm: &Firm) -> Option<String> {
        let first = firm.uscc.as_str().get(..16)?;
        let own = firm.uscc.as_str().get(16..17)?;
        let inner = if own == "1" { '2' } else { '1' };
        "0123456789ABCDEFGHJKLMNPQRTUWXY"
            .chars()
            .map(|last| format!("{first}{inner}{last}"))
            .find(|text| Uscc::read(text).is_ok_and(|reading| reading.asks_a_person()))
    }

    /// The firm's code with its last character changed.
    pub(super) fn wrong_uscc(firm: &Firm) -> String {
        let mut code = firm.uscc.to_string();
        let last = if code.ends_with('A') { 'B' } else { 'A' };
        code.pop();
        code.push(last);
        code
    }

    fn name(&mut self, place: Place) -> String {
        loop {
            let (first, second, trade) = (self.pick(&FIRST), self.pick(&SECOND), self.pick(&TRADES));
            let seat = place.name.trim_end_matches(['区', '县', '市']);
            let name = format!("{seat}样例{first}{second}{trade}有限公司");
            if self.names.insert(name.clone()) {
                return name;
            }
            // So few names are left that a number must tell them apart.
            let name = format!("{seat}样例{first}{second}{}号{trade}有限公司", self.serial % 100_000);
            if self.names.insert(name.clone()) {
                return name;
            }
            self.serial += 1;
        }
    }

    pub(super) fn draw(&mut self, below: u32) -> u32 {
        self.rng.next_u32() % below.max(1)
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        let at = self.draw(u32::try_from(from.len()).unwrap_or(1));
        from.get(at as usize).copied().unwrap_or_default()
    }
}
