//! Webhooks: events that are sent to other systems, as Standard Webhooks describes it.
//!
//! What is to be sent is written in the change that records its event (an outbox): it is sent if and only if the event is
//! in the log, at least once. A message holds ids alone, never data of customers.

mod delivery;
mod endpoint;
mod lists_seen;
mod outbox;
mod secret;

pub use delivery::{
    Delivery, DeliveryAttempt, DeliveryFilter, DeliveryPage, DeliveryState, TakenDelivery,
};
pub use endpoint::{MadeWebhook, NewWebhook, Webhook};
pub use lists_seen::ListsSeen;
pub use outbox::{MESSAGE_TYPES, MessageKinds};

pub(crate) use outbox::Message;
