#!/usr/bin/python3
"""Writes unet.json: outputs and gradients of the diffusion U-Net in plain PyTorch, float64.

Independent of the C++: written from Ho et al. 2020, appendix B, with the parameter names of diffusers' UNet2DModel. Made with Debian 12's
python3-torch 1.13.0; run with /usr/bin/python3.

Weights by formula, so that none are stored: of the k-th parameter by sorted name, value i (row-major) is a + b sin(12.9898 i + 78.233 k), rounded to
float32; a = 1, b = 0.2 for weights of one dimension; a = 0, b = 0.1 for biases; else a = 0, b = sqrt(2 / fan in). Pictures: x[i] = sin(0.37 i); times
100 n + 0.5; labels n - 1. The scalar that is differentiated is sum(y cos(0.11 i)).
"""
import json
import math
import pathlib

import torch
from torch import nn
from torch.nn import functional

CASES = {
    "plain": dict(channels=3, out=3, width=8, multipliers=[1, 2], blocks=1, attention=[1], heads=1, classes=0, size=[8, 8]),
    "by class, two heads": dict(channels=1, out=1, width=16, multipliers=[1, 2, 2], blocks=2, attention=[0, 2], heads=2, classes=3, size=[12, 8]),
    "odd and not square": dict(channels=3, out=6, width=12, multipliers=[1, 3, 2], blocks=1, attention=[], heads=3, classes=2, size=[9, 15]),
}


def group_norm(channels):
    groups = min(32, max(1, channels // 4))
    while channels % groups:
        groups -= 1
    return nn.GroupNorm(groups, channels)


class Resnet(nn.Module):
    def __init__(self, i, o, embedding):
        super().__init__()
        self.norm1, self.conv1 = group_norm(i), nn.Conv2d(i, o, 3, padding=1)
        self.time_emb_proj = nn.Linear(embedding, o)
        self.norm2, self.conv2 = group_norm(o), nn.Conv2d(o, o, 3, padding=1)
        if i != o:
            self.conv_shortcut = nn.Conv2d(i, o, 1)

    def forward(self, x, e):
        h = self.conv1(functional.silu(self.norm1(x)))
        h = h + self.time_emb_proj(functional.silu(e))[:, :, None, None]
        h = self.conv2(functional.silu(self.norm2(h)))
        return h + (self.conv_shortcut(x) if hasattr(self, "conv_shortcut") else x)


class Attention(nn.Module):
    def __init__(self, channels, heads):
        super().__init__()
        self.heads, self.group_norm = heads, group_norm(channels)
        self.to_q, self.to_k, self.to_v = (nn.Linear(channels, channels) for _ in range(3))
        self.to_out = nn.ModuleList([nn.Linear(channels, channels)])

    def forward(self, x):
        n, c, h, w = x.shape
        rows = self.group_norm(x).flatten(2).transpose(1, 2)
        q, k, v = (part(rows).view(n, h * w, self.heads, c // self.heads) for part in (self.to_q, self.to_k, self.to_v))
        weights = torch.softmax(torch.einsum("nihd,njhd->nhij", q, k) / math.sqrt(c // self.heads), -1)
        seen = torch.einsum("nhij,njhd->nihd", weights, v).reshape(n, h * w, c)
        return x + self.to_out[0](seen).transpose(1, 2).reshape(n, c, h, w)


class Resample(nn.Module):
    def __init__(self, channels, stride):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, stride=stride, padding=1)


class Block(nn.Module):
    def __init__(self, resnets, attentions, name=None, resample=None):
        super().__init__()
        self.resnets, self.attentions = nn.ModuleList(resnets), nn.ModuleList(attentions)
        if name:
            setattr(self, name, nn.ModuleList([resample]))

    def through(self, place, x, e):
        x = self.resnets[place](x, e)
        return self.attentions[place](x) if place < len(self.attentions) else x


class Unet(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c, e = c, 4 * c["width"]
        widths = [c["width"] * m for m in c["multipliers"]]
        last = len(widths) - 1
        self.conv_in = nn.Conv2d(c["channels"], c["width"], 3, padding=1)
        self.time_embedding = nn.ModuleDict({"linear_1": nn.Linear(c["width"], e), "linear_2": nn.Linear(e, e)})
        if c["classes"]:
            self.class_embedding = nn.Embedding(c["classes"] + 1, e)
        attend = lambda level, count: [Attention(widths[level], c["heads"]) for _ in range(count if level in c["attention"] else 0)]
        self.down_blocks, self.up_blocks = nn.ModuleList(), nn.ModuleList()
        skips, before = [c["width"]], c["width"]
        for level, width in enumerate(widths):
            resnets = []
            for _ in range(c["blocks"]):
                resnets.append(Resnet(before, width, e))
                before = width
                skips.append(width)
            down = ("downsamplers", Resample(width, 2)) if level < last else ()
            skips += [width] if down else []
            self.down_blocks.append(Block(resnets, attend(level, c["blocks"]), *down))
        self.mid_block = Block([Resnet(before, before, e), Resnet(before, before, e)], [Attention(before, c["heads"])])
        for level in range(last, -1, -1):
            resnets = []
            for _ in range(c["blocks"] + 1):
                resnets.append(Resnet(before + skips.pop(), widths[level], e))
                before = widths[level]
            up = ("upsamplers", Resample(before, 1)) if level else ()
            self.up_blocks.append(Block(resnets, attend(level, c["blocks"] + 1), *up))
        self.conv_norm_out, self.conv_out = group_norm(before), nn.Conv2d(before, c["out"], 3, padding=1)

    def embed(self, t, labels):
        half = self.c["width"] // 2
        angles = t[:, None] * torch.exp(-math.log(10000) * torch.arange(half, dtype=t.dtype) / (half - 1))
        e = self.time_embedding["linear_1"](torch.cat([angles.sin(), angles.cos()], 1))
        e = self.time_embedding["linear_2"](functional.silu(e))
        if self.c["classes"]:
            e = e + self.class_embedding(torch.where(labels < 0, self.c["classes"], labels))
        return e

    def forward(self, x, t, labels):
        e = self.embed(t, labels)
        x = self.conv_in(x)
        skips = [x]
        for block in self.down_blocks:
            for place in range(len(block.resnets)):
                x = block.through(place, x, e)
                skips.append(x)
            if hasattr(block, "downsamplers"):
                x = block.downsamplers[0].conv(x)
                skips.append(x)
        x = self.mid_block.resnets[1](self.mid_block.through(0, x, e), e)
        for block in self.up_blocks:
            for place in range(len(block.resnets)):
                x = block.through(place, torch.cat([x, skips.pop()], 1), e)
            if hasattr(block, "upsamplers"):
                h, w = skips[-1].shape[2:]
                x = block.upsamplers[0].conv(functional.interpolate(x, scale_factor=2, mode="nearest")[:, :, :h, :w])
        return self.conv_out(functional.silu(self.conv_norm_out(x)))


def wave(count, step, phase=0.0):
    return torch.sin(torch.arange(count, dtype=torch.float64) * step + phase)


def fill(net):
    for k, (name, p) in enumerate(sorted(net.named_parameters())):
        a, b = (1, 0.2) if p.dim() == 1 and name.endswith("weight") else (0, 0.1) if p.dim() == 1 else (0, math.sqrt(2 / p[0].numel()))
        p.data = (a + b * wave(p.numel(), 12.9898, 78.233 * k)).view(p.shape).float().double()


def golden(case):
    net = Unet(case).double()
    fill(net)
    n, (h, w) = 3, case["size"]
    x = wave(n * case["channels"] * h * w, 0.37).view(n, case["channels"], h, w).float().double().requires_grad_()
    y = net(x, torch.arange(n, dtype=torch.float64) * 100 + 0.5, torch.arange(n) - 1)
    (y * wave(y.numel(), 0.11, math.pi / 2).view(y.shape)).sum().backward()
    gradients = {name: [round(float(p.grad.norm()), 9), round(float((p.grad.flatten() * wave(p.numel(), 0.23)).sum()), 9)] for name, p in sorted(net.named_parameters())}
    strided = lambda t: [round(v, 9) for v in t.detach().flatten()[:: max(1, t.numel() // 48)].tolist()]
    return dict(case) | {"output": strided(y), "output_norm": float(y.norm()), "input_gradient": strided(x.grad), "gradients": gradients}


if __name__ == "__main__":
    assert torch.__version__.startswith("1.13")
    path = pathlib.Path(__file__).with_name("unet.json")
    path.write_text(json.dumps({name: golden(case) for name, case in CASES.items()}, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size)
