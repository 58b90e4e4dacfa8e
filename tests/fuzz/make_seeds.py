#!/usr/bin/env python3
"""Seeds of several tensors, of half precision and of none at all, for corpus/safetensors, corpus/gguf and corpus/tfjs_graph.

    python3 -m venv venv && venv/bin/pip install numpy==1.26.4 safetensors==0.4.5 gguf==0.10.0
    venv/bin/python tests/fuzz/make_seeds.py

tests/unit/weights/fuzz_seeds_test.cpp reads them: a seed that is refused at once leads the fuzzer nowhere.
"""
import base64
import json
import pathlib

import gguf
import numpy as np
import safetensors.numpy

CORPUS = pathlib.Path(__file__).resolve().parent / "corpus"
HALVES = np.array([0.5, -2, 65504, 6e-8], np.float16)
EMPTY = np.zeros((0, 3), np.float32)
SEVERAL = {"block.0.weight": np.arange(6, dtype=np.float32).reshape(2, 3), "block.0.bias": np.array([1, -1], np.float64),
           "count": np.array(7, np.int64), "mask": np.array([[True, False]]), "bytes": np.arange(5, dtype=np.uint8)}


def write_safetensors():
    folder = CORPUS / "safetensors"
    safetensors.numpy.save_file(SEVERAL, folder / "several.safetensors", {"format": "np", "note": "five tensors"})
    safetensors.numpy.save_file({"halves": HALVES}, folder / "halves.safetensors")
    safetensors.numpy.save_file({"a": EMPTY, "b": np.ones(1, np.int8), "c": EMPTY}, folder / "empty.safetensors")


def write_gguf():
    q8 = np.arange(34, dtype=np.uint8).reshape(1, 34)
    several = [("w", np.ones((2, 4), np.float32), None), ("counts", np.arange(3, dtype=np.int32), None), ("q8", q8, gguf.GGMLQuantizationType.Q8_0)]
    for name, tensors in {"several": several, "halves": [("halves", HALVES, None)], "empty": [("a", EMPTY, None), ("b", HALVES, None)]}.items():
        writer = gguf.GGUFWriter(CORPUS / "gguf" / f"{name}.gguf", "sd")
        writer.add_string("general.name", name)
        writer.add_float32("scale", 0.5)
        writer.add_bool("flag", True)
        for tensor, values, kind in tensors:
            writer.add_tensor(tensor, values, raw_dtype=kind)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()


def node(name, op, *inputs, **attributes):
    return {"name": name, "op": op, "input": list(inputs), "attr": attributes}


def text(value):
    return {"s": base64.b64encode(value).decode()}


def write_tfjs_graph(name, nodes, weights):
    model = {"format": "graph-model", "modelTopology": {"node": nodes, "library": {}, "versions": {"producer": 1}},
             "weightsManifest": [{"paths": ["shard.bin"], "weights": weights}]}
    (CORPUS / "tfjs_graph" / f"{name}.json").write_text(json.dumps(model, separators=(",", ":")))


def write_tfjs_graphs():
    """The fuzz target has a shard of 64 bytes, which the weights of each must fill."""
    unknown = {"shape": {"dim": [{"size": "-1"}, {"size": "4"}]}}
    read = node("x", "Placeholder", dtype={"type": "DT_FLOAT"}, shape=unknown)
    write_tfjs_graph(
        "several",
        [read, *(node(n, "Const") for n in "ksaw"), node("m", "MatMul", "x", "k", transpose_a={"b": False}),
         node("parts", "Split", "a", "m", num_split={"i": "2"}), node("sum", "AddV2", "parts", "parts:1", "^w"),
         node("y", "LeakyRelu", "sum:0", alpha={"f": 0.2}, data_format=text(b"NHWC"), fused_ops={"list": {"s": [text(b"BiasAdd")["s"]]}})],
        [{"name": "k", "shape": [4, 2], "dtype": "float32"}, {"name": "s", "shape": [2, 2], "dtype": "int32"},
         {"name": "a", "shape": [], "dtype": "int32"}, {"name": "w", "shape": [12], "dtype": "bool"}])
    write_tfjs_graph(
        "halves",
        [read, *(node(n, "Const") for n in "hq"), node("m", "MatMul", "x", "h"), node("y", "BiasAdd", "m", "q")],
        [{"name": "h", "shape": [4, 6], "dtype": "float32", "quantization": {"dtype": "float16", "original_dtype": "float32"}},
         {"name": "q", "shape": [16], "dtype": "float32", "quantization": {"dtype": "uint8", "scale": 0.1, "min": -1}}])
    write_tfjs_graph(
        "empty",
        [read, node("none", "Const"), node("k", "Const"), node("y", "ConcatV2", "x", "none", "k", N={"i": "2"})],
        [{"name": "none", "shape": [0, 4], "dtype": "float32"}, {"name": "k", "shape": [16], "dtype": "float32"}])


if __name__ == "__main__":
    write_safetensors()
    write_gguf()
    write_tfjs_graphs()
