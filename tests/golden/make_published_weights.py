#!/usr/bin/env python3
"""What independent readers say of every published weight file: goldens of load_weights().

    /usr/bin/python3 -m venv --system-site-packages venv && venv/bin/pip install onnx==1.16.2 safetensors==0.4.5
    venv/bin/python tests/golden/make_published_weights.py SHARED_MODELS INKSTONE_HOME

with Debian's python3-torch 1.13 and numpy 1.24; INKSTONE_HOME is where `inkstone models pull` put the packages. Writes
published_weights.json (the shared files) and catalogue_weights.json (the packages); what they hold: weight_statistics.py.
"""
import json
import pathlib
import sys

import numpy as np
import onnx
import safetensors.numpy
import torch
from onnx import numpy_helper

import weight_statistics

HERE = pathlib.Path(__file__).resolve().parent
STORED = {"uint8": "u1", "uint16": "<u2", "float16": "<f2", "float32": "<f4", "int32": "<i4", "bool": "?"}


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


def write(name, root):
    patterns = ("**/model.json", "**/manifest.json", "**/*.onnx", "**/*.pth", "**/*.pth.tar", "**/*.safetensors")
    paths = sorted(p for pattern in patterns for p in root.glob(pattern))
    weight_statistics.write(HERE / name, {str(p.relative_to(root)): weight_statistics.statistics(reader_of(p)(p)) for p in paths})


write("published_weights.json", pathlib.Path(sys.argv[1]))
write("catalogue_weights.json", pathlib.Path(sys.argv[2]) / "models")
