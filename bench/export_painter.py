#!/usr/bin/python3
"""Writes a published painter as ONNX, for other runtimes to be timed with the same weights: export_painter.py MODELS KIND NAME SIZE OUT.onnx.

The networks are those of tests/golden/make_fast_style.py (Debian's python3-torch 1.13.0); input RGB [1,3,SIZE,SIZE] in [0,1].
"""
import ast
import pathlib
import sys

import torch

source = pathlib.Path(__file__).parent.parent / "tests/golden/make_fast_style.py"
models, kind, name, size, out = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]
tree = ast.parse(source.read_text())
tree.body = tree.body[:-1]  # all but the call of main()
sys.argv = [str(source), str(models)]
names = {"__name__": "painters", "__file__": str(source)}
exec(compile(tree, str(source), "exec"), names)


class Painter(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.network = names[{"fast-style": "Lengstrom", "cartoongan": "CartoonGan"}[kind]](models / kind / name)

    def forward(self, rgb):
        self.network.next = 0
        return self.network(rgb)


torch.onnx.export(Painter(), torch.rand(1, 3, size, size), out, opset_version=13, input_names=["rgb"], output_names=["painted"])
