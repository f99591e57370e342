//! Receiving a file: it is written to the store in parts, so that its size does not determine memory use and every
//! server can read it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::Request;
use http_body_util::BodyExt;
use interdict_engine::audit::{JobId, Tenant};
use interdict_model::Sha256Hasher;
use jiff::Timestamp;

use crate::app::App;
use crate::error::ApiError;

/// Bytes of one part.
const PART: usize = 256 << 10;
/// Time limit for the upload of a file. Parts without a job are deleted after a longer time.
pub(crate) const RECEIVING_TIME: Duration = Duration::from_secs(3_600);

/// A file that was received.
pub(super) struct Received {
    pub(super) id: JobId,
    pub(super) digest: String,
    pub(super) bytes: u64,
}

/// Receives the body of a request.
///
/// # Errors
/// When it is larger than the limit, empty, or too slow. No part of it is kept then.
pub(super) async fn receive(
    app: &Arc<App>,
    tenant: &Tenant,
    request: Request,
) -> Result<Received, ApiError> {
    // Each upload holds one part in memory, and all uploads wait for the single writer of the store.
    let _place = Arc::clone(&app.receiving).try_acquire_owned().map_err(|_| ApiError::Busy)?;
    let mut random = [0; 10];
    getrandom::fill(&mut random).map_err(|_| ApiError::Internal("random numbers"))?;
    let id = JobId::from_random(random);
    let received = receive_parts(app, (tenant, &id), request).await;
    if received.is_err() {
        app.change(move |change| change.drop_job_input(&id)).await?;
    }
    received
}

async fn receive_parts(
    app: &Arc<App>,
    (tenant, id): (&Tenant, &JobId),
    request: Request,
) -> Result<Received, ApiError> {
    let (start, limit) = (Instant::now(), app.config.job_bytes);
    let mut body = request.into_body();
    let mut hash = Sha256Hasher::default();
    let (mut part, mut number, mut bytes) = (Vec::with_capacity(PART), 0_u32, 0_u64);
    let time = app.config.body_time;
    loop {
        let frame = tokio::time::timeout(time, body.frame()).await;
        let Some(frame) = frame.map_err(|_| ApiError::SlowBody(time.as_secs()))? else { break };
        let failed = |_| ApiError::BadRequest("There was an error parsing the body".to_owned());
        let Ok(data) = frame.map_err(failed)?.into_data() else { continue };
        bytes += u64::try_from(data.len()).unwrap_or(u64::MAX);
        if bytes > limit {
            return Err(ApiError::TooLarge(usize::try_from(limit).unwrap_or(usize::MAX)));
        }
        if start.elapsed() > RECEIVING_TIME {
            return Err(ApiError::SlowBody(RECEIVING_TIME.as_secs()));
        }
        hash.update(&data);
        part.extend_from_slice(&data);
        if part.len() >= PART {
            write(app, (tenant, id), number, std::mem::take(&mut part)).await?;
            number += 1;
        }
    }
    if bytes == 0 {
        return Err(ApiError::BadRequest("The body is empty: it has to be a file".to_owned()));
    }
    if !part.is_empty() {
        write(app, (tenant, id), number, part).await?;
    }
    Ok(Received { id: id.clone(), digest: hash.finish().to_string(), bytes })
}

async fn write(
    app: &Arc<App>,
    (tenant, id): (&Tenant, &JobId),
    number: u32,
    data: Vec<u8>,
) -> Result<(), ApiError> {
    let (tenant, id, now) = (tenant.clone(), id.clone(), Timestamp::now());
    app.change(move |change| change.add_job_input(&tenant, &id, (number, &data), now)).await
}
