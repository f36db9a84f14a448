//! What the journal promises, by way of its file.

#![allow(clippy::unwrap_used, reason = "these are tests")]

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use proptest::prelude::*;
use silverbell_domain::{
    Alarm, Flag, Ids, LatLon, Position, PositionSource, Protocol, SignalId, SignalKind, UnixMs,
};
use silverbell_journal::{Journal, JournalError, Kept};
use silverbell_testkit::{CountingIds, Press, START};

const CAPACITY: usize = 16 * 1024;

/// A journal in a folder of its own, opened and closed like a process that comes and goes.
struct Desk {
    folder: tempfile::TempDir,
    ids: CountingIds,
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), ids: CountingIds::default() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("alarms.journal")
    }

    fn try_open(&self) -> Result<(Journal, Vec<Alarm>), JournalError> {
        Journal::open(&self.path(), CAPACITY)
    }

    fn open(&self) -> Journal {
        self.left().0
    }

    /// Opens the journal, and what it says is left must be what it then lists.
    fn left(&self) -> (Journal, Vec<Alarm>) {
        let (journal, left) = self.try_open().unwrap();
        assert_eq!(waiting(&journal), left);
        assert_eq!((journal.len(), journal.is_empty()), (left.len(), left.is_empty()));
        (journal, left)
    }

    /// Returns the `n`th of different alarms.
    fn alarm(&self, n: u32) -> Alarm {
        Press::of(n).id(&format!("e-{n}")).alarm(&self.ids)
    }

    fn alarms(&self, numbers: impl IntoIterator<Item = u32>) -> Vec<Alarm> {
        numbers.into_iter().map(|n| self.alarm(n)).collect()
    }

    /// Returns a journal of an earlier process in which these wait.
    fn with(&self, alarms: &[Alarm]) -> Journal {
        let mut journal = self.open();
        assert!(journal.keep_all(alarms).iter().all(|kept| *kept == Ok(Kept::New)));
        journal
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.path()).unwrap()
    }

    fn put(&self, bytes: &[u8]) {
        std::fs::write(self.path(), bytes).unwrap();
    }

    fn used(&self) -> usize {
        self.bytes().iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1)
    }
}

fn waiting(journal: &Journal) -> Vec<Alarm> {
    journal.alarms().cloned().collect()
}

fn ids(alarms: &[Alarm]) -> Vec<SignalId> {
    alarms.iter().map(|alarm| alarm.id).collect()
}

#[test]
fn a_new_journal_is_empty_and_has_its_whole_size_and_only_its_owner_reads_it() {
    let desk = Desk::new();
    let (journal, left) = desk.left();
    assert_eq!((left.len(), journal.damage(), journal.is_broken()), (0, None, false));
    let file = std::fs::metadata(desk.path()).unwrap();
    assert_eq!(file.len(), CAPACITY as u64);
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(desk.folder.path()).unwrap().count(), 1, "no draft is left");
}

#[test]
fn what_was_kept_is_there_after_reopening_in_its_order() {
    let desk = Desk::new();
    let alarms = desk.alarms(1..=5);
    let mut journal = desk.open();
    assert_eq!(journal.keep(&alarms[0]), Ok(Kept::New));
    assert_eq!(journal.keep_all(&alarms[1..4]), vec![Ok(Kept::New); 3]);
    assert_eq!(waiting(&journal), alarms[..4]);
    drop(journal);
    let (mut journal, left) = desk.left();
    assert_eq!(left, alarms[..4]);
    assert_eq!(journal.keep(&alarms[4]), Ok(Kept::New));
    assert_eq!(desk.left().1, alarms);
    assert_eq!(desk.bytes().len(), CAPACITY, "keeping takes no new room on the disk");
}

#[test]
fn an_alarm_comes_back_as_it_was() {
    let desk = Desk::new();
    let place = LatLon { lat: 24.512_345_678_901_2, lon: 117.654_321_098_765_4 };
    let all_bytes: Vec<u8> = (0..=255).collect();
    let everything = Alarm {
        battery_pct: Some(7),
        ..Press::of(1)
            .id("事件 \"1\"\u{0}")
            .kind(SignalKind::Fall)
            .pressed_at(UnixMs(i64::MIN))
            .fix(PositionSource::Wifi, place, START)
            .doubted(Flag::ClockOff)
            .bytes(&all_bytes)
            .from_addr("2001:db8::1")
            .alarm(&desk.ids)
    };
    let little = Press::unknown("").over(Protocol::Watch).bytes(b"").alarm(&desk.ids);
    drop(desk.with(&[everything.clone(), little.clone()]));
    assert_eq!(desk.left().1, [everything, little]);
}

#[test]
fn the_longest_sos_has_room_and_a_longer_one_is_refused_in_words() {
    let desk = Desk::new();
    let path = desk.path();
    let (mut journal, _) = Journal::open(&path, 1024 * 1024).unwrap();
    let longest = Press::of(1).bytes(&[0xAB; 64 * 1024]).alarm(&desk.ids);
    assert_eq!(journal.keep(&longest), Ok(Kept::New));
    let longer = Press::of(2).bytes(&[0xAB; 256 * 1024]).alarm(&desk.ids);
    let kept = journal.keep_all(&[longer, desk.alarm(3)]);
    assert!(matches!(kept[0], Err(JournalError::Unfit { .. })), "{kept:?}");
    assert_eq!(kept[1], Ok(Kept::New), "the others are kept");
    assert_eq!(desk.left().1[0], longest);
}

// --- Repeats -----------------------------------------------------------------------------------

#[test]
fn a_device_that_tries_again_every_two_seconds_is_written_once() {
    let desk = Desk::new();
    let mut journal = desk.open();
    for press in [Press::of(1).id("e-1"), Press::of(1), Press::unknown("d-9")] {
        let first = press.clone().alarm(&desk.ids);
        assert_eq!(journal.keep(&first), Ok(Kept::New));
        let used = desk.used();
        for n in 1..=300 {
            let again = press.clone().at(START.plus_s(2 * n)).alarm(&desk.ids);
            assert_eq!(journal.keep(&again), Ok(Kept::Already(first.id)));
        }
        assert_eq!(desk.used(), used);
    }
}

#[test]
fn a_repeat_is_recognised_within_a_batch_and_after_reopening() {
    let desk = Desk::new();
    let (first, again) = (desk.alarm(1), desk.alarm(1));
    let kept = desk.open().keep_all(&[first.clone(), again.clone()]);
    assert_eq!(kept, [Ok(Kept::New), Ok(Kept::Already(first.id))]);
    assert_eq!(desk.open().keep(&again), Ok(Kept::Already(first.id)));
}

#[test]
fn what_the_store_might_take_for_another_press_is_kept() {
    let desk = Desk::new();
    let press = || Press::of(1).id("e-1").bytes(b"SOS");
    let others = [
        ("another event", press().id("e-2")),
        ("other bytes under the same event", press().bytes(b"FALL")),
        ("another key", press().wrong_key()),
        ("another protocol", press().over(Protocol::Osmand)),
        ("another device", Press::of(2).id("e-1").bytes(b"SOS")),
        ("ten minutes later", press().at(START.plus_s(601))),
        ("before: the clock was set back", press().at(START.plus_s(-6))),
    ];
    for (what, other) in others {
        let mut journal = desk.with(&[press().alarm(&desk.ids)]);
        assert_eq!(journal.keep(&other.alarm(&desk.ids)), Ok(Kept::New), "{what}");
        journal.recorded(&ids(&waiting(&journal))).unwrap();
    }
}

#[test]
fn what_is_recorded_is_no_longer_a_repeat() {
    let desk = Desk::new();
    let first = desk.alarm(1);
    let mut journal = desk.with(std::slice::from_ref(&first));
    journal.recorded(&[first.id]).unwrap();
    assert_eq!(journal.keep(&desk.alarm(1)), Ok(Kept::New));
}

// --- Full --------------------------------------------------------------------------------------

/// Fills the journal and returns what is in it.
fn filled(desk: &Desk, journal: &mut Journal) -> Vec<Alarm> {
    for n in 1_000.. {
        match journal.keep(&desk.alarm(n)) {
            Ok(kept) => assert_eq!(kept, Kept::New),
            Err(error) => {
                assert!(matches!(error, JournalError::Full { .. }), "{error}");
                break;
            }
        }
    }
    waiting(journal)
}

#[test]
fn full_says_so_and_keeps_the_old() {
    let desk = Desk::new();
    let mut journal = desk.open();
    let old = filled(&desk, &mut journal);
    assert!(old.len() > 10);
    let refused = journal.keep(&desk.alarm(7)).unwrap_err();
    let words = refused.to_string();
    assert!(words.contains("is full") && words.contains(&old.len().to_string()), "{words}");
    assert!(!words.contains("d-7") && !words.contains("e-7"), "nothing of the alarm: {words}");
    assert_eq!(desk.left().1, old);
    assert_eq!(journal.keep(&desk.alarm(1_000)), Ok(Kept::Already(old[0].id)), "it knows repeats");
}

#[test]
fn when_full_one_that_fits_is_still_kept_and_what_is_recorded_makes_room() {
    let desk = Desk::new();
    let mut journal = desk.open();
    let old = filled(&desk, &mut journal);
    journal.recorded(&ids(&old[1..4])).unwrap();
    let new = desk.alarms(1..=5);
    let kept = journal.keep_all(&new);
    assert_eq!(kept[..3], [Ok(Kept::New), Ok(Kept::New), Ok(Kept::New)]);
    assert!(matches!(kept[4], Err(JournalError::Full { .. })));
    let expected = [&old[..1], &old[4..], &new[..waiting(&journal).len() + 3 - old.len()]].concat();
    assert_eq!(waiting(&journal), expected, "oldest first");
    assert_eq!(desk.left().1, expected);
    assert_eq!(desk.bytes().len(), CAPACITY);
    // Marks hit the right places of the fresh file.
    journal.recorded(&ids(&expected[..expected.len() - 1])).unwrap();
    assert_eq!(desk.left().1, expected[expected.len() - 1..]);
}

#[test]
fn where_there_is_no_room_for_a_fresh_file_the_old_one_goes_on() {
    let desk = Desk::new();
    let mut journal = desk.open();
    let old = filled(&desk, &mut journal);
    journal.recorded(&ids(&old[..5])).unwrap();
    // A folder where the draft would be: the same as a full disk.
    let obstacle = desk.folder.path().join("alarms.journal.draft");
    std::fs::create_dir(&obstacle).unwrap();
    assert!(matches!(journal.keep(&desk.alarm(1)), Err(JournalError::Full { .. })));
    assert!(!journal.is_broken());
    assert_eq!(desk.left().1, old[5..]);
    journal.recorded(&ids(&old)).unwrap();
    assert_eq!(journal.keep(&desk.alarm(1)), Ok(Kept::New), "all recorded: it is free again");
    std::fs::remove_dir(&obstacle).unwrap();
}

// --- Forgetting --------------------------------------------------------------------------------

#[test]
fn forgetting_survives() {
    let desk = Desk::new();
    let alarms = desk.alarms(1..=4);
    let mut journal = desk.with(&alarms);
    journal.recorded(&[alarms[2].id, SignalId(desk.ids.next())]).unwrap();
    let rest = [&alarms[..2], &alarms[3..]].concat();
    assert_eq!(waiting(&journal), rest);
    assert_eq!(desk.left().1, rest);
    journal.recorded(&[]).unwrap();
    journal.recorded(&ids(&rest)).unwrap();
    assert_eq!(desk.left().1, []);
}

#[test]
fn when_all_are_recorded_the_whole_file_is_free_and_nothing_of_them_is_left_in_it() {
    let desk = Desk::new();
    drop(desk.open());
    let empty = desk.bytes();
    for round in 0..20 {
        let alarms = desk.alarms(round * 10..round * 10 + 10);
        let mut journal = desk.with(&alarms);
        journal.recorded(&ids(&alarms)).unwrap();
        assert_eq!(desk.bytes(), empty);
    }
}

/// Whatever a crash leaves of a write is a mixture of the sectors before and after.
fn mixtures(before: &[u8], after: &[u8]) -> Vec<Vec<u8>> {
    const SECTOR: usize = 64; // The smaller, the more mixtures.
    let changed: Vec<usize> = (0..before.len() / SECTOR)
        .map(|n| n * SECTOR)
        .filter(|&at| before[at..at + SECTOR] != after[at..at + SECTOR])
        .collect();
    let with = |sectors: &[usize]| {
        let mut bytes = before.to_vec();
        for &at in sectors {
            bytes[at..at + SECTOR].copy_from_slice(&after[at..at + SECTOR]);
        }
        bytes
    };
    let firsts = (0..=changed.len()).map(|n| with(&changed[..n]));
    let lasts = (0..=changed.len()).map(|n| with(&changed[n..]));
    let singles = changed.iter().map(|&at| with(&[at]));
    firsts.chain(lasts).chain(singles).collect()
}

#[test]
fn a_crash_while_forgetting_some_loses_none_of_the_others() {
    let desk = Desk::new();
    let alarms = desk.alarms(1..=6);
    let mut journal = desk.with(&alarms);
    let before = desk.bytes();
    journal.recorded(&[alarms[1].id, alarms[2].id, alarms[5].id]).unwrap();
    let after = desk.bytes();
    for bytes in mixtures(&before, &after) {
        desk.put(&bytes);
        let (journal, left) = desk.left();
        assert_eq!(journal.damage(), None);
        for (n, alarm) in alarms.iter().enumerate() {
            assert!(left.contains(alarm) || [1, 2, 5].contains(&n), "the {n}th is lost");
        }
        assert!(left.iter().all(|alarm| alarms.contains(alarm)));
    }
}

#[test]
fn a_crash_while_emptying_brings_back_whole_alarms_or_none() {
    let desk = Desk::new();
    let alarms = desk.alarms(1..=6);
    let mut journal = desk.with(&alarms);
    let before = desk.bytes();
    journal.recorded(&ids(&alarms)).unwrap();
    let after = desk.bytes();
    for bytes in mixtures(&before, &after) {
        desk.put(&bytes);
        let (mut journal, left) = desk.left();
        assert!(left.iter().all(|alarm| alarms.contains(alarm)));
        journal.recorded(&ids(&left)).unwrap();
        assert_eq!(desk.bytes(), after, "what came back goes again, and the rest with it");
    }
}

#[test]
fn a_crash_between_recording_and_forgetting_brings_them_back_as_the_same() {
    let desk = Desk::new();
    let alarms = desk.alarms(1..=3);
    drop(desk.with(&alarms));
    // Recorded in the store, and then nothing more.
    let (mut journal, left) = desk.left();
    assert_eq!(left, alarms, "the same ids, bytes and times: the store recognises them");
    journal.recorded(&ids(&left[..2])).unwrap();
    assert_eq!(desk.left().1, alarms[2..]);
}

#[test]
fn a_crash_while_keeping_loses_only_what_was_not_answered() {
    let desk = Desk::new();
    let (old, new) = (desk.alarms(1..=3), desk.alarms(4..=6));
    let mut journal = desk.with(&old);
    let before = desk.bytes();
    journal.keep_all(&new);
    let after = desk.bytes();
    for bytes in mixtures(&before, &after) {
        desk.put(&bytes);
        let (mut journal, left) = desk.left();
        assert_eq!(left[..3], old);
        assert!(left[3..].iter().all(|alarm| new.contains(alarm)));
        let kept = journal.keep_all(&new);
        assert!(kept.iter().all(Result::is_ok));
        let after_all = desk.left().1;
        assert_eq!(after_all.len(), 6);
        assert!(new.iter().all(|alarm| after_all.contains(alarm)));
    }
}

// --- Damage ------------------------------------------------------------------------------------

#[test]
fn a_torn_tail_harms_only_itself_wherever_the_file_ends() {
    let desk = Desk::new();
    let alarms = desk.alarms(1..=3);
    drop(desk.with(&alarms[..2]));
    let last_begins = desk.used();
    desk.open().keep(&alarms[2]).unwrap();
    let (whole, end) = (desk.bytes(), desk.used());
    for cut in last_begins..end {
        // Cut off, or not yet written.
        for zeros in [0, CAPACITY - cut] {
            desk.put(&[&whole[..cut], &vec![0; zeros]].concat());
            let (mut journal, left) = desk.left();
            assert_eq!(left, alarms[..2], "cut at {cut}");
            let pieces = journal.damage().map_or(0, |damage| damage.pieces);
            assert_eq!(pieces, usize::from(cut > last_begins));
            if cut % 16 == 0 {
                assert_eq!(journal.keep(&alarms[2]), Ok(Kept::New));
                assert_eq!(desk.left().1, alarms);
                assert_eq!(desk.bytes().len(), CAPACITY);
            }
        }
    }
}

#[test]
fn a_file_cut_within_its_beginning_is_an_empty_journal() {
    let desk = Desk::new();
    drop(desk.open());
    let (whole, end) = (desk.bytes(), desk.used());
    for cut in 0..end {
        desk.put(&whole[..cut]);
        let mut journal = desk.open();
        assert_eq!(desk.bytes(), whole, "made whole");
        journal.keep(&desk.alarm(1)).unwrap();
        assert_eq!(desk.left().1.len(), 1);
    }
}

#[test]
fn damage_is_told_and_a_copy_is_kept_for_a_person_to_look_into() {
    let desk = Desk::new();
    let alarms = desk.alarms(1..=3);
    drop(desk.with(&alarms));
    let mut bytes = desk.bytes();
    let at = desk.used() / 2;
    bytes[at] ^= 0x20;
    desk.put(&bytes);
    let (mut journal, left) = desk.left();
    assert_eq!(left, [alarms[0].clone(), alarms[2].clone()]);
    let damage = journal.damage().unwrap().clone();
    assert_eq!(damage.pieces, 1);
    journal.recorded(&ids(&left)).unwrap();
    let copy = damage.copy.unwrap();
    let text = String::from_utf8_lossy(&std::fs::read(&copy).unwrap()).into_owned();
    assert!(text.contains(r#""ident":"d-2""#));
    assert_eq!(std::fs::metadata(copy).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(desk.open().damage(), None, "told once all is recorded, no more");
}

#[test]
fn a_newer_format_is_refused_in_words_and_left_alone() {
    let desk = Desk::new();
    let newer = include_bytes!("format_newer.journal");
    desk.put(newer);
    let Err(error) = desk.try_open() else { panic!("opened") };
    assert!(matches!(error, JournalError::Newer { format: 2, .. }), "{error}");
    assert!(error.to_string().contains("start the newer silverbell"), "{error}");
    assert_eq!(desk.bytes()[..newer.len()], newer[..]);
}

#[test]
fn a_file_that_cannot_be_opened_is_said_in_words() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path()).unwrap();
    let Err(error) = desk.try_open() else { panic!("opened") };
    let words = error.to_string();
    assert!(words.contains("alarms.journal") && words.contains("see that"), "{words}");
    let nowhere = desk.folder.path().join("nowhere/alarms.journal");
    assert!(Journal::open(&nowhere, CAPACITY).is_err());
}

#[test]
fn a_smaller_file_is_enlarged_and_a_larger_one_stays() {
    let desk = Desk::new();
    let alarms = desk.alarms(1..=2);
    drop(desk.with(&alarms));
    let size = || std::fs::metadata(desk.path()).unwrap().len();
    let (_, left) = Journal::open(&desk.path(), 2 * CAPACITY).unwrap();
    assert_eq!((left.len(), size()), (2, 2 * CAPACITY as u64));
    let (_, left) = Journal::open(&desk.path(), 0).unwrap();
    assert_eq!((left.len(), size()), (2, 2 * CAPACITY as u64));
}

#[test]
fn what_a_crash_left_of_a_draft_is_removed() {
    let desk = Desk::new();
    drop(desk.open());
    let draft = desk.folder.path().join("alarms.journal.draft");
    std::fs::write(&draft, "half an alarm").unwrap();
    drop(desk.open());
    assert!(!draft.exists());
}

// --- Any input ---------------------------------------------------------------------------------

fn any_alarm() -> impl Strategy<Value = Alarm> {
    let position = (-90.0..=90.0_f64, -180.0..=180.0_f64, any::<Option<u16>>(), any::<i64>())
        .prop_map(|(lat, lon, radius, at)| Position {
            point: LatLon { lat, lon },
            accuracy_m: radius.map(f64::from),
            source: PositionSource::Cell,
            at: UnixMs(at),
        });
    let said = (any::<String>(), any::<Option<String>>(), any::<Vec<u8>>(), any::<[u64; 2]>());
    let known = (any::<Option<[u8; 32]>>(), any::<Option<u8>>(), any::<i64>());
    (said, known, prop::option::of(position), any::<Option<i64>>(), 0..Protocol::ALL.len())
        .prop_map(|(said, known, position, pressed_at, protocol)| {
            let (ident, event_id, raw, [high, low]) = said;
            let (key_sha256, battery_pct, received_at) = known;
            Alarm {
                id: SignalId(silverbell_testkit::nth_uuid(1, high ^ low)),
                protocol: Protocol::ALL[protocol],
                ident,
                kind: SignalKind::Help,
                event_id,
                pressed_at: pressed_at.map(UnixMs),
                received_at: UnixMs(received_at),
                position,
                battery_pct,
                key_sha256,
                raw,
                source_addr: "192.0.2.1".into(),
                flags: vec![Flag::NoPosition],
            }
        })
}

/// A step of a life of the journal.
#[derive(Clone, Debug)]
enum Step {
    Keep(Vec<u32>),
    Recorded(Vec<usize>),
    Reopen,
    Renew,
    Tear(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => prop::collection::vec(0..30_u32, 0..6).prop_map(Step::Keep),
        3 => prop::collection::vec(0..30_usize, 0..12).prop_map(Step::Recorded),
        1 => Just(Step::Reopen),
        1 => Just(Step::Renew),
        1 => (1..200_usize).prop_map(Step::Tear),
    ]
}

/// Every case waits for the disk many times.
fn config() -> ProptestConfig {
    let defaults = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { defaults.cases } else { 64 };
    ProptestConfig { cases, failure_persistence: None, ..defaults }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_alarm_comes_back_as_it_was(alarms in prop::collection::vec(any_alarm(), 0..4)) {
        let desk = Desk::new();
        let path = desk.path();
        let (mut journal, _) = Journal::open(&path, 64 * 1024).unwrap();
        let kept = journal.keep_all(&alarms);
        let new = alarms.iter().zip(kept).filter(|(_, kept)| *kept == Ok(Kept::New));
        let expected: Vec<Alarm> = new.map(|(alarm, _)| alarm.clone()).collect();
        prop_assert_eq!(desk.left().1, expected);
    }

    #[test]
    fn a_changed_byte_anywhere_harms_at_most_one_alarm(
        at in any::<prop::sample::Index>(),
        by in 1..=255_u8,
    ) {
        let desk = Desk::new();
        let alarms = desk.alarms(1..=4);
        drop(desk.with(&alarms));
        let mut bytes = desk.bytes();
        let at = at.index(desk.used());
        bytes[at] ^= by;
        desk.put(&bytes);
        let (mut journal, left) = desk.left();
        let lost: Vec<&Alarm> = alarms.iter().filter(|alarm| !left.contains(alarm)).collect();
        prop_assert!(lost.len() <= 1, "{} lost at {at}", lost.len());
        prop_assert!(left.iter().all(|alarm| alarms.contains(alarm)), "nothing is made up");
        for alarm in lost {
            prop_assert_eq!(journal.keep(alarm), Ok(Kept::New));
        }
        prop_assert_eq!(desk.left().1.len(), 4);
    }

    #[test]
    fn any_bytes_are_survived_and_alarms_are_kept_all_the_same(bytes: Vec<u8>) {
        let desk = Desk::new();
        desk.put(&bytes);
        let (mut journal, left) = desk.left();
        prop_assert!(left.is_empty());
        let alarm = desk.alarm(1);
        prop_assert_eq!(journal.keep(&alarm), Ok(Kept::New));
        prop_assert_eq!(desk.left().1, [alarm]);
    }

    #[test]
    fn a_journal_is_a_list(steps in prop::collection::vec(step(), 1..40)) {
        let desk = Desk::new();
        let mut journal = desk.open();
        let mut list: Vec<Alarm> = Vec::new();
        for step in steps {
            match step {
                Step::Keep(numbers) => {
                    let alarms = desk.alarms(numbers);
                    let mut is_full = false;
                    for (alarm, kept) in alarms.iter().zip(journal.keep_all(&alarms)) {
                        match (list.iter().find(|first| first.ident == alarm.ident), kept) {
                            (Some(first), kept) => prop_assert_eq!(kept, Ok(Kept::Already(first.id))),
                            (None, Err(JournalError::Full { .. })) => is_full = true,
                            (None, kept) => {
                                prop_assert_eq!(kept, Ok(Kept::New));
                                list.push(alarm.clone());
                            }
                        }
                    }
                    prop_assert!(!is_full || list.len() > 15, "full with {}", list.len());
                }
                Step::Recorded(places) => {
                    let done: Vec<SignalId> =
                        places.iter().filter_map(|&n| list.get(n)).map(|alarm| alarm.id).collect();
                    journal.recorded(&done).unwrap();
                    list.retain(|alarm| !done.contains(&alarm.id));
                }
                Step::Reopen => journal = desk.open(),
                Step::Renew => journal.reopen().unwrap(),
                // The process ends in the middle of a write.
                Step::Tear(size) => {
                    drop(journal);
                    let (mut bytes, end) = (desk.bytes(), desk.used());
                    let last = bytes.len().min(end + size);
                    bytes[end..last].fill(0xFF);
                    desk.put(&bytes);
                    journal = desk.open();
                }
            }
            prop_assert_eq!(&waiting(&journal), &list);
            prop_assert_eq!(desk.bytes().len(), CAPACITY);
        }
        drop(journal);
        prop_assert_eq!(desk.left().1, list);
    }
}
