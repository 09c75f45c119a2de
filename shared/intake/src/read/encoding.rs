//! Which encoding a text file is in, by a rule that can be explained.
//!
//! 1. With a UTF-8 byte order mark it is UTF-8, or an error.
//! 2. What is valid UTF-8 throughout is UTF-8.
//! 3. What is valid GB18030 throughout, and whose two-byte characters are mostly the common ones of GB 2312 level one,
//!    as Chinese text is, is GB18030. UTF-8 with one damaged byte decodes as GB18030 too, into rare characters: the
//!    share of common ones tells them apart, and such a file is refused.
//! 4. Everything else is refused: characters are never replaced and never guessed.

use std::borrow::Cow;

use encoding_rs::GB18030;

use crate::fault::IntakeFault;
use crate::source::TextEncoding;

const UTF8_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

/// The least share, in percent, of GB 2312 level-one characters among the Chinese characters of GB18030 text.
/// Company lists reach 95 and more; UTF-8 read as GB18030 stays below 40.
const LEAST_COMMON_PERCENT: usize = 75;

/// Decodes a whole text file.
pub(super) fn decode(bytes: &[u8]) -> Result<(TextEncoding, Cow<'_, str>), IntakeFault> {
    let (marked, body) = match bytes.strip_prefix(UTF8_MARK) {
        Some(body) => (true, body),
        None => (false, bytes),
    };
    let utf8_byte = match std::str::from_utf8(body) {
        Ok(text) => {
            let encoding = if marked { TextEncoding::Utf8Bom } else { TextEncoding::Utf8 };
            return Ok((encoding, Cow::Borrowed(text)));
        }
        Err(error) => bytes.len() - body.len() + error.valid_up_to(),
    };
    let refused = |gb18030: String| Err(IntakeFault::Encoding { utf8_byte, gb18030 });
    if marked {
        return refused("文件带有 UTF-8 标记".into());
    }
    let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(body) else {
        return refused("含有 GB18030 没有的字节".into());
    };
    let (common, all) = chinese_characters(body);
    if common * 100 < all * LEAST_COMMON_PERCENT {
        return refused(format!("{all} 个汉字中只有 {common} 个常用字，像是乱码"));
    }
    if text.chars().any(|c| matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{0}'..='\u{8}' | '\u{80}'..='\u{9f}')) {
        return refused("含有私用区或控制字符".into());
    }
    Ok((TextEncoding::Gb18030, text))
}

/// Counts (GB 2312 level one, all) among the two-byte and four-byte characters, symbols and full-width forms left out.
fn chinese_characters(body: &[u8]) -> (usize, usize) {
    let (mut common, mut all) = (0, 0);
    let mut rest = body;
    while let Some(&lead) = rest.first() {
        let trail = rest.get(1).copied().unwrap_or(0);
        let width = match (lead, trail) {
            (..=0x80, _) => 1,
            (_, 0x30..=0x39) => 4,
            _ => 2,
        };
        match (lead, trail) {
            (..=0x80, _) | (0xA1..=0xA9, 0xA1..) => {}
            (0xB0..=0xD7, 0xA1..) => {
                common += 1;
                all += 1;
            }
            _ => all += 1,
        }
        rest = rest.get(width..).unwrap_or_default();
    }
    (common, all)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "统一社会信用代码,企业名称,认定部门\n,荆门样例商贸有限公司（原样例经营部）,荆门市商务局\n";

    #[test]
    fn each_encoding_is_recognised() {
        let marked = [UTF8_MARK, LIST.as_bytes()].concat();
        let (gb18030, _, _) = GB18030.encode(LIST);
        for (bytes, expected) in
            [(LIST.as_bytes(), TextEncoding::Utf8), (&marked, TextEncoding::Utf8Bom), (&gb18030, TextEncoding::Gb18030)]
        {
            let (encoding, text) = decode(bytes).unwrap();
            assert_eq!((encoding, text.as_ref()), (expected, LIST));
        }
    }

    #[test]
    fn damaged_utf8_is_refused_and_never_read_as_gb18030() {
        for cut in 1..LIST.len() {
            let bytes = &LIST.as_bytes()[..cut];
            if std::str::from_utf8(bytes).is_err() {
                assert_eq!(decode(bytes).unwrap_err().code(), "INTAKE_ENCODING_UNKNOWN", "cut at {cut}");
            }
        }
    }

    #[test]
    fn other_encodings_are_refused() {
        let (shift_jis, _, _) = encoding_rs::SHIFT_JIS.encode("会社名,東京都千代田区の株式会社,これはテスト");
        assert!(decode(&shift_jis).is_err());
        let (big5, _, _) = encoding_rs::BIG5.encode("企業名稱,統一編號,臺北市政府經濟發展局,違反規定事實");
        assert!(decode(&big5).is_err());
        let (latin, _, _) = encoding_rs::WINDOWS_1252.encode("société générale, café crème, où êtes-vous");
        assert!(decode(&latin).is_err());
    }
}
