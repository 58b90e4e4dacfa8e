#!/usr/bin/env python3
"""Writes stylegan.json and data/stylegan.pkl: what NVIDIA's StyleGAN2-ADA says about small networks of each architecture, its regularisers and
its augmentation. The official code is not part of this repository:

    git clone https://github.com/NVlabs/stylegan2-ada-pytorch && git -C stylegan2-ada-pytorch checkout d72cc7d041b42ec8e806021a205ed9349f87c6a4
    STYLEGAN2_ADA=stylegan2-ada-pytorch python3 tests/golden/make_stylegan.py

Made with that commit's reference path (no CUDA) under torch 2.15.0, numpy, scipy.

Weights come from a formula, so that no file is needed: tensor number p in the order of sorted names (filters left out) is
centre + scale (2 frac(43758.5453 sin(12.9898 k + 78.233 p)) - 1) in element k; see `fill`. Inputs likewise with p of 100 and more.
data/stylegan.pkl is a network pickle as the official training writes it, but for the source text in it, which is replaced by a line that
must never be run.
"""
import json
import math
import os
import pathlib
import pickle
import sys

import numpy as np
import torch

sys.path.insert(0, os.environ["STYLEGAN2_ADA"])
import dnnlib  # noqa: E402
from training.augment import AugmentPipe  # noqa: E402
from training import networks  # noqa: E402

HERE = pathlib.Path(__file__).parent


def wave(shape, p, centre=0.0, scale=1.0):
    k = torch.arange(math.prod(shape), dtype=torch.float64)
    hashed = 43758.5453 * torch.sin(12.9898 * k + 78.233 * p)
    return (centre + scale * (2 * (hashed - hashed.floor()) - 1)).reshape(shape).float()


def state_of(module):
    return {name: value for name, value in sorted(module.state_dict().items()) if not name.endswith("resample_filter")}


def fill(module):
    for p, (name, value) in enumerate(state_of(module).items()):
        slow = 100.0 if "mapping.fc" in name else 1.0
        centre, scale = 0.0, math.sqrt(3.0) * slow
        if name.endswith("bias"):
            centre, scale = (1.0 if "affine" in name else 0.0), 0.3 * slow
        if name.endswith("noise_strength"):
            centre, scale = 0.3, 0.2
        value.copy_(wave(list(value.shape), p, centre, scale))


def summary(t):
    t = t.detach().double().flatten()
    step = max(1, t.numel() // 8)
    return {"norm": t.norm().item(), "some": [t[k].item() for k in range(0, t.numel(), step)][:9]}


def gradients(module):
    return {name: summary(p.grad if p.grad is not None else torch.zeros_like(p)) for name, p in module.named_parameters()}


def clear(*modules):
    for module in modules:
        for p in module.parameters():
            p.grad = None


def case(resolution, channels, classes, generator, discriminator, clamp, base, group_features):
    common = dict(c_dim=classes, img_resolution=resolution, img_channels=channels)
    shared = dict(channel_base=base, channel_max=16, conv_clamp=clamp)
    G = networks.Generator(z_dim=8, w_dim=12, mapping_kwargs=dict(num_layers=3),
                           synthesis_kwargs=dict(architecture=generator, **shared), **common)
    D = networks.Discriminator(architecture=discriminator, mapping_kwargs=dict(num_layers=2),
                               epilogue_kwargs=dict(mbstd_group_size=2, mbstd_num_channels=group_features), **shared, **common)
    with torch.no_grad():
        fill(G), fill(D)
    result = dict(generator=generator, discriminator=discriminator, resolution=resolution, channels=channels, classes=classes, clamp=clamp or 0,
                  base=base, group_features=group_features,
                  shapes={"G": {n: list(v.shape) for n, v in state_of(G).items()}, "D": {n: list(v.shape) for n, v in state_of(D).items()}})
    z, real = wave([4, 8], 100, scale=1.7), wave([4, channels, resolution, resolution], 101)
    labels = torch.tensor([0, 2, 1, 2])
    c = torch.nn.functional.one_hot(labels, max(classes, 3)).float()[:, :classes]
    G.eval(), D.eval()
    with torch.no_grad():
        result["picture"] = summary(G(z, c, noise_mode="const"))
        result["truncated"] = summary(G(z, c, truncation_psi=0.6, truncation_cutoff=3, noise_mode="const"))
        result["without grain"] = summary(G(z, c, noise_mode="none"))
        result["logits"] = D(real, c).flatten().tolist()
    G.train(), D.train()

    ws = G.mapping(z, c, skip_w_avg_update=True)
    torch.nn.functional.softplus(-D(G.synthesis(ws, noise_mode="const"), c)).mean().backward()
    result["game"] = {"G": gradients(G), "D": gradients(D)}
    clear(G, D)

    x = real.clone().requires_grad_(True)
    gradient, = torch.autograd.grad(D(x, c).sum(), x, create_graph=True)
    r1 = gradient.square().sum([1, 2, 3])
    (r1 * 5).mean().backward()
    result["r1"] = {"values": r1.tolist(), "gradients": gradients(D)}
    clear(G, D)

    ws = G.mapping(z[:2], c[:2], skip_w_avg_update=True)
    img = G.synthesis(ws, noise_mode="const")
    noise = wave(list(img.shape), 102, scale=1.7) / math.sqrt(img.shape[2] * img.shape[3])
    gradient, = torch.autograd.grad((img * noise).sum(), ws, create_graph=True)
    lengths = gradient.square().sum(2).mean(1).sqrt()
    (lengths - 0.3).square().mean().backward()
    result["path"] = {"values": lengths.tolist(), "gradients": gradients(G)}
    return result


def augmented(q, **kinds):
    pipe = AugmentPipe(**kinds)
    return dict(percentile=q, kinds=list(kinds), picture=summary(pipe(wave([2, 3, 24, 32], 103), debug_percentile=torch.tensor(q))))


def network_pickle():
    torch.manual_seed(5)
    common = dict(c_dim=3, img_resolution=16, img_channels=3)
    G = networks.Generator(z_dim=6, w_dim=8, mapping_kwargs=dnnlib.EasyDict(num_layers=2),
                           synthesis_kwargs=dnnlib.EasyDict(channel_base=64, channel_max=8, num_fp16_res=4, conv_clamp=256), **common)
    D = networks.Discriminator(channel_base=64, channel_max=8, num_fp16_res=4, conv_clamp=256, epilogue_kwargs=dnnlib.EasyDict(mbstd_group_size=2), **common)
    for module in (G, D):
        for name, p in module.named_parameters():
            if name.endswith(("bias", "noise_strength")):
                p.data += 0.1 * torch.randn_like(p)
    G.mapping.w_avg.copy_(0.2 * torch.randn(8))
    z, labels = wave([2, 6], 100, scale=1.7), torch.tensor([2, 0])
    G.eval(), D.eval()
    c = torch.nn.functional.one_hot(labels, 3).float()
    with torch.no_grad():
        picture = G(z, c, truncation_psi=0.7, noise_mode="const", force_fp32=True)
        logits = D(picture, c, force_fp32=True)
    for module in list(G.modules()) + list(D.modules()):
        type(module)._orig_module_src = "raise SystemExit('code in a model file was run')"
    pipe = AugmentPipe(xflip=1)
    type(pipe)._orig_module_src = "raise SystemExit('code in a model file was run')"
    data = dict(training_set_kwargs=dict(class_name="training.dataset.ImageFolderDataset", max_size=np.int64(7)), G=G, D=D, G_ema=G, augment_pipe=pipe)
    with open(HERE / "data" / "stylegan.pkl", "wb") as file:
        pickle.dump(data, file, protocol=4)
    return dict(picture=summary(picture), logits=logits.flatten().tolist())


GEOMETRY = dict(scale=1, aniso=1, xfrac=1)  # the official code turns but once where a percentile is given, so turning is held to it alone
COLOUR = dict(brightness=1, contrast=1, lumaflip=1, hue=1, saturation=1)
result = dict(
    cases={
        "skip and resnet": case(16, 3, 0, "skip", "resnet", None, 128, 1),
        "resnet and skip of classes, clamped": case(16, 3, 3, "resnet", "skip", 3.0, 128, 2),
        "orig in grey": case(32, 1, 0, "orig", "orig", None, 256, 0),
    },
    augmentation=[
        augmented(0.8, xflip=1), augmented(0.6, rotate90=1), augmented(0.85, xint=1), augmented(0.7, **GEOMETRY), augmented(0.7, rotate=1), augmented(0.7, **COLOUR),
        augmented(0.7, imgfilter=1), augmented(0.6, cutout=1), augmented(0.35, xflip=1, rotate90=1, xint=1, **GEOMETRY, **COLOUR),
    ],
    pickle=network_pickle())
(HERE / "stylegan.json").write_text(json.dumps(result, indent=None, separators=(",", ":")))
