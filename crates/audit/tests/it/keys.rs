//! The texts of keys, and what is wrong with those that are refused.

use interdict_audit::{KeyError, SigningKey, VerifyingKey};
use proptest::prelude::*;

use crate::support::key;

const FORM: &str = "<name>+<identifier>+<base64>";

fn refusal(text: &str) -> KeyError {
    text.parse::<VerifyingKey>().unwrap_err()
}

#[test]
fn a_key_whose_identifier_does_not_fit_is_refused() {
    let good = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let bad = [
        good.replace("a3+", "a4+"),
        good.replace("c74f20a3", "C74F20A3"),
        good.replace("c74f20a3", "c74f20a30"),
        good.replace("c74f20a3", "c74f20a"),
        good.replace("c74f20a3", ""),
        good.replace("Peter", "peter"),
        good.replace("10TW", "10TV"),
    ];
    for text in bad {
        assert!(matches!(refusal(&text), KeyError::Id { .. }), "{text}");
    }
}

#[test]
fn keys_of_another_form_are_refused() {
    let key = "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    for text in ["", "PeterNeumann", "PeterNeumann+c74f20a3"] {
        assert_eq!(refusal(text), KeyError::Form { expected: FORM });
    }
    for name in ["", "Peter Neumann"] {
        assert!(matches!(refusal(&format!("{name}+c74f20a3+{key}")), KeyError::Name { .. }));
    }
    let name = || "PeterNeumann".parse().unwrap();
    for base64 in ["", "A", "!!!!", &format!("{key}\n"), &format!("{key}="), &key.replace('/', "_")]
    {
        let expected = KeyError::Base64 { name: name() };
        assert_eq!(refusal(&format!("PeterNeumann+c74f20a3+{base64}")), expected, "{base64}");
    }
    let other_type = "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert_eq!(refusal(other_type), KeyError::Algorithm { name: name(), found: 0x65 });
    let longer = "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWAAAAAA==";
    assert_eq!(refusal(longer), KeyError::Length { name: name(), found: 36 });
    assert_eq!(refusal("PeterNeumann+c74f20a3+AQ=="), KeyError::Length { name: name(), found: 0 });
}

#[test]
fn keys_with_which_anybody_can_sign_are_refused() {
    let name = || "log".parse().unwrap();
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let of_order_four = [0; 32];
    // No point has this second coordinate.
    let mut no_point = [0; 32];
    no_point[0] = 2;
    for bytes in [neutral, of_order_four, no_point] {
        let refused = Err(KeyError::Point { name: name() });
        assert_eq!(VerifyingKey::from_bytes(name(), &bytes), refused);
    }
    // A text with a fitting identifier is refused for the same reason.
    let text = "log+d3e98763+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert_eq!(refusal(text), KeyError::Point { name: name() });
}

#[test]
fn public_bytes_and_name_make_the_same_key() {
    let public = key("log").verifying_key();
    let again = VerifyingKey::from_bytes("log".parse().unwrap(), public.as_bytes()).unwrap();
    assert_eq!(again, public);
    let other = VerifyingKey::from_bytes("gol".parse().unwrap(), public.as_bytes()).unwrap();
    assert_ne!(other.key_id(), public.key_id());
    assert_eq!(format!("{public:?}"), format!("VerifyingKey({public})"));
}

#[test]
fn a_secret_key_whose_parts_do_not_fit_is_refused() {
    let good = key("log").expose_secret().to_string();
    assert!(good.parse::<SigningKey>().is_ok());
    let id = key("log").verifying_key().key_id().to_string();
    assert!(matches!(
        good.replace(&id, "00000000").parse::<SigningKey>(),
        Err(KeyError::Id { computed, .. }) if computed.to_string() == id
    ));
    assert!(matches!(
        good.replace("+log+", "+gol+").parse::<SigningKey>(),
        Err(KeyError::Id { .. })
    ));
    for text in [&good["PRIVATE+".len()..], &good.to_lowercase(), &format!(" {good}"), ""] {
        assert!(matches!(text.parse::<SigningKey>(), Err(KeyError::Form { .. })), "{text}");
    }
}

#[test]
fn a_secret_is_in_no_message() {
    let key = key("log");
    let text = key.expose_secret();
    let secret = text.rsplit_once('+').unwrap().1;
    assert!(secret.starts_with("AWxvZwAA"));
    let shown = format!("{key:?}");
    assert_eq!(shown, format!("SigningKey(log {}, secret)", key.verifying_key().key_id()));
    let id = key.verifying_key().key_id().to_string();
    let damaged = [
        text.replace(&id, "00000000"),
        format!("{}A", text.as_str()),
        format!("{}AAAA", text.as_str()),
        text.replace("PRIVATE+", ""),
        text.replace("+AW", "+BW"),
    ];
    for text in damaged {
        let error = text.parse::<SigningKey>().unwrap_err();
        let messages = format!("{error} {error:?}");
        assert!(!messages.contains("xvZw"), "{messages}");
    }
}

proptest! {
    #[test]
    fn both_texts_of_a_key_round_trip(name in "[a-z/.]{1,12}", seed: [u8; 32]) {
        let key = SigningKey::from_seed(name.parse().unwrap(), &seed);
        let again: SigningKey = key.expose_secret().parse().unwrap();
        prop_assert_eq!(again.verifying_key(), key.verifying_key());
        prop_assert_eq!(again.expose_secret(), key.expose_secret());
        let public: VerifyingKey = key.verifying_key().to_string().parse().unwrap();
        prop_assert_eq!(&public, &key.verifying_key());
        prop_assert_eq!(public.name().as_str(), name);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(PRIVATE\\+KEY\\+)?[a+é/=A ]{0,20}\\PC{0,20}") {
        let _ = text.parse::<SigningKey>();
        if let Ok(key) = text.parse::<VerifyingKey>() {
            prop_assert_eq!(key.to_string(), text);
        }
    }
}
