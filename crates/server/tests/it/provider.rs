//! An OpenID provider for tests, with configurable faults.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64URL};
use jiff::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

pub(crate) const CLIENT: &str = "interdict";
pub(crate) const SECRET: &str = "a secret: with signs";

/// The behaviour of the provider.
pub(crate) struct Conduct {
    /// Changes to the claims of its tokens. `null` removes a claim.
    pub(crate) claims: Value,
    /// The header of its tokens.
    pub(crate) header: Value,
    /// The userinfo document; `None` if there is no such endpoint.
    pub(crate) userinfo: Option<Value>,
    /// The id of its key.
    pub(crate) kid: String,
    key: EcdsaKeyPair,
    /// Codes with challenge, nonce and redirect address.
    codes: BTreeMap<String, [String; 3]>,
    /// Number of requests for its keys.
    pub(crate) asked_for_keys: u32,
    issuer: String,
}

/// The provider.
#[derive(Clone)]
pub(crate) struct FakeProvider(Arc<Mutex<Conduct>>);

fn new_key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let made = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(kind, made.as_ref(), &random).unwrap()
}

impl FakeProvider {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let provider = Self(Arc::new(Mutex::new(Conduct {
            claims: json!({}),
            header: json!({ "alg": "ES256", "kid": "first" }),
            userinfo: None,
            kid: "first".to_owned(),
            key: new_key(),
            codes: BTreeMap::new(),
            asked_for_keys: 0,
            issuer,
        })));
        let serving = provider.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                serving.answer(stream.unwrap());
            }
        });
        provider
    }

    pub(crate) fn conduct(&self) -> MutexGuard<'_, Conduct> {
        self.0.lock().unwrap()
    }

    pub(crate) fn issuer(&self) -> String {
        self.conduct().issuer.clone()
    }

    /// Redirects back with a code, as after a successful sign-in with these parameters.
    pub(crate) fn code(&self, sent: &BTreeMap<String, String>) -> String {
        assert_eq!(sent["code_challenge_method"], "S256");
        let mut conduct = self.conduct();
        let code = format!("code-{}", conduct.codes.len());
        let [challenge, nonce, back] =
            ["code_challenge", "nonce", "redirect_uri"].map(|name| sent[name].clone());
        conduct.codes.insert(code.clone(), [challenge, nonce, back]);
        code
    }

    /// From now on it signs with another key.
    pub(crate) fn rotate(&self) {
        let mut conduct = self.conduct();
        (conduct.key, conduct.kid) = (new_key(), "second".to_owned());
        conduct.header = json!({ "alg": "ES256", "kid": "second" });
    }

    fn answer(&self, mut stream: TcpStream) {
        let (head, body) = read_request(&mut stream);
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let (status, value) = self.conduct().reply(&path, &head, &body);
        let body = value.to_string();
        let length = body.len();
        let _ = write!(
            stream,
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n{body}"
        );
    }
}

fn read_request(stream: &mut TcpStream) -> (String, String) {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_owned();
            let lower = head.to_lowercase();
            let length = lower.split("content-length: ").nth(1);
            let length = length.map_or(0, |rest| rest.lines().next().unwrap().parse().unwrap());
            if body.len() >= length {
                return (head, body.to_owned());
            }
        }
        let mut more = [0; 4_096];
        let count = stream.read(&mut more).unwrap_or(0);
        if count == 0 {
            return (String::new(), String::new());
        }
        bytes.extend_from_slice(&more[..count]);
    }
}

impl Conduct {
    fn reply(&mut self, path: &str, head: &str, body: &str) -> (u16, Value) {
        let issuer = self.issuer.clone();
        match path {
            "/.well-known/openid-configuration" => {
                let mut description = json!({
                    "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize?x=1"),
                    "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
                    "end_session_endpoint": format!("{issuer}/end"),
                });
                if self.userinfo.is_some() {
                    description["userinfo_endpoint"] = json!(format!("{issuer}/me"));
                }
                (200, description)
            }
            "/keys" => {
                self.asked_for_keys += 1;
                let point = self.key.public_key().as_ref();
                let (x, y) = (BASE64URL.encode(&point[1..33]), BASE64URL.encode(&point[33..]));
                let key = json!({ "kty": "EC", "crv": "P-256", "kid": self.kid, "x": x, "y": y });
                (200, json!({ "keys": [key] }))
            }
            "/me" if head.contains("Bearer access") || head.contains("bearer access") => {
                (200, self.userinfo.clone().unwrap())
            }
            "/token" => {
                self.redeem(head, body).unwrap_or((400, json!({ "error": "invalid_grant" })))
            }
            _ => (404, json!({})),
        }
    }

    /// Redeems a code once, with the verifier of its challenge.
    fn redeem(&mut self, head: &str, body: &str) -> Option<(u16, Value)> {
        let form: BTreeMap<String, String> =
            form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        let encoded = "interdict:a+secret%3A+with+signs";
        let basic = format!("Basic {}", STANDARD.encode(encoded));
        if !head.contains(&basic) {
            return Some((401, json!({ "error": "invalid_client" })));
        }
        let [challenge, nonce, back] = self.codes.remove(form.get("code")?)?;
        let digest =
            ring::digest::digest(&ring::digest::SHA256, form.get("code_verifier")?.as_bytes());
        let is_right = BASE64URL.encode(digest) == challenge
            && form.get("redirect_uri") == Some(&back)
            && form.get("grant_type").map(String::as_str) == Some("authorization_code");
        is_right.then(|| {
            let token = self.token(&nonce);
            (200, json!({ "id_token": token, "access_token": "access", "token_type": "Bearer" }))
        })
    }

    fn token(&self, nonce: &str) -> String {
        let now = Timestamp::now().as_second();
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT, "sub": "248289761001", "nonce": nonce,
            "exp": now + 300, "iat": now, "name": "Jane Doe", "groups": ["aml", "staff"],
        });
        for (name, value) in self.claims.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let part = |value: &Value| BASE64URL.encode(value.to_string());
        let text = format!("{}.{}", part(&self.header), part(&claims));
        let signature = match self.header["alg"].as_str() {
            Some("none") => Vec::new(),
            Some("HS256") => {
                let public = self.key.public_key().as_ref();
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, public);
                ring::hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
            }
            _ => self.key.sign(&SystemRandom::new(), text.as_bytes()).unwrap().as_ref().to_vec(),
        };
        format!("{text}.{}", BASE64URL.encode(signature))
    }
}
