#!/usr/bin/env python3
"""Writes tests/unit/weights/data/quants.gguf: a tensor of every type that is read, and beside each quantised one what the gguf package makes
of it, as float32 under the name with ".expected".

Made with gguf 0.10.0 and numpy from PyPI. Blocks are random bytes (seed 1) with sensible scales, so that every bit counts, not those that a
quantiser happens to use. Also small.gguf, version 2, for tests that cut and bend it.
"""
import pathlib
import struct

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type

FOLDER = pathlib.Path(__file__).parents[1] / "unit" / "weights" / "data"
# bytes of a block that are float16 factors
FACTORS = {Type.Q4_0: [0], Type.Q4_1: [0, 2], Type.Q5_0: [0], Type.Q5_1: [0, 2], Type.Q8_0: [0], Type.Q2_K: [80, 82],
           Type.Q3_K: [108], Type.Q4_K: [0, 2], Type.Q5_K: [0, 2], Type.Q6_K: [208]}


def blocks(kind, rows, random):
    values, size = gguf.GGML_QUANT_SIZES[kind]
    raw = random.integers(0, 256, (rows, 512 // values, size), dtype=np.uint8)
    for place in FACTORS[kind]:
        raw[..., place:place + 2] = random.uniform(0.001, 0.1, raw.shape[:2]).astype(np.float16)[..., None].view(np.uint8)
    return raw.reshape(rows, -1)


def small(path, version=2):
    name, data = b"first.weight", np.arange(6, dtype=np.float32)
    header = b"GGUF" + struct.pack("<IQQ", version, 2, 3)
    text = lambda s: struct.pack("<Q", len(s)) + s
    header += text(b"general.architecture") + struct.pack("<I", 8) + text(b"sd")
    header += text(b"general.alignment") + struct.pack("<II", 4, 32)
    header += text(b"a.list") + struct.pack("<IIQ", 9, 4, 3) + struct.pack("<III", 1, 2, 3)
    header += text(name) + struct.pack("<IQQIQ", 2, 3, 2, 0, 0)
    header += text(b"second.weight") + struct.pack("<IQIQ", 1, 32, 8, 32)
    header += b"\0" * (-len(header) % 32)
    q8 = np.float16(0.5).tobytes() + bytes(range(32))
    path.write_bytes(header + data.tobytes() + b"\0" * 8 + q8)


if __name__ == "__main__":
    random = np.random.default_rng(1)
    writer = gguf.GGUFWriter(FOLDER / "quants.gguf", "test")
    writer.add_string("test.text", "words")
    writer.add_array("test.list", [1, 2, 3])
    for kind in FACTORS:
        raw = blocks(kind, 2, random)
        writer.add_tensor(kind.name.lower(), raw, raw_dtype=kind)
        writer.add_tensor(kind.name.lower() + ".expected", gguf.dequantize(raw, kind))
    plain = random.normal(size=(2, 3, 4)).astype(np.float32)
    writer.add_tensor("f32", plain)
    writer.add_tensor("f16", plain.astype(np.float16))
    writer.add_tensor("bf16", gguf.quantize(plain, Type.BF16), raw_dtype=Type.BF16)
    writer.add_tensor("bf16.expected", gguf.dequantize(gguf.quantize(plain, Type.BF16), Type.BF16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    small(FOLDER / "small.gguf")
    print((FOLDER / "quants.gguf").stat().st_size, "gguf 0.10.0, numpy", np.__version__)
