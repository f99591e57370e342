//! The stream of a connection: inspects request heads as sent, and closes a connection whose client does not read its
//! answer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use crate::head_watch::HeadWatch;

/// Bytes that a client has to accept within the write timeout: the rate of a very slow line.
const LEAST: usize = 16 << 10;

/// Whether the head of some request of a connection was ambiguous.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ambiguity(Arc<AtomicBool>);

impl Ambiguity {
    pub(crate) fn is_found(&self) -> bool {
        self.0.load(Relaxed)
    }
}

/// The stream of a connection.
pub(crate) struct Connection<S> {
    stream: S,
    watch: HeadWatch,
    ambiguity: Ambiguity,
    write_time: Duration,
    /// The deadline for progress of a write, while the client is slow.
    deadline: Pin<Box<Sleep>>,
    /// Bytes accepted since the client became slow; `None` while it is not.
    taken: Option<usize>,
}

impl<S> Connection<S> {
    pub(crate) fn new(stream: S, ambiguity: Ambiguity, write_time: Duration) -> Self {
        let deadline = Box::pin(tokio::time::sleep(write_time));
        let watch = HeadWatch::default();
        Self { stream, watch, ambiguity, write_time, deadline, taken: None }
    }

    /// Records the progress of a write, and fails it when the client is too slow.
    fn note_write(
        &mut self,
        context: &mut Context<'_>,
        wanted: usize,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(count)) => {
                let taken = self.taken.map(|taken| taken.saturating_add(count));
                // The whole buffer was accepted: nothing waits.
                self.taken = taken.filter(|taken| count < wanted && *taken < LEAST);
                Poll::Ready(Ok(count))
            }
            Poll::Ready(error) => Poll::Ready(error),
            Poll::Pending => {
                if self.taken.is_none() {
                    self.taken = Some(0);
                    let end = Instant::now() + self.write_time;
                    self.deadline.as_mut().reset(end);
                }
                ready!(self.deadline.as_mut().poll(context));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Connection<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        self.watch.read(buffer.filled().get(before..).unwrap_or_default());
        if self.watch.is_ambiguous() {
            self.ambiguity.0.store(true, Relaxed);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.note_write(context, bytes.len(), written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wanted = parts.iter().map(|part| part.len()).sum();
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.note_write(context, wanted, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        let noted = self.note_write(context, 0, flushed.map_ok(|()| 0));
        noted.map_ok(|_| ())
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn who_takes_nothing_is_given_up_and_who_is_slow_is_not() {
        let time = Duration::from_millis(200);
        let (near, far) = tokio::io::duplex(1_024);
        let mut connection = Connection::new(near, Ambiguity::default(), time);
        let error = connection.write_all(&[0; 4_096]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        drop(far);
        let (near, mut far) = tokio::io::duplex(32 << 10);
        let mut connection = Connection::new(near, Ambiguity::default(), time);
        let reading = tokio::spawn(async move {
            let mut buffer = vec![0; 32 << 10];
            while far.read(&mut buffer).await.is_ok_and(|count| count > 0) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        connection.write_all(&vec![0; 512 << 10]).await.unwrap();
        drop(connection);
        reading.await.unwrap();
    }
}
