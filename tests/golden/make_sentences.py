#!/usr/bin/env python3
"""Writes sentences.json: WordPiece tokens by the library `tokenizers`, and a small BERT by transformers.

Made with tokenizers 0.19.1 and transformers 4.40.2, Python 3.11. The strings are those of make_clip_tokens.py (every fifth); code points that the library, whose categories are
those of Unicode 8, sees otherwise than Unicode 14 does are replaced by spaces, in the test as well ("other": ranges of them). The vocabulary: marks, single characters, and a few words.
Weights by the formula of make_clip_text.py.
"""
import json
import math
import pathlib
import unicodedata

import tokenizers
import torch
import transformers

import make_clip_text
import make_clip_tokens

WORDS = ["photo", "horse", "rid", "##ing", "master", "##piece", "quality", "cafe", "strasse", "istanbul", "οδος", "мир", "##ра", "안", "ᄀ", "##ᅡ", "##ᆨ", "pneumono", "##ultra", "##scopic", "##conio", "##sis", "aa", "##aa", "##a", "don", "t"]
CONFIG = dict(vocab_size=400, hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=40, max_position_embeddings=64, type_vocab_size=2)


def tokenizer_json():
    singles = sorted({c for piece in make_clip_tokens.PIECES for c in unicodedata.normalize("NFD", piece.lower()) if not c.isspace() and unicodedata.category(c)[0] != "C"})
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + singles + ["##" + c for c in singles if c.isalnum()] + WORDS
    vocabulary = list(dict.fromkeys(vocabulary))
    marks = [{"id": i, "content": vocabulary[i], "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True} for i in range(5)]
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": marks,
            "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
            "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": None, "decoder": None,
            "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": {token: i for i, token in enumerate(vocabulary)}}}


def is_han(code):
    blocks = [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F), (0x2B820, 0x2CEAF), (0x2F800, 0x2FA1F)]
    return any(low <= code <= high for low, high in blocks)


def by_unicode_14(code):
    """a<character>b, normalised by the definition."""
    c, category = chr(code), unicodedata.category(chr(code))
    if c in "\t\n\r" or category[0] == "Z":
        return "a b"
    if category[0] == "C" or code == 0xFFFD:
        return "ab"
    parts = unicodedata.normalize("NFD", f"a {c} b" if is_han(code) else f"a{c}b")
    return "".join(p.lower() for p in parts if unicodedata.category(p) != "Mn")


def others():
    normalizer, splitter = tokenizers.normalizers.BertNormalizer(lowercase=True), tokenizers.pre_tokenizers.BertPreTokenizer()
    differs = []
    for code in range(0x110000):
        if not 0xD800 <= code < 0xE000:
            c = chr(code)
            mark = unicodedata.category(c)[0] == "P" or (0x21 <= code < 0x7F and not c.isalnum())
            differs.append((normalizer.normalize_str(f"a{c}b") != by_unicode_14(code) or (len(splitter.pre_tokenize_str(f"a{c}b")) == 3) != mark, code))
    ranges = []
    for code in (code for different, code in differs if different):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return ranges


def without(text, ranges):
    table = {code: " " for low, high in ranges for code in {ord(c) for c in text} if low <= code <= high}
    return text.translate(table)


def tokens():
    made, ranges = tokenizer_json(), others()
    library = tokenizers.Tokenizer.from_str(json.dumps(made))
    ids = [library.encode(without(make_clip_tokens.string(i), ranges), add_special_tokens=False).ids for i in range(0, make_clip_tokens.COUNT, 5)]
    return {"tokenizer": made, "other": ranges, "counts": [len(row) for row in ids], "digests": "".join(f"{make_clip_tokens.digest(row):08x}" for row in ids)}


def bert():
    net = make_clip_text.fill(transformers.BertModel(transformers.BertConfig(**CONFIG), add_pooling_layer=False))
    ids = torch.arange(3 * 20).view(3, 20) * 7 % 400
    mask = (torch.arange(20)[None] < torch.tensor([20, 11, 1])[:, None]).float()
    hidden = net(ids, attention_mask=mask).last_hidden_state
    mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    return {"config": CONFIG, "hidden": make_clip_text.brief(hidden[0]), "sentence": make_clip_text.brief(torch.nn.functional.normalize(mean)), "mean": make_clip_text.brief(mean)}


if __name__ == "__main__":
    assert (tokenizers.__version__, transformers.__version__, unicodedata.unidata_version) == ("0.19.1", "4.40.2", "14.0.0")
    with torch.no_grad():
        golden = {"tokens": tokens(), "bert": bert()}
    path = pathlib.Path(__file__).with_name("sentences.json")
    path.write_text(json.dumps(golden, separators=(",", ":"), ensure_ascii=False) + "\n")
    print(path, path.stat().st_size, sum(golden["tokens"]["counts"]))
