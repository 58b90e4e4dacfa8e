#!/usr/bin/env python3
"""Goldens of the TensorFlow.js, raw manifest, ONNX, Keras and Caffe readers, by independent ones.

    python3 -m venv venv && venv/bin/pip install numpy==1.26.4 onnx==1.16.2 h5py==3.11.0
    venv/bin/python tests/golden/make_weights_other.py SHARED_MODELS

Writes weights_other.json beside this script (per file and tensor: shape, mean, standard deviation, first and last value)
and the small fixtures keras.h5, keras_generic.h5, v1.caffemodel and v2.caffemodel in tests/unit/weights/data.
"""
import json
import pathlib
import struct
import sys

import h5py
import numpy as np
import onnx
from onnx import numpy_helper

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / "unit" / "weights" / "data"


def statistics(array):
    flat = np.asarray(array, np.float64).ravel()
    return {"shape": list(np.shape(array)), "mean": float(flat.mean()), "std": float(flat.std()), "first": float(flat[0]), "last": float(flat[-1])}


def tfjs(path):
    for group in json.loads(path.read_text())["weightsManifest"]:
        if not (path.parent / group["paths"][0]).exists():
            continue  # the shared VGG19 is cut after conv3_4
        content, offset = b"".join((path.parent / shard).read_bytes() for shard in group["paths"]), 0
        for weight in group["weights"]:
            count = int(np.prod(weight["shape"]))
            yield weight["name"], np.frombuffer(content, "<f4", count, offset).reshape(weight["shape"])
            offset += 4 * count


def raw(path):
    for name, variable in json.loads(path.read_text()).items():
        yield name, np.fromfile(path.parent / variable["filename"], "<f4").reshape(variable["shape"])


def initializers(path):
    for tensor in onnx.load(str(path)).graph.initializer:
        yield tensor.name, numpy_helper.to_array(tensor)


def varint(value):
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def number(field_number, value):
    return varint(field_number << 3) + varint(value)


def caffe_blob(values, shape, legacy):
    data = field(5, struct.pack(f"<{len(values)}f", *values))
    if legacy:
        padded = [1] * (4 - len(shape)) + shape
        return b"".join(number(i + 1, d) for i, d in enumerate(padded)) + data
    return data + field(7, field(1, b"".join(varint(d) for d in shape)))


def write_caffe(path, layers_field, name_field, blobs_field, legacy):
    weights = [(i - 4) / 8 for i in range(12)]
    layer = field(name_field, b"conv1_1") + field(blobs_field, caffe_blob(weights, [2, 3, 1, 2], legacy))
    layer += field(blobs_field, caffe_blob([0.5, -0.25], [2], legacy))
    path.write_bytes(field(1, b"tiny") + field(layers_field, layer))


def write_keras(path):
    kernel = np.arange(24, dtype=np.float32).reshape(2, 2, 3, 2) / 8
    with h5py.File(path, "w", libver="earliest") as file:
        file.attrs["layer_names"] = np.array([b"input_1", b"block1_conv1"])
        file.create_group("input_1").attrs["weight_names"] = np.array([], "S1")
        layer = file.create_group("block1_conv1")
        layer.attrs["weight_names"] = np.array([b"block1_conv1_W_1:0", b"block1_conv1_b_1:0"])
        layer.create_dataset("block1_conv1_W_1:0", data=kernel)
        layer.create_dataset("block1_conv1_b_1:0", data=np.array([0.5, -1], np.float32))


def write_generic(path):
    with h5py.File(path, "w") as file:
        file.create_dataset("a/b", data=np.arange(6, dtype=np.float64).reshape(2, 3), compression="gzip", chunks=(1, 3))
        file.create_dataset("c", data=np.array([1, -2], np.int64))


def main():
    models = pathlib.Path(sys.argv[1])
    readers = {"vgg19-to-conv3_4/model.json": tfjs}
    readers |= {str(p.relative_to(models)): raw for p in sorted(models.glob("fast-style/*/manifest.json"))}
    readers |= {str(p.relative_to(models)): initializers for p in sorted(models.glob("**/*.onnx"))}
    goldens = {name: {t: statistics(a) for t, a in read(models / name) if np.size(a)} for name, read in readers.items()}
    (HERE / "weights_other.json").write_text(json.dumps(goldens, separators=(",", ":")))
    DATA.mkdir(exist_ok=True)
    write_caffe(DATA / "v2.caffemodel", 100, 1, 7, legacy=False)
    write_caffe(DATA / "v1.caffemodel", 2, 4, 6, legacy=True)
    write_keras(DATA / "keras.h5")
    write_generic(DATA / "keras_generic.h5")


main()
