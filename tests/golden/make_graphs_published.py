#!/usr/bin/env python3
"""Writes data/graphs_published.safetensors: what ONNX Runtime makes of a drawn picture with the published models of the catalogue.

The models are not stored. Made with onnxruntime 1.31.1 and numpy 2.4.6 (make_graphs.py says how to get them):

    inkstone models pull real-esrgan-x2 && inkstone models pull migan && ...
    python make_graphs_published.py MODELS_FOLDER       # the cache, which holds NAME/FILE for each NAME below

The picture is a formula, so that it is not stored either: picture() here and drawn_picture() in graphs_published_test.cpp. Of each answer every
k-th value is kept, in the file's order, k so that some thousands remain.
"""
import json
import pathlib
import struct
import sys

import numpy as np
import onnx
import onnxruntime as ort

HERE = pathlib.Path(__file__).parent
KEPT = 4000


def picture(height, width, channels=3):
    c, y, x = np.meshgrid(np.arange(channels), np.arange(height), np.arange(width), indexing="ij")
    v = 0.5 + 0.25 * np.sin(0.05 * x + 0.03 * y * (c + 1)) + 0.2 * np.cos(0.11 * y - 0.07 * x + c) + 0.04 * np.sin(12.9898 * x + 78.233 * y)
    return v[None].astype(np.float32)


def hole(height, width):
    y, x = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
    inside = ((y - height / 2) / (height / 4)) ** 2 + ((x - width / 2) / (width / 5)) ** 2 < 1
    return np.where(inside, 0, 255).astype(np.uint8)[None, None]


def damaged():
    return [np.rint(picture(200, 264) * 255).astype(np.uint8), hole(200, 264)]


CASES = {
    "fast-style-onnx/candy": ("candy.onnx", lambda: [picture(720, 720) * 255]),
    "fast-style-onnx/mosaic": ("mosaic.onnx", lambda: [picture(720, 720) * 255]),
    "animegan3": ("AnimeGANv3_tiny_Cute.onnx", lambda: [picture(256, 320).transpose(0, 2, 3, 1) * 2 - 1]),
    "real-esrgan-x2": ("real_esrgan_x2.onnx", lambda: [picture(48, 64)]),
    "migan": ("migan_pipeline_v2.onnx", damaged),
}
INNER = {"migan": "/Clip_1_output_0"}  # a float that the output cuts the fraction off


def run(path, inputs, inner=None):
    model = onnx.load(path)
    if inner:
        model.graph.output.append(onnx.helper.make_tensor_value_info(inner, onnx.TensorProto.FLOAT, None))
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, {port.name: np.ascontiguousarray(a) for port, a in zip(session.get_inputs(), inputs)})[-1]


def main(models):
    header, blobs, offset = {}, [], 0
    answers = {name: run(models / name / file, inputs()) for name, (file, inputs) in CASES.items()}
    answers |= {name + inner: run(models / name / CASES[name][0], CASES[name][1](), inner) for name, inner in INNER.items()}
    for name, answer in answers.items():
        step = max(1, answer.size // KEPT)
        kept = np.ascontiguousarray(answer.reshape(-1)[::step].astype(np.float32))
        print(name, answer.shape, answer.dtype, "from", answer.min(), "to", answer.max(), "kept", kept.size)
        for key, array, dtype in ((name, kept, "F32"), (name + ".shape", np.array([*answer.shape, step], np.int64), "I64")):
            header[key] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [offset, offset + array.nbytes]}
            offset += array.nbytes
            blobs.append(array.tobytes())
    header["__metadata__"] = {"onnxruntime": ort.__version__}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    (HERE / "data" / "graphs_published.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
