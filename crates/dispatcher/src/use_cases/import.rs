//! A list of people becomes files of the registry. Everything is looked at before anything is written;
//! then it is written a little at a time, for an SOS waits behind each piece.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use silverbell_domain::{
    DistrictId, Fault, Responder, ResponderId, Senior, SeniorId, Ticket, UnixMs, check_responder,
    check_senior,
};
use silverbell_lists::{BadRow, List, ResponderRow, SeniorRow};
use silverbell_store::{AccessAct, FileWrite, RegistryChange, Replaces, StoreError, Thing};

use super::registry::{RegistryDesk, RegistryRefused, changed_fields, next_change};

/// So many files are written at once: an SOS waits behind them.
const WRITTEN_AT_ONCE: usize = 200;

/// So many files are read at once.
const READ_AT_ONCE: u32 = 1_000;

/// Somebody who is to log in and cannot yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingLogin {
    /// Who.
    pub responder: ResponderId,
    /// By which name.
    pub username: String,
}

/// A file as a list wants it.
#[derive(Clone, Debug)]
pub struct WantedFile<T> {
    /// The file.
    pub file: T,
    replaces: Replaces,
    /// Which fields differ from the one that is kept.
    fields: Vec<String>,
}

/// What a list comes to: looked at, and not yet written.
#[derive(Debug)]
pub struct Import<T> {
    /// The district.
    pub district: DistrictId,
    /// Rows, good and bad.
    pub rows: usize,
    /// What is written: files that are new or differ.
    pub writes: Vec<WantedFile<T>>,
    /// Of them new.
    pub new: usize,
    /// Files that are known and the same.
    pub unchanged: usize,
    /// Rows that cannot be taken, in the order of their lines.
    pub bad: Vec<BadRow>,
    /// Who cannot log in yet.
    pub without_login: Vec<MissingLogin>,
}

impl<T> Import<T> {
    /// Returns how many rows are bad.
    #[must_use]
    pub fn bad_rows(&self) -> usize {
        lines(&self.bad)
    }

    /// Returns how many files differ.
    #[must_use]
    pub fn changed(&self) -> usize {
        self.writes.len() - self.new
    }
}

/// Notes what a row wants, as far as it is not so already.
fn note<T: Serialize>(
    import: &mut Import<T>,
    before: Option<&T>,
    changed_at: Option<UnixMs>,
    file: T,
) {
    let Some(before) = before else {
        import.new += 1;
        import.writes.push(WantedFile { file, replaces: Replaces::Nothing, fields: Vec::new() });
        return;
    };
    let fields = changed_fields(before, &file);
    if fields.is_empty() {
        import.unchanged += 1;
    } else {
        let replaces = Replaces::ChangedAt(changed_at);
        import.writes.push(WantedFile { file, replaces, fields });
    }
}

/// Returns what is written at once.
fn pieces<T>(all: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    let mut all = all.into_iter();
    std::iter::from_fn(move || {
        let piece: Vec<T> = all.by_ref().take(WRITTEN_AT_ONCE).collect();
        (!piece.is_empty()).then_some(piece)
    })
}

/// Returns what is done to a file, and its words in the log.
fn acted(replaces: Replaces, fields: &[String]) -> (AccessAct, String) {
    match replaces {
        Replaces::Nothing => (AccessAct::Add, "from a list".into()),
        Replaces::ChangedAt(_) => (AccessAct::Import, fields.join(",")),
    }
}

fn lines(bad: &[BadRow]) -> usize {
    bad.iter().map(|it| it.line).collect::<HashSet<_>>().len()
}

/// Somebody is the same by name and the digits of the number.
type Key = (String, String);

fn key(name: &str, phone: &str) -> Key {
    (name.trim().to_owned(), phone.chars().filter(char::is_ascii_digit).collect())
}

/// Which file a row is about.
enum Target<I> {
    Known(I),
    New(I),
}

/// Who is known, and which lines are about whom.
struct Known<I> {
    ids: HashSet<I>,
    keys: HashMap<Key, Vec<I>>,
    taken: HashMap<I, u64>,
    taken_keys: HashMap<Key, u64>,
}

impl<I: Copy + Eq + std::hash::Hash> Known<I> {
    fn new() -> Self {
        let (ids, keys) = (HashSet::new(), HashMap::new());
        Self { ids, keys, taken: HashMap::new(), taken_keys: HashMap::new() }
    }

    fn add(&mut self, id: I, name: &str, phone: &str) {
        self.ids.insert(id);
        self.keys.entry(key(name, phone)).or_default().push(id);
    }

    /// Returns whom a row is about: by the id it says, otherwise by name and number.
    fn target(
        &mut self,
        line: u64,
        said: Option<I>,
        (name, phone): (&str, &str),
        next: impl FnOnce() -> I,
    ) -> Result<Target<I>, BadRow> {
        let key = key(name, phone);
        let target = match said {
            Some(id) if self.ids.contains(&id) => Target::Known(id),
            Some(id) => Target::New(id),
            None => match self.keys.get(&key).map(Vec::as_slice) {
                None | Some([]) => Target::New(next()),
                Some([id]) => Target::Known(*id),
                Some(_) => {
                    let words = "several people have this name and number: say which by `id`, as \
                                 the export writes it";
                    return Err(BadRow::new(line, "id", "ambiguous", words));
                }
            },
        };
        let (Target::Known(id) | Target::New(id)) = &target;
        let before = self.taken.insert(*id, line);
        let by_key = self.taken_keys.insert(key, line).filter(|_| said.is_none());
        if let Some(first) = before.or(by_key) {
            let words = format!("the same person is on line {first} already");
            return Err(BadRow::new(line, "", "twice_in_file", words));
        }
        Ok(target)
    }
}

/// Returns what of a change the work of the moment forbids: who is on a ticket does not leave, and the place
/// of somebody on duty is not moved by a list, for it may be taken for the position.
fn forbidden_now(before: &Responder, file: &Responder, open: &[Ticket]) -> Option<Fault> {
    if file.left_at.is_some() && before.left_at.is_none() {
        let ticket = open.iter().find(|ticket| ticket.engages(before.id))?;
        let words = format!("is on ticket {}: wait until that is done", ticket.number);
        return Some(Fault::new("left_at", "on_ticket", words));
    }
    let is_moved = before.on_duty && file.left_at.is_none() && file.standby != before.standby;
    let words = "is on duty: a list moves the standby place of people off duty only";
    is_moved.then(|| Fault::new("lat", "on_duty", words))
}

impl RegistryDesk<'_> {
    /// Looks at a list of seniors: what would be written, and which rows are bad. Nothing is written.
    ///
    /// # Errors
    /// [`StoreError`] when the registry cannot be read.
    pub async fn look_at_seniors(
        &self,
        district: &DistrictId,
        list: List<SeniorRow>,
    ) -> Result<Import<Senior>, StoreError> {
        let mut known = Known::new();
        let mut after = None;
        loop {
            let (page, next) = self.store.seniors_from(district, after, READ_AT_ONCE).await?;
            for senior in page {
                known.add(senior.id, &senior.name, &senior.phone);
            }
            match next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        let mut import = Import {
            district: district.clone(),
            rows: list.rows.len() + lines(&list.bad),
            writes: Vec::new(),
            new: 0,
            unchanged: 0,
            bad: list.bad,
            without_login: Vec::new(),
        };
        for rows in list.rows.chunks(READ_AT_ONCE as usize) {
            self.look_at_some_seniors(rows, &mut known, &mut import).await?;
        }
        import.bad.sort_by_key(|it| it.line);
        Ok(import)
    }

    async fn look_at_some_seniors(
        &self,
        rows: &[SeniorRow],
        known: &mut Known<SeniorId>,
        import: &mut Import<Senior>,
    ) -> Result<(), StoreError> {
        let mut targets = Vec::with_capacity(rows.len());
        let mut named = Vec::new();
        for row in rows {
            let next = || SeniorId(self.ids.next());
            match known.target(row.line, row.id, (&row.name, &row.phone), next) {
                Ok(target) => {
                    let (Target::Known(id) | Target::New(id)) = target;
                    if matches!(target, Target::Known(_)) || row.id.is_some() {
                        named.push(id);
                    }
                    targets.push((row, id));
                }
                Err(bad) => import.bad.push(bad),
            }
        }
        let files = self.store.seniors_of(&named).await?;
        let files: HashMap<SeniorId, Senior> = files.into_iter().map(|it| (it.id, it)).collect();
        for (row, id) in targets {
            let before = files.get(&id);
            if before.is_some_and(|it| it.district != import.district) {
                let words = "this id is one of another district's";
                import.bad.push(BadRow::new(row.line, "id", "other_district", words));
                continue;
            }
            let file = row.file(before, id, &import.district);
            let faults = check_senior(&file, self.now);
            if !faults.is_empty() {
                import.bad.extend(faults.into_iter().map(|it| BadRow::of(row.line, it)));
                continue;
            }
            note(import, before, before.and_then(|it| it.changed_at), file);
        }
        Ok(())
    }

    /// Looks at a list of responders: what would be written, and which rows are bad. Nothing is written.
    ///
    /// # Errors
    /// [`StoreError`] when the registry cannot be read.
    pub async fn look_at_responders(
        &self,
        district: &DistrictId,
        list: List<ResponderRow>,
    ) -> Result<Import<Responder>, StoreError> {
        let people = self.store.responders(district).await?;
        let open = self.store.district_state(district).await?.tickets;
        let mut known = Known::new();
        for person in &people {
            known.add(person.id, &person.name, &person.phone);
        }
        let people: HashMap<ResponderId, Responder> =
            people.into_iter().map(|it| (it.id, it)).collect();
        let mut import = Import {
            district: district.clone(),
            rows: list.rows.len() + lines(&list.bad),
            writes: Vec::new(),
            new: 0,
            unchanged: 0,
            bad: list.bad,
            without_login: Vec::new(),
        };
        let mut usernames: HashMap<String, u64> = HashMap::new();
        for row in &list.rows {
            match self.look_at_responder(row, &mut known, &mut usernames).await? {
                Ok((id, login)) => {
                    let before = people.get(&id);
                    if before.is_none() && self.store.responder(id).await?.is_some() {
                        let words = "this id is one of another district's";
                        import.bad.push(BadRow::new(row.line, "id", "other_district", words));
                        continue;
                    }
                    let file = row.file(before, id, district, self.now);
                    let mut faults = check_responder(&file, self.now);
                    faults.extend(before.and_then(|it| forbidden_now(it, &file, &open)));
                    if !faults.is_empty() {
                        import.bad.extend(faults.into_iter().map(|it| BadRow::of(row.line, it)));
                        continue;
                    }
                    import.without_login.extend(login);
                    note(&mut import, before, before.and_then(|it| it.changed_at), file);
                }
                Err(bad) => import.bad.push(bad),
            }
        }
        import.bad.sort_by_key(|it| it.line);
        Ok(import)
    }

    /// Returns whom a row is about, and the name to log in with that nobody has yet.
    async fn look_at_responder(
        &self,
        row: &ResponderRow,
        known: &mut Known<ResponderId>,
        usernames: &mut HashMap<String, u64>,
    ) -> Result<Result<(ResponderId, Option<MissingLogin>), BadRow>, StoreError> {
        let user = match &*row.username {
            "" => None,
            name => self.store.user_by_name(name).await?,
        };
        // Whoever logs in by this name is meant, whatever number they have now.
        let by_login = user.as_ref().and_then(|user| user.responder);
        let by_login = by_login.filter(|id| known.ids.contains(id));
        let next = || ResponderId(self.ids.next());
        let said = row.id.or(by_login);
        let target = match known.target(row.line, said, (&row.name, &row.phone), next) {
            Ok(Target::Known(id) | Target::New(id)) => id,
            Err(bad) => return Ok(Err(bad)),
        };
        if row.username.is_empty() {
            return Ok(Ok((target, None)));
        }
        let first = usernames.insert(row.username.clone(), row.line);
        if let Some(first) = first {
            let words = format!("this name to log in with is on line {first} already");
            return Ok(Err(BadRow::new(row.line, "username", "twice_in_file", words)));
        }
        match user {
            Some(user) if user.responder == Some(target) => Ok(Ok((target, None))),
            Some(_) => {
                let words = "somebody else logs in by this name: choose another";
                Ok(Err(BadRow::new(row.line, "username", "taken", words)))
            }
            None => {
                let login = MissingLogin { responder: target, username: row.username.clone() };
                Ok(Ok((target, Some(login))))
            }
        }
    }

    /// Writes what a list of seniors comes to.
    ///
    /// # Errors
    /// [`RegistryRefused`] with how many files were written before it; the same list once more goes on
    /// where this one ended.
    pub async fn write_seniors(
        &self,
        import: Import<Senior>,
    ) -> Result<(), (usize, RegistryRefused)> {
        let (total, district) = (import.writes.len(), import.district);
        let mut written = 0;
        for files in pieces(import.writes) {
            let mut change = RegistryChange::of(district.clone());
            for write in files {
                let mut file = write.file;
                let (act, why) = acted(write.replaces, &write.fields);
                change.accesses.push(self.line(&district, Thing::Senior(file.id), act, why));
                file.changed_at = Some(next_change(file.changed_at, self.now));
                change.seniors.push(FileWrite { file, replaces: write.replaces });
            }
            let count = change.seniors.len();
            self.store.change_registry(change).await.map_err(|error| (written, error.into()))?;
            written += count;
        }
        self.note_import(&district, Thing::Seniors, total).await.map_err(|it| (written, it.into()))
    }

    /// Writes what a list of responders comes to.
    ///
    /// # Errors
    /// As [`Self::write_seniors`].
    pub async fn write_responders(
        &self,
        import: Import<Responder>,
    ) -> Result<(), (usize, RegistryRefused)> {
        let (total, district) = (import.writes.len(), import.district);
        let mut written = 0;
        for files in pieces(import.writes) {
            let mut change = RegistryChange::of(district.clone());
            for write in files {
                let mut file = write.file;
                let (act, why) = acted(write.replaces, &write.fields);
                change.accesses.push(self.line(&district, Thing::Responder(file.id), act, why));
                file.changed_at = Some(next_change(file.changed_at, self.now));
                change.responders.push(FileWrite { file, replaces: write.replaces });
            }
            let count = change.responders.len();
            self.store.change_registry(change).await.map_err(|error| (written, error.into()))?;
            written += count;
        }
        let noted = self.note_import(&district, Thing::Responders, total).await;
        noted.map_err(|it| (written, it.into()))
    }

    async fn note_import(
        &self,
        district: &DistrictId,
        thing: Thing,
        files: usize,
    ) -> Result<(), StoreError> {
        let words = format!("{files} files");
        self.store.log_access(self.line(district, thing, AccessAct::Import, words)).await
    }

    /// Notes that a list was taken out.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn note_export(
        &self,
        district: &DistrictId,
        thing: Thing,
        files: usize,
    ) -> Result<(), StoreError> {
        let words = format!("{files} files");
        self.store.log_access(self.line(district, thing, AccessAct::Export, words)).await
    }
}
