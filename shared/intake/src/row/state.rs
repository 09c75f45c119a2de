//! Whether what a row says still stands: 当前状态 of the national layouts, 公示状态 of other lists.
//!
//! A revoked decision lists nobody, a contested one says that it is contested, and where the state cannot be understood
//! nobody is listed on it. In a department's list a revoked row is the department's word that an entry ended.

use super::reader::RowReader;
use crate::column::{Column, Field, Layout, fold};
use crate::limit;
use crate::problem::ProblemCode;
use crate::request::Purpose;
use crate::source::Row;

/// What a state means, the graver the later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    /// It stands.
    InForce,
    /// It is objected to, under review or before a court.
    Contested,
    /// Nothing that could be told.
    Unknown,
    /// It was revoked, taken off the list, repaired, or is published no longer.
    Ended,
}

/// The column that says that the row's document is contested, be it 当前状态 or 是否申诉中.
///
/// A state on which nobody can be listed is noted.
pub(super) fn contested<'a>(reader: &mut RowReader<'a>) -> Option<&'a Column> {
    let appealed = reader.yes_or_no(Field::UnderAppeal).unwrap_or(false);
    let mut by = reader.column(Field::UnderAppeal).filter(|_| appealed);
    for (column, text) in reader.repeated(Field::State, limit::MAX_SHORT_TEXT_CHARS) {
        match read(&text, has_codes(&column.header)) {
            State::InForce => {}
            State::Contested => by = by.or(Some(column)),
            State::Unknown => {
                let reason = if has_codes(&column.header) {
                    "看不懂该状态，不能据此导入；应为“0 正常”“1 撤销”或“2 异议”"
                } else {
                    "看不懂该状态，不能据此导入；应为“公示中”“异议”或“公示结束”"
                };
                reader.note_at(column, ProblemCode::ChoiceUnknown, reason);
            }
            State::Ended if reader.request.purpose == Purpose::Feed => reader.note_ended(column, NOT_IN_FORCE),
            State::Ended => reader.note_at(column, ProblemCode::NoLongerInForce, NOT_IN_FORCE),
        }
    }
    by
}

const NOT_IN_FORCE: &str = "该记录已撤销、移出、修复或失效，不再有效";

/// Whether a state of a row says that it ended, whatever else is wrong with the row.
pub(crate) fn says_ended(layout: &Layout, row: &Row) -> bool {
    let mut states = layout.columns.iter().filter(|column| column.field == Field::State);
    states.any(|column| read(&row.cell(column.index).text(), has_codes(&column.header)) == State::Ended)
}

/// Whether a column uses the digits of the national layouts. In 公示状态 each system numbers as it likes: 0 is 未公示
/// here and 公示中 there.
fn has_codes(header: &str) -> bool {
    !fold(header).starts_with("公示状态")
}

/// The gravest of what a cell says: `撤销`, `1`, `1-撤销`, `撤销（1）`.
fn read(text: &str, has_codes: bool) -> State {
    let folded = fold(text);
    let pieces = folded.split(|c: char| !c.is_alphanumeric()).flat_map(|piece| {
        let word = piece.trim_start_matches(|c: char| c.is_ascii_digit());
        let (code, word) = piece.split_at(piece.len() - word.len());
        [code, word]
    });
    let states = pieces.filter(|piece| !piece.is_empty()).map(|piece| match piece {
        "0" if has_codes => State::InForce,
        "1" if has_codes => State::Ended,
        "2" if has_codes => State::Contested,
        word => of_word(word),
    });
    states.max().unwrap_or(State::Unknown)
}

fn of_word(word: &str) -> State {
    match word {
        "正常" | "有效" | "现行有效" | "有效期内" | "在有效期内" | "生效" | "已生效" | "生效中" | "公示" | "公示中"
        | "正在公示" | "已公示" | "正常公示" | "公示期内" | "在公示期内" | "公开" | "已公开" | "公开中" | "无异议" => {
            State::InForce
        }
        "异议" | "异议中" | "有异议" | "存在异议" | "异议处理中" | "异议核查中" | "申诉" | "申诉中" | "复议"
        | "复议中" | "行政复议" | "行政复议中" | "诉讼" | "诉讼中" | "行政诉讼" | "行政诉讼中" => {
            State::Contested
        }
        "撤销" | "已撤销" | "被撤销" | "撤消" | "已撤消" | "撤回" | "已撤回" | "移出" | "已移出" | "移除"
        | "已移除" | "退出" | "已退出" | "失效" | "已失效" | "无效" | "已无效" | "废止" | "已废止" | "作废"
        | "已作废" | "修复" | "已修复" | "信用修复" | "已信用修复" | "修复完成" | "过期" | "已过期" | "到期"
        | "已到期" | "期满" | "已期满" | "公示期满" | "公示期已满" | "公示到期" | "公示结束" | "公示已结束"
        | "已结束公示" | "公示终止" | "终止公示" | "已终止公示" | "停止公示" | "已停止公示" | "取消公示"
        | "已取消公示" | "撤下" | "已撤下" => State::Ended,
        _ => State::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: State) {
        assert_eq!(read(text, true), expected, "{text}");
    }

    #[test]
    fn a_code_may_stand_before_or_behind_its_word_in_either_width() {
        for text in ["0", "０", "0.0", "正常", "0 正常", "0-正常", "0：正常", "正常（0）", "0正常", "有效。"]
        {
            check(text, State::InForce);
        }
        for text in ["2", "2异议", "2—异议", "异议中", "正常，复议中"] {
            check(text, State::Contested);
        }
        for text in ["1", "1撤销", "（1）撤销", "已移出", "已修复", "正常/已撤销"] {
            check(text, State::Ended);
        }
    }

    #[test]
    fn what_cannot_be_told_for_certain_is_unknown() {
        for text in ["3", "其他", "3 其他", "00", "10", "撤销中", "未撤销", "修复中", "未公示", "正常吗", "？", "否"]
        {
            check(text, State::Unknown);
        }
    }

    /// What contradicts itself counts as the graver.
    #[test]
    fn a_code_against_its_word_is_no_state_in_force() {
        check("0 撤销", State::Ended);
        check("1 正常", State::Ended);
        check("0 异议", State::Contested);
        check("0 其他", State::Unknown);
    }

    #[test]
    fn digits_mean_nothing_in_a_column_without_their_codes() {
        assert!(!has_codes("公示状态") && !has_codes(" *公示状态（必填）") && has_codes("CF_ZT"));
        for digit in ["0", "1", "2"] {
            assert_eq!(read(digit, false), State::Unknown);
        }
        assert_eq!(read("公示中", false), State::InForce);
    }
}
