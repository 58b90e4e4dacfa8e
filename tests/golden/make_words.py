#!/usr/bin/python3
"""Writes words.json: outputs and gradients of the network that paints from words, in plain PyTorch, float64.

Independent of the C++: written from Peebles and Xie 2023 (DiT, adaLN-Zero), Chen et al. 2024 (PixArt-alpha, one adaLN for all blocks) and Vaswani et
al. 2017, with the parameter names that docs/words.md gives. Made with Debian 12's python3-torch 1.13.0; run with /usr/bin/python3.

Weights by the formula of make_unet.py. Pictures: x[i] = sin(0.37 i); times 300 n + 50; token ids (7 n + 3 l) mod vocabulary. The scalar that is
differentiated is sum(y cos(0.11 i)).
"""
import json
import math
import pathlib

import torch
from torch import nn
from torch.nn import functional

CASES = {
    "square": dict(channels=3, size=[16, 16], patch=4, features=16, depth=2, heads=2, strokes=8, vocabulary=11, text_length=5, text_features=8, text_depth=2),
    "wide": dict(channels=1, size=[8, 24], patch=8, features=24, depth=1, heads=3, strokes=12, vocabulary=7, text_length=3, text_features=12, text_depth=1),
}
TEXT_HEADS, TIME_WIDTH, STROKE_BLOCKS = 4, 256, 2


def attention(q, k, v, heads):
    split = lambda t: t.reshape(t.shape[0], t.shape[1], heads, -1)
    q, k, v = split(q), split(k), split(v)
    weights = torch.softmax(torch.einsum("nihd,njhd->nhij", q, k) / math.sqrt(q.shape[-1]), -1)
    return torch.einsum("nhij,njhd->nihd", weights, v).flatten(2)


def norm(x):
    return (x - x.mean(-1, keepdim=True)) / torch.sqrt(x.var(-1, unbiased=False, keepdim=True) + 1e-6)


class TextLayer(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.to_qkv, self.to_out, self.proj_in, self.proj_out = nn.Linear(d, 3 * d), nn.Linear(d, d), nn.Linear(d, 4 * d), nn.Linear(4 * d, d)

    def forward(self, x):
        x = x + self.to_out(attention(*self.to_qkv(self.norm1(x)).chunk(3, -1), TEXT_HEADS))
        return x + self.proj_out(functional.gelu(self.proj_in(self.norm2(x))))


class TextEncoder(nn.Module):
    def __init__(self, c):
        super().__init__()
        d = c["text_features"]
        self.token_embedding, self.position_embedding = nn.Embedding(c["vocabulary"], d), nn.Embedding(c["text_length"], d)
        self.layers, self.norm = nn.ModuleList(TextLayer(d) for _ in range(c["text_depth"])), nn.LayerNorm(d)

    def forward(self, ids):
        x = self.token_embedding(ids) + self.position_embedding(torch.arange(ids.shape[1]))
        for layer in self.layers:
            x = layer(x)
        return self.norm(x)


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        d, t = c["features"], c["text_features"]
        self.heads, self.scale_shift_table = c["heads"], nn.Parameter(torch.zeros(6, d))
        self.to_qkv, self.to_out = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.to_q, self.to_kv, self.to_out_text = nn.Linear(d, d), nn.Linear(t, 2 * d), nn.Linear(d, d)
        self.proj_in, self.proj_out = nn.Linear(d, 4 * d), nn.Linear(4 * d, d)

    def forward(self, x, modulation, words):
        shift_a, scale_a, gate_a, shift_m, scale_m, gate_m = (m[:, None] for m in (self.scale_shift_table[None] + modulation).unbind(1))
        h = norm(x) * (1 + scale_a) + shift_a
        x = x + gate_a * self.to_out(attention(*self.to_qkv(h).chunk(3, -1), self.heads))
        x = x + self.to_out_text(attention(self.to_q(norm(x)), *self.to_kv(words).chunk(2, -1), self.heads))
        h = norm(x) * (1 + scale_m) + shift_m
        return x + gate_m * self.proj_out(functional.gelu(self.proj_in(h)))


class StrokeBlock(nn.Module):
    def __init__(self, c):
        super().__init__()
        groups = max(1, c // 4)
        while c % groups:
            groups -= 1
        self.norm1, self.norm2 = nn.GroupNorm(min(32, groups), c), nn.GroupNorm(min(32, groups), c)
        self.conv1, self.conv2 = nn.Conv2d(c, c, 3, padding=1), nn.Conv2d(c, c, 3, padding=1)

    def forward(self, x):
        h = self.conv1(functional.silu(self.norm1(x)))
        return x + self.conv2(functional.silu(self.norm2(h)))


class Transformer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c, d, s = c, c["features"], c["strokes"]
        cell = c["channels"] * (c["patch"] // 2) ** 2
        self.scale_shift_table = nn.Parameter(torch.zeros(2, d))
        self.patch_embed = nn.Conv2d(c["channels"], d, c["patch"], stride=c["patch"])
        self.time_embedding = nn.ModuleDict({"linear_1": nn.Linear(TIME_WIDTH, d), "linear_2": nn.Linear(d, d)})
        self.text_proj, self.adaln, self.to_strokes = nn.Linear(c["text_features"], d), nn.Linear(d, 6 * d), nn.Linear(d, 4 * s)
        self.blocks = nn.ModuleList(Block(c) for _ in range(c["depth"]))
        self.stroke_in, self.stroke_out = nn.Conv2d(cell, s, 3, padding=1), nn.Conv2d(s, cell, 3, padding=1)
        self.strokes = nn.ModuleList(StrokeBlock(s) for _ in range(STROKE_BLOCKS))

    def positions(self, rows, columns):
        quarter = self.c["features"] // 4
        omega = 10000.0 ** (-torch.arange(quarter, dtype=torch.float64) / quarter)
        wave = lambda p: torch.cat([torch.sin(p * omega), torch.cos(p * omega)])
        return torch.stack([torch.cat([wave(float(r)), wave(float(k))]) for r in range(rows) for k in range(columns)])

    def embed(self, t):
        half = TIME_WIDTH // 2
        angles = t[:, None] * torch.exp(-math.log(10000) * torch.arange(half, dtype=t.dtype) / (half - 1))
        return self.time_embedding["linear_2"](functional.silu(self.time_embedding["linear_1"](torch.cat([angles.sin(), angles.cos()], 1))))

    def forward(self, x, t, words):
        c, (n, _, h, w) = self.c, x.shape
        rows, columns = h // c["patch"], w // c["patch"]
        e = self.embed(t) + self.text_proj(words.mean(1))
        modulation = self.adaln(functional.silu(e)).reshape(n, 6, -1)
        tokens = self.patch_embed(x).flatten(2).transpose(1, 2) + self.positions(rows, columns)
        for block in self.blocks:
            tokens = block(tokens, modulation, words)
        shift, scale = (m[:, None] for m in (self.scale_shift_table[None] + e[:, None]).unbind(1))
        said = self.to_strokes(norm(tokens) * (1 + scale) + shift).transpose(1, 2).reshape(n, -1, rows, columns)
        y = functional.pixel_shuffle(said, 2) + self.stroke_in(functional.pixel_unshuffle(x, c["patch"] // 2))
        for block in self.strokes:
            y = block(y)
        return functional.pixel_shuffle(self.stroke_out(functional.silu(y)), c["patch"] // 2)


class Painter(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.text_encoder, self.transformer = TextEncoder(c), Transformer(c)

    def forward(self, x, t, ids):
        return self.transformer(x, t, self.text_encoder(ids))


def wave(count, step, phase=0.0):
    return torch.sin(torch.arange(count, dtype=torch.float64) * step + phase)


def fill(net):
    for k, (name, p) in enumerate(sorted(net.named_parameters())):
        a, b = (1, 0.2) if p.dim() == 1 and name.endswith("weight") else (0, 0.1) if p.dim() == 1 else (0, math.sqrt(2 / p[0].numel()))
        p.data = (a + b * wave(p.numel(), 12.9898, 78.233 * k)).view(p.shape).float().double()


def golden(case):
    net = Painter(case).double()
    fill(net)
    n, (h, w) = 3, case["size"]
    x = wave(n * case["channels"] * h * w, 0.37).view(n, case["channels"], h, w).float().double().requires_grad_()
    ids = (7 * torch.arange(n)[:, None] + 3 * torch.arange(case["text_length"])) % case["vocabulary"]
    y = net(x, torch.arange(n, dtype=torch.float64) * 300 + 50, ids)
    (y * wave(y.numel(), 0.11, math.pi / 2).view(y.shape)).sum().backward()
    gradients = {name: [round(float(p.grad.norm()), 9), round(float((p.grad.flatten() * wave(p.numel(), 0.23)).sum()), 9)] for name, p in sorted(net.named_parameters())}
    strided = lambda t: [round(v, 9) for v in t.detach().flatten()[:: max(1, t.numel() // 48)].tolist()]
    return dict(case) | {"output": strided(y), "output_norm": float(y.norm()), "input_gradient": strided(x.grad), "gradients": gradients}


if __name__ == "__main__":
    assert torch.__version__.startswith("1.13")
    path = pathlib.Path(__file__).with_name("words.json")
    path.write_text(json.dumps({name: golden(case) for name, case in CASES.items()}, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size)
