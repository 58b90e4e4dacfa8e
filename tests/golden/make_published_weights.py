#!/usr/bin/env python3
"""What independent readers say of every published weight file: goldens of load_weights().

    /usr/bin/python3 -m venv --system-site-packages venv && venv/bin/pip install onnx==1.16.2 safetensors==0.4.5
    venv/bin/python tests/golden/make_published_weights.py SHARED_MODELS INKSTONE_HOME

with Debian's python3-torch 1.13 and numpy 1.24; INKSTONE_HOME is where `inkstone models pull` put the packages. Writes
published_weights.json (the shared files) and catalogue_weights.json (the packages). Per file: the number of tensors and of elements,
CRC-32 of the sorted lines "name [shape]" and of all values as little-endian float64 in that order, mean and standard deviation over
all elements; of some tensors: shape, mean, standard deviation, and the first, the middle and the last value.
"""
import json
import pathlib
import sys
import zlib

import numpy as np
import onnx
import safetensors.numpy
import torch
from onnx import numpy_helper

HERE = pathlib.Path(__file__).resolve().parent
SAMPLES = 6
STORED = {"uint8": "u1", "uint16": "<u2", "float16": "<f2", "float32": "<f4", "int32": "<i4", "bool": "?"}


def short(value, digits):
    return float(f"{value:.{digits}g}")


def expand(stored, weight):
    """As TensorFlow.js does it: in double precision, rounded once."""
    quantization = weight.get("quantization")
    if quantization is None or quantization["dtype"] == "float16":
        return stored.astype(STORED[weight["dtype"]])
    values = stored.astype(np.float64) * quantization["scale"] + quantization["min"]
    return np.floor(values + 0.5).astype(np.int32) if weight["dtype"] == "int32" else values.astype(np.float32)


def tfjs(path):
    for group in json.loads(path.read_text())["weightsManifest"]:
        if not (path.parent / group["paths"][0]).exists():
            continue  # the shared VGG19 is cut after conv3_4
        content, offset = b"".join((path.parent / shard).read_bytes() for shard in group["paths"]), 0
        for weight in group["weights"]:
            dtype = np.dtype(STORED[weight.get("quantization", weight)["dtype"]])
            count = int(np.prod(weight["shape"]))
            stored = np.frombuffer(content, dtype, count, offset).reshape(weight["shape"])
            yield weight["name"], expand(stored, weight)
            offset += dtype.itemsize * count


def raw(path):
    for name, variable in json.loads(path.read_text()).items():
        yield name, np.fromfile(path.parent / variable["filename"], "<f4").reshape(variable["shape"])


def initializers(path):
    for tensor in onnx.load(str(path)).graph.initializer:
        yield tensor.name, numpy_helper.to_array(tensor)


def pytorch(path):
    for name, tensor in torch.load(path, map_location="cpu").items():
        yield name, tensor.numpy()


def safetensors_file(path):
    yield from safetensors.numpy.load_file(path).items()


def reader_of(path):
    if path.name in ("model.json", "manifest.json"):
        return tfjs if path.name == "model.json" else raw
    return {".onnx": initializers, ".safetensors": safetensors_file}.get(path.suffix, pytorch)


def row(array):
    flat = np.asarray(array, np.float64).ravel()
    values = [short(flat[i], 9) for i in (0, flat.size // 2, -1)]
    return [list(array.shape), short(flat.mean(), 12), short(flat.std(), 12), *values]


def statistics(path):
    tensors = dict(sorted(reader_of(path)(path)))
    flat = np.concatenate([np.asarray(a, "<f8").ravel() for a in tensors.values()])
    layout = "".join(f"{n} [{','.join(map(str, a.shape))}]\n" for n, a in tensors.items())
    filled = [n for n, a in tensors.items() if a.size]
    return {"tensors": len(tensors), "elements": flat.size, "layout": zlib.crc32(layout.encode()), "values": zlib.crc32(flat.tobytes()),
            "mean": short(flat.mean(), 12), "std": short(flat.std(), 12),
            "samples": {n: row(tensors[n]) for n in filled[::len(filled) // SAMPLES + 1]}}


def write(name, root):
    patterns = ("**/model.json", "**/manifest.json", "**/*.onnx", "**/*.pth", "**/*.pth.tar", "**/*.safetensors")
    goldens = {str(p.relative_to(root)): statistics(p) for p in sorted(p for pattern in patterns for p in root.glob(pattern))}
    lines = [f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}" for key, value in goldens.items()]
    (HERE / name).write_text("{\n" + ",\n".join(lines) + "\n}\n")


write("published_weights.json", pathlib.Path(sys.argv[1]))
write("catalogue_weights.json", pathlib.Path(sys.argv[2]) / "models")
