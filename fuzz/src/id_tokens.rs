//! ID tokens of an OpenID provider: only tokens that its key signed are accepted.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use interdict_server::fuzzing::{IdTokenDemands, accepts_id_token};
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
    RsaPublicKeyComponents,
};
use serde_json::{Map, Value, json};

const RSA: &[u8] = include_bytes!("../../crates/server/testdata/rsa_signing_key_for_tests.pk8");
const NOW: i64 = 1_750_000_000;
const ISSUER: &str = "https://id.example";
const CLIENT: &str = "interdict";
const NONCE: &str = "n";

/// The provider, and the tokens that it signed.
struct Provider {
    rsa: RsaKeyPair,
    ec: EcdsaKeyPair,
    /// A P-256 key of somebody else.
    stranger: EcdsaKeyPair,
    keys: String,
    /// Public texts that a careless verifier could use as the secret of an HMAC (algorithm confusion).
    public_texts: Vec<Vec<u8>>,
    genuine: Vec<String>,
}

static PROVIDER: LazyLock<Provider> = LazyLock::new(Provider::new);

impl Provider {
    fn new() -> Self {
        let rsa = RsaKeyPair::from_pkcs8(RSA).expect("a key");
        // Fixed keys, so that every run of an input does the same.
        let ec = ec_key(1, EC_POINT);
        let stranger = ec_key(2, STRANGERS_POINT);
        let public: RsaPublicKeyComponents<Vec<u8>> = rsa.public().into();
        let (n, e) = (BASE64URL.encode(&public.n), BASE64URL.encode(&public.e));
        let point = ec.public_key().as_ref();
        let (x, y) = (BASE64URL.encode(&point[1..33]), BASE64URL.encode(&point[33..]));
        let keys = json!({ "keys": [
            { "kty": "RSA", "kid": "r", "use": "sig", "alg": "RS256", "n": n, "e": e },
            { "kty": "EC", "kid": "e", "crv": "P-256", "x": x, "y": y },
        ] })
        .to_string();
        let public_texts = vec![
            public.n.clone(),
            n.into_bytes(),
            rsa.public().as_ref().to_vec(),
            point.to_vec(),
            keys.clone().into_bytes(),
            Vec::new(),
        ];
        let mut provider = Self { rsa, ec, stranger, keys, public_texts, genuine: Vec::new() };
        let claims = json!({
            "iss": ISSUER, "aud": CLIENT, "sub": "248289761001", "nonce": NONCE,
            "exp": NOW + 300, "iat": NOW - 5,
        });
        for (alg, kid) in [("RS256", "r"), ("ES256", "e")] {
            let header = json!({ "alg": alg, "kid": kid }).to_string();
            let signed = joined(header.as_bytes(), claims.to_string().as_bytes());
            let signature = match alg {
                "RS256" => provider.rsa_signature(&signed),
                _ => ec_signature(&provider.ec, &signed),
            };
            provider.genuine.push(format!("{signed}.{}", BASE64URL.encode(signature)));
        }
        assert!(provider.genuine.iter().all(|token| provider.accepts(token)));
        provider
    }

    fn rsa_signature(&self, text: &str) -> Vec<u8> {
        let mut signature = vec![0; self.rsa.public().modulus_len()];
        let random = SystemRandom::new();
        self.rsa
            .sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature)
            .expect("a signature");
        signature
    }

    fn accepts(&self, token: &str) -> bool {
        let demands = IdTokenDemands {
            keys: &self.keys,
            issuer: ISSUER,
            client_id: CLIENT,
            nonce: NONCE,
            now: NOW,
        };
        accepts_id_token(token, &demands)
    }

    /// Whether header and payload of a token are those of one that the provider signed.
    fn signed(&self, token: &str) -> bool {
        let content = |token: &str| token.rsplit_once('.').map(|(content, _)| content.to_owned());
        self.genuine.iter().any(|genuine| content(genuine) == content(token))
    }

    fn rejects(&self, token: &str, why: &str) {
        assert!(!self.accepts(token), "{why}: {token}");
    }
}

/// Verifies the bytes as a token, as changes to a genuine token, and as header and payload that are signed in invalid
/// ways and with the provider's key.
pub fn token(bytes: &[u8]) {
    let provider = &*PROVIDER;
    if let Ok(text) = std::str::from_utf8(bytes)
        && provider.accepts(text)
    {
        assert!(provider.signed(text), "a token that was not signed: {text}");
    }
    damaged(provider, bytes);
    let at = bytes.windows(2).position(|pair| pair == b"%%");
    if let Some(at) = at {
        forged(provider, &bytes[..at], &bytes[at + 2..]);
    }
}

/// Changes a genuine token: the first byte selects it, each further three bytes are a position and a value.
fn damaged(provider: &Provider, bytes: &[u8]) {
    let Some((which, changes)) = bytes.split_first() else { return };
    let genuine = &provider.genuine[usize::from(*which) % provider.genuine.len()];
    let mut text = genuine.clone().into_bytes();
    for change in changes.chunks_exact(3) {
        let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % text.len();
        text[place] = change[2];
    }
    let Ok(text) = String::from_utf8(text) else { return };
    if provider.accepts(&text) {
        assert!(provider.signed(&text), "a token that was changed: {text}");
    }
}

/// Chosen header and payload. Without the provider's key, every signature is rejected; with it, an accepted token has
/// the required claims.
fn forged(provider: &Provider, header: &[u8], payload: &[u8]) {
    let signed = joined(header, payload);
    let token = |signature: &[u8]| format!("{signed}.{}", BASE64URL.encode(signature));
    provider.rejects(&token(b""), "without a signature");
    for secret in &provider.public_texts {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let signature = hmac::sign(&key, signed.as_bytes());
        provider.rejects(&token(signature.as_ref()), "signed with a public text");
    }
    let strangers = ec_signature(&provider.stranger, &signed);
    provider.rejects(&token(&strangers), "signed by a stranger");
    // A signature of zeros passed verifiers that did not check its range (CVE-2022-21449).
    provider.rejects(&token(&[0; 64]), "a signature of zeros");
    if !provider.signed(&token(b"")) {
        for genuine in &provider.genuine {
            let (_, signature) = genuine.rsplit_once('.').expect("three parts");
            provider.rejects(&format!("{signed}.{signature}"), "another one's signature");
        }
    }
    if provider.accepts(&token(&ec_signature(&provider.ec, &signed))) {
        has_the_required_claims(header, payload);
    }
}

fn has_the_required_claims(header: &[u8], payload: &[u8]) {
    let object = |bytes| serde_json::from_slice::<Map<String, Value>>(bytes).expect("an object");
    let (header, claims) = (object(header), object(payload));
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let number = |name: &str| claims.get(name).and_then(Value::as_f64);
    assert_eq!(header.get("alg").and_then(Value::as_str), Some("ES256"));
    assert!(!header.contains_key("crit") || header["crit"].is_null());
    assert_eq!((text("iss"), text("nonce")), (Some(ISSUER), Some(NONCE)));
    assert!(text("sub").is_some_and(|subject| !subject.is_empty()));
    let is_for = match claims.get("aud") {
        Some(Value::Array(all)) => all.iter().any(|one| one == CLIENT),
        Some(one) => one == CLIENT,
        None => false,
    };
    assert!(is_for, "a token for somebody else");
    let now = NOW as f64;
    assert!(number("exp").is_some_and(|end| end > now - 61.0), "a token that has expired");
    assert!(number("iat").is_some_and(|made| (made - now).abs() < 602.0), "an old token");
    assert!(number("nbf").is_none_or(|begin| begin < now + 62.0), "a token for later");
}

fn joined(header: &[u8], payload: &[u8]) -> String {
    format!("{}.{}", BASE64URL.encode(header), BASE64URL.encode(payload))
}

fn ec_signature(key: &EcdsaKeyPair, text: &str) -> Vec<u8> {
    key.sign(&SystemRandom::new(), text.as_bytes()).expect("a signature").as_ref().to_vec()
}

/// The P-256 key whose secret scalar is a small number, with its point.
fn ec_key(secret: u8, point: &str) -> EcdsaKeyPair {
    let mut bytes = [0; 32];
    bytes[31] = secret;
    let digits = |at: usize| u8::from_str_radix(&point[at..at + 2], 16).expect("digits");
    let point: Vec<u8> =
        std::iter::once(4).chain((0..point.len()).step_by(2).map(digits)).collect();
    let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
    EcdsaKeyPair::from_private_key_and_public_key(kind, &bytes, &point, &SystemRandom::new())
        .expect("a key and its point")
}

/// The base point of P-256.
const EC_POINT: &str = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296\
                        4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
/// Twice the base point.
const STRANGERS_POINT: &str = "7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978\
                               07775510db8ed040293d9ac69f7430dbba7dade63ce982299e04b79d227873d1";
