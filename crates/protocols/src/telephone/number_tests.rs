use proptest::prelude::*;

use super::*;

fn area() -> AreaCode {
    AreaCode::new("0596").unwrap()
}

fn read(written: &str) -> Option<String> {
    Number::read(written, Some(&area())).map(|number| number.as_str().to_owned())
}

#[test]
fn all_written_forms_of_a_mobile_number_meet() {
    let forms = [
        "13800000000",
        "+86 138 0000 0000",
        "+8613800000000",
        "008613800000000",
        "8613800000000",
        "013800000000",
        "138-0000-0000",
        "(+86)138.0000.0000",
        "+86 (0)138 0000 0000",
        "０１３８００００００００",
        "\u{202a}13800000000\u{202c}",
        "sip:+8613800000000@192.0.2.1:5060;user=phone",
        "\"Wang\" <sip:013800000000@example.org>;tag=1",
        "tel:+86-138-0000-0000;phone-context=x",
        "%2B8613800000000",
        "#31#13800000000",
        "13800000000,801",
        "13800000000转1",
    ];
    for form in forms {
        assert_eq!(read(form).as_deref(), Some("13800000000"), "{form}");
    }
}

#[test]
fn all_written_forms_of_a_landline_number_meet() {
    let forms = [
        "05962222222",
        "(0596) 2222222",
        "0596-222-2222",
        "0596－2222222",
        "2222222",
        "222-2222",
        "+86596 2222222",
        "+86 0596 2222222",
        "865962222222",
        "00865962222222",
        "5962222222",
        "0596-2222222-801",
        "2222222-8001",
        "2222222转801",
        "0596 2222222 ext 801",
    ];
    for form in forms {
        assert_eq!(read(form).as_deref(), Some("05962222222"), "{form}");
    }
}

#[test]
fn big_cities_have_shorter_codes_and_longer_numbers() {
    for form in ["01022222222", "+861022222222", "1022222222", "010-2222-2222"] {
        assert_eq!(read(form).as_deref(), Some("01022222222"), "{form}");
    }
    for form in ["075588886666", "+8675588886666", "75588886666", "0755-8888-6666"] {
        assert_eq!(read(form).as_deref(), Some("075588886666"), "{form}");
    }
    assert_eq!(read("595-2222-2222").as_deref(), Some("059522222222"));
}

#[test]
fn service_numbers_are_themselves() {
    let forms = [
        ("120", "120"),
        ("0596120", "120"),
        ("0592120", "0592120"),
        ("059612345", "12345"),
        ("+8612349", "12349"),
        ("010086", "10086"),
        ("95588", "95588"),
        ("400-800-8820", "4008008820"),
        ("+864008008820", "4008008820"),
        ("8008008820", "8008008820"),
        ("1001", "1001"),
        ("sip:8001@192.0.2.1", "8001"),
    ];
    for (form, number) in forms {
        assert_eq!(read(form).as_deref(), Some(number), "{form}");
    }
}

#[test]
fn numbers_abroad_keep_their_country() {
    for form in ["+852 2222 2222", "0085222222222", "00 852 2222 2222"] {
        assert_eq!(read(form).as_deref(), Some("0085222222222"), "{form}");
    }
}

#[test]
fn without_an_area_code_local_numbers_stay_as_they_are() {
    let read = |form| Number::read(form, None).map(|number| number.as_str().to_owned());
    assert_eq!(read("222-2222").as_deref(), Some("2222222"));
    assert_eq!(read("+86 596 2222222").as_deref(), Some("05962222222"));
}

#[test]
fn withheld_numbers_are_none() {
    let forms = [
        "",
        " ",
        "anonymous",
        "Anonymous",
        "UNKNOWN",
        "<unknown>",
        "restricted",
        "unavailable",
        "Private",
        "s",
        "0",
        "00000000",
        "sip:anonymous@anonymous.invalid",
        "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=x",
    ];
    for form in forms {
        assert_eq!(read(form), None, "{form}");
        assert!(is_withheld(form), "{form}");
    }
}

#[test]
fn nothing_but_zeros_behind_a_country_and_a_number_too_long_with_its_prefix_are_none() {
    assert_eq!(read("+86000000"), None);
    let digits = "3".repeat(MAX_DIGITS - 2);
    assert_eq!(read(&format!("+{digits}")), Some(format!("00{digits}")));
    assert_eq!(read(&format!("+{digits}3")), None);
}

#[test]
fn what_is_no_number_is_none_but_not_withheld() {
    for form in ["agent1", "PJSIP/agent1", "trunk-7", "+", "转"] {
        assert_eq!(read(form), None, "{form}");
        assert!(!is_withheld(form), "{form}");
    }
    assert_eq!(read(&"1".repeat(MAX_DIGITS + 1)), None);
    assert!(!is_withheld("13800000000") && !is_withheld("10086"));
}

#[test]
fn area_codes_are_read_with_and_without_their_zero() {
    for (written, code) in [("0596", "0596"), ("596", "0596"), (" 010 ", "010"), ("21", "021")] {
        assert_eq!(AreaCode::new(written).unwrap().as_str(), code);
    }
    for written in ["", "0", "1", "11", "05961", "59", "5x6", "+86"] {
        assert_eq!(AreaCode::new(written), None, "{written}");
    }
}

/// Numbers as people have them, in their one form.
fn canonical() -> impl Strategy<Value = String> {
    prop_oneof![
        "1[3-9][0-9]{9}",
        "0596[2-8][0-9]{6}",
        "0[3-8][0-9]{2}[2-8][0-9]{7}".prop_filter("free numbers", |number| {
            !number.starts_with("0400") && !number.starts_with("0800")
        }),
        "010[2-8][0-9]{7}",
        "02[0-9][2-8][0-9]{7}",
    ]
}

/// Ways to write a number that is whole.
fn written(number: &str) -> Vec<String> {
    let national = number.strip_prefix('0').unwrap_or(number);
    let spaced = |text: &str| {
        let letters = text.chars().enumerate();
        letters.map(|(at, x)| if at % 4 == 3 { format!("{x} ") } else { x.into() }).collect()
    };
    let mut forms = vec![
        number.to_owned(),
        format!("+86{national}"),
        format!("0086{national}"),
        format!("86{national}"),
        format!("0{national}"),
        format!("<sip:+86{national}@192.0.2.1>"),
        format!("{number}转12"),
        spaced(number),
        spaced(&format!("+86 {national}")),
    ];
    forms.extend(number.strip_prefix("0596").map(str::to_owned));
    forms
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_forms_of_any_number_meet(number in canonical()) {
        for form in written(&number) {
            let found = read(&form);
            prop_assert_eq!(found.as_deref(), Some(number.as_str()), "{}", form);
            let tail = Number::read(&form, Some(&area())).unwrap().tail().to_owned();
            prop_assert!(form.chars().filter(char::is_ascii_digit).collect::<String>().contains(&tail));
        }
    }

    #[test]
    fn the_one_form_is_read_as_itself(written in "[0-9+ ()-]{0,20}|(00|\\+)?(86|0){0,3}[0-9]{0,14}", with_area: bool) {
        let area = with_area.then(area);
        if let Some(number) = Number::read(&written, area.as_ref()) {
            prop_assert_eq!(Number::read(number.as_str(), area.as_ref()), Some(number));
        }
    }

    #[test]
    fn any_text_is_read_without_panic(written in "\\PC{0,40}") {
        if let Some(number) = Number::read(&written, Some(&area())) {
            prop_assert!(number.as_str().bytes().all(|digit| digit.is_ascii_digit()));
            prop_assert!(!is_withheld(&written));
        }
    }
}
