#!/usr/bin/env python3
"""VGG19 without its top in miniature (eight or nine channels a layer), as .h5 and .caffemodel, for tests/golden/data, and what independent readers
say of the files.

    python3 -m venv venv && venv/bin/pip install numpy==1.26.4 h5py==3.11.0 opencv-python-headless==4.10.0.84
    venv/bin/python tests/golden/make_vgg_files.py

Both Caffe forms, written by make_weight_fixtures.py's writer, are read by OpenCV (cv2.dnn.readNetFromCaffe), whose parser is made by
protoc from Caffe's schema; the Keras file is written and read by h5py. Biases: OpenCV shows them with a first dimension of 1, a V1 file
holds them as [1,1,1,C]. Goldens: vgg_files.json, as weight_statistics.py describes them.
"""
import pathlib
import tempfile

import cv2
import h5py
import numpy as np

import weight_statistics
from make_weight_fixtures import caffe_blob, field

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE / "data"
BLOCKS, CHANNELS = (2, 2, 4, 4, 4), (8, 9, 8, 9, 8)
# Where a layer and its name and blobs stand, in a file of each version.
FORMS = {"vgg_v1.caffemodel": (2, 4, 6), "vgg_v2.caffemodel": (100, 1, 7)}


def drawn_layers():
    """(block, place, weight [O,I,3,3], bias [O])"""
    random, channels = np.random.default_rng(19), 3
    for block, (count, out) in enumerate(zip(BLOCKS, CHANNELS), 1):
        for place in range(1, count + 1):
            weight, bias = random.standard_normal((out, channels, 3, 3)), random.standard_normal(out)
            yield block, place, weight.astype(np.float32), bias.astype(np.float32)
            channels = out


def write_caffe(path, layers_field, name_field, blobs_field):
    legacy = layers_field == 2
    message = field(1, b"VGG_ILSVRC_19_layers")
    for block, place, *arrays in drawn_layers():
        blobs = [caffe_blob(a.ravel().tolist(), list(a.shape), legacy) for a in arrays]
        message += field(layers_field, field(name_field, f"conv{block}_{place}".encode()) + b"".join(field(blobs_field, b) for b in blobs))
    path.write_bytes(message)


def prototxt(version):
    opening, kind = {1: ("layers", "CONVOLUTION"), 2: ("layer", '"Convolution"')}[version]
    text, bottom = 'input: "data" input_dim: 1 input_dim: 3 input_dim: 32 input_dim: 32\n', "data"
    for block, place, weight, _ in drawn_layers():
        name = f"conv{block}_{place}"
        text += (f'{opening} {{ name: "{name}" type: {kind} bottom: "{bottom}" top: "{name}" '
                 f"convolution_param {{ num_output: {len(weight)} kernel_size: 3 pad: 1 }} }}\n")
        bottom = name
    return text


def read_by_opencv(path, version):
    with tempfile.NamedTemporaryFile("w", suffix=".prototxt") as description:
        description.write(prototxt(version))
        description.flush()
        network = cv2.dnn.readNetFromCaffe(description.name, str(path))
    for block, place, *_ in drawn_layers():
        layer = network.getLayer(f"conv{block}_{place}")
        weight, bias = layer.blobs
        yield f"{layer.name}.0", weight
        yield f"{layer.name}.1", bias.reshape((1, 1, 1, -1) if version == 1 else -1)


def write_keras(path):
    with h5py.File(path, "w") as file:
        names = [f"block{block}_conv{place}" for block, place, *_ in drawn_layers()]
        file.attrs["layer_names"] = np.array(["input_1", *names], "S")
        file.create_group("input_1").attrs["weight_names"] = np.array([], "S1")
        for name, (_, _, weight, bias) in zip(names, drawn_layers()):
            layer = file.create_group(name)
            layer.attrs["weight_names"] = np.array([f"{name}_W_1:0", f"{name}_b_1:0"], "S")
            layer[f"{name}_W_1:0"], layer[f"{name}_b_1:0"] = weight.transpose(2, 3, 1, 0), bias


def read_by_h5py(path):
    with h5py.File(path) as file:
        for layer in file.values():
            for name, values in layer.items():
                yield name, values[()]


def main():
    goldens = {}
    for version, (name, fields) in enumerate(FORMS.items(), 1):
        write_caffe(DATA / name, *fields)
        goldens[name] = weight_statistics.statistics(read_by_opencv(DATA / name, version))
    write_keras(DATA / "vgg.h5")
    goldens["vgg.h5"] = weight_statistics.statistics(read_by_h5py(DATA / "vgg.h5"))
    weight_statistics.write(HERE / "vgg_files.json", goldens)


main()
