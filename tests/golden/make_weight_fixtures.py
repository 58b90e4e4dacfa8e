#!/usr/bin/env python3
"""Small .h5 and .caffemodel files for tests/unit/weights/data and the seeds of the fuzz targets, by independent writers.

    python3 -m venv venv && venv/bin/pip install numpy==1.26.4 h5py==3.11.0
    venv/bin/python tests/golden/make_weight_fixtures.py
"""
import pathlib
import shutil
import struct

import h5py
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / "unit" / "weights" / "data"
SEEDS = HERE.parent / "fuzz" / "corpus"


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


def write_keras(path, libver="earliest", texts=lambda names: np.array(names, "S")):
    kernel = np.arange(24, dtype=np.float32).reshape(2, 2, 3, 2) / 8
    with h5py.File(path, "w", libver=libver) as file:
        file.attrs["layer_names"] = texts(["input_1", "block1_conv1"])
        file.create_group("input_1").attrs["weight_names"] = np.array([], "S1")
        layer = file.create_group("block1_conv1")
        layer.attrs["weight_names"] = texts(["block1_conv1_W_1:0", "block1_conv1_b_1:0"])
        layer.create_dataset("block1_conv1_W_1:0", data=kernel)
        layer.create_dataset("block1_conv1_b_1:0", data=np.array([0.5, -1], np.float32))


def write_model(path):
    """A whole saved model: nested names, and the list of layers split as Keras splits long ones."""
    with h5py.File(path, "w") as file:
        file.create_dataset("optimizer_weights/step", data=np.int64(7))
        root = file.create_group("model_weights")
        root.attrs["layer_names0"], root.attrs["layer_names1"] = np.array(["a"], "S"), np.array(["b"], "S")
        for value, layer in enumerate("ab"):
            name = f"{layer}/kernel:0"
            group = root.create_group(layer)
            group.attrs["weight_names"] = np.array([name], "S")
            group.create_dataset(name, data=np.full((1, 2), value, np.float32))


def write_generic(path):
    with h5py.File(path, "w") as file:
        file.create_dataset("a/b", data=np.arange(6, dtype=np.float64).reshape(2, 3), compression="gzip", chunks=(1, 3))
        file.create_dataset("c", data=np.array([1, -2], np.int64))


def write_types(path):
    with h5py.File(path, "w") as file:
        for name in ("u1", "i1", "i2", "i4", "f2"):
            file.create_dataset(name, data=np.array([1, 2, 3], name))
        file.create_dataset("scalar", data=np.float32(2.5))
        file.create_dataset("ragged", data=np.arange(35, dtype=np.int32).reshape(5, 7), chunks=(2, 3), compression="gzip", shuffle=True)
        file.create_dataset("sparse", (4, 4), "f4", chunks=(2, 2))[2:, 2:] = 1
        for i in range(40):  # more names than one node holds
            file.create_dataset(f"many/{i:02}", data=np.float32(i))


def hostile(name):
    (DATA / "hostile").mkdir(exist_ok=True)
    return h5py.File(DATA / "hostile" / name, "w", libver="latest")


def write_hostile():
    """What h5py writes without complaint and no reader should follow."""
    one = np.ones(1, np.float32)
    with hostile("loop.h5") as file:
        file["a/back"] = file["/"]
    with hostile("two_ways.h5") as file:
        file["a"] = one
        file["b"] = file["a"]
    with hostile("soft_link.h5") as file:
        file["a"], file["b"] = one, h5py.SoftLink("/a")
    with hostile("external_link.h5") as file:
        file["a"] = h5py.ExternalLink("/etc/passwd", "/")
    with hostile("external_storage.h5") as file:
        file.create_dataset("a", (4,), "u1", external=[("/etc/passwd", 0, 4)])
    with hostile("virtual.h5") as file:
        layout = h5py.VirtualLayout((4,), "f4")
        layout[:] = h5py.VirtualSource("/etc/passwd", "a", (4,))
        file.create_virtual_dataset("a", layout)
    with hostile("layer_twice.h5") as file:
        file.attrs["layer_names"] = np.array(["a", "a"], "S")
        file.create_group("a").attrs["weight_names"] = np.array(["w"], "S")
        file["a/w"] = one
    with hostile("weight_twice.h5") as file:
        file.attrs["layer_names"] = np.array(["a"], "S")
        file.create_group("a").attrs["weight_names"] = np.array(["w", "w"], "S")
        file["a/w"] = one
    with hostile("missing_weight.h5") as file:
        file.attrs["layer_names"] = np.array(["a"], "S")
        file.create_group("a").attrs["weight_names"] = np.array(["w"], "S")
    with hostile("numbers_for_names.h5") as file:
        file.attrs["layer_names"] = np.arange(3)
    with hostile("empty.h5"):
        pass
    with h5py.File(DATA / "hostile" / "huge.h5", "w") as file:
        file.create_dataset("a", (2**40,), "f4", chunks=(1024,))
    with h5py.File(DATA / "hostile" / "unsupported_text.h5", "w") as file:
        file["a"] = np.array(["text"], "S4")
    with hostile("unsupported_shared_type.h5") as file:
        file["type"] = np.dtype("f4")
        file.create_dataset("a", (1,), file["type"])
    with hostile("unsupported_dense_group.h5") as file:
        for i in range(20):
            file[f"{i}"] = one
    with hostile("unsupported_big_endian.h5") as file:
        file["a"] = np.ones(1, ">f4")
    with hostile("unsupported_filter.h5") as file:
        file.create_dataset("a", (4,), "f4", chunks=(4,), fletcher32=True)[:] = 1


def main():
    DATA.mkdir(exist_ok=True)
    write_hostile()
    write_caffe(DATA / "v2.caffemodel", 100, 1, 7, legacy=False)
    write_caffe(DATA / "v1.caffemodel", 2, 4, 6, legacy=True)
    write_keras(DATA / "keras.h5")
    write_keras(DATA / "keras_latest.h5", "latest")
    write_keras(DATA / "keras_texts.h5", texts=lambda names: np.array(names, dtype=h5py.string_dtype()))
    write_model(DATA / "keras_model.h5")
    write_generic(DATA / "keras_generic.h5")
    write_types(DATA / "keras_types.h5")
    for path in DATA.glob("*.caffemodel"):
        shutil.copy(path, SEEDS / "caffemodel")
    for path in [*DATA.glob("keras*.h5"), DATA / "hostile" / "soft_link.h5"]:
        if path.stat().st_size < 16384:
            shutil.copy(path, SEEDS / "keras_h5")


if __name__ == "__main__":
    main()
