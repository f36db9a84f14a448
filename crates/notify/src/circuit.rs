//! Whether a gateway is there: notices an outage by failures in a row, and then lets one message at
//! a time try. Pure.

use std::time::Duration;

use tokio::time::Instant;

/// So many failures in a row are an outage.
const OUTAGE_AFTER: u32 = 5;

/// Longer than a try may take.
const PROBE_WITHIN: Duration = Duration::from_secs(15);

/// What becomes of somebody who wants to pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// The gateway works.
    Pass,
    /// It did not, and it is time to try: only this one.
    Probe,
    /// Not before then.
    Wait(Instant),
}

/// The state of one gateway.
#[derive(Debug, Default)]
pub(crate) struct Circuit {
    failures: u32,
    outage: Option<Outage>,
}

#[derive(Debug)]
struct Outage {
    until: Instant,
    /// So many tries were in vain.
    probes: u32,
}

impl Circuit {
    /// Returns what somebody could do now, without doing it.
    pub(crate) fn look(&self, now: Instant) -> Entry {
        match &self.outage {
            None => Entry::Pass,
            Some(outage) if now < outage.until => Entry::Wait(outage.until),
            Some(_) => Entry::Probe,
        }
    }

    /// Lets somebody through, or not. Whoever passes says what came of it.
    pub(crate) fn enter(&mut self, now: Instant) -> Entry {
        let entry = self.look(now);
        if let (Entry::Probe, Some(outage)) = (entry, &mut self.outage) {
            // Nobody else until there is a verdict; if there never is one, somebody else.
            outage.until = now + PROBE_WITHIN;
        }
        entry
    }

    /// Notes that the gateway answered, whatever it said of the message. Returns whether that ends
    /// an outage.
    pub(crate) fn answered(&mut self) -> bool {
        std::mem::take(self).outage.is_some()
    }

    /// Notes a failure of somebody who had entered so. `pause` tells how long to wait after the
    /// `n`th try of an outage. Returns until when there is an outage.
    pub(crate) fn failed(
        &mut self,
        entry: Entry,
        now: Instant,
        pause: impl Fn(u32) -> Duration,
    ) -> Option<Instant> {
        self.failures = self.failures.saturating_add(1);
        match &mut self.outage {
            Some(outage) if entry == Entry::Probe => {
                outage.probes = outage.probes.saturating_add(1);
                outage.until = now + pause(outage.probes);
            }
            // Somebody who was under way when the outage was noticed says nothing new.
            Some(_) => {}
            None if self.failures >= OUTAGE_AFTER => {
                let until = now + pause(1);
                self.outage = Some(Outage { until, probes: 1 });
            }
            None => {}
        }
        self.outage.as_ref().map(|outage| outage.until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(10);

    fn pause(n: u32) -> Duration {
        PAUSE * n
    }

    fn broken(now: Instant) -> Circuit {
        let mut circuit = Circuit::default();
        for n in 1..=OUTAGE_AFTER {
            let entry = circuit.enter(now);
            assert_eq!(entry, Entry::Pass);
            let until = circuit.failed(entry, now, pause);
            assert_eq!(until, (n == OUTAGE_AFTER).then(|| now + PAUSE));
        }
        circuit
    }

    #[test]
    fn failures_that_do_not_follow_each_other_are_no_outage() {
        let now = Instant::now();
        let mut circuit = Circuit::default();
        for _ in 0..100 {
            for _ in 1..OUTAGE_AFTER {
                let entry = circuit.enter(now);
                assert_eq!(circuit.failed(entry, now, pause), None);
            }
            assert!(!circuit.answered());
        }
        assert_eq!(circuit.enter(now), Entry::Pass);
    }

    #[test]
    fn in_an_outage_one_at_a_time_tries_ever_more_seldom_until_there_is_an_answer() {
        let now = Instant::now();
        let mut circuit = broken(now);
        assert_eq!(circuit.enter(now), Entry::Wait(now + PAUSE));
        let then = now + PAUSE;
        assert_eq!(circuit.look(then), Entry::Probe);
        assert_eq!(circuit.enter(then), Entry::Probe);
        assert!(matches!(circuit.enter(then), Entry::Wait(_)), "one at a time");
        assert_eq!(circuit.failed(Entry::Probe, then, pause), Some(then + PAUSE * 2));
        assert_eq!(circuit.enter(then + PAUSE), Entry::Wait(then + PAUSE * 2));
        assert_eq!(circuit.enter(then + PAUSE * 2), Entry::Probe);
        assert!(circuit.answered());
        assert_eq!(circuit.enter(then), Entry::Pass);
    }

    #[test]
    fn a_try_of_which_nothing_is_heard_again_bars_nobody_for_ever() {
        let now = Instant::now();
        let mut circuit = broken(now);
        let then = now + PAUSE;
        assert_eq!(circuit.enter(then), Entry::Probe);
        assert_eq!(circuit.enter(then + PROBE_WITHIN), Entry::Probe);
    }

    #[test]
    fn whoever_was_under_way_when_it_broke_makes_the_outage_no_longer() {
        let now = Instant::now();
        let mut circuit = broken(now);
        let later = now + PAUSE / 2;
        assert_eq!(circuit.failed(Entry::Pass, later, pause), Some(now + PAUSE));
    }
}
