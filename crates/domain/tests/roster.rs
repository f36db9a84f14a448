//! The arithmetic of rosters: over midnight, month ends and days of 23 and 25 hours, and people who
//! are in it twice.

#![allow(clippy::unwrap_used, reason = "these are tests")]

use proptest::prelude::*;
use silverbell_domain::{
    Answers, Asked, Calendar, CoverGap, CoverPiece, CoverPolicy, DistrictId, LatLon, MinimumCover,
    OnCall, Person, Responder, ResponderId, ResponderRole, Shift, ShiftFault, ShiftId, Staff,
    TimeOfDay, UnixMs, asked, cover, double_booked, end_of_duty, gaps,
};
use uuid::Uuid;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// 2026-11-22T00:00 in Shanghai, a Sunday.
const SUNDAY: UnixMs = UnixMs(1_795_276_800_000);

/// Eight hours ahead, all year.
struct Shanghai;

impl Calendar for Shanghai {
    fn day_of(&self, at: UnixMs) -> i32 {
        (at.0 + 8 * HOUR).div_euclid(DAY) as i32
    }

    fn moment(&self, day: i32, minute: u16) -> UnixMs {
        UnixMs(i64::from(day) * DAY + i64::from(minute) * MINUTE - 8 * HOUR)
    }
}

/// A clock that on one day leaves out the hour from 02:00, as it is with summer time.
struct LeavesOut(i32);

impl Calendar for LeavesOut {
    fn day_of(&self, at: UnixMs) -> i32 {
        let skipped = if at.0 >= i64::from(self.0) * DAY + 2 * HOUR { HOUR } else { 0 };
        (at.0 + skipped).div_euclid(DAY) as i32
    }

    fn moment(&self, day: i32, minute: u16) -> UnixMs {
        let is_after = day > self.0 || (day == self.0 && minute >= 180);
        let shown = i64::from(day) * DAY + i64::from(minute) * MINUTE;
        UnixMs(shown - if is_after { HOUR } else { 0 })
    }
}

fn at(hours: i64) -> UnixMs {
    UnixMs(SUNDAY.0 + hours * HOUR)
}

fn who(n: u128) -> ResponderId {
    ResponderId(Uuid::from_u128(n))
}

fn shift(n: u128, from: i64, to: i64) -> Shift {
    Shift { id: ShiftId(Uuid::from_u128(n)), responder: who(n), from: at(from), to: at(to) }
}

fn aide(n: u128, from: i64, to: i64) -> (Shift, ResponderRole) {
    (shift(n, from, to), ResponderRole::Aide)
}

fn rescuer(n: u128, from: i64, to: i64) -> (Shift, ResponderRole) {
    (shift(n, from, to), ResponderRole::Rescuer)
}

fn time(text: &str) -> TimeOfDay {
    TimeOfDay::try_from(text.to_owned()).unwrap()
}

fn wanted(from: &str, to: &str, aides: u32, rescuers: u32) -> MinimumCover {
    MinimumCover { from: time(from), to: time(to), aides, rescuers, district: None }
}

fn policy(minimum: Vec<MinimumCover>) -> CoverPolicy {
    CoverPolicy { minimum, warn_ahead_h: 24, missing_after_s: 600 }
}

fn longwen() -> DistrictId {
    DistrictId::new("longwen")
}

fn staff(aides: u32, rescuers: u32) -> Staff {
    Staff { aides, rescuers }
}

fn day_and_night() -> CoverPolicy {
    policy(vec![wanted("07:00", "19:00", 2, 1), wanted("19:00", "07:00", 1, 1)])
}

#[test]
fn a_time_of_the_day_is_written_as_people_write_it() {
    for text in ["00:00", "07:05", "23:59", "24:00"] {
        assert_eq!(time(text).to_string(), text);
    }
    for wrong in ["", "7:00", "07:60", "24:01", "25:00", "0700", "07:00:00", "+7:00", "七点"] {
        assert!(TimeOfDay::try_from(wrong.to_owned()).unwrap_err().contains("07:00"), "{wrong}");
    }
}

#[test]
fn what_is_asked_follows_the_clock_over_midnight() {
    let found = asked(&day_and_night(), &longwen(), &Shanghai, (at(0), at(24)));
    let spans: Vec<_> = found.iter().map(|it| (it.from, it.to, it.staff)).collect();
    let expected =
        [(at(-5), at(7), staff(1, 1)), (at(7), at(19), staff(2, 1)), (at(19), at(31), staff(1, 1))];
    assert_eq!(spans, expected);
    assert_eq!(asked(&policy(Vec::new()), &longwen(), &Shanghai, (at(0), at(24))), []);
}

#[test]
fn an_entry_from_a_time_to_the_same_is_the_whole_day_and_24_00_is_its_end() {
    for (from, to) in [("00:00", "24:00"), ("00:00", "00:00"), ("07:00", "07:00")] {
        let found =
            asked(&policy(vec![wanted(from, to, 1, 0)]), &longwen(), &Shanghai, (at(0), at(48)));
        assert!(found.iter().all(|it| it.to.since_ms(it.from) == DAY), "{from} {to}: {found:?}");
        let pieces = cover(&found, &[], (at(0), at(48)));
        assert_eq!(gaps(&pieces), [CoverGap { from: at(0), to: at(48), short: staff(1, 0) }]);
    }
}

#[test]
fn a_district_that_is_named_has_its_own_numbers() {
    let mut small = wanted("00:00", "24:00", 1, 0);
    small.district = Some(DistrictId::new("yunxiao"));
    let policy = policy(vec![wanted("00:00", "24:00", 5, 5), small]);
    let of = |district: &str| {
        let found = asked(&policy, &DistrictId::new(district), &Shanghai, (at(0), at(1)));
        found.iter().map(|it| it.staff).collect::<Vec<_>>()
    };
    assert_eq!(of("longwen"), [staff(5, 5)]);
    assert_eq!(of("yunxiao"), [staff(1, 0)]);
}

#[test]
fn an_hour_that_the_clock_leaves_out_is_asked_of_nobody_and_tears_no_hole() {
    let day = 20_000;
    let calendar = LeavesOut(day);
    let span = (calendar.moment(day, 0), calendar.moment(day + 1, 0));
    assert_eq!(span.1.since_ms(span.0), 23 * HOUR);
    let minimum = vec![wanted("00:00", "02:30", 1, 0), wanted("02:30", "24:00", 1, 0)];
    let found = asked(&policy(minimum), &longwen(), &calendar, span);
    let pieces = cover(&found, &[], span);
    let whole = CoverPiece { from: span.0, to: span.1, asked: staff(1, 0), rostered: staff(0, 0) };
    assert_eq!(pieces, [whole]);
    // Between 02:10 and 02:50 there is nothing on that day.
    let nothing = policy(vec![wanted("02:10", "03:00", 1, 0)]);
    let found = asked(&nothing, &longwen(), &calendar, span);
    assert!(found.iter().all(|it| it.to.since_ms(it.from) <= 50 * MINUTE), "{found:?}");
}

#[test]
fn the_end_of_a_month_and_of_a_year_is_a_day_as_any_other() {
    // 2026-12-31T19:00 to 2027-01-01T07:00, and 2028-02-29.
    for (eve, next) in [(20_818, 20_819), (21_243, 21_244)] {
        let evening = Shanghai.moment(eve, 19 * 60);
        let morning = Shanghai.moment(next, 7 * 60);
        let span = (Shanghai.moment(eve, 0), Shanghai.moment(next + 1, 0));
        let found = asked(&day_and_night(), &longwen(), &Shanghai, span);
        assert!(found.iter().any(|it| (it.from, it.to) == (evening, morning)), "{found:?}");
        let night =
            Shift { id: ShiftId(Uuid::nil()), responder: who(1), from: evening, to: morning };
        let pieces = cover(&found, &[(night, ResponderRole::Aide)], span);
        let there = pieces.iter().find(|piece| piece.rostered == staff(1, 0)).unwrap();
        assert_eq!((there.from, there.to), (evening, morning));
    }
}

#[test]
fn a_gap_is_told_from_when_to_when_and_how_many() {
    let span = (at(0), at(24));
    let found = asked(&day_and_night(), &longwen(), &Shanghai, span);
    let shifts = [
        aide(1, -5, 7),
        aide(2, 7, 19),
        aide(3, 7, 16),
        aide(4, 19, 31),
        rescuer(5, -5, 12),
        rescuer(6, 12, 24),
    ];
    let pieces = cover(&found, &shifts, span);
    assert_eq!(gaps(&pieces), [CoverGap { from: at(16), to: at(19), short: staff(1, 0) }]);
    let (first, last) = (pieces.first().unwrap(), pieces.last().unwrap());
    assert_eq!((first.from, last.to), span);
}

#[test]
fn whoever_is_in_the_roster_twice_is_found_and_counts_once() {
    let list =
        [shift(1, 7, 19), shift(2, 7, 19), shift(1, 18, 20), shift(1, 19, 20), shift(1, 20, 21)];
    assert_eq!(double_booked(&list), [(2, 0), (3, 2)]);
    assert_eq!(double_booked(&[shift(1, 7, 19), shift(1, 19, 31)]), [], "one after the other");
    let long = [shift(1, 0, 24), shift(1, 2, 3), shift(1, 5, 6)];
    assert_eq!(double_booked(&long), [(1, 0), (2, 0)], "a short one does not hide the long one");

    let twice = [aide(1, 7, 19), aide(1, 12, 15), aide(1, 19, 20)];
    let pieces = cover(&[], &twice, (at(7), at(20)));
    let once =
        CoverPiece { from: at(7), to: at(20), asked: Staff::default(), rostered: staff(1, 0) };
    assert_eq!(pieces, [once]);
}

#[test]
fn a_shift_ends_after_it_begins_and_within_a_day() {
    assert_eq!(shift(1, 19, 43).check(), Ok(()));
    assert_eq!(shift(1, 7, 7).check(), Err(ShiftFault::EndsTooSoon));
    assert_eq!(shift(1, 7, 6).check(), Err(ShiftFault::EndsTooSoon));
    let long = Shift { to: UnixMs(at(43).0 + 1), ..shift(1, 19, 43) };
    assert_eq!(long.check(), Err(ShiftFault::TooLong));
    let endless = Shift { from: UnixMs(i64::MIN), to: UnixMs(i64::MAX), ..long };
    assert_eq!(endless.check(), Err(ShiftFault::TooLong));
}

#[test]
fn who_comes_on_duty_goes_home_at_the_end_of_the_own_shifts() {
    let own = [shift(1, 13, 19), shift(1, 7, 13), shift(1, 31, 43)];
    assert_eq!(end_of_duty(&own, at(8)), Some(at(19)), "the next one follows without a pause");
    assert_eq!(end_of_duty(&own, at(6)), Some(at(19)), "an hour before it begins");
    assert_eq!(end_of_duty(&own, at(5)), None, "too early to be meant");
    assert_eq!(end_of_duty(&own, at(19)), None, "over");
    assert_eq!(end_of_duty(&own, at(31)), Some(at(43)));
    assert_eq!(end_of_duty(&[], at(8)), None);
}

#[test]
fn who_is_on_duty_and_silent_is_out_of_touch_and_nobody_else() {
    let stale_ms = 120_000;
    let duty = Responder { on_duty: true, duty_since: at(0), ..silverbell_testkit::aide(1) };
    let person = |responder: &Responder, heard_at: Option<UnixMs>| Person {
        responder: std::sync::Arc::new(responder.clone()),
        heard_at,
        position: None,
        answers: Answers::default(),
        on_call: None,
    };
    let now = at(2);
    let heard = UnixMs(now.0 - stale_ms);
    assert_eq!(person(&duty, Some(heard)).out_of_touch_since(now, stale_ms), None, "just not");
    let earlier = UnixMs(heard.0 - 1);
    assert_eq!(person(&duty, Some(earlier)).out_of_touch_since(now, stale_ms), Some(earlier));
    assert_eq!(person(&duty, None).out_of_touch_since(now, stale_ms), Some(at(0)), "never heard");
    assert_eq!(
        person(&duty, Some(at(-5))).out_of_touch_since(at(0), stale_ms),
        None,
        "has just come"
    );
    let home = Responder { on_duty: false, ..duty.clone() };
    assert_eq!(person(&home, Some(earlier)).out_of_touch_since(now, stale_ms), None);
    // A phone that speaks and tells no place is stale, and in touch; who is out of touch is stale, too.
    assert!(person(&duty, Some(now)).staleness_ms(now, stale_ms).unwrap() > stale_ms);
    assert!(person(&duty, Some(earlier)).staleness_ms(now, stale_ms).unwrap() > stale_ms);
}

fn some_shifts() -> impl Strategy<Value = Vec<(Shift, ResponderRole)>> {
    let one = (1..6_u128, -60..120_i64, 1..24_i64).prop_map(|(n, from, lasts)| {
        let role = if n < 4 { ResponderRole::Aide } else { ResponderRole::Rescuer };
        (shift(n, from, from + lasts), role)
    });
    proptest::collection::vec(one, 0..30)
}

fn some_asked() -> impl Strategy<Value = Vec<Asked>> {
    let one =
        (-60..120_i64, 1..40_i64, 0..4_u32, 0..4_u32).prop_map(|(from, lasts, aides, rescuers)| {
            Asked { from: at(from), to: at(from + lasts), staff: staff(aides, rescuers) }
        });
    proptest::collection::vec(one, 0..12)
}

/// Counts at one moment, by looking at everything.
fn counted(asked: &[Asked], shifts: &[(Shift, ResponderRole)], now: UnixMs) -> (Staff, Staff) {
    let mut most = Staff::default();
    for asked in asked.iter().filter(|asked| asked.from <= now && now < asked.to) {
        most.aides = most.aides.max(asked.staff.aides);
        most.rescuers = most.rescuers.max(asked.staff.rescuers);
    }
    let mut there = std::collections::BTreeMap::new();
    for (shift, role) in shifts.iter().filter(|(shift, _)| shift.runs_at(now)) {
        there.insert(shift.responder, *role);
    }
    let mut staff = Staff::default();
    there.into_values().for_each(|role| staff.count(role));
    (most, staff)
}

proptest! {
    #[test]
    fn the_pieces_fill_the_span_and_say_what_is_true_at_each_hour(
        asked in some_asked(), shifts in some_shifts(), from in 0..24_i64, lasts in 1..72_i64,
    ) {
        let span = (at(from), at(from + lasts));
        let pieces = cover(&asked, &shifts, span);
        prop_assert_eq!(pieces.first().unwrap().from, span.0);
        prop_assert_eq!(pieces.last().unwrap().to, span.1);
        for (one, next) in pieces.iter().zip(&pieces[1..]) {
            prop_assert_eq!(one.to, next.from);
            prop_assert!((one.asked, one.rostered) != (next.asked, next.rostered), "merged");
        }
        for piece in &pieces {
            prop_assert!(piece.from < piece.to);
        }
        for hour in from..from + lasts {
            // Nothing changes within an hour.
            let now = UnixMs(at(hour).0 + 30 * MINUTE);
            let piece = pieces.iter().find(|it| it.from <= now && now < it.to).unwrap();
            prop_assert_eq!((piece.asked, piece.rostered), counted(&asked, &shifts, now));
        }
    }

    #[test]
    fn a_gap_is_exactly_where_somebody_is_missing(asked in some_asked(), shifts in some_shifts()) {
        let span = (at(0), at(48));
        let found = gaps(&cover(&asked, &shifts, span));
        for (one, next) in found.iter().zip(found.iter().skip(1)) {
            prop_assert!(one.to < next.from || (one.to == next.from && one.short != next.short));
        }
        for hour in 0..48 {
            let now = UnixMs(at(hour).0 + 30 * MINUTE);
            let (asked, there) = counted(&asked, &shifts, now);
            let gap = found.iter().find(|gap| gap.from <= now && now < gap.to);
            let short = gap.map_or_else(Staff::default, |gap| gap.short);
            prop_assert_eq!(short, there.short_of(asked));
        }
    }

    #[test]
    fn somebody_is_double_booked_if_and_only_if_two_shifts_overlap(shifts in some_shifts()) {
        let shifts: Vec<Shift> = shifts.into_iter().map(|(shift, _)| shift).collect();
        let found = double_booked(&shifts);
        let overlaps = |one: usize, other: usize| one != other && shifts[one].overlaps(&shifts[other]);
        for (one, other) in &found {
            prop_assert!(overlaps(*one, *other));
        }
        let any = (0..shifts.len()).any(|one| (0..one).any(|other| overlaps(one, other)));
        prop_assert_eq!(!found.is_empty(), any);
    }
}

#[test]
fn a_rescuer_is_on_call_in_the_own_hours_unless_gone_home_since() {
    let stale_ms = 120_000;
    let off_at = |duty_since| Responder {
        role: ResponderRole::Rescuer,
        on_duty: false,
        duty_since,
        ..silverbell_testkit::aide(1)
    };
    let shift = OnCall { from: at(8), until: at(16) };
    let person = |responder: Responder| Person {
        responder: std::sync::Arc::new(responder),
        heard_at: None,
        position: Some((LatLon { lat: 24.5, lon: 117.7 }, at(1))),
        answers: Answers::default(),
        on_call: Some(shift),
    };
    let rescuer = person(off_at(at(1)));
    assert!(rescuer.is_on_call() && rescuer.is_on_duty());
    let place = rescuer.place(at(9), stale_ms);
    assert_eq!(place, Some((rescuer.responder.standby, at(9))), "no old position is taken for now");
    assert_eq!(rescuer.staleness_ms(at(9), stale_ms), Some(0), "a telephone needs no page");
    assert_eq!(rescuer.out_of_touch_since(at(9), stale_ms), None);
    assert_eq!(rescuer.shift_ends_at(), Some(at(16)));

    let home = person(off_at(at(9)));
    assert!(!home.is_on_duty(), "went home after the shift began");
    assert_eq!(home.place(at(10), stale_ms), None);
    assert_eq!(home.shift_ends_at(), None);
    assert!(!person(Responder { phone: String::new(), ..off_at(at(1)) }).is_on_duty());
    assert!(!person(Responder { left_at: Some(at(2)), ..off_at(at(1)) }).is_on_duty());
    assert!(!Person { on_call: None, ..rescuer }.is_on_duty(), "the shift is over");
}
