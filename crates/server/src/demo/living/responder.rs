//! A responder on duty: walks about, reports where it is, and goes where it is asked to.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use silverbell_domain::{Clock, LatLon, Travel};
use silverbell_roads::Speeds;
use silverbell_web::rfc3339;
use tokio::time::{Instant, sleep, sleep_until};

use super::Player;
use super::chance::Chance;
use super::client::{Backoff, Person, Trouble};
use super::task::{InHand, Task, follow, is_near};
use super::walk::Walk;
use crate::demo::district::Streets;

/// How often a phone reports and looks.
const REPORT_EVERY: Duration = Duration::from_secs(5);

/// A responder who is played.
pub(super) struct Walker {
    person: Person,
    player: Player,
    streets: Arc<Streets>,
    clock: Arc<dyn Clock>,
    chance: Chance,
    mps: f64,
    is_on_duty: bool,
    task: Option<Task>,
    walk: Walk,
    walked_at: Instant,
    /// Until when somebody without a task stays where it is; `None` while it walks.
    rests_until: Option<Instant>,
}

impl Walker {
    pub(super) fn new(
        person: Person,
        player: Player,
        streets: Arc<Streets>,
        clock: Arc<dyn Clock>,
        mut chance: Chance,
    ) -> Self {
        let now = Instant::now();
        Self {
            person,
            // The speeds of `config/silverbell.toml`, so that the ETAs are about right.
            mps: Speeds::default().of(player.travel).mps,
            is_on_duty: false,
            task: None,
            walk: Walk::standing(player.standby),
            walked_at: now,
            rests_until: Some(now + chance.seconds(0, 60)),
            player,
            streets,
            clock,
            chance,
        }
    }

    /// Plays until the task is dropped.
    pub(super) async fn run(mut self) {
        let mut backoff = Backoff::default();
        loop {
            let next_report = Instant::now() + REPORT_EVERY;
            match self.turn().await {
                Ok(()) => backoff.reset(),
                Err(trouble) => {
                    sleep(backoff.pause(trouble)).await;
                    continue;
                }
            }
            let due = self.task.as_ref().and_then(Task::wakes_at);
            sleep_until(due.map_or(next_report, |due| due.min(next_report))).await;
        }
    }

    async fn turn(&mut self) -> Result<(), Trouble> {
        let now = Instant::now();
        self.go_on(now);
        if !self.is_on_duty {
            let body = json!({"on_duty": true, "travel": self.player.travel});
            self.person.put("/v1/me/duty", &body).await?;
            self.is_on_duty = true;
        }
        self.report().await?;
        self.take_step(now).await?;
        let in_hand: InHand = self.person.get("/v1/me/offers").await?;
        self.task = follow(self.task.take(), in_hand.foremost(), now, &mut self.chance);
        Ok(())
    }

    async fn report(&mut self) -> Result<(), Trouble> {
        let LatLon { lat, lon } = self.walk.here();
        let accuracy_m = self.chance.range(4.0, 14.0).round();
        let at = rfc3339(self.clock.now());
        let position = json!({"lat": lat, "lon": lon, "accuracy_m": accuracy_m, "at": at});
        self.person.post("/v1/me/positions", &json!({"positions": [position]})).await
    }

    async fn take_step(&mut self, now: Instant) -> Result<(), Trouble> {
        let here = self.walk.here();
        let Some(task) = &mut self.task else { return Ok(()) };
        let Some(step) = task.take_due(now, here) else { return Ok(()) };
        let path = format!("/v1/offers/{}/{}", task.offer, step.as_str());
        match self.person.post(&path, &step.body()).await {
            // Somebody else moved it; the look that follows tells where it stands.
            Err(Trouble::Refused(status)) => {
                tracing::debug!(%status, step = step.as_str(), "too late for this step");
                Ok(())
            }
            taken => taken,
        }
    }

    // --- On foot, by e-bike, by car --------------------------------------------------------------

    fn go_on(&mut self, now: Instant) {
        let metres = self.mps * now.duration_since(self.walked_at).as_secs_f64();
        self.walked_at = now;
        match &self.task {
            Some(task) if task.is_getting_ready() => self.walk = Walk::standing(self.walk.here()),
            Some(task) => {
                // The way is looked for once, and again when the place has been corrected.
                let goal = task.heads_for().filter(|door| !is_near(self.walk.end(), *door));
                if let Some(door) = goal {
                    self.walk = self.way_to(door);
                }
            }
            None => self.stroll(now),
        }
        self.walk.advance(metres);
    }

    /// Without a task: a while here, then along the streets to somewhere near.
    fn stroll(&mut self, now: Instant) {
        if !self.walk.is_over() {
            return;
        }
        match self.rests_until {
            Some(until) if now < until => {}
            Some(_) => {
                self.rests_until = None;
                if let Some(goal) = self.somewhere_near() {
                    self.walk = self.way_to(goal);
                }
            }
            None => self.rests_until = Some(now + self.chance.seconds(30, 180)),
        }
    }

    fn way_to(&self, goal: LatLon) -> Walk {
        let here = self.walk.here();
        Walk::along(here, self.streets.route(here, goal))
    }

    /// Returns a crossing around the standby place: people know their own streets.
    fn somewhere_near(&mut self) -> Option<LatLon> {
        let (standby, reach_m) = (self.player.standby, reach_m(self.player.travel));
        let nodes = self.streets.nodes.iter().copied();
        let near: Vec<LatLon> = nodes.filter(|node| node.distance_m(standby) <= reach_m).collect();
        self.chance.pick(&near).copied()
    }
}

/// Returns how far people stroll from where they stand by, metres.
const fn reach_m(travel: Travel) -> f64 {
    match travel {
        Travel::Walk => 350.0,
        Travel::Ebike => 1_200.0,
        Travel::Car => 1_800.0,
    }
}
