//! Streamed bodies of answers.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use http_body_util::channel::{Channel, Sender};
use hyper::body::Frame;

/// The writing end of a body.
pub(crate) type BodySender = Sender<Bytes, std::io::Error>;

/// A body and its writing end, with the number of chunks that are buffered for a slow reader.
pub(crate) fn streamed(waiting: usize) -> (BodySender, Body) {
    let (sender, channel) = Channel::new(waiting);
    (sender, Body::new(Ended { channel, is_over: false }))
}

/// A channel that may be polled after its end, as compression does. The channel itself panics then.
struct Ended {
    channel: Channel<Bytes, std::io::Error>,
    is_over: bool,
}

impl HttpBody for Ended {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let polled = Pin::new(&mut self.channel).poll_frame(context);
        // After an error the stream ends, too.
        self.is_over = matches!(polled, Poll::Ready(None | Some(Err(_))));
        polled
    }
}
