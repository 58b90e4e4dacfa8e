#!/usr/bin/python3
"""Writes captioner.json: logits and gradients of the network that says what a picture shows, in plain PyTorch, float64.

Independent of the C++: written from Xu et al. 2015 (features of places), He et al. 2016 (residual blocks) and Vaswani et al. 2017 (decoder), with the parameter
names of src/models/captioner. Made with Debian 12's python3-torch 1.13.0; run with /usr/bin/python3.

In evaluation mode, batch normalisation by mean 0 and variance 1. Weights and pictures by the formulas of make_words.py, but matrices at half their size, so that float32 is held to 1e-4; token ids (7 n + 3 l) mod (vocabulary + 2), the last two being those that start a caption. The scalar that is
differentiated is sum(logits cos(0.11 i)).
"""
import json
import math
import pathlib

import torch
from make_words import attention, wave
from torch import nn
from torch.nn import functional

CASES = {
    "square": dict(channels=3, size=[16, 16], strokes=8, features=16, depth=2, heads=2, length=6, vocabulary=11),
    "odd": dict(channels=1, size=[11, 26], strokes=4, features=12, depth=1, heads=3, length=5, vocabulary=7),
}
LANGUAGES = 2


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(c, c, 3, padding=1, bias=False), nn.Conv2d(c, c, 3, padding=1, bias=False)
        self.norm1, self.norm2 = nn.BatchNorm2d(c), nn.BatchNorm2d(c)

    def forward(self, x):
        x = x + functional.relu(self.norm1(self.conv1(x)))
        return x + functional.relu(self.norm2(self.conv2(x)))


class Encoder(nn.Module):
    def __init__(self, c):
        super().__init__()
        s, d = c["strokes"], c["features"]
        places = math.prod(-(-side // 8) for side in c["size"])
        halving = lambda i, o, k: nn.Conv2d(i, o, k, stride=2, padding=k // 2, bias=False)
        self.conv_in, self.norm1 = halving(c["channels"], s, 5), nn.BatchNorm2d(s)
        self.down1, self.norm2, self.block1 = halving(s, 2 * s, 3), nn.BatchNorm2d(2 * s), Block(2 * s)
        self.down2, self.norm3, self.block2 = halving(2 * s, 4 * s, 3), nn.BatchNorm2d(4 * s), Block(4 * s)
        self.to_places = nn.Linear(4 * s, d)
        self.positions, self.norm_out = nn.Parameter(torch.zeros(1, places, d)), nn.LayerNorm(d)

    def forward(self, x):
        x = functional.relu(self.norm1(self.conv_in(x)))
        x = self.block1(functional.relu(self.norm2(self.down1(x))))
        x = self.block2(functional.relu(self.norm3(self.down2(x))))
        return self.norm_out(self.to_places(x.flatten(2).transpose(1, 2)) + self.positions)


def causal(q, k, v, heads):
    split = lambda t: t.reshape(t.shape[0], t.shape[1], heads, -1)
    scores = torch.einsum("nihd,njhd->nhij", split(q), split(k)) / math.sqrt(q.shape[-1] // heads)
    ahead = torch.arange(q.shape[1])[None, :] > torch.arange(q.shape[1])[:, None]
    return torch.einsum("nhij,njhd->nihd", torch.softmax(scores.masked_fill(ahead, -math.inf), -1), split(v)).flatten(2)


class Layer(nn.Module):
    def __init__(self, c):
        super().__init__()
        d, self.heads = c["features"], c["heads"]
        self.norm1, self.norm2, self.norm3 = nn.LayerNorm(d), nn.LayerNorm(d), nn.LayerNorm(d)
        self.to_qkv, self.to_out = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.to_q, self.to_kv, self.to_out_places = nn.Linear(d, d), nn.Linear(d, 2 * d), nn.Linear(d, d)
        self.proj_in, self.proj_out = nn.Linear(d, 2 * d), nn.Linear(2 * d, d)

    def forward(self, x, places):
        x = x + self.to_out(causal(*self.to_qkv(self.norm1(x)).chunk(3, -1), self.heads))
        x = x + self.to_out_places(attention(self.to_q(self.norm2(x)), *self.to_kv(places).chunk(2, -1), self.heads))
        return x + self.proj_out(functional.gelu(self.proj_in(self.norm3(x))))


class Decoder(nn.Module):
    def __init__(self, c):
        super().__init__()
        d, self.vocabulary = c["features"], c["vocabulary"]
        self.token_embedding, self.position_embedding = nn.Embedding(c["vocabulary"] + LANGUAGES, d), nn.Embedding(c["length"], d)
        self.layers, self.norm = nn.ModuleList(Layer(c) for _ in range(c["depth"])), nn.LayerNorm(d)

    def forward(self, places, ids):
        x = self.token_embedding(ids) * math.sqrt(places.shape[-1]) + self.position_embedding(torch.arange(ids.shape[1]))
        for layer in self.layers:
            x = layer(x, places)
        return self.norm(x) @ self.token_embedding.weight[: self.vocabulary].T


class Network(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.encoder, self.decoder = Encoder(c), Decoder(c)

    def forward(self, x, ids):
        return self.decoder(self.encoder(x), ids)


def fill(net):
    for k, (name, p) in enumerate(sorted(net.named_parameters())):
        a, b = (1, 0.2) if p.dim() == 1 and name.endswith("weight") else (0, 0.1) if p.dim() == 1 else (0, math.sqrt(0.5 / p[0].numel()))
        p.data = (a + b * wave(p.numel(), 12.9898, 78.233 * k)).view(p.shape).float().double()


def golden(case):
    net = Network(case).double().eval()
    fill(net)
    n, (h, w) = 3, case["size"]
    x = wave(n * case["channels"] * h * w, 0.37).view(n, case["channels"], h, w).float().double().requires_grad_()
    ids = (7 * torch.arange(n)[:, None] + 3 * torch.arange(case["length"])) % (case["vocabulary"] + LANGUAGES)
    y = net(x, ids)
    (y * wave(y.numel(), 0.11, math.pi / 2).view(y.shape)).sum().backward()
    gradients = {name: [round(float(p.grad.norm()), 9), round(float((p.grad.flatten() * wave(p.numel(), 0.23)).sum()), 9)] for name, p in sorted(net.named_parameters())}
    strided = lambda t: [round(v, 9) for v in t.detach().flatten()[:: max(1, t.numel() // 48)].tolist()]
    return dict(case) | {"shape": list(y.shape), "output": strided(y), "input_gradient": strided(x.grad), "gradients": gradients}


if __name__ == "__main__":
    assert torch.__version__.startswith("1.13")
    path = pathlib.Path(__file__).with_name("captioner.json")
    path.write_text(json.dumps({name: golden(case) for name, case in CASES.items()}, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size)
