#!/usr/bin/python3
"""Writes unicode_table.inc beside itself: what the tokenisers ask of Unicode 14.0.0, the version of the reference.

The reference of the tokenisers' tests is Python 3.11, whose unicodedata is Unicode 14.0.0; later versions of Unicode assign characters that it throws
away as unassigned. Run with Python 3.11. Where the package `regex` is installed, letters and numbers are held to it.
"""
import itertools
import pathlib
import sys
import unicodedata

LAST = sys.maxunicode
SURROGATES = range(0xD800, 0xE000)


def is_ignorable(c):  # Case_Ignorable, as str.lower() sees it around a capital sigma
    return not is_cased(c) and ("A" + c + "Σ").lower()[-1] == "ς"


def is_cased(c):
    return ("AΣ" + c).lower()[1] == "σ"


def properties(code):
    c, category = chr(code), unicodedata.category(chr(code))
    flags = 1 * category.startswith("C") | 2 * (category == "Zs") | 4 * category.startswith("L") | 8 * category.startswith("N")
    flags |= 16 * (category == "Mn") | 32 * category.startswith("P")
    return flags if code in SURROGATES else flags | 64 * is_ignorable(c) | 128 * is_cased(c)


def runs(value):
    for key, group in itertools.groupby(range(LAST + 1), value):
        yield next(group), key


def lower_runs():
    """(first, last, stride, difference) over characters whose lower case is one other character."""
    pairs = [(code, ord(low)) for code in range(LAST + 1) if len(low := chr(code).lower()) == 1 and ord(low) != code]
    found = []
    for code, low in pairs:
        run = found[-1] if found else None
        if run and low - code == run[3] and code - run[1] <= 2 and run[2] in (0, code - run[1]):
            run[1], run[2] = code, code - run[1]
        else:
            found.append([code, code, 0, low - code])
    return [(first, last, stride or 1, delta) for first, last, stride, delta in found]


def decompositions():
    for code in range(LAST + 1):
        parts = unicodedata.decomposition(chr(code)).split()
        if parts and not parts[0].startswith("<"):
            first, second = [int(p, 16) for p in parts + ["0"]][:2]
            yield code, first, second


def is_composite(entry):
    code, first, second = entry
    return second and unicodedata.normalize("NFC", chr(first) + chr(second)) == chr(code)


def table(kind, name, rows):
    lines, line = [], "   "
    for row in rows:
        text = " {" + ",".join(f"{v:#x}" if i == 0 or v > 9 else str(v) for i, v in enumerate(row)) + "},"
        if len(line) + len(text) > 158:
            lines.append(line)
            line = "   "
        line += text
    return f"constexpr {kind} {name}[] = {{\n" + "\n".join(lines + [line]) + "\n};\n"


def check_regex():
    try:
        import regex
    except ImportError:
        return
    letter, number = regex.compile(r"[\p{L}]", regex.IGNORECASE), regex.compile(r"[\p{N}]", regex.IGNORECASE)
    other = regex.compile(r"[^\s\p{L}\p{N}]", regex.IGNORECASE)
    for code in range(LAST + 1):
        flags = properties(code)
        if flags & 3 == 0 and code not in (0x2028, 0x2029):
            seen = [bool(p.fullmatch(chr(code))) for p in (letter, number, other)]
            if seen != [bool(flags & 4), bool(flags & 8), not flags & 12]:
                print(f"regex disagrees at U+{code:04X} {unicodedata.name(chr(code))}: {seen}")


if __name__ == "__main__":
    assert unicodedata.unidata_version == "14.0.0"
    odd = [code for code in range(LAST + 1) if len(chr(code).lower()) != 1]
    assert odd == [0x130], odd  # U+0130 becomes i and U+0307: the code knows
    entries = list(decompositions())
    text = "// Made by make_unicode_table.py from Unicode 14.0.0.\n"
    text += table("Run", "kProperties", runs(properties))
    text += table("Run", "kCombiningClasses", runs(lambda code: unicodedata.combining(chr(code))))
    text += table("LowerRun", "kLower", lower_runs())
    text += table("Decomposition", "kComposites", [e for e in entries if is_composite(e)])
    text += table("Decomposition", "kOneWay", [e for e in entries if not is_composite(e)])
    path = pathlib.Path(__file__).with_name("unicode_table.inc")
    path.write_text(text)
    check_regex()
    print(path.name, len(text), text.count("\n"))
