//! The dispatcher: use cases, one file each, and the control loop.
//!
//! People and devices act through the use cases of [`Dispatcher`]: read, decide in `domain`, commit
//! with the version that was read, again if it was stale. Everything else is the loop's: an
//! activation takes no input, looks at the district's [`Board`], asks the pure planner what should
//! be true, commits the difference, and sleeps until the next deadline or the next nudge. A restart
//! or a lost wake-up is just one more activation.

mod answers;
mod archive;
mod board;
mod care;
mod control_loop;
mod coverage;
mod deaths;
mod dispatcher;
mod equipment;
mod error;
mod facts;
mod follower;
mod history;
mod offer_token;
mod on_call;
mod registry;
mod roster;
mod rounds;
mod standby_plan;
mod telephone;
mod trace;
mod turns;
mod unrecorded;
mod use_cases;
mod visits;

pub use board::{Board, FeedItem, ResponderState, Seat, Snapshot};
pub use coverage::{Coverage, FreeResponder, Isochrones};
pub use dispatcher::{Dispatcher, Settings};
pub use equipment::{AskedCommand, Delivery, DeviceLines, Fate, KnownStranger, Stranger};
pub use error::UseCaseError;
pub use offer_token::{offer_of_token, offer_token};
pub use roster::{CoverNow, LocalClock, OnShift, Roster};
pub use standby_plan::{StandbySuggestion, StandbySuggestions};
pub use telephone::{Exchange, ExchangeLink, NotCalled};
pub use unrecorded::Journal;
pub use use_cases::{
    Actor, CallReport, Callee, DeskNews, DeviceNews, Dialled, Duty, GROUPS_AT_MOST, GroupBy,
    Import, KeyChange, KeyError, LONGEST_REPORT_S, MessageNews, Missed, MissedCall, MissingLogin,
    Month, MonthReview, NewCardLink, NewKey, NotRecorded, Opened, OtherParty, PhotoError,
    RegistryDesk, RegistryRefused, ReportedTicket, ResponseReport, RosterDesk, RosterRefused,
    SignOut, Summary, TELL, WantedDevice, WantedFile, WantedShift, changed_fields, slices,
};
