#!/usr/bin/python3
"""Writes families.json: what PyTorch says about the classic generative networks: names and shapes of their parameters, outputs, gradients.

Independent of the C++: plain torch.nn modules as PyTorch users write them (the DCGAN of PyTorch's examples, the multilayer
perceptrons of GAN tutorials). Made with Debian 12's python3-torch 1.13.0 in float64; run with /usr/bin/python3.

Numbers come from a formula, so that both sides have the same without a file of weights: tensor number p in the order of sorted names is
centre + scale (2 frac(43758.5453 sin(12.9898 k + 78.233 p)) - 1) in element k; see `fill`. Inputs likewise with p = 100.
"""
import json
import math
import pathlib

import torch
from torch import nn

LEAKY = 0.2


class GanGenerator(nn.Module):
    def __init__(self, latent, pixels, classes):
        super().__init__()
        if classes:
            self.label_emb = nn.Embedding(classes, classes)
        self.model = nn.Sequential(
            nn.Linear(latent + classes, 128), nn.LeakyReLU(LEAKY),
            nn.Linear(128, 256), nn.BatchNorm1d(256), nn.LeakyReLU(LEAKY),
            nn.Linear(256, 512), nn.BatchNorm1d(512), nn.LeakyReLU(LEAKY),
            nn.Linear(512, pixels), nn.Tanh())

    def forward(self, z, labels):
        return self.model(torch.cat([z, self.label_emb(labels)], 1) if hasattr(self, "label_emb") else z)


class GanDiscriminator(nn.Module):
    def __init__(self, pixels, classes):
        super().__init__()
        if classes:
            self.label_emb = nn.Embedding(classes, classes)
        self.model = nn.Sequential(
            nn.Linear(pixels + classes, 512), nn.LeakyReLU(LEAKY), nn.Linear(512, 256), nn.LeakyReLU(LEAKY), nn.Linear(256, 1))

    def forward(self, x, labels):
        x = x.flatten(1)
        return self.model(torch.cat([x, self.label_emb(labels)], 1) if hasattr(self, "label_emb") else x).flatten()


def plan(height, width):
    doublings = 0
    while height % 2 == 0 and width % 2 == 0 and min(height, width) // 2 >= 4:
        height, width, doublings = height // 2, width // 2, doublings + 1
    return doublings, height, width


class DcganGenerator(nn.Module):
    def __init__(self, channels, height, width, latent, ngf, classes):
        super().__init__()
        n, h, w = plan(height, width)
        widths = [ngf * min(2 ** (n - 1 - level), 8) for level in range(n)]
        if classes:
            self.label_emb = nn.Embedding(classes, latent)
        layers = [nn.ConvTranspose2d(latent * (2 if classes else 1), widths[0], (h, w), 1, 0, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU(True)]
        for i, o in zip(widths, widths[1:]):
            layers += [nn.ConvTranspose2d(i, o, 4, 2, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU(True)]
        layers += [nn.ConvTranspose2d(widths[-1], channels, 4, 2, 1, bias=False), nn.Tanh()]
        self.main = nn.Sequential(*layers)

    def forward(self, z, labels):
        if hasattr(self, "label_emb"):
            z = torch.cat([z, self.label_emb(labels)], 1)
        return self.main(z[:, :, None, None])


class DcganDiscriminator(nn.Module):
    def __init__(self, channels, height, width, ndf, classes, norm="batch", spectral=False):
        super().__init__()
        n, h, w = plan(height, width)
        widths = [ndf * min(2 ** (n - 1 - level), 8) for level in reversed(range(n))]
        wrap = nn.utils.spectral_norm if spectral else (lambda layer: layer)
        layers = [wrap(nn.Conv2d(channels, widths[0], 4, 2, 1, bias=False)), nn.LeakyReLU(LEAKY)]
        for i, o in zip(widths, widths[1:]):
            layers += [wrap(nn.Conv2d(i, o, 4, 2, 1, bias=False))]
            layers += {"batch": [nn.BatchNorm2d(o)], "layer": [nn.GroupNorm(1, o)], "none": []}[norm] + [nn.LeakyReLU(LEAKY)]
        layers += [wrap(nn.Conv2d(widths[-1], 1, (h, w), 1, 0, bias=False))]
        self.main = nn.Sequential(*layers)
        if classes:
            self.label_emb = nn.Embedding(classes, widths[-1])

    def forward(self, x, labels):
        features = self.main[:-1](x)
        logits = self.main[-1](features).flatten()
        if hasattr(self, "label_emb"):
            logits = logits + (self.label_emb(labels) * features.sum((2, 3)) / (features.shape[2] * features.shape[3]) ** 0.5).sum(1)
        return logits


class Autoencoder(nn.Module):
    def __init__(self, channels, height, width, latent, features, classes, variational):
        super().__init__()
        n, self.h, self.w = plan(height, width)
        widths = [features * min(2 ** (n - 1 - level), 8) for level in range(n)]
        layers, i = [], channels
        for o in reversed(widths):
            layers += [nn.Conv2d(i, o, 4, 2, 1, bias=False), nn.BatchNorm2d(o), nn.LeakyReLU(LEAKY)]
            i = o
        self.encoder = nn.Sequential(*layers)
        embedded = latent if classes else 0
        self.fc_mu = nn.Linear(widths[0] * self.h * self.w + embedded, latent)
        if variational:
            self.fc_var = nn.Linear(widths[0] * self.h * self.w + embedded, latent)
        self.decoder_input = nn.Linear(latent + embedded, widths[0] * self.h * self.w)
        layers = []
        for i, o in zip(widths, widths[1:]):
            layers += [nn.ConvTranspose2d(i, o, 4, 2, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU()]
        layers += [nn.ConvTranspose2d(widths[-1], channels, 4, 2, 1), nn.Tanh()]
        self.decoder = nn.Sequential(*layers)
        if classes:
            self.label_emb = nn.Embedding(classes, embedded)

    def beside(self, rows, labels):
        return torch.cat([rows, self.label_emb(labels)], 1) if hasattr(self, "label_emb") else rows

    def forward(self, x, labels):
        rows = self.beside(self.encoder(x).flatten(1), labels)
        z = self.fc_mu(rows)
        if hasattr(self, "fc_var"):
            z = z + 0.1 * self.fc_var(rows)
        start = torch.relu(self.decoder_input(self.beside(z, labels)))
        return self.decoder(start.view(len(x), -1, self.h, self.w))


def wave(shape, p, centre, scale):
    k = torch.arange(math.prod(shape), dtype=torch.float64)
    hashed = 43758.5453 * torch.sin(12.9898 * k + 78.233 * p)
    return (centre + scale * (2 * (hashed - hashed.floor()) - 1)).view(shape)


def fill(module):
    state = dict(module.named_parameters()) | dict(module.named_buffers())
    for p, name in enumerate(sorted(name for name in state if "num_batches" not in name)):
        t = state[name]
        if name.endswith("running_var") or (name.endswith("weight") and t.dim() == 1):
            centre, scale = 1.0, 0.3
        elif name.endswith(("weight_u", "weight_v")):
            centre, scale = 1.0, 0.3
        else:
            centre, scale = 0.0, 0.1 if t.dim() == 1 else math.sqrt(2 / (t.numel() / t.shape[0]))
        t.data.copy_(wave(t.shape, p, centre, scale))
        if name.endswith(("weight_u", "weight_v")):
            t.data.div_(t.data.norm())


def summary(t):
    t = t.detach().flatten()
    step = max(1, len(t) // 8)
    return {"norm": t.norm().item(), "sum": t.sum().item(), "some": t[::step][:8].tolist()}


def describe(module, x, labels):
    module = module.double()
    fill(module)
    module.eval()
    with torch.no_grad():
        evaluated = summary(module(x, labels))
    module.train()
    y = module(x, labels)
    (y * y).mean().backward()
    return {
        "shapes": {name: list(t.shape) for name, t in module.state_dict().items()},
        "input": list(x.shape),
        "labels": labels.tolist(),
        "evaluated": evaluated,
        "trained": summary(y),
        "gradients": {name: p.grad.norm().item() for name, p in module.named_parameters()},
        "means": {name: b.norm().item() for name, b in module.named_buffers() if name.endswith(("running_mean", "running_var", "weight_u"))},
    }


def latent(n, size):
    return wave((n, size), 100, 0.0, 1.0)


def picture(*shape):
    return wave(shape, 100, 0.0, 0.9)


LABELS = torch.tensor([2, 0, 1, 1, 0, 2])
CASES = {
    "gan generator": (GanGenerator(100, 784, 0), latent(6, 100)),
    "gan discriminator": (GanDiscriminator(784, 0), picture(6, 1, 28, 28)),
    "gan generator of classes": (GanGenerator(10, 60, 3), latent(6, 10)),
    "gan discriminator of classes": (GanDiscriminator(60, 3), picture(6, 3, 4, 5)),
    "dcgan generator 64x64": (DcganGenerator(3, 64, 64, 20, 8, 0), latent(6, 20)),
    "dcgan discriminator 64x64": (DcganDiscriminator(3, 64, 64, 8, 0), picture(6, 3, 64, 64)),
    "dcgan generator 28x28 of classes": (DcganGenerator(1, 28, 28, 6, 4, 3), latent(6, 6)),
    "dcgan discriminator 28x28 of classes": (DcganDiscriminator(1, 28, 28, 4, 3), picture(6, 1, 28, 28)),
    "dcgan generator 32x48": (DcganGenerator(3, 32, 48, 6, 4, 0), latent(6, 6)),
    "dcgan critic 32x48 layer": (DcganDiscriminator(3, 32, 48, 4, 0, "layer"), picture(6, 3, 32, 48)),
    "dcgan discriminator 32x32 spectral": (DcganDiscriminator(3, 32, 32, 4, 0, "none", True), picture(6, 3, 32, 32)),
    "autoencoder 28x28": (Autoencoder(1, 28, 28, 5, 4, 0, False), picture(6, 1, 28, 28)),
    "vae 32x48 of classes": (Autoencoder(3, 32, 48, 5, 4, 3, True), picture(6, 3, 32, 48)),
}

if __name__ == "__main__":
    torch.manual_seed(0)
    found = {name: describe(module, x, LABELS) for name, (module, x) in CASES.items()}
    text = json.dumps(found, indent=1)
    pathlib.Path(__file__).with_name("families.json").write_text(text + "\n")
