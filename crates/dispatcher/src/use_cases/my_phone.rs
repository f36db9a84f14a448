//! What the own phone of a responder tells beside duty and positions, and what it shows of the past.

use silverbell_domain::{
    Calendar, Responder, ResponderId, SelfTest, SelfTestPart, SelfTestResult, Trip, UnixMs, trips,
};

use crate::{Dispatcher, UseCaseError};

/// Of a month so many tickets are looked at: 50 a day, more than anybody goes out for.
const TICKETS_OF_A_MONTH: u32 = 1_550;

/// A responder's month.
#[derive(Clone, Debug)]
pub struct Month {
    /// When it begins by the district's clock.
    pub from: UnixMs,
    /// When the next one begins.
    pub to: UnixMs,
    /// The trips, in their order.
    pub trips: Vec<Trip>,
}

impl Dispatcher {
    /// Keeps what a responder's phone found of itself.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`]; [`UseCaseError::Store`].
    pub async fn set_self_test(
        &self,
        id: ResponderId,
        parts: impl IntoIterator<Item = (SelfTestPart, SelfTestResult)>,
    ) -> Result<Responder, UseCaseError> {
        let _turn = self.turn_to_change(id.0).await;
        let known = self.store.responder(id).await?;
        let known = known.ok_or(UseCaseError::NotFound("responder"))?;
        let test = SelfTest { at: self.clock.now(), parts: parts.into_iter().collect() };
        let responder = Responder { self_test: Some(test), ..known };
        self.store.update_responder(responder.clone()).await?;
        Ok(responder)
    }

    /// Returns a responder's month by the district's clock; `month` is 1 to 12.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`]; [`UseCaseError::Store`].
    pub async fn month_of(
        &self,
        responder: ResponderId,
        year: i16,
        month: i8,
    ) -> Result<Month, UseCaseError> {
        let board = self.board_of(responder).ok_or(UseCaseError::NotFound("responder"))?;
        let clock = self.local_clock(&board).await?;
        let (from, to) = clock.month(year, month);
        let (district, limit) = (board.district(), TICKETS_OF_A_MONTH);
        let tickets = self.store.tickets_offered_to(district, responder, (from, to), limit).await?;
        let trips = trips(&tickets, responder, (from, to), &clock as &dyn Calendar);
        Ok(Month { from, to, trips })
    }
}
