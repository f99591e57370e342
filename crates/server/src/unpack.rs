//! Bodies of requests that are compressed.

use std::io;

use async_compression::tokio::bufread::GzipDecoder;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use tokio_util::io::{ReaderStream, StreamReader};

/// Decompresses the body of a request, all members of it: concatenated gzip files are one file, and whatever follows a
/// member and is none makes the body unreadable, because it would not be screened. Limits on the size of bodies count
/// the decompressed bytes. Other encodings than gzip are 415.
pub(crate) async fn unpack(request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let encodings: Vec<_> = parts.headers.get_all(header::CONTENT_ENCODING).iter().collect();
    let is_packed = match encodings.as_slice() {
        [] => false,
        [encoding] if encoding.as_bytes().eq_ignore_ascii_case(b"identity") => false,
        [encoding] if encoding.as_bytes().eq_ignore_ascii_case(b"gzip") => true,
        _ => {
            let accepted = [(header::ACCEPT_ENCODING, "gzip")];
            return (StatusCode::UNSUPPORTED_MEDIA_TYPE, accepted).into_response();
        }
    };
    if !is_packed {
        return next.run(Request::from_parts(parts, body)).await;
    }
    parts.headers.remove(header::CONTENT_ENCODING);
    parts.headers.remove(header::CONTENT_LENGTH);
    let packed = StreamReader::new(body.map_err(io::Error::other).into_data_stream());
    let mut decoder = GzipDecoder::new(packed);
    decoder.multiple_members(true);
    let unpacked = Body::from_stream(ReaderStream::new(decoder));
    next.run(Request::from_parts(parts, unpacked)).await
}
