//! The readers against other people's test vectors and real registers, where a machine has them.

use proptest::prelude::*;

use super::*;

/// The columns of a file without quoted commas.
fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().skip(1).map(|line| line.split(',').collect())
}

#[test]
fn published_code_vectors_agree() {
    let Some(text) = honghei_real_data::text("vectors/uscc_vectors.csv") else { return };
    let mut compared = 0;
    for fields in rows(&text) {
        // "asserted" are codes printed in public documents: right as well.
        let expected = matches!(fields[1], "valid" | "asserted");
        let reading = Uscc::read(fields[0]);
        assert_eq!(reading.is_ok(), expected, "{fields:?}: {reading:?}");
        compared += 1;
    }
    assert_eq!(compared, 130);
}

#[test]
fn published_id_number_vectors_agree_but_for_the_county_at_birth() {
    let Some(text) = honghei_real_data::text("vectors/ric_vectors.csv") else { return };
    for (line, fields) in rows(&text).enumerate() {
        // "invalid-component": the number is sound, and its county did not exist in the year of birth. Counties are
        // not judged here, because no table of them is complete: real numbers would be refused.
        let expected = matches!(fields[1], "valid" | "invalid-component");
        let read = CitizenId::read(fields[0]).map_err(|defect| defect.code());
        assert_eq!(read.is_ok(), expected, "line {}: {:?}", line + 2, read.err());
    }
}

#[test]
fn every_registered_firm_of_the_register_is_read_and_hardly_one_asks_a_person() {
    for (name, least) in [("hubei_enterprises.csv.gz", 66_000), ("yanqing_enterprises.csv.gz", 600)] {
        let Some(text) = honghei_real_data::text(name) else { return };
        let (mut read, mut asked) = (0, 0);
        for line in text.lines().skip(1) {
            let code = line.split(',').next().unwrap();
            match Uscc::read(code) {
                Ok(reading) => {
                    read += 1;
                    asked += usize::from(reading.asks_a_person());
                    assert_eq!(reading.code.as_str(), code);
                }
                Err(defect) => panic!("{name} line {}: {}", read + 2, defect.code()),
            }
        }
        assert!(read >= least, "{name}: {read}");
        assert!(asked * 1_000 <= read, "{name}: {asked} of {read}");
    }
}

#[test]
fn published_lists_keep_their_good_codes_and_name_the_damage_of_the_others() {
    let Some(text) = honghei_real_data::text("lists/published_lists.csv.gz") else { return };
    let mut seen = std::collections::BTreeMap::<(String, &str), usize>::new();
    for line in text.lines() {
        // Fields before the name hold no commas; the code and its status stand together.
        let Some((code, status)) = line.split(',').zip(line.split(',').skip(1)).find(|(_, status)| {
            matches!(
                *status,
                "valid" | "15_digit_regno_or_taxid" | "15_char_taxid" | "excel_truncated_15_digits" | "len18_bad_check"
            )
        }) else {
            continue;
        };
        let outcome = match Uscc::read(code) {
            Ok(reading) if reading.asks_a_person() => "ASKED",
            Ok(_) => "READ",
            Err(defect) => defect.code(),
        };
        *seen.entry((status.to_owned(), outcome)).or_default() += 1;
    }
    let count = |status: &str, outcome| seen.get(&(status.to_owned(), outcome)).copied().unwrap_or(0);
    let all = |status: &str| seen.iter().filter(|((of, _), _)| of == status).map(|(_, n)| n).sum::<usize>();
    assert!(count("valid", "READ") > 4_400, "{seen:?}");
    assert_eq!(count("valid", "READ") + count("valid", "ASKED"), all("valid"), "{seen:?}");
    assert_eq!(count("len18_bad_check", "READ"), 0, "{seen:?}");
    assert_eq!(count("excel_truncated_15_digits", "CODE_DIGITS_LOST"), all("excel_truncated_15_digits"), "{seen:?}");
    let old = "15_digit_regno_or_taxid";
    let named = count(old, "CODE_LOOKS_LIKE_TAX_NUMBER") + count(old, "CODE_LOOKS_LIKE_REGISTRATION_NUMBER");
    assert_eq!(named, all(old), "{seen:?}");
}

#[test]
fn stored_codes_are_checked_for_their_shape() {
    let code = Uscc::synthesize('9', '1', "420802", "MA48LWPU").unwrap();
    let read: Result<Uscc, _> = toml::from_str::<std::collections::BTreeMap<String, Uscc>>(&format!("a = \"{code}\""))
        .map(|mut read| read.remove("a").unwrap());
    assert_eq!(read, Ok(code));
    assert!(toml::from_str::<std::collections::BTreeMap<String, Uscc>>("a = \"91420802\"").is_err());
    assert!(toml::from_str::<std::collections::BTreeMap<String, OrganisationCode>>("a = \"D2143569-X\"").is_err());
    assert!(toml::from_str::<std::collections::BTreeMap<String, RegistrationNumber>>("a = \"12345\"").is_err());
}

proptest! {
    #[test]
    fn no_single_wrong_character_passes_the_outer_check(serial in 0u32..100_000_000, place in 8usize..18, to in 0usize..31) {
        let code = Uscc::synthesize('9', '1', "420802", &format!("{serial:08}")).unwrap();
        let mut wrong = code.as_str().as_bytes().to_vec();
        prop_assume!(wrong[place] != check::USCC_ALPHABET[to]);
        wrong[place] = check::USCC_ALPHABET[to];
        prop_assert!(Uscc::read(&String::from_utf8(wrong).unwrap()).is_err());
    }

    #[test]
    fn any_text_at_all_is_judged_without_a_panic(raw in "\\PC{0,24}") {
        let _ = Uscc::read(&raw);
        let _ = Uscc::read_confirmed(&raw);
        let _ = OrganisationCode::read(&raw);
        let _ = RegistrationNumber::read(&raw);
        let _ = CitizenId::read(&raw);
    }

    #[test]
    fn code_like_text_is_judged_without_a_panic_and_what_is_read_reads_again(raw in "[0-9A-Zａ-ｚ０-９ '.+*-]{8,20}") {
        if let Ok(reading) = Uscc::read(&raw) {
            let again = Uscc::read(reading.code.as_str()).unwrap();
            prop_assert_eq!(again.code, reading.code);
            prop_assert!(!again.flags.contains(&ReadingFlag::Respelled));
        }
        let _ = OrganisationCode::read(&raw);
        let _ = RegistrationNumber::read(&raw);
        let _ = CitizenId::read(&raw);
    }
}
