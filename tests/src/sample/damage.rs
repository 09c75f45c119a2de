//! Rows that a file brings damaged, each with the code that must refuse it.

use chrono::Days;

use super::SampleError;
use super::conflict::{Against, Link, When};
use super::firm::{Firm, Firms, PLACES};
use super::plan::Planner;
use super::rows;
use super::sheet::{Cell, Fate};

impl Planner<'_> {
    /// Rows that a file brings damaged, with the code each must be refused by.
    pub(super) fn damage(&mut self) -> Result<(), SampleError> {
        for county in 0..PLACES.len() {
            self.damage_red(county)?;
            self.damage_black(county)?;
        }
        self.damage_tax_red()?;
        let firm = self.firms.anywhere()?;
        let mut black = self.black(&firm, Link::Uscc, Against::Court, When::Before)?;
        black.uscc = firm.person.in_clear().to_owned();
        let cells = rows::court_black(&black);
        self.lists.court.push(cells, Fate::rejected("PERSONAL_NUMBER_HELD_BACK"));
        Ok(())
    }

    fn damage_red(&mut self, county: usize) -> Result<(), SampleError> {
        let place = PLACES.get(county).copied().unwrap_or(PLACES[0]);
        let firms = (0..5).map(|_| self.firms.make(place)).collect::<Result<Vec<_>, _>>()?;
        let damaged = |firm: &Firm, which: usize| -> (Cell, &'static str) {
            match which {
                // A workbook keeps the number itself, a text file what Excel showed of it.
                0 => (Cell::Number(914_208_001_234_567_000.0), "DIGITS_LOST"),
                1 => (Firms::wrong_uscc(firm).into(), "USCC_INVALID"),
                2 => (firm.person.in_clear().into(), "PERSONAL_NUMBER_HELD_BACK"),
                3 => ("914208001234567000".into(), "DIGITS_LOST"),
                _ => (firm.uscc.as_str().get(..17).unwrap_or_default().into(), "USCC_INVALID"),
            }
        };
        for (which, firm) in firms.iter().enumerate() {
            let cells = self.red_cells(firm);
            let Some((table, _)) = self.lists.counties.get_mut(county) else { continue };
            let (value, code) = damaged(firm, which);
            let cells = table.changed(cells, "统一社会信用代码", value);
            table.push(cells, Fate::rejected(code));
        }
        let Some((table, _)) = self.lists.counties.get_mut(county) else { return Ok(()) };
        if let Some((first, _)) = table.rows.first().cloned() {
            table.push(first.clone(), Fate::rejected("DUPLICATE_IN_FILE"));
            let nameless = table.changed(first, "企业名称", "无");
            table.push(nameless, Fate::rejected("VALUE_MISSING"));
        }
        Ok(())
    }

    fn damage_black(&mut self, county: usize) -> Result<(), SampleError> {
        let place = PLACES.get(county).copied().unwrap_or(PLACES[0]);
        let firm = self.firms.make(place)?;
        let document = self.document("样例市监处字");
        let issued_on = self.schedule.collected_on - Days::new(90);
        let good = rows::black_candidate(&firm, &document, issued_on, true);
        let facts = format!("负责人（身份证{}）逃避履行", firm.person.in_clear());
        let Some((_, table)) = self.lists.counties.get_mut(county) else { return Ok(()) };
        for (header, value, code) in [
            ("决定书文号", Cell::from("—"), "VALUE_MISSING"),
            ("能否修复", Cell::from("待定"), "CHOICE_UNKNOWN"),
            ("作出日期", Cell::from("2017年2月30日"), "DATE_INVALID"),
            ("列入事由", Cell::from(facts), "PERSONAL_NUMBER_HELD_BACK"),
        ] {
            let cells = table.changed(good.clone(), header, value);
            table.push(cells, Fate::rejected(code));
        }
        // No code at all: a black candidate may be listed by name.
        let nameless = self.firms.make(place)?;
        let document = self.document("样例市监处字");
        let cells = rows::black_candidate(&nameless, &document, issued_on, false);
        let Some((_, table)) = self.lists.counties.get_mut(county) else { return Ok(()) };
        let cells = table.changed(cells, "统一社会信用代码", "无");
        let cells = table.changed(cells, "工商注册号", "/");
        table.push(cells, Fate::warned(&["NAME_ONLY"]));
        Ok(())
    }

    fn damage_tax_red(&mut self) -> Result<(), SampleError> {
        let recognised_on = self.tax_day();
        let firm = self.firms.anywhere()?;
        if let Some(code) = Firms::questionable_uscc(&firm) {
            self.lists.tax_red.push(rows::tax_red(&code, &firm, recognised_on), Fate::questioned());
        }
        for (which, code) in [
            (0, "PERSONAL_NUMBER_HELD_BACK"),
            (1, "DIGITS_LOST"),
            (2, "TAXPAYER_NUMBER_INVALID"),
            (3, "TAXPAYER_NUMBER_INVALID"),
        ] {
            let firm = self.firms.anywhere()?;
            let number = match which {
                0 => firm.person.in_clear().to_owned(),
                1 => "9.14208E+17".to_owned(),
                2 => Firms::wrong_uscc(&firm),
                _ => firm.uscc.as_str().get(..14).unwrap_or_default().to_owned(),
            };
            self.lists.tax_red.push(rows::tax_red(&number, &firm, recognised_on), Fate::rejected(code));
        }
        if let Some((first, fate)) = self.lists.tax_red.rows.first().cloned() {
            self.lists.tax_red.push(first, Fate { rejected: Some("DUPLICATE_IN_FILE"), ..fate });
        }
        Ok(())
    }
}
