//! Builds the Chinese tables: syllables and their spellings, surnames, readings of characters per
//! language.

use crate::{fold, frozen, tsv, write};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const INITIALS: &[&str] = &[
    "", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "ng", "h", "gw", "kw", "w", "z", "c",
    "s", "j",
];
const FINALS: &[&str] = &[
    "aa", "aai", "aau", "aam", "aan", "aang", "aap", "aat", "aak", "a", "ai", "au", "am", "an",
    "ang", "ap", "at", "ak", "e", "ei", "eu", "em", "eng", "ep", "ek", "i", "iu", "im", "in",
    "ing", "ip", "it", "ik", "o", "oi", "ou", "on", "ong", "ot", "ok", "u", "ui", "un", "ung",
    "ut", "uk", "oe", "oeng", "oek", "oet", "eoi", "eon", "eot", "yu", "yun", "yut", "m", "ng",
];
/// Marks an ad hoc spelling (without the apostrophe, for example).
const LOOSE: u16 = 0x8000;
/// The first and last character of the table, the CJK Unified Ideographs block.
const FIRST: u32 = 0x4e00;
const LAST: u32 = 0x9fff;

/// Pinyin syllable -> number from 1.
pub(crate) type Pinyin = BTreeMap<String, u16>;

/// Writes the Chinese tables.
pub(crate) fn build(data: &Path, out: &Path) {
    let (pinyin, spellings) = syllables(data);
    let mut list: Vec<(&u16, &String)> = pinyin.iter().map(|(text, id)| (id, text)).collect();
    list.sort_unstable();
    let list: Vec<&str> = list.iter().map(|(_, text)| text.as_str()).collect();
    write(out, "pinyin.txt", list.join("\n").as_bytes());
    write(out, "zh_spelling.bin", &frozen::freeze(&spellings));
    write(out, "yue_spelling.bin", &frozen::freeze(&cantonese(data)));
    surnames(data, out, &pinyin);
    characters(data, out, &pinyin);
}

/// Adds a 16-bit value if there is room and the slot does not have it yet, as a regular or ad hoc
/// one.
fn add(slot: &mut u64, fact: u16) {
    for place in 0..4 {
        let held = (*slot >> (16 * place)) as u16;
        if held & !LOOSE == fact & !LOOSE && held != 0 {
            return;
        }
        if held == 0 {
            *slot |= u64::from(fact) << (16 * place);
            return;
        }
    }
}

fn syllables(data: &Path) -> (Pinyin, BTreeMap<u64, u64>) {
    let (mut pinyin, mut spellings) = (Pinyin::new(), BTreeMap::new());
    let rows = tsv::read_rows(data, "zh_syllables.tsv");
    for (index, row) in rows.iter().enumerate() {
        let id = index as u16 + 1;
        pinyin.insert(tsv::cell(row, 0).to_string(), id);
        add_spelling(&mut spellings, tsv::cell(row, 0), id);
    }
    // Regular forms first: ad hoc ones only fill the remaining room.
    for column in [1, 2] {
        for (index, row) in rows.iter().enumerate() {
            for form in tsv::cell(row, column).split('|').filter(|form| !form.is_empty()) {
                add_spelling(&mut spellings, form, index as u16 + 1);
            }
        }
    }
    for (index, row) in rows.iter().enumerate() {
        let id = (index as u16 + 1) | LOOSE;
        for form in
            tsv::cell(row, 1).split('|').filter(|form| form.contains('\'') || form.contains('ü'))
        {
            for bare in [
                form.replace('\'', ""),
                form.replace('ü', "u"),
                form.replace('\'', "").replace('ü', "u"),
            ] {
                add_spelling(&mut spellings, &bare, id);
            }
        }
        for form in tsv::cell(row, 3).split('|').filter(|form| !form.is_empty()) {
            add_spelling(&mut spellings, form, id);
        }
    }
    (pinyin, spellings)
}

fn add_spelling(spellings: &mut BTreeMap<u64, u64>, form: &str, id: u16) {
    frozen::add_prefixes(spellings, form);
    add(spellings.entry(fold::hash64(form)).or_default(), id);
}

/// Part letter and grapheme -> mask of Jyutping initials or finals.
fn cantonese(data: &Path) -> BTreeMap<u64, u64> {
    let mut masks = BTreeMap::new();
    for row in tsv::read_rows(data, "yue_spelling.tsv") {
        let part = tsv::cell(&row, 0);
        let alphabet = if part == "initial" { INITIALS } else { FINALS };
        let grapheme = if tsv::cell(&row, 1) == "-" { "" } else { tsv::cell(&row, 1) };
        for option in tsv::cell(&row, 2).split(' ') {
            let option = if option == "-" { "" } else { option };
            let place = alphabet
                .iter()
                .position(|text| *text == option)
                .unwrap_or_else(|| panic!("jyutping {option}"));
            let key = format!("{}:{grapheme}", &part[..1]);
            frozen::add_prefixes(&mut masks, &key);
            *masks.entry(fold::hash64(&key)).or_insert(0) |= 1 << place;
        }
    }
    masks
}

/// Writes `zh_family.bin` (a bit for each pinyin number that is a surname) and `zh_surnames.bin`
/// (spelling or character -> pinyin numbers).
fn surnames(data: &Path, out: &Path, pinyin: &Pinyin) {
    let mut bits = vec![0_u8; 64];
    let mut forms: BTreeMap<u64, u64> = BTreeMap::new();
    for row in tsv::read_rows(data, "zh_surnames.tsv") {
        let readings: Vec<String> = tsv::cell(&row, 1)
            .split(['|', ' '])
            .map(plain_pinyin)
            .filter(|text| !text.is_empty())
            .collect();
        let Some(&id) = readings.first().and_then(|reading| pinyin.get(reading)) else { continue };
        bits[usize::from(id) / 8] |= 1 << (id % 8);
        let single = tsv::cell(&row, 0).chars().count() == 1 || tsv::cell(&row, 0).contains('|');
        let ids = readings.iter().filter_map(|reading| pinyin.get(reading));
        if single {
            for form in tsv::cell(&row, 0).split('|') {
                for &id in ids.clone() {
                    add(forms.entry(fold::hash64(form)).or_default(), id);
                }
            }
            for form in row
                .iter()
                .skip(2)
                .flat_map(|cell| cell.split(['|', ' ', ',']))
                .filter(|form| !form.is_empty())
            {
                add(forms.entry(fold::hash64(&fold::key_of(form))).or_default(), id);
            }
        }
    }
    write(out, "zh_family.bin", &bits);
    write(out, "zh_surnames.bin", &frozen::freeze(&forms));
}

/// Pinyin without tones, v for u umlaut.
fn plain_pinyin(text: &str) -> String {
    let text = text.to_lowercase().replace("u:", "v");
    let mut plain = String::new();
    for letter in text.chars() {
        match letter {
            'ü' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => plain.push('v'),
            letter if letter.is_ascii_digit() => {}
            letter => plain.push_str(&fold::key_of(&letter.to_string())),
        }
    }
    plain
}

fn jyutping(text: &str) -> Option<u16> {
    let text: String = text.chars().filter(char::is_ascii_lowercase).collect();
    let mut best = None;
    for (place, initial) in INITIALS.iter().enumerate() {
        let Some(rest) = text.strip_prefix(initial) else { continue };
        if let Some(end) = FINALS.iter().position(|text| *text == rest) {
            best = Some((place as u16) << 8 | end as u16);
        }
    }
    best
}

/// Bytes of the record of a character: four values each for pinyin, Hangul and Jyutping, two hashes
/// of Vietnamese readings, the folded form.
const RECORD: usize = 8 * 4 + 2;

/// Writes `han.bin` (records by code point), `coread.bin` (pinyin number -> Hangul and Jyutping of
/// its common characters) and `sino_korean.bin` (Hangul readings of common characters).
fn characters(data: &Path, out: &Path, pinyin: &Pinyin) {
    let rows = tsv::read_rows(data, "han_readings.tsv");
    let common: BTreeSet<char> = tsv::read_rows(data, "han_common.tsv")
        .iter()
        .flat_map(|row| row[0].chars().collect::<Vec<_>>())
        .collect();
    let mut blob = vec![0_u8; (LAST - FIRST + 1) as usize * RECORD];
    let mut hangul_of = vec![BTreeSet::new(); pinyin.len() + 1];
    let mut jyutping_of = vec![BTreeSet::new(); pinyin.len() + 1];
    for row in rows {
        let Some(letter) = tsv::cell(&row, 0).chars().next() else { continue };
        let folded = tsv::cell(&row, 1).chars().next().unwrap_or(letter);
        let code = letter as u32;
        if !(FIRST..=LAST).contains(&code) {
            continue;
        }
        let facts = Character::read(&row, pinyin);
        if common.contains(&folded) || common.contains(&letter) {
            for id in facts.pinyin.iter().take(2) {
                hangul_of[usize::from(*id)].extend(facts.hangul.iter().take(2));
                jyutping_of[usize::from(*id)].extend(facts.jyutping.iter().take(2));
            }
        }
        let at = (code - FIRST) as usize * RECORD;
        blob[at..at + RECORD].copy_from_slice(&facts.record(folded));
    }
    let sino: BTreeSet<u16> = hangul_of.iter().flatten().copied().collect();
    let sino: Vec<u8> = sino.iter().flat_map(|code| code.to_le_bytes()).collect();
    write(out, "sino_korean.bin", &sino);
    write(out, "han.bin", &blob);
    write(out, "coread.bin", &coreadings(&[hangul_of, jyutping_of]));
}

struct Character {
    pinyin: Vec<u16>,
    hangul: Vec<u16>,
    jyutping: Vec<u16>,
    vietnamese: Vec<u32>,
}

impl Character {
    fn read(row: &[String], pinyin: &Pinyin) -> Character {
        let cells = |index: usize| {
            tsv::cell(row, index)
                .split(['|', ' '])
                .filter(|text| !text.is_empty())
                .map(str::to_string)
                .collect::<Vec<_>>()
        };
        let mut character = Character {
            pinyin: Vec::new(),
            hangul: Vec::new(),
            jyutping: Vec::new(),
            vietnamese: Vec::new(),
        };
        for id in cells(2).iter().filter_map(|text| pinyin.get(&plain_pinyin(text))) {
            if !character.pinyin.contains(id) {
                character.pinyin.push(*id);
            }
        }
        character.hangul = cells(3)
            .iter()
            .filter_map(|text| text.chars().next())
            .filter(|c| ('가'..='힣').contains(c))
            .map(|c| (c as u32 - 0xac00 + 1) as u16)
            .collect();
        character.jyutping =
            cells(4).iter().filter_map(|text| jyutping(text)).map(|code| code + 1).collect();
        character.vietnamese =
            cells(5).iter().map(|text| fold::hash32(fold::hash64(&fold::key_of(text)))).collect();
        character
    }

    fn record(&self, folded: char) -> [u8; RECORD] {
        let mut record = [0_u8; RECORD];
        let pack = |facts: &[u16]| {
            facts
                .iter()
                .take(4)
                .enumerate()
                .fold(0_u64, |word, (place, &fact)| word | u64::from(fact) << (16 * place))
        };
        let vietnamese = self
            .vietnamese
            .iter()
            .take(2)
            .enumerate()
            .fold(0_u64, |word, (place, &hash)| word | u64::from(hash) << (32 * place));
        for (place, word) in
            [pack(&self.pinyin), pack(&self.hangul), pack(&self.jyutping), vietnamese]
                .into_iter()
                .enumerate()
        {
            record[place * 8..place * 8 + 8].copy_from_slice(&word.to_le_bytes());
        }
        let fold = (folded as u32)
            .checked_sub(FIRST)
            .filter(|&code| code <= LAST - FIRST)
            .map_or(0, |code| code as u16 + 1);
        record[32..].copy_from_slice(&fold.to_le_bytes());
        record
    }
}

/// For each table the offsets (u16) by pinyin number, then the values.
fn coreadings(tables: &[Vec<BTreeSet<u16>>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for table in tables {
        let mut offset = 0_u16;
        bytes.extend_from_slice(&(table.len() as u16).to_le_bytes());
        for facts in table {
            bytes.extend_from_slice(&offset.to_le_bytes());
            offset += facts.len() as u16;
        }
        bytes.extend_from_slice(&offset.to_le_bytes());
        for fact in table.iter().flatten() {
            bytes.extend_from_slice(&fact.to_le_bytes());
        }
    }
    bytes
}
