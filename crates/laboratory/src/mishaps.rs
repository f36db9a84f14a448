//! What goes wrong: the service dies, clocks are set, messages are late or lost, nobody is there.

use crate::world::{Happening, World};

/// Something that goes wrong at a moment of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mishap {
    /// The service is killed.
    Dies,
    /// The clock is set by so much, milliseconds.
    ClockJumps(i64),
    /// Everybody goes off duty for so long, milliseconds.
    EverybodyOff(i64),
    /// The desk is empty for so long, milliseconds.
    NobodyAtDesk(i64),
}

impl World<'_> {
    pub(crate) fn schedule_mishaps(&mut self) {
        let Some(chaos) = &self.scenario.chaos else { return };
        let (from, to) = (self.scenario.from.0, self.scenario.to.0);
        let days = (to - from) as f64 / 86_400_000.0;
        let mut dice = self.mishaps;
        let mut planned = Vec::new();
        let mut plan = |rate: f64, what: &dyn Fn(&mut crate::Chance) -> Mishap| {
            let expected = rate * days;
            let certain = expected.floor();
            let times = certain as usize + usize::from(dice.happens(expected - certain));
            for _ in 0..times {
                planned.push((dice.whole(from, to), what(&mut dice)));
            }
        };
        plan(chaos.restarts, &|_| Mishap::Dies);
        plan(chaos.clock_jumps, &|d| Mishap::ClockJumps(d.whole(-chaos.jump_ms, chaos.jump_ms)));
        plan(chaos.everybody_off, &|d| Mishap::EverybodyOff(d.whole(60_000, chaos.while_ms)));
        plan(chaos.nobody_at_desk, &|d| Mishap::NobodyAtDesk(d.whole(60_000, chaos.while_ms)));
        self.mishaps = dice;
        for (at, mishap) in planned {
            self.at(at, Happening::Goes(mishap));
        }
    }

    pub(crate) fn goes_wrong(&mut self, mishap: Mishap) {
        if self.is_calm {
            return;
        }
        match mishap {
            Mishap::Dies => self.die("by itself"),
            Mishap::ClockJumps(ms) => {
                self.offset_ms += ms;
                self.disturbed_at = self.t;
                self.say(|| format!("the clock is set by {} s", ms / 1_000));
                // The loop sleeps a second at most, whatever the clock says.
                let within = self.mishaps.whole(0, 1_000);
                self.look_within(within);
            }
            Mishap::EverybodyOff(ms) => {
                self.say(|| "everybody goes off duty".into());
                for staff in 0..self.crew.len() {
                    if self.crew[staff].on_duty {
                        self.at(self.t, Happening::Duty { staff, on: false });
                        self.after(ms, Happening::Duty { staff, on: true });
                    }
                }
            }
            Mishap::NobodyAtDesk(ms) => {
                self.say(|| "the desk is empty".into());
                let before = self.desk.operators();
                self.at(self.t, Happening::AtDesk(0));
                self.after(ms, Happening::AtDesk(before.max(1)));
            }
        }
    }

    // --- Death and return ----------------------------------------------------------------------

    /// The service dies: everything in memory is gone.
    pub(crate) fn die(&mut self, when: &str) {
        if !self.is_up {
            return;
        }
        self.say(|| format!("the service dies {when}"));
        self.is_up = false;
        self.life += 1;
        self.look_at = None;
        self.forget_learning();
        let away_ms = self.scenario.chaos.as_ref().map_or(0, |chaos| chaos.away_ms);
        let life = self.life;
        let ms = self.mishaps.whole(10, away_ms.max(11));
        self.after(ms, Happening::Up { life });
    }

    /// The service is back, and telephones and screens ask it how things stand.
    pub(crate) fn come_up(&mut self, life: u64) {
        if self.is_up || life != self.life {
            return;
        }
        self.is_up = true;
        self.disturbed_at = self.t;
        self.say(|| "the service is back".into());
        self.reread();
        self.reports_from = self.t + self.mishaps.whole(0, 10_000);
        self.at(self.reports_from, Happening::Reports);
        self.crew_reconnects();
        self.desk_reconnects();
    }

    // --- Chances -------------------------------------------------------------------------------

    /// Draws whether something of this probability goes wrong now; nothing does when it is calm.
    fn goes(&mut self, probability: impl Fn(&crate::Chaos) -> f64) -> bool {
        match &self.scenario.chaos {
            Some(chaos) if !self.is_calm => self.mishaps.happens(probability(chaos)),
            Some(_) | None => false,
        }
    }

    pub(crate) fn dies_at_commit(&mut self) -> bool {
        self.goes(|chaos| chaos.dies_at_commit)
    }

    pub(crate) fn loses_nudge(&mut self) -> bool {
        self.goes(|chaos| chaos.lost_nudges)
    }

    pub(crate) fn mishaps_lose_advance(&mut self) -> bool {
        self.goes(|chaos| chaos.lost_advances / chaos.late_boards.max(1e-9))
    }

    /// Returns how late the board learns of a commit, if it does not at once.
    pub(crate) fn delay_of_advance(&mut self) -> Option<i64> {
        self.goes(|chaos| chaos.late_boards).then(|| self.mishaps.whole(1, 800))
    }

    pub(crate) fn doubles_frame(&mut self) -> bool {
        self.goes(|chaos| chaos.doubled_frames)
    }

    pub(crate) fn loses_ack(&mut self) -> bool {
        self.goes(|chaos| chaos.lost_acks)
    }
}
