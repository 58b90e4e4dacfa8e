#!/usr/bin/python3
"""Writes a published painter as ONNX, for other runtimes to be timed with the same weights: export_painter.py MODELS KIND NAME SIZE OUT.onnx.

KIND fast-style or cartoongan: the networks of tests/golden/make_fast_style.py; esrgan: NAME like esrgan-medium/x2, the residual dense network of
tests/golden/make_upscalers.py (Debian's python3-torch 1.13.0). Input RGB [1,3,SIZE,SIZE] in [0,1].
"""
import ast
import pathlib
import sys

import torch

goldens = pathlib.Path(__file__).parent.parent / "tests/golden"
models, kind, name, size, out = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]


def names_of(script):
    """What the script defines: all of it but the call of main() at its end."""
    tree = ast.parse((goldens / script).read_text())
    tree.body = tree.body[:-1]
    sys.argv = [script, str(models)]
    names = {"__name__": "painters", "__file__": str(goldens / script)}
    exec(compile(tree, script, "exec"), names)
    return names


class Painter(torch.nn.Module):
    def __init__(self):
        super().__init__()
        if kind == "esrgan":
            names, scale = names_of("make_upscalers.py"), int(name.rsplit("x", 1)[1])
            weights = names["tfjs"](models / name)
            self.paint = lambda rgb: names["rdn"](weights, rgb, scale)
        else:
            network = names_of("make_fast_style.py")[{"fast-style": "Lengstrom", "cartoongan": "CartoonGan"}[kind]](models / kind / name)
            self.paint = lambda rgb: (setattr(network, "next", 0), network(rgb))[1]

    def forward(self, rgb):
        return self.paint(rgb)


torch.onnx.export(Painter(), torch.rand(1, 3, size, size), out, opset_version=13, input_names=["rgb"], output_names=["painted"])
