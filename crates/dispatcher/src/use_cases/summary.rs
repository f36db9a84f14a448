//! Reports of the past that need not hold it: the facts of tickets go by a week at a time, and only what is
//! measured of them stays.

use std::collections::{BTreeMap, HashMap};

use silverbell_domain::{
    Category, DeviceReport, DistrictId, FigureAsked, Heat, LocalHour, NamedGroup, ReportBy,
    ReportGroup, ReportKey, ReportRow, Reporter, ResponseFacts, SeniorId, TicketBehind,
    TicketsBehind, UnixMs,
};
use silverbell_store::{PackedFacts, StoreError};
use tokio::task::spawn_blocking;

use crate::{Dispatcher, LocalClock, UseCaseError};

/// So much of the past is read at once, seconds.
const SLICE_S: i64 = 7 * 86_400;

/// Of so many seniors files are asked at once.
const SENIORS_AT_ONCE: usize = 500;

/// So many groups at most are in a report; the others are counted.
pub const GROUPS_AT_MOST: usize = 1_000;

/// A report over a span.
#[derive(Clone, Debug)]
pub struct Summary {
    /// All of it.
    pub total: ReportRow,
    /// By group, with what people call it.
    pub groups: Vec<(ReportKey, String, ReportRow)>,
    /// Groups that were left out.
    pub left_out: usize,
}

/// A ticket's facts with what its district knows of it.
#[derive(Clone, Debug)]
pub struct ReportedTicket {
    /// Which district's.
    pub district: DistrictId,
    /// When it was received, by the district's clock.
    pub received_local: String,
    /// What is known of it.
    pub facts: ResponseFacts,
    /// Why the service is free for its senior, where that is known.
    pub category: Option<Category>,
}

/// The hours of a clock; the same quarter of an hour as before is not looked up again.
struct Hours {
    clock: LocalClock,
    last: Option<(i64, LocalHour)>,
}

impl Hours {
    fn of(&mut self, at: UnixMs) -> LocalHour {
        // Every clock of today is a number of quarters of an hour away from UTC.
        let quarter = at.0.div_euclid(900_000);
        match self.last {
            Some((last, hour)) if last == quarter => hour,
            Some(_) | None => {
                let hour = self.clock.hour_of(at);
                self.last = Some((quarter, hour));
                hour
            }
        }
    }
}

type Categories = HashMap<SeniorId, Category>;

/// Takes a ticket into what is being made.
type TakeIn<T> = fn(&mut T, &ResponseFacts, LocalHour, Option<Category>);

impl Dispatcher {
    /// Returns a report over the tickets received from `from` on and before `to`. Bound the span by
    /// [`ReportBy::longest_days`].
    ///
    /// # Errors
    /// [`UseCaseError::Store`].
    pub async fn summary(
        &self,
        districts: &[DistrictId],
        span: (UnixMs, UnixMs),
        by: ReportBy,
    ) -> Result<Summary, UseCaseError> {
        let reporter = Reporter::new(by, self.clock.now());
        let with_categories = by == ReportBy::Category;
        let take_in: TakeIn<Reporter> = |reporter, facts, hour, category| {
            reporter.add(facts, hour, category.map(Category::as_str));
        };
        let reporter = self.go_through(districts, span, with_categories, reporter, take_in).await?;
        let finished = spawn_blocking(move || reporter.finish()).await;
        let (total, groups) = finished.map_err(broken)?;
        let names = self.names_of(districts, &groups).await?;
        let mut groups: Vec<_> = groups
            .into_iter()
            .map(|(key, row)| {
                let name = names.get(&key).cloned().unwrap_or_else(|| key.to_string());
                (key, name, row)
            })
            .collect();
        if by == ReportBy::Responder {
            groups.sort_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
        }
        let left_out = groups.len().saturating_sub(GROUPS_AT_MOST);
        groups.truncate(GROUPS_AT_MOST);
        Ok(Summary { total, groups, left_out })
    }

    /// Returns how many tickets were received in each hour of a week. Bound the span.
    ///
    /// # Errors
    /// [`UseCaseError::Store`].
    pub async fn heat(
        &self,
        districts: &[DistrictId],
        span: (UnixMs, UnixMs),
    ) -> Result<Heat, UseCaseError> {
        let take_in: TakeIn<Heat> = |heat, facts, hour, _| heat.add(facts, hour);
        self.go_through(districts, span, false, Heat::default(), take_in).await
    }

    /// Reports the work on devices that began in a span. Bound the span.
    ///
    /// # Errors
    /// [`UseCaseError::Store`].
    pub async fn device_report(
        &self,
        districts: &[DistrictId],
        span: (UnixMs, UnixMs),
    ) -> Result<DeviceReport, UseCaseError> {
        let take_in: TakeIn<DeviceReport> = |report, facts, _, _| report.add(facts);
        self.go_through(districts, span, false, DeviceReport::default(), take_in).await
    }

    /// Returns the tickets behind a figure of a span, of a group of the report where one is named, and how
    /// many they are with those over `most`. Bound the span.
    ///
    /// # Errors
    /// [`UseCaseError::Store`].
    pub async fn tickets_behind(
        &self,
        districts: &[DistrictId],
        span: (UnixMs, UnixMs),
        (asked, group): (FigureAsked, Option<NamedGroup>),
        most: usize,
    ) -> Result<(Vec<TicketBehind>, usize), UseCaseError> {
        let with_categories = group.as_ref().is_some_and(|it| it.by == ReportBy::Category);
        let looking = TicketsBehind::new(asked, group, self.clock.now(), most);
        let take_in: TakeIn<TicketsBehind> = |looking, facts, hour, category| {
            looking.add(facts, hour, category.map(Category::as_str));
        };
        let looking = self.go_through(districts, span, with_categories, looking, take_in).await?;
        Ok(looking.finish())
    }

    /// Returns the tickets received from `from` on and before `to`, by receiving, then number. Bound the
    /// span: all of them are returned.
    ///
    /// # Errors
    /// [`UseCaseError::Store`].
    pub async fn reported_tickets(
        &self,
        districts: &[(DistrictId, LocalClock)],
        (from, to): (UnixMs, UnixMs),
    ) -> Result<Vec<ReportedTicket>, UseCaseError> {
        let mut all = Vec::new();
        for (district, clock) in districts {
            let facts = self.store.ticket_facts(district, from, to).await?;
            let mut categories = Categories::new();
            self.learn_categories(&facts, &mut categories).await?;
            all.extend(facts.into_iter().map(|facts| ReportedTicket {
                district: district.clone(),
                received_local: clock.to_the_millisecond(facts.times.received),
                category: facts.senior.and_then(|id| categories.get(&id).copied()),
                facts,
            }));
        }
        all.sort_by_key(|it| (it.facts.times.received, it.facts.number));
        Ok(all)
    }

    /// Returns these districts with their clocks.
    ///
    /// # Errors
    /// [`UseCaseError::Store`].
    pub async fn with_clocks(
        &self,
        districts: &[DistrictId],
    ) -> Result<Vec<(DistrictId, LocalClock)>, UseCaseError> {
        let known = self.store.districts().await?;
        let clock = |district: &DistrictId| {
            let zone = known.iter().find(|it| it.id == *district).map(|it| &*it.time_zone);
            (district.clone(), LocalClock::new(zone.unwrap_or("UTC")))
        };
        Ok(districts.iter().map(clock).collect())
    }

    /// Shows every ticket of a span to what is being made. The next week is read while one is looked at;
    /// looking is no work for the threads on which an SOS comes in.
    async fn go_through<T: Send + 'static>(
        &self,
        districts: &[DistrictId],
        span: (UnixMs, UnixMs),
        with_categories: bool,
        mut made: T,
        take_in: TakeIn<T>,
    ) -> Result<T, UseCaseError> {
        let mut categories = Categories::new();
        for (district, clock) in self.with_clocks(districts).await? {
            let mut hours = Hours { clock, last: None };
            let mut weeks = slices(span).peekable();
            let mut read = match weeks.peek() {
                Some(week) => self.read_week(&district, *week).await?,
                None => continue,
            };
            while weeks.next().is_some() {
                let next = async {
                    match weeks.peek() {
                        Some(week) => self.read_week(&district, *week).await,
                        None => Ok(Week::Read(Vec::new())),
                    }
                };
                let look = self.look_at(
                    read,
                    with_categories,
                    &mut categories,
                    &mut hours,
                    (made, take_in),
                );
                let (next, looked) = tokio::join!(next, look);
                (read, made) = (next?, looked?);
            }
        }
        Ok(made)
    }

    async fn read_week(
        &self,
        district: &DistrictId,
        (from, to): (UnixMs, UnixMs),
    ) -> Result<Week, StoreError> {
        match self.store.packed_facts(district, from, to).await? {
            Some(packed) => Ok(Week::Packed(packed, district.clone(), (from, to))),
            None => Ok(Week::Read(self.store.ticket_facts(district, from, to).await?)),
        }
    }

    async fn look_at<T: Send + 'static>(
        &self,
        week: Week,
        with_categories: bool,
        categories: &mut Categories,
        hours: &mut Hours,
        (mut made, take_in): (T, TakeIn<T>),
    ) -> Result<T, UseCaseError> {
        let facts = match week {
            Week::Read(facts) => facts,
            Week::Packed(packed, district, (from, to)) => {
                let unpacked = spawn_blocking(move || packed.unpack()).await;
                match unpacked.map_err(broken)? {
                    Some(facts) => facts,
                    None => self.store.ticket_facts(&district, from, to).await?,
                }
            }
        };
        if facts.is_empty() {
            return Ok(made);
        }
        if with_categories {
            self.learn_categories(&facts, categories).await?;
        }
        let known = std::mem::take(categories);
        let mut own_hours = Hours { clock: hours.clock.clone(), last: hours.last };
        let looked = spawn_blocking(move || {
            for facts in &facts {
                let category = facts.senior.and_then(|id| known.get(&id).copied());
                let hour = own_hours.of(facts.times.received);
                take_in(&mut made, facts, hour, category);
            }
            (made, known)
        });
        let (made, known) = looked.await.map_err(broken)?;
        *categories = known;
        Ok(made)
    }

    /// Asks for the categories that are not known yet.
    async fn learn_categories(
        &self,
        facts: &[ResponseFacts],
        known: &mut Categories,
    ) -> Result<(), StoreError> {
        let mut wanted: Vec<SeniorId> = facts
            .iter()
            .filter_map(|facts| facts.senior)
            .filter(|id| !known.contains_key(id))
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        for ids in wanted.chunks(SENIORS_AT_ONCE) {
            known.extend(self.store.categories_of(ids).await?);
        }
        Ok(())
    }

    /// Returns the names of responders; who is not there any more has none.
    async fn names_of(
        &self,
        districts: &[DistrictId],
        groups: &[ReportGroup],
    ) -> Result<BTreeMap<ReportKey, String>, StoreError> {
        let mut names = BTreeMap::new();
        if !groups.iter().any(|(key, _)| matches!(key, ReportKey::Responder(_))) {
            return Ok(names);
        }
        for district in districts {
            let there = self.store.responders(district).await?;
            names.extend(there.into_iter().map(|it| (ReportKey::Responder(it.id), it.name)));
        }
        Ok(names)
    }
}

/// The facts of a week.
enum Week {
    /// As they are kept, and of which district and span.
    Packed(PackedFacts, DistrictId, (UnixMs, UnixMs)),
    /// As they were read from the documents.
    Read(Vec<ResponseFacts>),
}

/// Returns a span in weeks.
pub fn slices((from, to): (UnixMs, UnixMs)) -> impl Iterator<Item = (UnixMs, UnixMs)> {
    let mut begins = from;
    std::iter::from_fn(move || {
        let ends = begins.plus_s(SLICE_S).min(to);
        let slice = (begins < ends).then_some((begins, ends));
        begins = ends;
        slice
    })
}

/// What reckons on another thread broke off.
fn broken(error: tokio::task::JoinError) -> StoreError {
    tracing::error!(%error, "a report broke off");
    StoreError::Unavailable("a report broke off".into())
}
