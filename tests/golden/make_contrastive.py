#!/usr/bin/python3
"""Writes contrastive.json: what the two encoders of a joint space say, their contrastive loss and its gradients, in plain PyTorch, float64.

Independent of the C++: the loss written from figure 3 of Radford et al. 2021 (CLIP), the encoders from docs/unclip.md with its parameter names. Made
with Debian 12's python3-torch 1.13.0; run with /usr/bin/python3.

Weights by the formula of make_unet.py. Pictures: x[i] = sin(0.37 i); token ids (7 n + 3 l) mod vocabulary; logit_scale 1.25.
"""
import json
import math
import pathlib

import torch
from torch import nn
from torch.nn import functional

CASES = {
    "square": dict(channels=3, size=[16, 16], base_width=8, features=16, depth=2, vocabulary=11, text_length=5, text_depth=2, pairs=4),
    "wide": dict(channels=1, size=[8, 24], base_width=4, features=24, depth=1, vocabulary=7, text_length=3, text_depth=1, pairs=3),
}
HEADS = 4


def group_norm(channels):
    groups = min(32, max(1, channels // 4))
    while channels % groups:
        groups -= 1
    return nn.GroupNorm(groups, channels)


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.norm1, self.conv1, self.norm2, self.conv2 = group_norm(c), nn.Conv2d(c, c, 3, padding=1), group_norm(c), nn.Conv2d(c, c, 3, padding=1)

    def forward(self, x):
        return x + self.conv2(functional.silu(self.norm2(self.conv1(functional.silu(self.norm1(x))))))


class Layer(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.to_qkv, self.to_out, self.proj_in, self.proj_out = nn.Linear(d, 3 * d), nn.Linear(d, d), nn.Linear(d, 4 * d), nn.Linear(4 * d, d)

    def attend(self, x):
        n, l, d = x.shape
        q, k, v = (t.reshape(n, l, HEADS, d // HEADS).transpose(1, 2) for t in self.to_qkv(x).split(d, -1))
        weights = functional.softmax(q @ k.transpose(-1, -2) / math.sqrt(d // HEADS), -1)
        return self.to_out((weights @ v).transpose(1, 2).reshape(n, l, d))

    def forward(self, x):
        x = x + self.attend(self.norm1(x))
        return x + self.proj_out(functional.gelu(self.proj_in(self.norm2(x))))


class PictureEncoder(nn.Module):
    def __init__(self, c):
        super().__init__()
        widths = [c["channels"], c["base_width"], 2 * c["base_width"], c["features"]]
        self.convolutions = nn.ModuleList(nn.Conv2d(a, b, 3, stride=2, padding=1) for a, b in zip(widths, widths[1:]))
        self.blocks = nn.ModuleList(Block(b) for b in widths[1:])
        self.layers = nn.ModuleList(Layer(c["features"]) for _ in range(c["depth"]))
        self.norm = nn.LayerNorm(c["features"])
        self.position_embedding = nn.Parameter(torch.zeros(c["size"][0] // 8 * (c["size"][1] // 8), c["features"]))

    def forward(self, x):
        for convolution, block in zip(self.convolutions, self.blocks):
            x = block(convolution(x))
        x = x.flatten(2).transpose(1, 2) + self.position_embedding
        for layer in self.layers:
            x = layer(x)
        return self.norm(x).mean(1)


class TextEncoder(nn.Module):
    def __init__(self, c):
        super().__init__()
        d = c["features"]
        self.token_embedding, self.position_embedding = nn.Embedding(c["vocabulary"], d), nn.Embedding(c["text_length"], d)
        self.layers, self.norm = nn.ModuleList(Layer(d) for _ in range(c["text_depth"])), nn.LayerNorm(d)

    def forward(self, ids):
        x = self.token_embedding(ids) + self.position_embedding.weight
        for layer in self.layers:
            x = layer(x)
        return self.norm(x)


class Pair(nn.Module):
    def __init__(self, c):
        super().__init__()
        d = c["features"]
        self.picture_encoder, self.text_encoder = PictureEncoder(c), TextEncoder(c)
        self.picture_projection, self.text_projection = nn.Linear(d, d, bias=False), nn.Linear(d, d, bias=False)
        self.logit_scale = nn.Parameter(torch.tensor(0.0))

    def forward(self, x, ids):
        pictures = functional.normalize(self.picture_projection(self.picture_encoder(x)), dim=-1)
        texts = functional.normalize(self.text_projection(self.text_encoder(ids).mean(1)), dim=-1)
        return pictures, texts


def loss_of(pictures, texts, log_scale):
    logits = torch.exp(log_scale) * pictures @ texts.T
    own = torch.arange(len(logits))
    return (-logits.log_softmax(1)[own, own].mean() - logits.log_softmax(0)[own, own].mean()) / 2


def wave(count, step, phase=0.0):
    return torch.sin(torch.arange(count, dtype=torch.float64) * step + phase)


def fill(net):
    for k, (name, p) in enumerate(sorted(net.named_parameters())):
        if p.dim() == 0:
            p.data = torch.tensor(1.25, dtype=torch.float64)
            continue
        a, b = (1, 0.2) if p.dim() == 1 and name.endswith("weight") else (0, 0.1) if p.dim() == 1 else (0, math.sqrt(2 / p[0].numel()))
        p.data = (a + b * wave(p.numel(), 12.9898, 78.233 * k)).view(p.shape).float().double()


def golden(case):
    net = Pair(case).double()
    fill(net)
    n, (h, w) = case["pairs"], case["size"]
    x = wave(n * case["channels"] * h * w, 0.37).view(n, case["channels"], h, w).float().double()
    ids = (7 * torch.arange(n)[:, None] + 3 * torch.arange(case["text_length"])) % case["vocabulary"]
    pictures, texts = net(x, ids)
    loss = loss_of(pictures, texts, net.logit_scale)
    loss.backward()
    numbers = lambda t: [round(v, 9) for v in t.detach().flatten().tolist()]
    gradients = {name: [round(float(p.grad.norm()), 9), round(float((p.grad.flatten() * wave(p.numel(), 0.23)).sum()), 9)] for name, p in sorted(net.named_parameters())}
    return dict(case) | {"picture_directions": numbers(pictures), "text_directions": numbers(texts), "loss": round(float(loss), 9), "gradients": gradients}


if __name__ == "__main__":
    assert torch.__version__.startswith("1.13")
    path = pathlib.Path(__file__).with_name("contrastive.json")
    path.write_text(json.dumps({name: golden(case) for name, case in CASES.items()}, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size)
