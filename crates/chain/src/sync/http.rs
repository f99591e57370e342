//! A node behind HTTP.

use serde_json::{Value, json};
use std::time::Duration;

use super::node::{Node, NodeError, malformed};

/// A node behind HTTP, asked one call at a time.
#[derive(Debug)]
pub struct HttpNode {
    agent: ureq::Agent,
    url: String,
    authorization: Option<String>,
    calls: u64,
}

/// A larger answer is refused; a block's traces take a few tens of MiB at most.
const MOST_BYTES: u64 = 256 << 20;
/// A call that fails on the way is tried again this often; a refusal is not.
const TRIES: u32 = 3;

impl HttpNode {
    /// A node at `http://host:port` or `http://user:password@host:port`.
    pub fn new(url: &str, timeout: Duration) -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            .build();
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
        let (user, host) = match rest.split_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, rest),
        };
        Self {
            agent: agent.into(),
            url: format!("{scheme}://{host}"),
            authorization: user.map(|user| format!("Basic {}", base64(user.as_bytes()))),
            calls: 0,
        }
    }

    fn send(&self, body: &[u8]) -> Result<Vec<u8>, String> {
        let mut request = self.agent.post(&self.url).header("Content-Type", "application/json");
        if let Some(authorization) = &self.authorization {
            request = request.header("Authorization", authorization);
        }
        let mut response = request.send(body).map_err(|why| why.to_string())?;
        let bytes = response.body_mut().with_config().limit(MOST_BYTES).read_to_vec();
        bytes.map_err(|why| why.to_string())
    }
}

impl Node for HttpNode {
    fn call(&mut self, method: &str, params: Value) -> Result<Value, NodeError> {
        self.calls += 1;
        let body =
            json!({ "jsonrpc": "2.0", "id": self.calls, "method": method, "params": params })
                .to_string();
        let mut last = String::new();
        for _ in 0..TRIES {
            match self.send(body.as_bytes()) {
                Ok(bytes) => return answer(method, &bytes, self.calls),
                Err(why) => last = why,
            }
        }
        Err(NodeError::Unreachable { method: method.to_owned(), reason: last })
    }
}

fn answer(method: &str, bytes: &[u8], id: u64) -> Result<Value, NodeError> {
    let mut answer: Value = serde_json::from_slice(bytes).map_err(|why| {
        let start: String = String::from_utf8_lossy(bytes).chars().take(120).collect();
        malformed(method, format!("{why}; it begins {start:?}"))
    })?;
    if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
        return Err(NodeError::Refused {
            method: method.to_owned(),
            code: error["code"].as_i64().unwrap_or(0),
            message: error["message"].as_str().unwrap_or("").chars().take(300).collect(),
        });
    }
    if answer.get("id").and_then(Value::as_u64) != Some(id) {
        return Err(malformed(method, "an answer to another call"));
    }
    match answer.get_mut("result") {
        Some(result) => Ok(result.take()),
        None => Err(malformed(method, "neither a result nor an error")),
    }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let letter = char::from(LETTERS[(word >> (18 - 6 * at) & 63) as usize]);
            text.push(if at <= chunk.len() { letter } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn credentials_are_written_as_http_wants_them() {
        assert_eq!(super::base64(b"user:pass"), "dXNlcjpwYXNz");
        assert_eq!(super::base64(b"a"), "YQ==");
        assert_eq!(super::base64(b"ab"), "YWI=");
    }
}
