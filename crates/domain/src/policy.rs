//! What a centre decides for itself. The values and their sources stand in `config/silverbell.toml`.

use serde::{Deserialize, Serialize};

use crate::DeviceCommand;

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
    /// The care of devices.
    pub equipment: EquipmentPolicy,
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
    /// At most so many are asked for a place at once.
    pub at_once_max: u8,
    /// Of those who would be at the door so much later than the nearest at most, whoever went out
    /// longest ago is asked first, seconds.
    pub equal_within_s: u32,
    /// Somebody free is suggested who would be at the door so much sooner than who accepted, seconds.
    pub nearer_by_s: u32,
    /// A doubtful or hand-opened ticket is dispatched without a person after this, seconds.
    pub unverified_after_s: u32,
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
        }
    }
}

impl Policy {
    /// Checks what the types cannot say.
    ///
    /// # Errors
    /// The setting and what is wrong with it, in words for the person who wrote it.
    pub fn validate(&self) -> Result<(), String> {
        let rings = &self.dispatch.rings_min;
        if rings.is_empty() || rings[0] == 0 || !rings.is_sorted_by(|a, b| a < b) {
            return Err("dispatch.rings_min: give at least one ring, in ascending minutes".into());
        }
        let at_least_one = [
            ("dispatch.offer_timeout_s", self.dispatch.offer_timeout_s),
            ("dispatch.widen_after_s", self.dispatch.widen_after_s),
            ("dispatch.escalate_after_s", self.dispatch.escalate_after_s),
            ("dispatch.position_stale_s", self.dispatch.position_stale_s),
            ("handling.answer_within_s", self.handling.answer_within_s),
            ("handling.shift_lead_after_s", self.handling.shift_lead_after_s),
            ("handling.supervisor_after_s", self.handling.supervisor_after_s),
            ("watchdog.quiet_after_s", self.watchdog.quiet_after_s),
            ("watchdog.look_every_s", self.watchdog.look_every_s),
            ("watchdog.not_moving_s", self.watchdog.not_moving_s),
            ("watchdog.arrival_within_s", self.watchdog.arrival_within_s),
            ("watchdog.scene_word_s", self.watchdog.scene_word_s),
            ("escalation.step_s", self.escalation.step_s),
        ];
        if self.dispatch.accept_target_pct > 99 || self.dispatch.at_once_max == 0 {
            return Err("dispatch: accept_target_pct at most 99, at_once_max at least 1".into());
        }
        if self.equipment.work_within_h == 0 || self.equipment.battery_low_pct > 100 {
            return Err("equipment: work_within_h above 0, battery_low_pct at most 100".into());
        }
        // A connected device is told a second after its last frame, or a little later.
        if self.equipment.command_waits_s < 60 || self.equipment.sos_numbers_wait_h == 0 {
            let words = "equipment: command_waits_s at least 60, sos_numbers_wait_h at least 1";
            return Err(words.into());
        }
        for (key, value) in at_least_one {
            if value == 0 {
                return Err(format!("{key}: must be at least 1 second"));
            }
        }
        Ok(())
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
