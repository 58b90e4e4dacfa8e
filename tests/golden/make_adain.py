#!/usr/bin/python3
"""Writes adain.json: what PyTorch says of AdaIN's published networks with weights by formula.

The networks as naoto0804/pytorch-AdaIN lays them out (nn.Sequential of borders, convolutions, rectifiers, poolings and doublings), built here from its
description; AdaIN as in function.py of that repository (variance over n-1 pixels, epsilon 1e-5). Weights by the formula of formula_weights.hpp over the sorted
names of each network. Made with Debian 12's python3-torch 1.13.0; run with /usr/bin/python3.
"""
import json
import math
import pathlib

import torch
from torch import nn


def mirrored(i, o):
    return [nn.ReflectionPad2d(1), nn.Conv2d(i, o, 3), nn.ReLU()]


def pool():
    return [nn.MaxPool2d(2, 2, 0, ceil_mode=True)]


def double():
    return [nn.Upsample(scale_factor=2, mode="nearest")]


encoder = nn.Sequential(nn.Conv2d(3, 3, 1), *mirrored(3, 64), *mirrored(64, 64), *pool(), *mirrored(64, 128), *mirrored(128, 128), *pool(), *mirrored(128, 256),
                        *mirrored(256, 256), *mirrored(256, 256), *mirrored(256, 256), *pool(), *mirrored(256, 512))
decoder = nn.Sequential(*mirrored(512, 256), *double(), *mirrored(256, 256), *mirrored(256, 256), *mirrored(256, 256), *mirrored(256, 128), *double(),
                        *mirrored(128, 128), *mirrored(128, 64), *double(), *mirrored(64, 64), *mirrored(64, 3)[:2])


def fill(network):
    for k, (name, place) in enumerate(sorted(network.named_parameters())):
        b = 0.1 if place.dim() == 1 else math.sqrt(2 / place.shape[1])
        place.data = (b * torch.sin(torch.arange(place.numel(), dtype=torch.float64) * 12.9898 + 78.233 * k)).view(place.shape).float()
    return network.double().eval()


def picture(height, width, phase):
    c, y, x = torch.meshgrid(torch.arange(3.0), torch.arange(float(height)), torch.arange(float(width)), indexing="ij")
    return ((1 + torch.sin(0.37 * x + 0.11 * y * (c + 1) + c + phase) * torch.cos(0.23 * y - 0.05 * x)) / 2)[None].double()


def moments(t):
    return t.mean((2, 3), keepdim=True), (t.flatten(2).var(2).view(t.shape[0], -1, 1, 1) + 1e-5).sqrt()


def brief(t):
    flat = t.flatten()
    return {"shape": list(t.shape), "norm": flat.norm().item(), "values": flat[:: max(1, flat.numel() // 40)].tolist()}


with torch.no_grad():
    fill(encoder), fill(decoder)
    content, style = encoder(picture(32, 40, 0)), encoder(picture(48, 32, 2))
    (cm, cd), (sm, sd) = moments(content), moments(style)
    t = (content - cm) / cd * sd + sm
    scale = content.abs().max().item()
    painted = decoder(torch.sin(0.01 * torch.arange(512 * 4 * 5, dtype=torch.float64)).view(1, 512, 4, 5))  # AdaIN's own, divided by small deviations, would measure rounding
golden = {"content": brief(content / scale), "scale": scale, "normed": brief(t / scale), "painted": brief(painted / painted.abs().max()),
          "peak": painted.abs().max().item()}
(pathlib.Path(__file__).parent / "adain.json").write_text(json.dumps(golden) + "\n")
print(scale, golden["peak"])
