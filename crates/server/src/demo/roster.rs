//! The demo's roster: two weeks of days and nights, with one gap that is seen from the start. Pure.

use silverbell_dispatcher::LocalClock;
use silverbell_domain::{
    Calendar, Ids, MinimumCover, Responder, ResponderId, Shift, ShiftId, TimeOfDay, UnixMs,
};

/// So many days are filled.
pub(super) const DAYS: i32 = 14;

/// When the day shift begins, and the night shift.
const MORNING_MIN: u16 = 7 * 60;
const EVENING_MIN: u16 = 19 * 60;

/// Until then somebody is missing on the evening of the gap.
const LATE_MIN: u16 = 23 * 60;

/// How many are rostered by day and by night: some more than are asked.
const BY_DAY: (usize, usize) = (10, 14);
const BY_NIGHT: (usize, usize) = (5, 10);

/// So many of a night's aides come late on the evening of the gap.
const LATE: usize = 2;

/// Returns how many the demo asks for, day and night.
pub(crate) fn minimum() -> Vec<MinimumCover> {
    let time = |text: &str| TimeOfDay::try_from(text.to_owned()).ok();
    let entry = |(from, to, aides, rescuers): (&str, &str, u32, u32)| {
        Some(MinimumCover { from: time(from)?, to: time(to)?, aides, rescuers, district: None })
    };
    [("07:00", "19:00", 8, 12), ("19:00", "07:00", 4, 8)].into_iter().filter_map(entry).collect()
}

/// Who is rostered: one half by day, one by night, and the other way round a week later; and whoever
/// comes by day only.
#[derive(Clone, Debug)]
pub(super) struct Crew<'a> {
    pub(super) aides: Vec<&'a Responder>,
    pub(super) rescuers: Vec<&'a Responder>,
    pub(super) by_day: Option<ResponderId>,
}

/// Returns two weeks from the day on which `now` lies. The gap is on the next evening that is more than
/// an hour away, so that it is seen at once.
pub(super) fn shifts(
    crew: &Crew<'_>,
    clock: &LocalClock,
    ids: &dyn Ids,
    now: UnixMs,
) -> Vec<Shift> {
    let today = clock.day_of(now);
    let is_near = clock.moment(today, EVENING_MIN).since_s(now) < 3_600;
    let gap = today.saturating_add(i32::from(is_near));
    let mut shifts = Vec::new();
    let mut add = |responder: ResponderId, from: UnixMs, to: UnixMs| {
        shifts.push(Shift { id: ShiftId(ids.next()), responder, from, to });
    };
    // The night that runs now began yesterday.
    for day in today.saturating_sub(1)..today.saturating_add(DAYS) {
        let morning = clock.moment(day, MORNING_MIN);
        let evening = clock.moment(day, EVENING_MIN);
        let next = clock.moment(day.saturating_add(1), MORNING_MIN);
        let turns = [(true, BY_DAY, morning, evening), (false, BY_NIGHT, evening, next)];
        for (is_day, (aides, rescuers), from, to) in turns {
            let on = |people: &[&Responder], count| turn(people, count, day, is_day);
            for (place, who) in on(&crew.aides, aides).into_iter().enumerate() {
                let is_late = day == gap && !is_day && place < LATE;
                add(who, if is_late { clock.moment(day, LATE_MIN) } else { from }, to);
            }
            on(&crew.rescuers, rescuers).into_iter().for_each(|who| add(who, from, to));
        }
        if let Some(who) = crew.by_day {
            add(who, morning, evening);
        }
    }
    shifts
}

/// Returns who of these has this turn: half of them by day and half by night, changing every week, and
/// in each half somebody else has a free day every day.
fn turn(people: &[&Responder], count: usize, day: i32, is_day: bool) -> Vec<ResponderId> {
    let (one, other) = people.split_at(people.len() / 2);
    let is_first = (day.div_euclid(7) % 2 == 0) == is_day;
    let half = if is_first { one } else { other };
    let first = usize::try_from(day).unwrap_or(0) % half.len().max(1);
    half.iter().cycle().skip(first).take(count.min(half.len())).map(|it| it.id).collect()
}

#[cfg(test)]
mod tests {
    use silverbell_domain::{CoverPolicy, DistrictId, asked, cover, double_booked, gaps};

    use super::*;
    use crate::demo::district::District;
    use crate::demo::living;
    use crate::ports::RandomIds;

    #[test]
    fn two_weeks_are_covered_but_for_one_evening_that_is_seen_at_once() {
        let district = District::generate();
        let crew = living::crew(&district);
        let clock = LocalClock::new("Asia/Shanghai");
        let roles: std::collections::HashMap<_, _> =
            district.responders.iter().map(|it| (it.id, it.role)).collect();
        let policy = CoverPolicy { minimum: minimum(), warn_ahead_h: 24, missing_after_s: 600 };
        assert_eq!(policy.minimum.len(), 2);
        // Every hour of a day, and over the change of the week.
        for hour in 0..48 {
            let now = UnixMs(1_795_276_800_000 + hour * 3_600_000 + 1);
            let shifts = shifts(&crew, &clock, &RandomIds, now);
            assert_eq!(double_booked(&shifts), []);
            let span = (now, clock.moment(clock.day_of(now) + DAYS, MORNING_MIN));
            let wanted = asked(&policy, &DistrictId::new("longwen"), &clock, span);
            let with_roles: Vec<_> =
                shifts.iter().map(|shift| (*shift, roles[&shift.responder])).collect();
            let found = gaps(&cover(&wanted, &with_roles, span));
            assert_eq!(found.len(), 1, "{found:?}");
            let (gap, ahead) = (found[0], found[0].from.since_s(now));
            assert_eq!((gap.short.aides, gap.short.rescuers), (1, 0));
            assert_eq!(gap.to.since_s(gap.from), 4 * 3_600);
            assert!((3_600..=25 * 3_600).contains(&ahead), "{ahead}");
        }
    }
}
