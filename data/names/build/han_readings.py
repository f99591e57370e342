#!/usr/bin/env python3
"""Checks han_readings.tsv against the packages it was made from, or writes its Mandarin, Korean and Cantonese columns anew.

Usage: pip download --no-deps -d PACKAGES pypinyin==0.55.0 hanja==0.15.1 opencc-python-reimplemented==0.1.7
       npm pack --pack-destination PACKAGES @vearvip/hanzi-readings@1.0.7
       python3 data/names/build/han_readings.py PACKAGES            compare, print how many rows differ
       python3 data/names/build/han_readings.py PACKAGES --write    replace the Mandarin and Cantonese columns where they differ

Only data inside the packages is read (pinyin_dict.json, table.yml, TSCharacters.txt and Unihan_Readings.txt of Unicode 17.0);
no code of them is run. The Vietnamese column is written by hand and kept.
Standard library only.
"""
import json
import pathlib
import re
import sys
import tarfile
import unicodedata
import zipfile

TABLE = pathlib.Path(__file__).resolve().parent.parent / "han_readings.tsv"


def inside(packages, start, end):
    for wheel in sorted(pathlib.Path(packages).glob(f"{start}*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.endswith(end):
                    return archive.read(name).decode("utf-8")
    raise SystemExit(f"no {end} in {start}*.whl in {packages}: see the usage at the head of this script")


def toneless(syllable):
    syllable = unicodedata.normalize("NFC", syllable).replace("ü", "v")
    plain = unicodedata.normalize("NFD", syllable)
    # the dots of u umlaut under a tone mark come apart in NFD: diaeresis becomes v, tone marks go
    plain = plain.replace("u\u0308", "v")
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("ê", "e")


def pinyin(packages):
    raw = json.loads(inside(packages, "pypinyin", "pypinyin/pinyin_dict.json"))
    return {chr(int(code)): list(dict.fromkeys(toneless(s) for s in text.split(","))) for code, text in raw.items()}


def folding(packages):
    found = {}
    for line in inside(packages, "opencc", "dictionary/TSCharacters.txt").splitlines():
        character, _, simple = line.partition("\t")
        if len(character) == 1 and simple:
            found[character] = simple.split(" ")[0]
    return found


def hangul(packages):
    found = {}
    for line in inside(packages, "hanja", "hanja/table.yml").splitlines():
        match = re.match(r"^'?(.)'?: '?(.)'?\s*$", line)
        if match:
            found.setdefault(match.group(1), set()).add(match.group(2))
    return found


def jyutping(packages):
    """kCantonese of the Unihan database, which the npm package carries as the Unicode Consortium publishes it."""
    found = {}
    for pack in sorted(pathlib.Path(packages).glob("vearvip-hanzi-readings*.tgz")):
        with tarfile.open(pack) as archive:
            member = next(name for name in archive.getnames() if name.endswith("/Unihan_Readings.txt"))
            for line in archive.extractfile(member).read().decode("utf-8").splitlines():
                cells = line.split("\t")
                if len(cells) == 3 and cells[1] == "kCantonese":
                    syllables = [re.sub(r"[0-9]", "", syllable) for syllable in cells[2].split()]
                    found[chr(int(cells[0][2:], 16))] = list(dict.fromkeys(syllables))
        return found
    raise SystemExit(f"no hanzi-readings package in {packages}: see the usage at the head of this script")


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    readings, folds, korean = pinyin(sys.argv[1]), folding(sys.argv[1]), hangul(sys.argv[1])
    cantonese = jyutping(sys.argv[1])
    lines, differs = [], {"folded": 0, "pinyin": 0, "hangul": 0, "jyutping": 0}
    for line in TABLE.read_text(encoding="utf-8").rstrip("\n").split("\n"):
        if line.startswith("#") or not line:
            lines.append(line)
            continue
        cells = line.split("\t")
        character = cells[0]
        expected = folds.get(character, character)
        if expected != cells[1]:
            differs["folded"] += 1
        want = readings.get(character, [])
        if want and not set(cells[2].split("|")) & set(want):
            differs["pinyin"] += 1
            if "--write" in sys.argv:
                cells[2] = "|".join(want)
        have = set(cells[3].split("|")) - {""}
        if korean.get(character) and not have & korean[character]:
            differs["hangul"] += 1
        spoken = "|".join(cantonese.get(character, []))
        if len(cells) > 4 and cells[4] != spoken or len(cells) == 4 and spoken:
            differs["jyutping"] += 1
            if "--write" in sys.argv:
                cells[4:5] = [spoken]
        lines.append("\t".join(cells))
    print("rows that differ:", differs)
    if "--write" in sys.argv:
        TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
