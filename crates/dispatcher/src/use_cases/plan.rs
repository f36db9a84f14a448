//! What is peculiar to a senior is written down.

use silverbell_domain::{Contact, PersonalPlan, Senior, SeniorId, UserId};

use crate::{Dispatcher, UseCaseError};

impl Dispatcher {
    /// Replaces a senior's personal plan, and the contacts where they are given. The next ticket knows
    /// it; open ones go on with what they knew.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`]; [`UseCaseError::Store`].
    pub async fn set_plan(
        &self,
        id: SeniorId,
        plan: PersonalPlan,
        contacts: Option<Vec<Contact>>,
        by: UserId,
    ) -> Result<Senior, UseCaseError> {
        let _turn = self.turn_to_change(id.0).await;
        let known = self.store.senior(id).await?;
        let known = known.ok_or(UseCaseError::NotFound("senior"))?;
        let mut senior = known.clone();
        // What was recorded of a death is no part of what people plan.
        let died_at = senior.plan.needs.died_at;
        senior.plan = plan;
        senior.plan.needs.died_at = died_at;
        senior.contacts = contacts.unwrap_or(senior.contacts);
        Ok(self.registry(by).write_senior(&known, senior).await?)
    }
}
