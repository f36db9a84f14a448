//! What a centre decides for itself. The values and their sources stand in `config/silverbell.toml`.

use serde::{Deserialize, Serialize};

use crate::{CoverPolicy, DeviceCommand, EmergencyCentre};

/// No time of a policy is longer, seconds: thirty days. What waits longer is forgotten by everybody.
const MAX_S: u32 = 2_592_000;

/// No ring is wider, minutes: four hours.
const MAX_RING_MIN: u16 = 240;

/// The whole policy that planning and deadlines follow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// Offers and rings.
    pub dispatch: DispatchPolicy,
    /// How soon an operator answers.
    pub handling: HandlingPolicy,
    /// When somebody is reminded.
    pub watchdog: WatchdogPolicy,
    /// Whom what nobody takes care of climbs to.
    pub escalation: EscalationPolicy,
    /// How long is tried what when nobody speaks.
    pub silence: SilencePolicy,
    /// When somebody is visited.
    pub care: CarePolicy,
    /// Whom people call for an ambulance.
    pub handoff: HandoffPolicy,
    /// The care of devices.
    pub equipment: EquipmentPolicy,
    /// Calls back after the door.
    pub follow_up: FollowUpPolicy,
    /// The responders' own safety.
    pub safety: SafetyPolicy,
    /// How many are to be on duty.
    pub cover: CoverPolicy,
}

/// Offers and rings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DispatchPolicy {
    /// The rescue circle: minutes from receiving the call, ascending, at least one.
    pub rings_min: Vec<u16>,
    /// How long offers wait for an operator's confirmation, seconds; 0 sends them at once.
    pub hold_s: u32,
    /// How long a responder has to accept, seconds.
    pub offer_timeout_s: u32,
    /// The search widens to the next ring when a place in the team is still empty after this, seconds.
    pub widen_after_s: u32,
    /// The supervisor is told when nobody at all has accepted after this, seconds; repeated.
    pub escalate_after_s: u32,
    /// A responder whose position or last sign of life is older is not a candidate, seconds.
    pub position_stale_s: u32,
    /// More than one is asked for a place at once until one of them accepts with this chance, percent,
    /// by what each did when asked before; 0 asks one at a time.
    pub accept_target_pct: u8,
    /// At most so many who would come in time are asked for a place at once.
    pub at_once_max: u8,
    /// Of those who would be at the door so much later than the nearest at most, whoever went out
    /// longest ago is asked first, seconds.
    pub equal_within_s: u32,
    /// Somebody free is suggested who would be at the door so much sooner than who accepted, seconds.
    pub nearer_by_s: u32,
    /// A doubtful or hand-opened ticket is dispatched without a person after this, seconds.
    pub unverified_after_s: u32,
    /// An offer whose voice call rings does not expire before this, seconds after the call began.
    pub rings_at_most_s: u32,
}

/// How soon an operator answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandlingPolicy {
    /// All operators are alarmed again when nobody has answered after this, seconds.
    pub answer_within_s: u32,
    /// The shift lead is told when nobody has answered after this, seconds.
    pub shift_lead_after_s: u32,
    /// The supervisor is told when nobody has answered after this, seconds; it climbs from there.
    pub supervisor_after_s: u32,
}

/// When somebody is reminded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchdogPolicy {
    /// How late an accepted responder may be before the operator is told, seconds.
    pub eta_grace_s: u32,
    /// How long an open ticket may stay without news before its owner is reminded, seconds.
    pub quiet_after_s: u32,
    /// It is looked so often at who is on the way and who is at the door, seconds.
    pub look_every_s: u32,
    /// A responder whose way has not become shorter by a quarter of this does not move, seconds.
    pub not_moving_s: u32,
    /// An arrival that is claimed is doubted when no position agrees within this, seconds.
    pub arrival_within_s: u32,
    /// How long no word may come from somebody at the door, seconds.
    pub scene_word_s: u32,
}

/// Whom what nobody takes care of climbs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscalationPolicy {
    /// The next rung is told when nobody has taken care after this, seconds; the last one again.
    pub step_s: u32,
    /// The log-in names of those who lead a shift whenever they are there.
    pub shift_leads: Vec<String>,
    /// The duty leader's mobile, which has to be called; empty: it ends with the supervisor.
    pub leader_phone: String,
}

/// How long is tried what when nobody speaks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SilencePolicy {
    /// Each of the two calls back, seconds.
    pub call_back_s: u32,
    /// The family; then a neighbour or the property office, seconds each.
    pub contact_s: u32,
}

/// When somebody is visited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarePolicy {
    /// A senior with so many emergencies within 24 hours is visited; 0: never.
    pub visit_after_emergencies: u32,
}

/// Whom people call for an ambulance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandoffPolicy {
    /// The dispatch centres of 120.
    pub centres: Vec<EmergencyCentre>,
    /// A link to the card can be read for so long, minutes.
    pub card_valid_min: u32,
}

/// Calls back after the door.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUpPolicy {
    /// Whoever was helped is called within so long after the ticket was closed, hours.
    pub first_within_h: u32,
    /// …and once more after this, days.
    pub second_after_d: u32,
    /// Nobody is called more often in vain.
    pub attempts: u8,
    /// A ticket of which nobody has to be called any more is filed away after this, days.
    pub archive_after_d: u32,
}

/// The responders' own safety.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SafetyPolicy {
    /// Whoever is at a door gives a word so often, seconds; 0: nobody is asked.
    pub word_every_s: u32,
    /// Whether nobody goes in alone at night.
    pub wait_at_night: bool,
    /// The night, in the district's time: `22:00-06:00`.
    pub night: String,
    /// Whether nobody goes in alone to a senior of the other sex.
    pub wait_for_other_sex: bool,
}

/// The care of devices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EquipmentPolicy {
    /// A device that keeps a connection and from which nothing came for so long is silent, hours; 0:
    /// never.
    pub silent_after_h: u32,
    /// A phone's app from which nothing came for so long is silent, hours; 0: never.
    pub app_silent_after_h: u32,
    /// A charge of so much is low, percent.
    pub battery_low_pct: u8,
    /// Devices that get into trouble within so long of each other are one ticket, seconds.
    pub gather_s: u32,
    /// The supervisor is told when the work is not done after this, hours; repeated daily.
    pub work_within_h: u32,
    /// A device is asked to ring or where it is only within so long after a person wanted it, seconds.
    pub command_waits_s: u32,
    /// A device is told whom its key calls within so long, hours.
    pub sos_numbers_wait_h: u32,
    /// After we did not listen, no device is called silent before so long, hours.
    pub listen_first_h: u32,
}

impl Default for HandoffPolicy {
    fn default() -> Self {
        let centre = |(city, code, lat, lon): (&str, &str, f64, f64)| EmergencyCentre {
            city: city.into(),
            dial: format!("{code}-120"),
            lat,
            lon,
        };
        let around_zhangzhou = [
            ("漳州", "0596", 24.513, 117.647),
            ("厦门", "0592", 24.480, 118.089),
            ("泉州", "0595", 24.874, 118.676),
            ("龙岩", "0597", 25.075, 117.017),
            ("潮州", "0768", 23.657, 116.622),
        ];
        Self { centres: around_zhangzhou.map(centre).to_vec(), card_valid_min: 240 }
    }
}

impl EquipmentPolicy {
    /// Returns how long a command is worth telling, seconds.
    #[must_use]
    pub const fn command_waits_s(&self, command: &DeviceCommand) -> u32 {
        match command {
            DeviceCommand::Locate | DeviceCommand::Ring | DeviceCommand::Answered => {
                self.command_waits_s
            }
            DeviceCommand::SosNumbers(_) => self.sos_numbers_wait_h.saturating_mul(3_600),
        }
    }
}

impl Default for Policy {
    /// Returns the defaults of `config/silverbell.toml` (a test in `server` compares them).
    fn default() -> Self {
        Self {
            dispatch: DispatchPolicy {
                rings_min: vec![10, 20, 30],
                hold_s: 0,
                offer_timeout_s: 30,
                widen_after_s: 60,
                escalate_after_s: 180,
                position_stale_s: 120,
                accept_target_pct: 80,
                at_once_max: 3,
                equal_within_s: 30,
                nearer_by_s: 180,
                unverified_after_s: 60,
                rings_at_most_s: 60,
            },
            handling: HandlingPolicy {
                answer_within_s: 15,
                shift_lead_after_s: 30,
                supervisor_after_s: 60,
            },
            watchdog: WatchdogPolicy {
                eta_grace_s: 120,
                quiet_after_s: 600,
                look_every_s: 30,
                not_moving_s: 120,
                arrival_within_s: 120,
                scene_word_s: 300,
            },
            escalation: EscalationPolicy {
                step_s: 60,
                shift_leads: Vec::new(),
                leader_phone: String::new(),
            },
            silence: SilencePolicy { call_back_s: 30, contact_s: 60 },
            care: CarePolicy { visit_after_emergencies: 5 },
            handoff: HandoffPolicy::default(),
            equipment: EquipmentPolicy {
                silent_after_h: 24,
                app_silent_after_h: 168,
                battery_low_pct: 15,
                gather_s: 1_800,
                work_within_h: 72,
                command_waits_s: 600,
                sos_numbers_wait_h: 72,
                listen_first_h: 2,
            },
            follow_up: FollowUpPolicy {
                first_within_h: 24,
                second_after_d: 7,
                attempts: 3,
                archive_after_d: 7,
            },
            safety: SafetyPolicy {
                word_every_s: 1_800,
                wait_at_night: true,
                night: "22:00-06:00".into(),
                wait_for_other_sex: false,
            },
            cover: CoverPolicy { minimum: Vec::new(), warn_ahead_h: 24, missing_after_s: 600 },
        }
    }
}

impl Policy {
    /// Checks what the types cannot say.
    ///
    /// # Errors
    /// Every setting that is wrong, and what is wrong with it, in words for the person who wrote it.
    pub fn validate(&self) -> Result<(), Vec<String>> {
        let mut wrong = Vec::new();
        let mut unless = |is_right: bool, words: String| {
            if !is_right {
                wrong.push(words);
            }
        };
        let rings = &self.dispatch.rings_min;
        let in_order = rings.is_sorted_by(|a, b| a < b);
        let in_bounds = rings.first().is_some_and(|&first| first > 0)
            && rings.last().is_some_and(|&last| last <= MAX_RING_MIN);
        let words = "dispatch.rings_min: at least one ring, in ascending minutes, at most 240";
        unless(in_order && in_bounds, words.into());
        for (key, value, least) in self.times_s() {
            let words = format!("{key}: {value} is not between {least} and {MAX_S} seconds");
            unless((least..=MAX_S).contains(&value), words);
        }
        let Self { dispatch, escalation, equipment, .. } = self;
        let words = "dispatch.accept_target_pct: at most 99: nobody ever accepts for certain";
        unless(dispatch.accept_target_pct <= 99, words.into());
        let words = "dispatch.at_once_max: between 1 and 20 people for one place";
        unless((1..=20).contains(&dispatch.at_once_max), words.into());
        let is_phone = |text: &str| {
            let digits = text.chars().filter(char::is_ascii_digit).count();
            let is_dialled = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ');
            text.is_empty() || (text.chars().all(is_dialled) && (3..=20).contains(&digits))
        };
        let words =
            "escalation.leader_phone: not a telephone number; \"\" ends with the supervisor";
        unless(is_phone(&escalation.leader_phone), words.into());
        let has_names = escalation.shift_leads.iter().all(|name| !name.trim().is_empty());
        let words = "escalation.shift_leads: an empty name is nobody's";
        unless(has_names, words.into());
        for centre in &self.handoff.centres {
            let place = crate::LatLon::new(centre.lat, centre.lon);
            let is_whole = !centre.city.trim().is_empty() && is_phone(&centre.dial);
            let words = format!(
                "handoff.centres: \"{}\" wants a city, a number to dial, and a place on the globe",
                centre.city
            );
            unless(is_whole && !centre.dial.is_empty() && place.is_some(), words);
        }
        let is_card_time = (5..=7 * 24 * 60).contains(&self.handoff.card_valid_min);
        unless(is_card_time, "handoff.card_valid_min: 5 minutes to a week".into());
        let follow_up = &self.follow_up;
        let words = "follow_up.first_within_h: 1 to 168 hours";
        unless((1..=168).contains(&follow_up.first_within_h), words.into());
        let words = "follow_up.second_after_d: 1 to 60 days, and after the first";
        let is_after = follow_up.second_after_d.saturating_mul(24) > follow_up.first_within_h;
        unless((1..=60).contains(&follow_up.second_after_d) && is_after, words.into());
        unless((1..=20).contains(&follow_up.attempts), "follow_up.attempts: 1 to 20".into());
        unless(follow_up.archive_after_d <= 365, "follow_up.archive_after_d: at most 365".into());
        let words = "safety.night: two times of the day, as \"22:00-06:00\"";
        unless(crate::Hours::parse(&self.safety.night).is_some(), words.into());
        unless(equipment.work_within_h > 0, "equipment.work_within_h: at least 1 hour".into());
        unless(equipment.battery_low_pct <= 100, "equipment.battery_low_pct: at most 100".into());
        let words = "equipment.sos_numbers_wait_h: at least 1 hour";
        unless(equipment.sos_numbers_wait_h > 0, words.into());
        let entries = self.cover.minimum.len();
        let words =
            format!("cover.minimum: {entries} entries, at most {}", CoverPolicy::MOST_ENTRIES);
        unless(entries <= CoverPolicy::MOST_ENTRIES, words);
        let words = "cover.warn_ahead_h: between 1 and 168 hours";
        unless((1..=168).contains(&self.cover.warn_ahead_h), words.into());
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    /// Returns every time in seconds with its key and the least it may be.
    fn times_s(&self) -> [(&'static str, u32, u32); 25] {
        let Self { dispatch, handling, watchdog, escalation, silence, .. } = self;
        [
            ("dispatch.hold_s", dispatch.hold_s, 0),
            ("dispatch.offer_timeout_s", dispatch.offer_timeout_s, 1),
            ("dispatch.widen_after_s", dispatch.widen_after_s, 1),
            ("dispatch.escalate_after_s", dispatch.escalate_after_s, 1),
            ("dispatch.position_stale_s", dispatch.position_stale_s, 1),
            ("dispatch.equal_within_s", dispatch.equal_within_s, 0),
            ("dispatch.nearer_by_s", dispatch.nearer_by_s, 0),
            ("dispatch.unverified_after_s", dispatch.unverified_after_s, 0),
            ("dispatch.rings_at_most_s", dispatch.rings_at_most_s, 1),
            ("handling.answer_within_s", handling.answer_within_s, 1),
            ("handling.shift_lead_after_s", handling.shift_lead_after_s, 1),
            ("handling.supervisor_after_s", handling.supervisor_after_s, 1),
            ("watchdog.eta_grace_s", watchdog.eta_grace_s, 0),
            ("watchdog.quiet_after_s", watchdog.quiet_after_s, 1),
            ("watchdog.look_every_s", watchdog.look_every_s, 1),
            ("watchdog.not_moving_s", watchdog.not_moving_s, 1),
            ("watchdog.arrival_within_s", watchdog.arrival_within_s, 1),
            ("watchdog.scene_word_s", watchdog.scene_word_s, 1),
            // A chain that is run through within a second reaches the leader before anybody looks.
            ("escalation.step_s", escalation.step_s, 1),
            ("silence.call_back_s", silence.call_back_s, 1),
            ("silence.contact_s", silence.contact_s, 1),
            ("safety.word_every_s", self.safety.word_every_s, 0),
            ("equipment.gather_s", self.equipment.gather_s, 0),
            // A connected device is told a second after its last frame, or a little later.
            ("equipment.command_waits_s", self.equipment.command_waits_s, 60),
            ("cover.missing_after_s", self.cover.missing_after_s, 0),
        ]
    }

    /// Returns the widest ring, minutes.
    #[must_use]
    pub fn widest_ring_min(&self) -> u16 {
        self.dispatch.rings_min.last().copied().unwrap_or(0)
    }

    /// Returns the ring after `ring_min`, `None` at the widest.
    #[must_use]
    pub fn next_ring_min(&self, ring_min: u16) -> Option<u16> {
        self.dispatch.rings_min.iter().copied().find(|&ring| ring > ring_min)
    }

    /// Returns the first ring, minutes.
    #[must_use]
    pub fn first_ring_min(&self) -> u16 {
        self.dispatch.rings_min.first().copied().unwrap_or(0)
    }
}
