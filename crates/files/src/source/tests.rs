use std::io::Write;

use encoding_rs::{WINDOWS_1251, WINDOWS_1252};

use super::*;

const TEXT: &str = "id,name\n1,José Müller\n2,Ana Pérez\n";

fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    ["\u{feff}", text].concat().encode_utf16().flat_map(order).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

/// The whole text of a file, or the error in words.
fn read(bytes: &[u8], encoding: Option<&str>) -> Result<String, String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let encoding = encoding.map(|name| name.parse().unwrap());
    let form = InputForm { encoding, ..InputForm::default() };
    let words = |error: BatchError| {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        format!("{error}: {}", cause.unwrap_or_default())
    };
    let mut source = TextSource::open(file.path(), &form, TextKind::Table).map_err(words)?;
    let mut text = Vec::new();
    while source.read(&mut text, 1 << 20).map_err(words)? > 0 {}
    // Whatever position a run is resumed at, the rest follows.
    for position in [0, 5, text.len() / 2, text.len()] {
        let mut rest = Vec::new();
        source.seek(position as u64).unwrap();
        while source.read(&mut rest, 1 << 20).unwrap() > 0 {}
        assert_eq!(rest, text[position..]);
    }
    Ok(String::from_utf8(text).unwrap())
}

#[test]
fn every_form_of_a_text_is_the_same_text() {
    let latin = WINDOWS_1252.encode(TEXT).0.into_owned();
    let little = utf16(TEXT, u16::to_le_bytes);
    let concatenated = [gzip(&TEXT.as_bytes()[..10]), gzip(&TEXT.as_bytes()[10..])].concat();
    for (bytes, encoding) in [
        (TEXT.as_bytes().to_vec(), None),
        ([b"\xEF\xBB\xBF", TEXT.as_bytes()].concat(), None),
        ([b"\xEF\xBB\xBF", TEXT.as_bytes()].concat(), Some("windows-1252")),
        (little.clone(), None),
        (utf16(TEXT, u16::to_be_bytes), None),
        (little[2..].to_vec(), Some("utf-16le")),
        (latin.clone(), Some("latin1")),
        (gzip(TEXT.as_bytes()), None),
        (concatenated, None),
        (zstd(TEXT.as_bytes()), None),
        ([zstd(&TEXT.as_bytes()[..10]), zstd(&TEXT.as_bytes()[10..])].concat(), None),
        (gzip(&little), None),
        (zstd(&latin), Some("windows-1252")),
    ] {
        assert_eq!(read(&bytes, encoding).as_deref(), Ok(TEXT), "{encoding:?} {bytes:?}");
    }
}

#[test]
fn long_texts_are_decoded_across_the_ends_of_blocks() {
    let text: String = (0..20_000).map(|number| format!("{number},Ярослав 李娜\n")).collect();
    assert_eq!(read(&utf16(&text, u16::to_le_bytes), None).as_deref(), Ok(text.as_str()));
    let cyrillic: String = (0..20_000).map(|number| format!("{number},Ярослав\n")).collect();
    let bytes = WINDOWS_1251.encode(&cyrillic).0.into_owned();
    assert_eq!(read(&zstd(&bytes), Some("cp1251")).as_deref(), Ok(cyrillic.as_str()));
}

#[test]
fn bytes_that_the_encoding_does_not_have_are_an_error_with_their_line() {
    let text = b"id,name\n1,Jane\n2,\x81\n";
    let error = read(text, Some("windows-1252")).unwrap_err();
    assert!(error.contains("line 3") && error.contains("--encoding"), "{error}");
    let mut odd = utf16(TEXT, u16::to_le_bytes);
    odd.push(0);
    assert!(read(&odd, None).unwrap_err().contains("no UTF-16LE"));
    let error = read(b"id,name\n1,\xFF\xFF\n", Some("gbk")).unwrap_err();
    assert!(error.contains("line 2") && error.contains("no GBK"), "{error}");
}

#[test]
fn a_file_that_is_cut_short_or_made_to_keep_the_reader_busy_is_an_error() {
    let long: String = (0..5_000).map(|number| format!("{number},Jane Example\n")).collect();
    for packed in [gzip(long.as_bytes()), zstd(long.as_bytes())] {
        assert!(read(&packed[..packed.len() / 2], None).is_err());
    }
    let bomb = vec![b'a'; 40 << 20];
    for packed in [gzip(&bomb), zstd(&bomb)] {
        let error = read(&packed, None).map(|text| text.len()).unwrap_err();
        assert!(error.contains("256 times"), "{error}");
    }
}

#[test]
fn files_of_another_kind_are_named_with_the_next_step() {
    for (bytes, found, next_step) in [
        (&b"PK\x03\x04 ..."[..], "workbook", "CSV"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1", "old workbook", "CSV"),
        (b"PAR1....", "Parquet", ".parquet"),
        (b"%PDF-1.7", "PDF", "export"),
        (b"<!DOCTYPE html>", "markup", "CSV"),
        (b"\n  {\"name\":\"Jane\"}", "JSON", ".ndjson"),
        (b"i\0d\0,\0n\0", "zero bytes", "--encoding utf-16le"),
    ] {
        let error = read(bytes, None).unwrap_err();
        assert!(error.contains(found) && error.contains(next_step), "{error}");
        let error = read(&gzip(bytes), None).unwrap_err();
        assert!(error.contains(found), "{error}");
    }
}

#[test]
fn utf_32_is_not_taken_for_utf_16() {
    let encode = |order: fn(u32) -> [u8; 4]| -> Vec<u8> {
        ["\u{feff}", TEXT].concat().chars().flat_map(|letter| order(u32::from(letter))).collect()
    };
    for bytes in [encode(u32::to_le_bytes), encode(u32::to_be_bytes)] {
        let error = read(&bytes, None).unwrap_err();
        assert!(error.contains("UTF-32") && error.contains("save it as UTF-8"), "{error}");
    }
}

#[test]
fn utf_8_is_not_read_as_another_encoding_that_is_told() {
    for (text, told) in
        [("名前,Jörg", "gbk"), ("Jörg Roe", "windows-1252"), ("Петров", "windows-1251")]
    {
        let error = read(text.as_bytes(), Some(told)).unwrap_err();
        assert!(error.contains("--encoding"), "{told}: {error}");
        assert_eq!(read(text.as_bytes(), Some("utf-8")).as_deref(), Ok(text));
    }
    assert!(read(b"J\xc3\xb6rg Ro\xc3", Some("windows-1252")).is_err(), "cut within a letter");
    assert_eq!(read(b"J\xf6rg Roe", Some("windows-1252")).as_deref(), Ok("Jörg Roe"));
    assert_eq!(read(b"Jane Roe", Some("gbk")).as_deref(), Ok("Jane Roe"));
}
