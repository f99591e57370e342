//! Webhooks: events that are sent to other systems, according to Standard Webhooks.
//!
//! Messages are written in the change that records their event (transactional outbox): a message exists if and only if
//! the event is in the log, and is delivered at least once. It contains ids only, never data of customers.

mod delivery;
mod endpoint;
mod lists_seen;
mod outbox;
mod secret;

pub use delivery::{
    Delivery, DeliveryAttempt, DeliveryFilter, DeliveryPage, DeliveryState, TakenDelivery,
};
pub(crate) use endpoint::host_of;
pub use endpoint::{MadeWebhook, NewWebhook, Webhook};
pub use lists_seen::ListsSeen;
pub use outbox::{MESSAGE_TYPES, MessageKinds};

pub(crate) use outbox::Message;
