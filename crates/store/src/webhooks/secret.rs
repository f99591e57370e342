//! Secrets of webhooks, and signatures with them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::log::LogKeys;

/// A secret of a webhook, derived from its id and the number of the secret.
pub(super) fn secret(keys: &LogKeys, webhook: &str, number: i64) -> [u8; 32] {
    let number = number.to_string();
    keys.keyed_hash(&[b"\nwebhook secret\n", webhook.as_bytes(), b"\n", number.as_bytes()])
}

/// The text form of a secret.
pub(super) fn reveal(secret: &[u8; 32]) -> String {
    format!("whsec_{}", STANDARD.encode(secret))
}

/// The header `webhook-signature`: one signature for each valid secret, so that a receiver can change over.
pub(super) fn sign(secrets: &[[u8; 32]], id: &str, timestamp: i64, body: &str) -> String {
    let signature = |secret: &[u8; 32]| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("keys of any length are taken");
        mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    };
    let signatures: Vec<String> = secrets.iter().map(signature).collect();
    signatures.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_standard_webhooks() {
        // The example of the specification's reference implementation.
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&secret).unwrap();
        mac.update(b"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}");
        let expected = "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(STANDARD.encode(mac.finalize().into_bytes()), expected);
        let signed = sign(&[[1; 32], [2; 32]], "msg_1", 7, "{}");
        let parts: Vec<&str> = signed.split(' ').collect();
        assert_eq!(parts.len(), 2);
        assert!(parts.iter().all(|part| part.starts_with("v1,")) && parts[0] != parts[1]);
    }
}
