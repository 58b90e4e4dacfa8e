#!/usr/bin/env python3
"""Writes data/graphs.safetensors: small ONNX models, what goes in, and what ONNX Runtime gives.

Each model is one operator with one set of attributes, or a few operators that are fused when they run. Made with onnx 1.23.2,
onnxruntime 1.31.1 and numpy 2.4.6:

    python3 -m venv venv && venv/bin/pip install onnx==1.23.2 onnxruntime==1.31.1 numpy==2.4.6
    venv/bin/python make_graphs.py                      # the cases
    venv/bin/python make_graphs.py FOLDER MODEL.onnx... # answers of whole models, for the test of published ones

Layout: tensor "NAME.model" uint8 is the file; "NAME.in0".., "NAME.out0".. the values. Cases of the same tensors share them: metadata "shared"
is a JSON object of name -> name.
"""
import json
import pathlib
import struct
import sys

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).parent
F, I64, I32, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.INT32, TensorProto.BOOL
cases = {}


def wave(*shape, k=0.0, scale=2.0):
    n = int(np.prod(shape)) if shape else 1
    return (scale * np.sin(0.73 * np.arange(n) + k)).astype(np.float32).reshape(shape)


def model(nodes, inputs, outputs, constants=None, opset=17, shape=None):
    """inputs: name -> array; constants: name -> array, stored in the file; shape: as declared, where it is not that of the arrays."""
    ports = [helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(a.dtype), shape or a.shape) for n, a in inputs.items()]
    outs = [helper.make_tensor_value_info(n, t, None) for n, t in outputs.items()]
    init = [numpy_helper.from_array(a, n) for n, a in (constants or {}).items()]
    graph = helper.make_graph(nodes, "g", ports, outs, init)
    m = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    m.ir_version = 8 if opset < 20 else 9
    return m


def run(m, inputs):
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(m.SerializeToString(), options, providers=["CPUExecutionProvider"]).run(None, inputs)


def add(name, m, inputs):
    if name in cases:
        raise SystemExit(f"two cases {name}")
    try:
        outputs = run(m, inputs)
    except Exception as error:  # an operator or a type that ONNX Runtime lacks
        print("left out:", name, str(error).split("\n")[0][:160])
        return
    cases[name] = (np.frombuffer(m.SerializeToString(), np.uint8), list(inputs.values()), outputs)


def one(op, inputs, constants=None, opset=17, outputs=1, out=F, name="", **attributes):
    """One node: inputs (dict) come from outside, constants (dict, may be interleaved by name order given) are stored."""
    order = attributes.pop("order", list(inputs) + list(constants or {}))
    outs = {f"y{i}": out for i in range(outputs)}
    node = helper.make_node(op, order, list(outs), name="node", **attributes)
    label = ",".join(f"{k}={v}" for k, v in attributes.items() if not isinstance(v, TensorProto))
    add(f"{op}-{opset}{':' + name if name else ''}{'(' + label + ')' if label else ''}".replace(" ", ""), model([node], inputs, outs, constants, opset), inputs)


def i64(*values):
    return np.array(values, np.int64)


X = {"x": wave(1, 3, 5, 6)}
SMALL = {"x": wave(2, 3, 4)}


def elementwise():
    for op in ["Abs", "Neg", "Ceil", "Floor", "Round", "Sign", "Reciprocal", "Exp", "Sin", "Cos", "Tan", "Atan", "Sinh", "Cosh", "Asinh", "Erf", "Relu",
               "Sigmoid", "Tanh", "Softplus", "Softsign", "HardSigmoid", "Identity", "HardSwish", "Dropout"]:
        one(op, SMALL)
    one("Mish", SMALL, opset=18)
    one("Round", {"x": np.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5], np.float32)}, name="ties")
    for op in ["Sqrt", "Log", "Acosh"]:
        one(op, {"x": np.abs(wave(2, 3, 4)) + 1.25})
    for op in ["Asin", "Acos", "Atanh"]:
        one(op, {"x": wave(2, 3, 4, scale=0.9)})
    for op, a in [("LeakyRelu", dict(alpha=0.3)), ("LeakyRelu", {}), ("Elu", dict(alpha=0.7)), ("Celu", dict(alpha=0.7)), ("Selu", {}),
                  ("Selu", dict(alpha=1.2, gamma=0.9)), ("ThresholdedRelu", dict(alpha=0.5)), ("HardSigmoid", dict(alpha=0.3, beta=0.4)),
                  ("Shrink", dict(lambd=0.5, bias=0.25))]:
        one(op, SMALL, name="attributes", **a)
    for a in [{}, dict(approximate="tanh")]:
        one("Gelu", SMALL, opset=20, **a)
    one("PRelu", {"x": wave(1, 3, 5, 6)}, {"s": wave(3, 1, 1, scale=0.4)})
    one("PRelu", {"x": wave(1, 3, 5, 6)}, {"s": wave(1, scale=0.4, k=2)}, name="single")
    one("Clip", SMALL, {"a": np.float32(-0.5), "b": np.float32(0.75)})
    one("Clip", SMALL, {"b": np.float32(0.75)}, order=["x", "", "b"], name="high")
    one("Clip", SMALL, {"a": np.float32(-0.25)}, name="low")
    one("Clip", SMALL, opset=10, min=-0.5, max=0.75)
    one("Clip", SMALL, opset=7, min=-0.5)
    one("Clip", {"x": np.arange(-4, 5, dtype=np.int64)}, {"a": np.int64(-2), "b": np.int64(3)}, out=I64, name="int")
    y = {"y": wave(3, 1, k=1)}
    for op in ["Add", "Sub", "Mul", "Div"]:
        one(op, SMALL, y)
        one(op, {"x": wave(4)}, {"z": wave(2, 3, 4, k=1)}, name="right")
        one(op, {"x": np.array([7, -7, 5, -5], np.int64)}, {"z": np.array([2, 2, -3, -3], np.int64)}, out=I64, name="int")
        one(op, SMALL, y, opset=7)
    one("Pow", {"x": np.abs(wave(2, 3, 4))}, {"z": np.float32(1.7)})
    one("Pow", SMALL, {"z": np.int64(2)}, name="int")
    one("Mod", {"x": np.array([7, -7, 5, -5], np.int64)}, {"z": np.array([3, 3, -3, -3], np.int64)}, out=I64)
    one("Mod", {"x": np.array([7.5, -7.5, 5, -5], np.float32)}, {"z": np.array([2, 2, -3, -3], np.float32)}, fmod=1)
    one("Mod", {"x": np.array([7, -7, 5, -5], np.int64)}, {"z": np.array([3, 3, -3, -3], np.int64)}, out=I64, name="int", fmod=1)
    for op in ["Min", "Max", "Sum", "Mean"]:
        one(op, {"x": wave(2, 3, 4), "y": wave(3, 4, k=1), "z": wave(4, k=2)})
    for op in ["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"]:
        one(op, {"x": np.round(wave(2, 3, 4))}, {"z": np.round(wave(3, 4, k=1))}, out=BOOL)
    b = {"x": wave(2, 3) > 0}
    for op in ["And", "Or", "Xor"]:
        one(op, b, {"z": wave(3, k=1) > 0}, out=BOOL)
    one("Not", b, out=BOOL)
    one("Where", {"c": wave(3, 1) > 0, "x": wave(2, 3, 4), "y": wave(4, k=1)})
    one("IsNaN", {"x": np.array([1, np.nan, np.inf], np.float32)}, out=BOOL)
    one("IsInf", {"x": np.array([1, -np.inf, np.inf], np.float32)}, out=BOOL)
    one("IsInf", {"x": np.array([1, -np.inf, np.inf], np.float32)}, out=BOOL, detect_negative=0)
    for to in [I32, I64, BOOL, TensorProto.DOUBLE, TensorProto.UINT8]:
        one("Cast", {"x": np.abs(wave(2, 3, scale=50)).astype(np.float32)}, out=to, to=to)
    one("Cast", {"x": np.array([0, 1, 200], np.uint8)}, to=F)
    one("CastLike", {"x": np.array([0, 1, 200], np.int64)}, {"l": np.float32(0)})
    for opset in (11, 13):
        for axis in (0, 1, 2, -1):
            one("Softmax", SMALL, opset=opset, axis=axis)
            one("LogSoftmax", SMALL, opset=opset, axis=axis)
    one("Softmax", SMALL, opset=12, name="default")
    one("Softmax", SMALL, opset=13, name="default")
    one("Hardmax", SMALL, opset=13, axis=1)
    one("Affine", X, opset=7, alpha=1.5, beta=-0.25)
    one("ImageScaler", X, opset=7, bias=[0.5, -0.25, 1.0], scale=1.5)
    one("ScaledTanh", X, opset=7, alpha=1.5, beta=0.75)
    one("ParametricSoftplus", X, opset=7, alpha=1.5, beta=0.75)


def shapes():
    one("Shape", X, out=I64)
    one("Shape", X, out=I64, start=1, end=-1)
    one("Size", X, out=I64)
    one("Reshape", X, {"s": i64(0, -1, 2)})
    one("Reshape", X, {"s": i64(5, 18)}, opset=7)
    one("Reshape", {"x": np.zeros((0, 3), np.float32)}, {"s": i64(3, 0)}, allowzero=1)
    for axis in (0, 1, 2, -1, 4):
        one("Flatten", X, axis=axis)
    one("Squeeze", {"x": wave(1, 3, 1, 2)}, {"a": i64(0, -2)}, opset=13)
    one("Squeeze", {"x": wave(1, 3, 1, 2)}, opset=11, axes=[2])
    one("Squeeze", {"x": wave(1, 3, 1, 2)}, opset=13, name="all")
    one("Unsqueeze", {"x": wave(3, 2)}, {"a": i64(0, -1)}, opset=13)
    one("Unsqueeze", {"x": wave(3, 2)}, opset=11, axes=[1, 3])
    one("Transpose", X)
    one("Transpose", X, perm=[0, 2, 3, 1])
    for axis in (0, 1, -1):
        one("Concat", {"x": wave(2, 3, 4), "y": wave(2, 3, 4, k=1)}, axis=axis)
    one("Concat", {"x": wave(1, 2, 3, 3), "y": wave(1, 4, 3, 3, k=1)}, name="channels", axis=1)
    one("Split", {"x": wave(2, 6)}, {"s": i64(1, 2, 3)}, outputs=3, axis=1)
    one("Split", {"x": wave(2, 6)}, outputs=2, opset=11, axis=1, split=[2, 4])
    one("Split", {"x": wave(2, 6)}, outputs=3, opset=11, axis=1)
    one("Split", {"x": wave(7, 2)}, outputs=3, opset=18, axis=0, num_outputs=3)
    one("ConstantOfShape", {}, {"s": i64(2, 3)}, value=helper.make_tensor("v", F, [1], [1.5]))
    one("ConstantOfShape", {}, {"s": i64(2, 3)}, name="zero")
    one("Constant", {}, value=numpy_helper.from_array(wave(2, 3)))
    one("Constant", {}, value_floats=[1.5, 2.5])
    one("Constant", {}, value_int=3, out=I64)
    one("Expand", {"x": wave(3, 1)}, {"s": i64(2, 1, 4)})
    one("Tile", {"x": wave(2, 3)}, {"s": i64(2, 3)})
    one("Range", {}, {"a": np.float32(1), "b": np.float32(7), "c": np.float32(1.5)})
    one("Range", {}, {"a": np.int64(10), "b": np.int64(1), "c": np.int64(-3)}, out=I64, name="int")
    for mode in ("DCR", "CRD"):
        one("DepthToSpace", {"x": wave(1, 8, 2, 3)}, blocksize=2, mode=mode)
    one("SpaceToDepth", {"x": wave(1, 2, 4, 6)}, blocksize=2)


def parts():
    for starts, ends, axes, steps in [((1, 0), (2, 3), None, None), ((0, 1), (1000, -1), (0, 2), (1, 1)), ((-1,), (-1000,), (1,), (-1,)),
                                      ((-1,), (-1000,), (-1,), (-2,)), ((0,), (1000,), (2,), (2,)), ((1,), (1,), (0,), None), ((20,), (0,), (2,), (-3,))]:
        constants = {"a": i64(*starts), "b": i64(*ends)}
        if axes:
            constants["c"] = i64(*axes)
        if steps:
            constants["d"] = i64(*steps)
        one("Slice", SMALL, constants, name=f"{starts}{ends}{axes}{steps}")
    one("Slice", SMALL, opset=9, starts=[1, 0], ends=[2, -1], axes=[0, 2])
    one("Slice", SMALL, opset=9, starts=[0], ends=[1])
    one("Crop", X, opset=7, border=[1, 0, 2, 1])
    one("Crop", X, opset=7, border=[1, 1, 0, 0], scale=[3, 2])
    for axis, index in [(0, i64(1, 0)), (1, np.array([[0, -1], [2, 1]], np.int64)), (-1, np.int64(2)), (2, i64(-1))]:
        one("Gather", SMALL, {"i": index}, axis=axis)
    one("Gather", {"x": wave(1, 3, 4, 4)}, {"i": i64(2, 0)}, axis=1, name="picture")
    one("GatherElements", {"x": wave(3, 4)}, {"i": np.array([[0, -1, 2], [1, 1, 0]], np.int64)}, axis=1)
    one("GatherND", {"x": wave(3, 4, 2)}, {"i": np.array([[0, 1], [2, -1]], np.int64)})
    one("GatherND", {"x": wave(2, 3, 4)}, {"i": np.array([[1], [2]], np.int64)}, batch_dims=1)
    one("ScatterElements", {"x": wave(3, 4)}, {"i": np.array([[0, -1]], np.int64), "u": wave(1, 2, k=1)}, axis=1)
    one("ScatterElements", {"x": wave(3, 4)}, {"i": np.array([[1, 1]], np.int64), "u": wave(1, 2, k=1)}, axis=1, reduction="add")
    one("ScatterND", {"x": wave(3, 4)}, {"i": np.array([[0, 1], [2, 3]], np.int64), "u": wave(2, k=1)})
    one("ScatterND", {"x": wave(3, 4)}, {"i": np.array([[1], [1]], np.int64), "u": wave(2, 4, k=1)}, reduction="add")
    one("NonZero", {"x": np.round(wave(3, 4))}, out=I64)
    one("OneHot", {"x": i64(0, -1, 2)}, {"d": np.int64(4), "v": np.array([-1, 2], np.float32)}, axis=-1)
    one("OneHot", {"x": i64(0, 1, 2)}, {"d": np.int64(4), "v": np.array([-1, 2], np.float32)}, axis=0)
    for a in [{}, dict(exclusive=1), dict(reverse=1), dict(exclusive=1, reverse=1)]:
        one("CumSum", {"x": wave(3, 4)}, {"a": np.int64(1)}, **a)
    node = helper.make_node("TopK", ["x", "k"], ["v", "i"], axis=1, largest=0)
    add("TopK-17", model([node], {"x": wave(3, 7)}, {"v": F, "i": I64}, {"k": i64(3)}), {"x": wave(3, 7)})
    for upper in (0, 1):
        one("Trilu", {"x": wave(4, 5)}, {"k": np.int64(1)}, upper=upper)
    grid = wave(1, 4, 5, 2, scale=1.2, k=0.5)
    for mode in ("bilinear", "nearest", "bicubic"):
        for padding in ("zeros", "border", "reflection"):
            if mode == "bicubic" and padding == "reflection":
                continue  # differ in the sixth digit only
            one("GridSample", {"x": wave(1, 2, 4, 5)}, {"g": grid}, mode=mode, padding_mode=padding, align_corners=int(padding == "border"))
    for op in ("ArgMax", "ArgMin"):
        one(op, SMALL, axis=1, keepdims=0, out=I64)
        one(op, {"x": np.array([[1, 3, 3], [2, 2, 0]], np.float32)}, axis=1, select_last_index=1, out=I64)


def reductions():
    for op in ["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSumExp", "ReduceLogSum"]:
        x = {"x": np.abs(wave(2, 3, 4)) + 0.5}
        one(op, x, opset=11, axes=[1], keepdims=0)
        one(op, x, opset=11, axes=[0, -1])
        one(op, x, opset=11)
        one(op, x, {"a": i64(-1)}, opset=18, keepdims=0)
        one(op, x, opset=18, noop_with_empty_axes=1)
    one("ReduceSum", {"x": np.arange(6, dtype=np.int64).reshape(2, 3)}, {"a": i64(1)}, out=I64, name="int")
    one("ReduceMax", {"x": np.arange(6, dtype=np.int64).reshape(2, 3)}, out=I64, name="int", axes=[0])


def products():
    for a, b in [((3, 4), (4, 2)), ((2, 3, 4), (4, 5)), ((2, 3, 4), (2, 4, 2)), ((4,), (4, 3)), ((3, 4), (4,)), ((2, 1, 3, 4), (5, 4, 2))]:
        one("MatMul", {"x": wave(*a)}, {"w": wave(*b, k=1)}, name=f"{a}{b}constant")
        one("MatMul", {"x": wave(*a), "w": wave(*b, k=1)}, name=f"{a}{b}")
    for a in [{}, dict(transB=1, alpha=0.5, beta=2.0), dict(transA=1)]:
        x = wave(4, 3) if a.get("transA") else wave(3, 4)
        w = wave(2, 4, k=1) if a.get("transB") else wave(4, 2, k=1)
        one("Gemm", {"x": x}, {"w": w, "c": wave(2, k=2)}, **a)
    one("Gemm", {"x": wave(3, 4)}, {"w": wave(4, 2, k=1)}, name="plain")
    for equation, a, b in [("abc,cd->abd", (2, 3, 4), (4, 5)), ("bij,bjk->bik", (2, 3, 4), (2, 4, 2)), ("bij,bkj->bik", (2, 3, 4), (2, 5, 4)),
                           ("i,j->ij", (3,), (4,)), ("...ij,jk->...ik", (2, 3, 4), (4, 2))]:
        one("Einsum", {"x": wave(*a)}, {"w": wave(*b, k=1)}, equation=equation)


def convolutions():
    x = {"x": wave(2, 4, 7, 8)}
    w = {"w": wave(6, 4, 3, 3, k=1, scale=0.4), "b": wave(6, k=2)}
    for a in [{}, dict(pads=[1, 1, 1, 1]), dict(pads=[0, 1, 2, 3]), dict(strides=[2, 2], pads=[1, 1, 1, 1]), dict(strides=[2, 1]), dict(dilations=[2, 2]),
              dict(dilations=[2, 1], pads=[2, 0, 2, 0], strides=[1, 2]), dict(auto_pad="SAME_UPPER"), dict(auto_pad="SAME_LOWER"),
              dict(auto_pad="SAME_UPPER", strides=[2, 2]), dict(auto_pad="SAME_LOWER", strides=[2, 2]), dict(auto_pad="VALID", kernel_shape=[3, 3])]:
        one("Conv", x, w, **a)
    one("Conv", x, {"w": w["w"]}, name="unbiased")
    one("Conv", {**x, "w": w["w"]}, name="live")
    one("Conv", x, {"w": wave(6, 2, 3, 3, k=1), "b": wave(6)}, group=2, pads=[1, 1, 1, 1])
    one("Conv", x, {"w": wave(8, 1, 3, 3, k=1)}, group=4, strides=[2, 2])
    one("Conv", x, {"w": wave(4, 1, 5, 5, k=1)}, group=4, dilations=[1, 1], pads=[2, 2, 2, 2], name="depthwise")
    one("Conv", x, {"w": wave(5, 4, 1, 1, k=1)}, name="1x1")
    one("Conv", x, {"w": wave(3, 4, 2, 4, k=1)}, name="2x4", pads=[0, 1, 1, 2])
    one("Conv", {"x": wave(1, 3, 9)}, {"w": wave(4, 3, 3, k=1)}, name="1d", pads=[1, 1], strides=[2])
    # wide windows from and to few channels, whose pixels are taken in groups of four
    one("Conv", {"x": wave(1, 3, 9, 8)}, {"w": wave(6, 3, 5, 5, k=1), "b": wave(6, k=2)}, name="grouped", pads=[2, 2, 2, 2])
    one("Conv", {"x": wave(2, 6, 9, 12)}, {"w": wave(3, 6, 7, 7, k=1)}, name="grouped", pads=[0, 3, 1, 3])
    one("Conv", {"x": wave(1, 5, 10, 12)}, {"w": wave(3, 5, 9, 9, k=1), "b": wave(3, k=2)}, name="grouped", pads=[4, 1, 4, 3])
    one("Conv", {"x": wave(1, 3, 6, 12)}, {"w": wave(4, 3, 5, 5, k=1)}, name="grouped-unpadded")
    wt = {"w": wave(4, 6, 3, 3, k=1, scale=0.4), "b": wave(6, k=2)}
    for a in [{}, dict(strides=[2, 2]), dict(strides=[2, 2], pads=[1, 1, 1, 1]), dict(strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1]),
              dict(strides=[2, 1], pads=[0, 1, 1, 0]), dict(dilations=[2, 2]), dict(strides=[2, 2], output_shape=[16, 16], auto_pad="VALID"),
              dict(strides=[2, 2], output_shape=[14, 15]), dict(strides=[2, 2], output_shape=[14, 15], auto_pad="SAME_UPPER"),
              dict(strides=[2, 2], auto_pad="SAME_UPPER"), dict(strides=[2, 2], auto_pad="SAME_LOWER"), dict(strides=[3, 3], output_padding=[2, 1])]:
        one("ConvTranspose", x, wt, opset=11, **a)
    one("ConvTranspose", x, {"w": wave(4, 3, 4, 4, k=1)}, group=2, strides=[2, 2], pads=[1, 1, 1, 1])
    one("ConvTranspose", x, {"w": wave(4, 1, 4, 4, k=1)}, group=4, strides=[2, 2], pads=[1, 1, 1, 1])
    one("ConvTranspose", {"x": wave(1, 3, 5)}, {"w": wave(3, 2, 4, k=1)}, name="1d", strides=[2], pads=[1, 1])


def pools():
    x = {"x": wave(1, 3, 7, 8)}
    for op in ("MaxPool", "AveragePool"):
        for a in [dict(kernel_shape=[2, 2], strides=[2, 2]), dict(kernel_shape=[3, 3], pads=[1, 1, 1, 1]), dict(kernel_shape=[3, 2], strides=[2, 3], pads=[1, 0, 0, 1]),
                  dict(kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1), dict(kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], ceil_mode=1),
                  dict(kernel_shape=[3, 3], strides=[2, 2], auto_pad="SAME_UPPER"), dict(kernel_shape=[2, 2], auto_pad="SAME_LOWER")]:
            one(op, x, **a)
    one("MaxPool", x, kernel_shape=[3, 3], dilations=[2, 1])
    for a in [dict(kernel_shape=[3, 3], pads=[1, 1, 1, 1]), dict(kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], ceil_mode=1), dict(kernel_shape=[3, 3], pads=[0, 1, 2, 1])]:
        one("AveragePool", x, opset=19, count_include_pad=1, **a)
    for op in ("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"):
        one(op, x)


def norms():
    x = {"x": wave(2, 4, 5, 6)}
    s = {"s": wave(4, k=1) + 1, "b": wave(4, k=2)}
    one("InstanceNormalization", x, s)
    one("InstanceNormalization", x, s, epsilon=0.1)
    one("InstanceNormalization", {"x": wave(1, 4, 9)}, s, name="1d")
    one("InstanceNormalization", {"x": wave(1, 4, 5, 6) + 100}, s, name="far")
    one("BatchNormalization", x, {**s, "m": wave(4, k=3), "v": np.abs(wave(4, k=4)) + 0.1}, epsilon=0.01)
    one("BatchNormalization", x, {**s, "m": wave(4, k=3), "v": np.abs(wave(4, k=4)) + 0.1}, opset=8)
    one("LayerNormalization", x, {"s": wave(6, k=1), "b": wave(6, k=2)})
    one("LayerNormalization", x, {"s": wave(5, 6, k=1)}, axis=-2, epsilon=0.01)
    for opset in (18, 21):
        one("GroupNormalization", x, {"s": wave(4 if opset == 21 else 2, k=1), "b": wave(4 if opset == 21 else 2, k=2)}, opset=opset, num_groups=2)
    for p in (1, 2):
        one("LpNormalization", {"x": np.abs(wave(2, 3, 4))}, axis=1, p=p)
    one("MeanVarianceNormalization", x)
    one("MeanVarianceNormalization", x, axes=[2, 3])
    one("LRN", x, size=3, alpha=0.1, beta=0.6, bias=1.5)
    one("LRN", x, size=2)


def pads():
    pads4 = [0, 0, 2, 1, 0, 0, 1, 3]
    for mode in ("constant", "reflect", "edge"):
        one("Pad", X, opset=7, mode=mode, pads=pads4)
        one("Pad", X, {"p": i64(*pads4)}, opset=13, mode=mode)
        one("Pad", X, {"p": i64(0, 0, -1, 2, 0, 0, 1, -2)}, opset=13, mode=mode, name="cut")
        one("Pad", SMALL, {"p": i64(1, 0, 2, 0, 1, 1)}, opset=13, mode=mode, name="cube")
        one("Pad", X, {"p": i64(1, 2, 1, 0), "v": np.float32(0), "a": i64(-1, 2)}, opset=18, mode=mode)
    one("Pad", X, {"p": i64(*pads4), "v": np.float32(1.5)}, opset=13)
    one("Pad", X, opset=7, pads=pads4, value=1.5)
    one("Pad", X, {"p": i64(*pads4)}, opset=19, mode="wrap")


def resizes():
    x = {"x": wave(1, 2, 4, 6)}
    transforms = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric", "half_pixel_symmetric"]
    for scales in [(1, 1, 2, 2), (1, 1, 1.6, 0.7), (1, 1, 0.5, 0.5), (1, 1, 3, 0.34)]:
        s = {"r": np.zeros(0, np.float32), "s": np.array(scales, np.float32)}
        for t in transforms:
            for nearest in ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]:
                one("Resize", x, s, opset=19, name=str(scales), mode="nearest", coordinate_transformation_mode=t, nearest_mode=nearest)
            one("Resize", x, s, opset=19, name=str(scales), mode="linear", coordinate_transformation_mode=t)
            one("Resize", x, s, opset=19, name=str(scales), mode="cubic", coordinate_transformation_mode=t)
            one("Resize", x, s, opset=19, name=str(scales), mode="cubic", coordinate_transformation_mode=t, exclude_outside=1, cubic_coeff_a=-0.5)
    for mode in ("linear", "cubic"):
        for scales in [(1, 1, 0.5, 0.4), (1, 1, 2, 0.6)]:
            s = {"r": np.zeros(0, np.float32), "s": np.array(scales, np.float32)}
            one("Resize", {"x": wave(1, 2, 9, 12)}, s, opset=18, name=str(scales), mode=mode, antialias=1)
    for mode in ("nearest", "linear", "cubic"):
        one("Resize", x, {"z": i64(1, 2, 7, 5)}, order=["x", "", "", "z"], opset=13, mode=mode)
        one("Resize", x, {"z": i64(7, 5)}, order=["x", "", "", "z"], opset=18, mode=mode, axes=[2, 3])
    for policy in ("not_larger", "not_smaller"):
        one("Resize", x, {"z": i64(7, 5)}, order=["x", "", "", "z"], opset=18, mode="linear", axes=[2, 3], keep_aspect_ratio_policy=policy)
    for mode in ("nearest", "linear"):
        one("Resize", x, {"s": np.array([1, 1, 2, 1.5], np.float32)}, opset=10, mode=mode)
        one("Upsample", x, {"s": np.array([1, 1, 2, 3], np.float32)}, opset=9, mode=mode)
        one("Upsample", x, opset=7, mode=mode, scales=[1.0, 1.0, 2.0, 2.0])
        one("Resize", x, {"r": np.array([0, 0, 0.2, -0.1, 1, 1, 0.9, 1.1], np.float32), "s": np.zeros(0, np.float32), "z": i64(1, 2, 5, 7)}, opset=13, mode=mode,
            coordinate_transformation_mode="tf_crop_and_resize", extrapolation_value=7.0)
    one("Resize", x, {"s": np.array([1, 1, 0.5, 0.4], np.float32)}, opset=10, mode="nearest", name="down")
    one("Resize", {"x": wave(1, 4, 6, 3)}, {"r": np.zeros(0, np.float32), "s": np.array([1, 2, 2, 1], np.float32)}, opset=13, mode="linear", name="nhwc")


def fused():
    """Layers that are joined when the graph is opened."""
    x = {"x": wave(1, 3, 8, 9)}
    w = {"w": wave(5, 3, 3, 3, k=1, scale=0.4), "b": wave(5, k=2)}
    def chain(name, *nodes, constants=None, opset=17):
        made = []
        for i, (op, extra, attributes) in enumerate(nodes):
            source = "x" if i == 0 else f"v{i - 1}"
            made.append(helper.make_node(op, [source, *extra], [f"v{i}" if i < len(nodes) - 1 else "y"], name=f"n{i}", **attributes))
        add(f"fused:{name}", model(made, x, {"y": F}, {**w, **(constants or {})}, opset), x)
    conv = ("Conv", ["w", "b"], dict(pads=[1, 1, 1, 1]))
    chain("conv-relu", conv, ("Relu", [], {}))
    chain("conv-leaky", conv, ("LeakyRelu", [], dict(alpha=0.1)))
    chain("conv-clip", conv, ("Clip", ["lo", "hi"], {}), constants={"lo": np.float32(0), "hi": np.float32(1)})
    chain("conv-clip-6", conv, ("Clip", [], dict(min=0.0, max=1.0)), opset=7)
    bn = {"s": wave(5, k=3) + 1, "o": wave(5, k=4), "m": wave(5, k=5), "v": np.abs(wave(5, k=6)) + 0.1}
    chain("conv-bn-relu", conv, ("BatchNormalization", ["s", "o", "m", "v"], {}), ("Relu", [], {}), constants=bn)
    chain("conv-mul-add-relu", conv, ("Mul", ["q"], {}), ("Add", ["r"], {}), ("Relu", [], {}), constants={"q": wave(1, 5, 1, 1, k=3), "r": wave(5, 1, 1, k=4)})
    chain("conv-scalar", conv, ("Mul", ["q"], {}), ("Sub", ["r"], {}), constants={"q": np.float32(0.2), "r": np.array([0.5], np.float32)})
    chain("conv-wide", conv, ("Add", ["q"], {}), constants={"q": wave(9, k=3)})
    chain("pad-conv", ("Pad", ["p"], {}), ("Conv", ["w", "b"], dict(strides=[2, 2])), constants={"p": i64(0, 0, 0, 1, 0, 0, 1, 2)})
    chain("pad-conv-reflect", ("Pad", ["p"], dict(mode="reflect")), ("Conv", ["w"], {}), constants={"p": i64(0, 0, 1, 1, 0, 0, 1, 1)})
    chain("transposed-relu", ("ConvTranspose", ["t", "b"], dict(strides=[2, 2])), ("Mul", ["q"], {}), ("Relu", [], {}),
          constants={"t": wave(3, 5, 3, 3, k=1), "q": wave(5, 1, 1, k=3)})
    chain("norm-relu", conv, ("InstanceNormalization", ["s", "o"], {}), ("Relu", [], {}), constants={"s": bn["s"], "o": bn["o"]})
    chain("norm-leaky", conv, ("InstanceNormalization", ["s", "o"], {}), ("LeakyRelu", [], {}), constants={"s": bn["s"], "o": bn["o"]})
    # what must not be joined: the convolution's result is wanted twice
    two = [helper.make_node("Conv", ["x", "w", "b"], ["c"], pads=[1, 1, 1, 1]), helper.make_node("Relu", ["c"], ["r"]), helper.make_node("Add", ["c", "r"], ["y"])]
    add("fused:shared", model(two, x, {"y": F}, w), x)
    out = [helper.make_node("Conv", ["x", "w", "b"], ["c"], pads=[1, 1, 1, 1]), helper.make_node("Relu", ["c"], ["y"])]
    add("fused:output", model(out, x, {"y": F, "c": F}, w), x)
    # sizes computed from sizes
    sized = [helper.make_node("Shape", ["x"], ["s"]), helper.make_node("Slice", ["s", "two", "four"], ["hw"]), helper.make_node("Mul", ["hw", "two"], ["big"]),
             helper.make_node("Slice", ["s", "zero", "two"], ["nc"]), helper.make_node("Concat", ["nc", "big"], ["z"], axis=0),
             helper.make_node("Resize", ["x", "", "", "z"], ["y"], mode="linear")]
    add("fused:sizes", model(sized, x, {"y": F}, {"zero": i64(0), "two": i64(2), "four": i64(4)}), x)
    idle = [helper.make_node("Identity", ["x"], ["a"]), helper.make_node("Dropout", ["a"], ["b2"]), helper.make_node("Relu", ["b2"], ["c"]), helper.make_node("Identity", ["c"], ["y"])]
    add("fused:idle", model(idle, x, {"y": F}), x)


def painters():
    """Whole little networks whose conventions unit/transform/graph_painter_test.cpp finds out; each leaves a picture much as it is."""
    node, free = helper.make_node, [1, 3, "h", "w"]
    y, x = np.meshgrid(np.linspace(0, 1, 32), np.linspace(0, 1, 32), indexing="ij")
    picture = np.stack([0.2 + 0.6 * x, 0.8 - 0.5 * y, 0.3 + 0.4 * x * y])[None].astype(np.float32)
    one_pixel = np.zeros((3, 3, 3, 3), np.float32)
    one_pixel[range(3), range(3), 1, 1] = 1
    conv = lambda i, o, w="w": node("Conv", [i, w], [o], pads=[1, 1, 1, 1])
    add("painter:unit", model([conv("x", "v"), node("Clip", ["v", "lo", "hi"], ["y"])], {"x": picture}, {"y": F},
                              {"w": one_pixel, "lo": np.float32(0), "hi": np.float32(1)}, shape=free), {"x": picture})
    add("painter:tanh", model([conv("x", "v"), node("Tanh", ["v"], ["y"])], {"x": picture * 2 - 1}, {"y": F}, {"w": one_pixel * 1.5}, shape=free), {"x": picture * 2 - 1})
    means = np.array([103.939, 116.779, 123.68], np.float32).reshape(3, 1, 1)
    no_blue = one_pixel * np.array([0, 1, 1], np.float32).reshape(3, 1, 1, 1)
    back = np.array([0, 116.779, 123.68], np.float32).reshape(3, 1, 1)
    add("painter:caffe", model([node("Sub", ["x", "m"], ["a"]), conv("a", "b"), node("Add", ["b", "n"], ["y"])], {"x": picture * 255}, {"y": F},
                               {"m": means, "n": back, "w": no_blue}, shape=free), {"x": picture * 255})
    rows = np.ascontiguousarray(picture.transpose(0, 2, 3, 1))
    add("painter:rows", model([node("Transpose", ["x"], ["a"], perm=[0, 3, 1, 2]), node("Resize", ["a", "", "s"], ["b"], mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
                               node("Transpose", ["b"], ["y"], perm=[0, 2, 3, 1])], {"x": rows}, {"y": F}, {"s": np.array([1, 1, 2, 2], np.float32)}, shape=[1, "h", "w", 3]), {"x": rows})
    add("painter:fixed", model([node("Reshape", ["x", "s"], ["a"]), node("Reshape", ["a", "t"], ["y"])], {"x": picture}, {"y": F}, {"s": i64(1, 3, 1024), "t": i64(1, 3, 32, 32)}), {"x": picture})
    half = np.full((3, 1, 2, 2), 0.25, np.float32)
    twice = np.ones((3, 1, 2, 2), np.float32)
    add("painter:freed", model([node("Conv", ["x", "h"], ["a"], strides=[2, 2], group=3), node("ConvTranspose", ["a", "t"], ["y"], strides=[2, 2], group=3, output_shape=[32, 32])],
                               {"x": picture}, {"y": F}, {"h": half, "t": twice}, opset=11), {"x": picture})
    add("painter:fours", model([node("Conv", ["x", "h"], ["a"], strides=[2, 2], group=3), node("Conv", ["a", "h"], ["b"], strides=[2, 2], group=3),
                                node("ConvTranspose", ["b", "t"], ["c"], strides=[2, 2], group=3), node("ConvTranspose", ["c", "t"], ["d"], strides=[2, 2], group=3),
                                node("Add", ["d", "x"], ["e"]), node("Mul", ["e", "k"], ["y"])], {"x": picture}, {"y": F}, {"h": half, "t": twice, "k": np.float32(0.5)}, shape=free), {"x": picture})
    bytes_ = np.rint(picture * 255).astype(np.uint8)
    add("painter:bytes", model([node("Cast", ["x"], ["a"], to=F), conv("a", "b"), node("Clip", ["b", "lo", "hi"], ["c"]), node("Cast", ["c"], ["y"], to=TensorProto.UINT8)], {"x": bytes_},
                               {"y": TensorProto.UINT8}, {"w": one_pixel, "lo": np.float32(0), "hi": np.float32(255)}, shape=free), {"x": bytes_})
    mask = picture[:, :1]
    add("painter:two-inputs", model([node("Mul", ["x", "k"], ["y"])], {"x": picture, "k": mask}, {"y": F}), {"x": picture, "k": mask})


def write(path):
    tensors, shared, seen = {}, {}, {}
    def put(name, array):
        array = np.ascontiguousarray(array)
        if array.dtype == np.bool_:
            array = array.astype(np.uint8)
        key = (array.dtype.str, array.shape, array.tobytes())
        if key in seen:
            shared[name] = seen[key]
        else:
            seen[key] = name
            tensors[name] = array
    for name, (file, inputs, outputs) in cases.items():
        put(f"{name}.model", file)
        for i, a in enumerate(inputs):
            put(f"{name}.in{i}", a)
        for i, a in enumerate(outputs):
            put(f"{name}.out{i}", a)
    types = {"f4": "F32", "f8": "F64", "i8": "I64", "i4": "I32", "u1": "U8"}
    header, offset = {"__metadata__": {"shared": json.dumps(shared), "onnx": onnx.__version__, "onnxruntime": ort.__version__}}, 0
    for name, a in tensors.items():
        header[name] = {"dtype": types[a.dtype.str[1:]], "shape": list(a.shape), "data_offsets": [offset, offset + a.nbytes]}
        offset += a.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(a.tobytes() for a in tensors.values()))
    print(len(cases), "cases,", path.stat().st_size, "bytes")


if __name__ == "__main__":
    for part in (elementwise, shapes, parts, reductions, products, convolutions, pools, norms, pads, resizes, fused, painters):
        part()
    write(HERE / "data" / "graphs.safetensors")
