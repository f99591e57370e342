//! ID tokens of OpenID Connect: signed JSON (RFC 7515, 7519). A token is accepted only after every claim was checked.
//!
//! Only RS256 and ES256 are accepted: never `none`, and no HMAC, whose key could be a public text (algorithm
//! confusion).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use jiff::{SignedDuration, Timestamp};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The longest token, in bytes: one with hundreds of groups is shorter.
const LONGEST: usize = 64 << 10;
/// Tolerance between two clocks.
const SKEW: SignedDuration = SignedDuration::from_secs(60);
/// Maximum age of a token, which was issued for this very sign-in.
const OLDEST: SignedDuration = SignedDuration::from_mins(10);

/// Why a token is rejected. The text is written to the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenFault {
    #[error("it is no signed JSON")]
    Form,
    #[error("its algorithm is not RS256 or ES256")]
    Algorithm,
    #[error("its key is none of the provider")]
    UnknownKey,
    #[error("its signature is wrong")]
    Signature,
    #[error("it is of another issuer")]
    Issuer,
    #[error("it is for another client")]
    Audience,
    #[error("it has expired")]
    Expired,
    #[error("it was not made now")]
    IssuedAt,
    #[error("it was made for another sign-in")]
    Nonce,
    #[error("it names nobody")]
    Subject,
    #[error("the person was not authenticated as is demanded")]
    Acr,
}

/// What a token is verified against.
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) now: Timestamp,
    /// Accepted authentication contexts (`acr`); any if empty.
    pub(crate) acr_values: &'a [String],
}

/// The claims of an accepted token.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Claims(Map<String, Value>);

impl Claims {
    /// A claim that is a text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// A claim by its path, such as `realm_access.roles`; a claim whose whole name contains the dots takes precedence.
    pub(crate) fn at(&self, path: &str) -> Option<&Value> {
        at(&self.0, path)
    }
}

/// A claim of an object by its path.
pub(crate) fn at<'a>(claims: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(path) {
        return Some(value);
    }
    let (first, rest) = path.split_once('.')?;
    at(claims.get(first)?.as_object()?, rest)
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

/// The public keys of a provider (JWK Set, RFC 7517).
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct KeySet {
    keys: Vec<Value>,
}

/// A public key.
#[derive(Debug, Clone, Default, Deserialize)]
struct Key {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl KeySet {
    /// The key of a token. Without a key id, the only key that fits the algorithm.
    fn find(&self, header: &Header) -> Option<Key> {
        let kind = if header.alg == "RS256" { "RSA" } else { "EC" };
        // Keys of unknown types do not invalidate the others.
        let keys = self.keys.iter().filter_map(|key| Key::deserialize(key).ok());
        let mut fitting = keys.filter(|key| {
            key.kty == kind
                && key.purpose.as_deref().is_none_or(|purpose| purpose == "sig")
                && key.alg.as_ref().is_none_or(|alg| *alg == header.alg)
                && header.kid.as_ref().is_none_or(|kid| key.kid.as_ref() == Some(kid))
        });
        let key = fitting.next()?;
        (header.kid.is_some() || fitting.next().is_none()).then_some(key)
    }
}

impl Key {
    fn verifies(&self, alg: &str, message: &[u8], signature: &[u8]) -> bool {
        let part = |part: &Option<String>| BASE64URL.decode(part.as_deref()?).ok();
        if alg == "RS256" {
            let Some((n, e)) = part(&self.n).zip(part(&self.e)) else { return false };
            let key = RsaPublicKeyComponents { n, e };
            return key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok();
        }
        let Some((x, y)) = part(&self.x).zip(part(&self.y)) else { return false };
        let is_p256 = self.crv.as_deref() == Some("P-256") && x.len() == 32 && y.len() == 32;
        // An uncompressed point (SEC 1).
        let point = [&[4][..], &x, &y].concat();
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
        is_p256 && key.verify(message, signature).is_ok()
    }
}

/// Verifies a token.
///
/// # Errors
/// At the first failed check. An unknown key may be a new one, so that the key set can be fetched again.
pub(crate) fn verify(
    token: &str,
    keys: &KeySet,
    expected: &Expected<'_>,
) -> Result<Claims, TokenFault> {
    if token.len() > LONGEST {
        return Err(TokenFault::Form);
    }
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else { return Err(TokenFault::Form) };
    let decode = |part: &str| BASE64URL.decode(part).map_err(|_| TokenFault::Form);
    let head: Header = serde_json::from_slice(&decode(header)?).map_err(|_| TokenFault::Form)?;
    // `crit` names extensions that must be understood; none are.
    if head.crit.is_some() {
        return Err(TokenFault::Form);
    }
    if !matches!(head.alg.as_str(), "RS256" | "ES256") {
        return Err(TokenFault::Algorithm);
    }
    let key = keys.find(&head).ok_or(TokenFault::UnknownKey)?;
    let signed = format!("{header}.{payload}");
    if !key.verifies(&head.alg, signed.as_bytes(), &decode(signature)?) {
        return Err(TokenFault::Signature);
    }
    let claims = serde_json::from_slice(&decode(payload)?).map_err(|_| TokenFault::Form)?;
    let claims = Claims(claims);
    claims.check(expected)?;
    Ok(claims)
}

impl Claims {
    fn check(&self, expected: &Expected<'_>) -> Result<(), TokenFault> {
        if self.text("iss") != Some(expected.issuer) {
            return Err(TokenFault::Issuer);
        }
        if !self.is_for(expected.client_id) {
            return Err(TokenFault::Audience);
        }
        let moment = |name: &str| {
            // Some providers write fractions of seconds.
            let seconds = self.0.get(name)?.as_f64()?;
            Timestamp::from_millisecond(whole_millis(seconds)?).ok()
        };
        let until = |end: Timestamp| end.duration_since(expected.now);
        if moment("exp").is_none_or(|end| until(end) + SKEW <= SignedDuration::ZERO) {
            return Err(TokenFault::Expired);
        }
        let is_now =
            |made: Timestamp| until(made) <= SKEW && until(made) + OLDEST >= SignedDuration::ZERO;
        let is_begun = moment("nbf").is_none_or(|begin| until(begin) <= SKEW);
        if !moment("iat").is_some_and(is_now) || !is_begun {
            return Err(TokenFault::IssuedAt);
        }
        if self.text("nonce") != Some(expected.nonce) {
            return Err(TokenFault::Nonce);
        }
        if self.text("sub").is_none_or(str::is_empty) {
            return Err(TokenFault::Subject);
        }
        let acr = self.text("acr").unwrap_or_default();
        if !expected.acr_values.is_empty() && !expected.acr_values.iter().any(|one| one == acr) {
            return Err(TokenFault::Acr);
        }
        Ok(())
    }

    /// Whether a client is in the token's audience, and is its authorised party.
    fn is_for(&self, client_id: &str) -> bool {
        let is_client = |value: &Value| value.as_str() == Some(client_id);
        let (is_among, has_others) = match self.0.get("aud") {
            Some(Value::Array(all)) => (all.iter().any(is_client), all.len() > 1),
            Some(one) => (is_client(one), false),
            None => (false, false),
        };
        let is_party = match self.0.get("azp") {
            Some(party) => is_client(party),
            None => !has_others,
        };
        is_among && is_party
    }
}

/// Seconds as milliseconds, if they are a moment between 1970 and the year 9999.
fn whole_millis(seconds: f64) -> Option<i64> {
    let is_usual = (0.0..253_402_300_000.0).contains(&seconds);
    let time = SignedDuration::try_from_secs_f64(seconds).ok().filter(|_| is_usual)?;
    i64::try_from(time.as_millis()).ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
    };
    use serde_json::json;

    use super::*;

    const RSA: &[u8] = include_bytes!("../../testdata/rsa_signing_key_for_tests.pk8");
    const NOW: i64 = 1_750_000_000;

    struct Signer {
        rsa: RsaKeyPair,
        ec: EcdsaKeyPair,
    }

    impl Signer {
        fn new() -> Self {
            let random = SystemRandom::new();
            let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
            let made = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
            Self {
                rsa: RsaKeyPair::from_pkcs8(RSA).unwrap(),
                ec: EcdsaKeyPair::from_pkcs8(kind, made.as_ref(), &random).unwrap(),
            }
        }

        fn modulus(&self) -> String {
            let public: RsaPublicKeyComponents<Vec<u8>> = self.rsa.public().into();
            BASE64URL.encode(public.n)
        }

        fn keys(&self) -> Value {
            let public: RsaPublicKeyComponents<Vec<u8>> = self.rsa.public().into();
            let point = self.ec.public_key().as_ref();
            let (x, y) = (BASE64URL.encode(&point[1..33]), BASE64URL.encode(&point[33..]));
            json!({ "keys": [
                { "kty": "OKP", "crv": "Ed25519", "kid": "other", "x": "AA" },
                { "kty": "RSA", "kid": "r", "use": "sig", "alg": "RS256",
                  "n": self.modulus(), "e": BASE64URL.encode(public.e) },
                { "kty": "EC", "kid": "e", "crv": "P-256", "x": x, "y": y },
            ] })
        }

        fn sign(&self, header: &Value, claims: &Value) -> String {
            let part = |value: &Value| BASE64URL.encode(value.to_string());
            let text = format!("{}.{}", part(header), part(claims));
            let random = SystemRandom::new();
            let signature = match header["alg"].as_str() {
                Some("ES256") => self.ec.sign(&random, text.as_bytes()).unwrap().as_ref().to_vec(),
                Some("HS256") => {
                    // HMAC with the public key as the secret, which everybody knows.
                    let key =
                        ring::hmac::Key::new(ring::hmac::HMAC_SHA256, self.modulus().as_bytes());
                    ring::hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
                }
                Some("none") => Vec::new(),
                _ => {
                    let mut signature = vec![0; self.rsa.public().modulus_len()];
                    self.rsa
                        .sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature)
                        .unwrap();
                    signature
                }
            };
            format!("{text}.{}", BASE64URL.encode(signature))
        }
    }

    fn claims() -> Value {
        json!({
            "iss": "https://id.example", "aud": "interdict", "sub": "248289761001", "nonce": "n",
            "exp": NOW + 300, "iat": NOW - 5,
        })
    }

    fn with(name: &str, value: Value) -> Value {
        let mut claims = claims();
        claims[name] = value;
        claims
    }

    fn check(signer: &Signer, token: &str, acr_values: &[String]) -> Result<Claims, TokenFault> {
        let keys = serde_json::from_value(signer.keys()).unwrap();
        let expected = Expected {
            issuer: "https://id.example",
            client_id: "interdict",
            nonce: "n",
            now: Timestamp::from_second(NOW).unwrap(),
            acr_values,
        };
        verify(token, &keys, &expected)
    }

    #[test]
    fn tokens_signed_by_a_key_of_the_provider_are_believed() {
        let signer = Signer::new();
        for header in [
            json!({ "alg": "RS256", "kid": "r" }),
            json!({ "alg": "ES256", "kid": "e" }),
            json!({ "alg": "ES256" }),
        ] {
            let believed = check(&signer, &signer.sign(&header, &claims()), &[]).unwrap();
            assert_eq!(believed.text("sub"), Some("248289761001"));
        }
        let nested = with("realm_access", json!({ "roles": ["a"] }));
        let token = signer.sign(&json!({ "alg": "RS256", "kid": "r" }), &nested);
        let believed = check(&signer, &token, &[]).unwrap();
        assert_eq!(believed.at("realm_access.roles"), Some(&json!(["a"])));
        assert_eq!(believed.at("realm_access.groups"), None);
    }

    #[test]
    fn each_claim_is_checked() {
        let signer = Signer::new();
        let tried = |claims: &Value| {
            let token = signer.sign(&json!({ "alg": "RS256", "kid": "r" }), claims);
            check(&signer, &token, &[]).map(drop)
        };
        for (name, value, fault) in [
            ("iss", json!("https://id.example/"), TokenFault::Issuer),
            ("iss", json!(null), TokenFault::Issuer),
            ("aud", json!("other"), TokenFault::Audience),
            ("aud", json!([]), TokenFault::Audience),
            ("aud", json!(["interdict", "other"]), TokenFault::Audience),
            ("azp", json!("other"), TokenFault::Audience),
            ("exp", json!(NOW - 61), TokenFault::Expired),
            ("exp", json!("soon"), TokenFault::Expired),
            ("exp", json!(-1), TokenFault::Expired),
            ("iat", json!(NOW + 61), TokenFault::IssuedAt),
            ("iat", json!(NOW - 601), TokenFault::IssuedAt),
            ("iat", json!(null), TokenFault::IssuedAt),
            ("nbf", json!(NOW + 61), TokenFault::IssuedAt),
            ("nonce", json!("m"), TokenFault::Nonce),
            ("nonce", json!(null), TokenFault::Nonce),
            ("sub", json!(""), TokenFault::Subject),
            ("sub", json!(7), TokenFault::Subject),
        ] {
            assert_eq!(tried(&with(name, value.clone())), Err(fault), "{name}: {value}");
        }
        for (name, value) in [
            ("aud", json!(["interdict"])),
            ("azp", json!("interdict")),
            ("exp", json!(NOW - 59)),
            ("iat", json!(NOW as f64 + 0.5)),
        ] {
            assert_eq!(tried(&with(name, value.clone())), Ok(()), "{name}: {value}");
        }
        let mut several = with("aud", json!(["other", "interdict"]));
        several["azp"] = json!("interdict");
        assert_eq!(tried(&several), Ok(()));
    }

    #[test]
    fn no_other_algorithm_key_or_signature_is_believed() {
        let signer = Signer::new();
        let tried = |header: Value| check(&signer, &signer.sign(&header, &claims()), &[]).map(drop);
        for (header, fault) in [
            (json!({ "alg": "none" }), TokenFault::Algorithm),
            (json!({ "alg": "None", "kid": "r" }), TokenFault::Algorithm),
            (json!({ "alg": "HS256", "kid": "r" }), TokenFault::Algorithm),
            (json!({ "alg": "RS384", "kid": "r" }), TokenFault::Algorithm),
            (json!({ "alg": "RS256", "kid": "unknown" }), TokenFault::UnknownKey),
            // A key of another type than the algorithm requires.
            (json!({ "alg": "RS256", "kid": "e" }), TokenFault::UnknownKey),
            (json!({ "alg": "ES256", "kid": "r" }), TokenFault::UnknownKey),
            (json!({ "alg": "RS256", "kid": "r", "crit": ["exp"] }), TokenFault::Form),
            (json!({ "kid": "r" }), TokenFault::Form),
        ] {
            assert_eq!(tried(header.clone()), Err(fault), "{header}");
        }
        let good = signer.sign(&json!({ "alg": "RS256", "kid": "r" }), &claims());
        let other =
            signer.sign(&json!({ "alg": "RS256", "kid": "r" }), &with("sub", json!("root")));
        let parts = |token: &str| token.split('.').map(str::to_owned).collect::<Vec<_>>();
        let (good, other) = (parts(&good), parts(&other));
        let forged = format!("{}.{}.{}", good[0], other[1], good[2]);
        assert_eq!(check(&signer, &forged, &[]), Err(TokenFault::Signature));
        let strangers = Signer::new();
        let token = strangers.sign(&json!({ "alg": "ES256", "kid": "e" }), &claims());
        assert_eq!(check(&signer, &token, &[]), Err(TokenFault::Signature));
        let unsigned = format!("{}.{}.", good[0], good[1]);
        assert_eq!(check(&signer, &unsigned, &[]), Err(TokenFault::Signature));
        for token in ["", "a", "a.b", "a.b.c", "a.b.c.d", &"x".repeat(LONGEST + 1)] {
            assert_eq!(check(&signer, token, &[]), Err(TokenFault::Form));
        }
    }

    #[test]
    fn a_second_factor_can_be_demanded() {
        let signer = Signer::new();
        let tried = |acr: Value| {
            let token = signer.sign(&json!({ "alg": "ES256", "kid": "e" }), &with("acr", acr));
            check(&signer, &token, &["mfa".to_owned(), "hwk".to_owned()]).map(drop)
        };
        assert_eq!(tried(json!("hwk")), Ok(()));
        assert_eq!(tried(json!("pwd")), Err(TokenFault::Acr));
        assert_eq!(tried(json!(null)), Err(TokenFault::Acr));
    }
}
