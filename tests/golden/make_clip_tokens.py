#!/usr/bin/env python3
"""Writes clip_tokens.json: what transformers' CLIPTokenizer 4.40.2, without ftfy, makes of 10,000 strings.

Needs transformers 4.40.2 and Python 3.11 (Unicode 14.0.0). The strings are made by a rule that the test repeats, from the pieces and ranges in the file: of each only
the number of its tokens and a digest of them is kept, and of the first hundred the ids themselves.

Rule. draw(n): s = s * 6364136223846793005 + 1442695040888963407 mod 2^64, (s >> 33) mod n; s starts at the number of the string.
String i < 1192: the code points 112 i to 112 i + 111, without surrogates. Others: kind = draw(10); kind 9 has 200 + draw(400) parts, else 1 + draw(24);
a part of kinds 0 to 4 is a piece, of kinds 5 and 6 a code point of a range, of others either by draw(2); every part is followed by a separator if draw(3) is 0.
"""
import gzip
import json
import pathlib
import sys
import tempfile
import unicodedata

import transformers

COUNT, SWEPT, EXPLICIT = 10000, 1192, 100
PIECES = (
    "a photo of an astronaut riding a horse on mars¦masterpiece¦best quality¦8k uhd¦dslr¦Portrait¦OIL PAINTING¦Greg's¦don't¦I'm¦we're¦they'll¦he'd¦could've¦'S¦'T¦'LL¦'ſ¦'ſtop¦x'ſ"
    "¦'¦''¦\"¦!¦?!¦...¦…¦,¦;¦:¦-¦--¦—¦_¦__¦(¦)¦[¦]¦{¦}¦<¦>¦<|startoftext|>¦<|endoftext|>¦<|STARTOFTEXT|>¦<|ſtartoftext|>¦<|EndOfText|>¦</w>¦@¦#¦$¦%¦^¦&¦*¦+¦=¦~¦`¦\\¦/¦1¦12¦1234567890¦3.14¦１２¦٣٤¦Ⅷ¦ⅷ¦½¦²"
    "¦café¦cafe\u0301¦naïve¦nai\u0308ve¦Ångström¦Å¦A\u030a¦ÀÉÎÕÜ¦ñ¦n\u0303¦straße¦STRAẞE¦ﬁ¦ﬂ¦ﬅ¦ǅ¦İstanbul¦ıI¦K¦Ω¦ΟΔΟΣ¦ΣΑΣ¦Σ¦ΑΣ'Α¦ΑΣ.¦aΣ\u0301¦ὈΔΥΣΣΕΎΣ¦ᾳ¦α\u0345¦\u0345¦ᾼ¦Привет мир¦ЁЛКА¦й¦и\u0306"
    "¦你好¦世界，你好¦一只猫¦水墨画¦中a文b¦豈¦﨑¦𠀀¦𪜀¦𫠝¦こんにちは¦カタカナ¦が¦か\u3099¦ｶﾞ¦한국어¦각¦\u1100\u1161\u11a8¦\uac00\u11a8¦안녕하세요¦สวัสดี¦ภาษาไทย¦नमस्ते¦हिन्दी¦مرحبا¦بِسْمِ¦שלום¦שּׁ¦ש\u05bc\u05c1¦ქართული¦ᲐᲑᲒ¦Ꭰꭰ¦ꓐ¦Ⰰⰰ¦𐐀𐐨¦𝕬𝖇¦𝟗¦Ⓐⓐ"
    "¦😀¦👍🏽¦👨\u200d👩\u200d👧¦🇩🇪¦❤️¦☃¦★¦♥¦🫠¦🪿¦🩷¦\u200b¦\u200d¦\ufeff¦\u00ad¦\u2028¦\u2029¦\u00a0¦\u3000¦\u1680¦\u180e¦\u0085¦\u001c¦\u0000¦\u0007¦\u007f¦\ufffd¦\ue000¦\U000f0000¦\u0378¦\t¦\n¦\r\n¦   ¦ \t "
    "¦ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ¦aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa¦abababababababababababab¦pneumonoultramicroscopicsilicovolcanoconiosis"
    "¦(word:1.2)¦[a:b:0.5]¦<lora:name:0.8>¦https://example.com/?q=1&r=%20¦a.b@c.de¦C++20¦n°5¦№¦™¦®¦℃¦Å¦a\u0301\u0323¦a\u0323\u0301¦\u0301¦q\u0307\u0323¦\u0f73¦\u2adc¦\U0001d15e¦\u0958"
).split("¦")
RANGES = [[0x20, 0x7E], [0x0, 0x24F], [0x250, 0x58F], [0x300, 0x36F], [0x590, 0x10FF], [0x1D00, 0x2BFF], [0x3000, 0x30FF], [0x4E00, 0x9FFF],
          [0xA000, 0xD7FF], [0xE000, 0xFFFF], [0x10000, 0x1FFFF], [0x20000, 0x2FFFF], [0x30000, 0x10FFFF]]
SEPARATORS = [" ", ", ", "  ", "\n", ""]


class Draws:
    def __init__(self, seed):
        self.state = seed

    def __call__(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n


def string(i):
    if i < SWEPT:
        return "".join(chr(c) for c in range(112 * i, 112 * i + 112) if not 0xD800 <= c < 0xE000)
    draw, text = Draws(i), ""
    kind = draw(10)
    for _ in range(200 + draw(400) if kind == 9 else 1 + draw(24)):
        if kind < 5 or (kind > 6 and draw(2) == 0):
            text += PIECES[draw(len(PIECES))]
        else:
            low, high = RANGES[draw(len(RANGES))]
            code = low + draw(high - low + 1)
            text += "" if 0xD800 <= code < 0xE000 else chr(code)
        if draw(3) == 0:
            text += SEPARATORS[draw(len(SEPARATORS))]
    return text


def digest(ids):
    value = 0xCBF29CE484222325  # FNV-1a over the ids
    for token in ids:
        value = ((value ^ token) * 0x100000001B3) % 2**64
    return value >> 32


def tokenizer():
    from transformers.models.clip.tokenization_clip import bytes_to_unicode

    root = pathlib.Path(__file__).parents[2]
    lines = gzip.open(root / "assets/clip/bpe_simple_vocab_16e6.txt.gz", "rt", encoding="utf-8").read().split("\n")[: 49152 - 256 - 2 + 1]
    names = list(bytes_to_unicode().values())
    tokens = names + [name + "</w>" for name in names] + ["".join(line.split()) for line in lines[1:]] + ["<|startoftext|>", "<|endoftext|>"]
    assert len(set(tokens)) == 49408
    folder = pathlib.Path(tempfile.mkdtemp())
    (folder / "vocab.json").write_text(json.dumps({token: i for i, token in enumerate(tokens)}), encoding="utf-8")
    (folder / "merges.txt").write_text("\n".join(lines), encoding="utf-8")
    made = transformers.CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=77)
    assert made.fix_text is None, "uninstall ftfy"
    return made


if __name__ == "__main__":
    assert transformers.__version__ == "4.40.2" and unicodedata.unidata_version == "14.0.0", (transformers.__version__, sys.version)
    clip = tokenizer()
    ids = [clip(string(i), add_special_tokens=False).input_ids for i in range(COUNT)]
    golden = {"pieces": PIECES, "ranges": RANGES, "separators": SEPARATORS, "swept": SWEPT, "explicit": {str(i): ids[i] for i in range(SWEPT, SWEPT + EXPLICIT)},
              "counts": [len(row) for row in ids], "digests": "".join(f"{digest(row):08x}" for row in ids)}
    path = pathlib.Path(__file__).with_name("clip_tokens.json")
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size, sum(map(len, ids)), "tokens, the longest string of", max(map(len, ids)))
