//! The legal days of the story, counted by the calendar itself.

use chrono::NaiveDate;
use honghei_domain::calendar::{CountStartDay, WorkCalendar};

use crate::process::Trouble;
use crate::sample::Schedule;

/// Working days of a county's publicity and of the period for statements (D-01, D-16).
const COUNTY_PUBLICITY: u32 = 10;
/// Working days of the city's publicity (D-03).
const CITY_PUBLICITY: u32 = 20;

/// The legal days of the story.
#[derive(Clone, Copy, Debug)]
pub struct Days {
    /// Candidates are collected, notified and publicised.
    pub collected: NaiveDate,
    /// Statements are heard.
    pub heard: NaiveDate,
    /// The last day of the counties' publicity.
    pub publicity_ends: NaiveDate,
    /// Every head signs.
    pub certified: NaiveDate,
    /// The city and the province's desk review.
    pub reviewed: NaiveDate,
    /// Their heads sign and the publicity of the reviewed lists begins.
    pub signed: NaiveDate,
    /// What was returned is corrected and publicised again.
    pub corrected: NaiveDate,
    /// Objections are received.
    pub objected: NaiveDate,
    /// And verified by the recogniser.
    pub verified: NaiveDate,
    /// What was corrected is certified and declared again.
    pub certified_again: NaiveDate,
    /// And reviewed, signed, publicised.
    pub reviewed_again: NaiveDate,
    /// The day after the last publicity of the first lists: they are reported.
    pub reported: NaiveDate,
    /// The day after the second list's.
    pub reported_again: NaiveDate,
    /// The departments' first feeds arrive.
    pub first_feeds: NaiveDate,
    /// The province publishes.
    pub published: NaiveDate,
    /// Later feeds arrive.
    pub later_feeds: NaiveDate,
    /// The province publishes again.
    pub published_again: NaiveDate,
}

impl Days {
    /// Counts the days of a schedule.
    ///
    /// # Errors
    /// If the schedule leaves no room for a waiting time of the law.
    pub fn of(schedule: &Schedule) -> Result<Self, Trouble> {
        let calendar = WorkCalendar::shipped().map_err(|defect| Trouble::Malformed(defect.to_string()))?;
        let after = |day: NaiveDate, days: u32| calendar.add_working_days(day, days, CountStartDay::Excluded).on;
        let certified = schedule.certified_on;
        let reviewed = after(certified, 1);
        let signed = after(certified, 2);
        let corrected = after(certified, 3);
        let certified_again = after(corrected, COUNTY_PUBLICITY + 1);
        let reviewed_again = after(certified_again, 1);
        let objected = after(signed, 8);
        let reported_again = after(reviewed_again, CITY_PUBLICITY + 1);
        let published = after(schedule.first_feeds_on.max(reported_again), 2);
        let days = Self {
            collected: schedule.collected_on,
            heard: after(schedule.collected_on, 3),
            publicity_ends: after(schedule.collected_on, COUNTY_PUBLICITY),
            certified,
            reviewed,
            signed,
            corrected,
            objected,
            verified: after(objected, 1),
            certified_again,
            reviewed_again,
            reported: after(signed, CITY_PUBLICITY + 1),
            reported_again,
            first_feeds: schedule.first_feeds_on,
            published,
            later_feeds: schedule.later_feeds_on,
            published_again: after(schedule.later_feeds_on, 1),
        };
        let ordered = days.publicity_ends < days.certified && days.published < days.later_feeds;
        if ordered { Ok(days) } else { Err(Trouble::Malformed("the schedule is too tight for the law".to_owned())) }
    }
}
