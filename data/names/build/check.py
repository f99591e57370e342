#!/usr/bin/env python3
"""Checks the name tables: columns, NFC, lower case, duplicates, contradictions.

Run from anywhere: `python3 data/names/build/check.py`. Exit 0 when no error was found.
`--tidy` rewrites the tables in place with forms trimmed, lower-cased, NFC-normalised and
without repeats inside a row; it never moves a form from one row to another.
Standard library only.
"""
import collections
import pathlib
import sys
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent.parent

# file -> (number of columns, index of the column that holds forms, separator, form used once only per key)
SHAPES = {
    "legal_forms.tsv": (3, 2),
    "given_groups.tsv": (4, 3),
    "org_terms.tsv": (3, 2),
    "particles.tsv": (3, 2),
    "titles.tsv": (2, 1),
    "distinct_names.tsv": (1, 0),
    "han_readings.tsv": (6, None),
    "zh_surnames.tsv": (3, None),
    "ko_surnames.tsv": (7, None),
    "ja_names.tsv": (3, 2),
    "number_words.tsv": (3, 2),
    "territories.tsv": (2, 1),
    "common_names.tsv": (5, None),
    "lookalikes.tsv": (2, 0),
    "patronymic_endings.tsv": (2, 1),
}
KINDS = {
    "given_groups.tsv": (1, {"variant", "nickname"}),
    "org_terms.tsv": (1, {"generic", "specific", "name"}),
    "particles.tsv": (0, {"article", "son_of", "daughter_of", "father_of", "mother_of", "nobiliary", "and"}),
    "titles.tsv": (0, {"honorific", "military", "religious", "academic", "political", "org_prefix", "vessel_prefix"}),
    "ja_names.tsv": (0, {"surname", "given"}),
    "number_words.tsv": (1, {"cardinal", "ordinal", "roman"}),
    "patronymic_endings.tsv": (0, {"latin", "cyrillic"}),
}
GENDERS = {"m", "f", "u"}


def lower(text):
    return unicodedata.normalize("NFC", text.replace("İ", "i").lower())


def rows(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line and not line.startswith("#"):
            yield number, line.split("\t")


def tidy(path, columns, forms_at):
    out = []
    for line in path.read_text(encoding="utf-8").rstrip("\n").split("\n"):
        if line and not line.startswith("#"):
            cells = [lower(c.strip()) if path.name != "common_names.tsv" else c.strip() for c in line.split("\t")]
            if path.name in ("legal_forms.tsv",):
                cells[1] = cells[1].lower()
            if forms_at is not None and forms_at < len(cells):
                outer = "|"
                seen = []
                for form in cells[forms_at].split(outer):
                    form = ",".join(dict.fromkeys(" ".join(p.split()) for p in form.split(",") if p.strip())) \
                        if path.name == "distinct_names.tsv" else " ".join(form.split())
                    if form and form not in seen:
                        seen.append(form)
                cells[forms_at] = outer.join(seen)
            line = "\t".join(cells)
        out.append(line)
    path.write_text("\n".join(out) + "\n", encoding="utf-8")


class Report:
    def __init__(self):
        self.errors = 0
        self.warnings = 0

    def error(self, where, text):
        self.errors += 1
        print(f"error {where}: {text}")

    def warn(self, where, text):
        self.warnings += 1
        print(f"note {where}: {text}")


def check_text(path, report):
    text = path.read_text(encoding="utf-8")
    if not text.startswith("#"):
        report.error(path.name, "no header comment")
    for number, line in enumerate(text.split("\n"), 1):
        where = f"{path.name}:{number}"
        if unicodedata.normalize("NFC", line) != line:
            report.error(where, "not NFC")
        if line and not line.startswith("#"):
            if path.name != "common_names.tsv" and lower(line) != line:
                report.error(where, f"not lower-case: {line[:60]}")
            if any(unicodedata.category(c) in ("Cf", "Cc") and c not in "\t\u200c" for c in line):
                report.error(where, "control or format character")
            if "||" in line or "|\t" in line or "\t|" in line or line.endswith("|"):
                if path.name != "han_readings.tsv":
                    report.error(where, "empty form")


def check_rows(path, columns, forms_at, report):
    kind = KINDS.get(path.name)
    count = forms = 0
    for number, cells in rows(path):
        where = f"{path.name}:{number}"
        count += 1
        if len(cells) != columns:
            report.error(where, f"{len(cells)} columns, {columns} expected")
            continue
        if kind and cells[kind[0]] not in kind[1]:
            report.error(where, f"kind {cells[kind[0]]!r}")
        if forms_at is not None:
            parts = cells[forms_at].split("|")
            forms += len(parts)
            if len(set(parts)) != len(parts):
                report.error(where, "a form twice in one row")
            if any(p != p.strip() for p in parts):
                report.error(where, "blank around a form")
    print(f"{path.name}: {count} rows, {forms or '-'} forms")


def owners(path, key, forms_at, keep=lambda cells: True):
    found = collections.defaultdict(set)
    for _, cells in rows(path):
        if keep(cells) and len(cells) > forms_at:
            for form in cells[forms_at].split("|"):
                found[form].add(key(cells))
    return found


def check_owners(name, key, forms_at, report, keep=lambda cells: True, hard=True):
    path = HERE / name
    if not path.exists():
        return
    for form, keys in sorted(owners(path, key, forms_at, keep).items()):
        if len(keys) > 1:
            (report.error if hard else report.warn)(name, f"{form!r} in {sorted(keys)}")


def check_unique_key(name, key, report):
    path = HERE / name
    if not path.exists():
        return
    seen = {}
    for number, cells in rows(path):
        value = key(cells)
        if value in seen:
            report.error(f"{name}:{number}", f"{value!r} already at line {seen[value]}")
        seen[value] = number


def check_given(report):
    check_unique_key("given_groups.tsv", lambda c: c[0], report)
    path = HERE / "given_groups.tsv"
    if path.exists():
        for number, cells in rows(path):
            if len(cells) == 4 and cells[2] not in GENDERS:
                report.error(f"given_groups.tsv:{number}", f"gender {cells[2]!r}")
            if len(cells) == 4 and "|" not in cells[3]:
                report.error(f"given_groups.tsv:{number}", "a group of one")
    # A form in two variant groups makes two different names equal: an error, unless the two
    # groups differ in gender (andrea m/f) which is listed as a note.
    def by_gender(cells):
        return cells[0]
    for gender in sorted(GENDERS):
        check_owners("given_groups.tsv", by_gender, 3, report,
                     keep=lambda c, g=gender: c[1] == "variant" and c[2] == g)


def check_distinct(report):
    path = HERE / "distinct_names.tsv"
    given = HERE / "given_groups.tsv"
    if not path.exists():
        return
    group_of = collections.defaultdict(set)
    if given.exists():
        for _, cells in rows(given):
            if len(cells) == 4 and cells[1] == "variant":
                for form in cells[3].split("|"):
                    group_of[form].add(cells[0])
    said = set()
    for number, cells in rows(path):
        groups = [g.split(",") for g in cells[0].split("|")]
        flat = [f for g in groups for f in g]
        if len(set(flat)) != len(flat):
            report.error(f"distinct_names.tsv:{number}", "a spelling on both sides")
        for i, left in enumerate(groups):
            for right in groups[i + 1:]:
                for a in left:
                    for b in right:
                        shared = group_of[a] & group_of[b]
                        if shared and (a, b) not in said:
                            said.add((a, b))
                            report.error(f"distinct_names.tsv:{number}", f"{a}/{b} are one name in {sorted(shared)}")


def check_families(report):
    """Each concept of a family exists and stands in one family only."""
    concepts, seen = {cells[0] for _, cells in rows(HERE / "org_terms.tsv")}, {}
    for number, (family, members) in rows(HERE / "term_families.tsv"):
        for concept in members.split("|"):
            where = f"term_families.tsv:{number}"
            if concept not in concepts:
                report.error(where, f"no concept {concept!r}")
            if concept in seen:
                report.error(where, f"{concept!r} already in {seen[concept]}")
            seen[concept] = family


def main():
    report = Report()
    for name, (columns, forms_at) in SHAPES.items():
        path = HERE / name
        if not path.exists():
            report.warn(name, "not there")
            continue
        if "--tidy" in sys.argv:
            tidy(path, columns, forms_at)
        check_text(path, report)
        check_rows(path, columns, forms_at, report)
    check_owners("legal_forms.tsv", lambda c: c[0], 2, report)
    check_owners("org_terms.tsv", lambda c: c[0], 2, report)
    check_owners("territories.tsv", lambda c: c[0], 1, report)
    check_owners("titles.tsv", lambda c: c[0], 1, report, hard=False)
    check_owners("number_words.tsv", lambda c: (c[0], c[1]), 2, report, keep=lambda c: c[1] == "cardinal")
    check_families(report)
    check_unique_key("org_terms.tsv", lambda c: c[0], report)
    check_unique_key("han_readings.tsv", lambda c: c[0], report)
    check_unique_key("common_names.tsv", lambda c: tuple(c[:4]), report)
    check_given(report)
    check_distinct(report)
    print(f"{report.errors} errors, {report.warnings} notes")
    return 1 if report.errors else 0


if __name__ == "__main__":
    sys.exit(main())
