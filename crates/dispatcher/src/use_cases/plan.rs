//! What is peculiar to a senior is written down.

use silverbell_domain::{Contact, PersonalPlan, Senior, SeniorId};

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
    ) -> Result<Senior, UseCaseError> {
        let _turn = self.turn_to_change(id.0).await;
        let known = self.store.senior(id).await?;
        let mut senior = known.ok_or(UseCaseError::NotFound("senior"))?;
        senior.plan = plan;
        senior.contacts = contacts.unwrap_or(senior.contacts);
        self.store.update_senior(senior.clone()).await?;
        Ok(senior)
    }
}
