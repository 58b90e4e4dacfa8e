#!/usr/bin/env python3
"""Goldens of the networks that upscale and restore: what PyTorch (an implementation of our own here, after the papers and the official
parameter names) makes of one small picture with weights by formula. RRDBNet in its three layouts, small and at the sizes of the published
networks, SRVGGNetCompact, DnCNN; and with their real weights, in the folder of models given, the networks of upscaler.js and DnCNN.

    python tests/golden/make_upscalers.py [MODELS]   # torch; writes tests/golden/upscalers.json and data/upscalers.safetensors

Weights are w[i] = amount sin(0.37 i^2 + phase(name)), so that neither side stores them (without the square matrices would have rank two);
amount is 1.5 / sqrt(fan in) for kernels, 0.05 for biases and slopes (slopes + 0.2); phase is the sum of the name's bytes modulo 97.
"""
import json, math, pathlib, sys
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
torch.set_num_threads(1)
torch.manual_seed(0)


def by_formula(name, shape):
    count = math.prod(shape)
    phase = sum(name.encode()) % 97
    wave = torch.sin(0.37 * torch.arange(count, dtype=torch.float64) ** 2 + phase)
    if len(shape) == 4:
        amount, shift = 1.5 / math.sqrt(shape[1] * shape[2] * shape[3]), 0.0
    else:
        amount, shift = 0.05, 0.2 if len(shape) == 1 and name in SLOPES else 0.0
    return (amount * wave + shift).float().reshape(shape)


SLOPES = set()


def picture(height, width):
    y, x = torch.meshgrid(torch.arange(height, dtype=torch.float64), torch.arange(width, dtype=torch.float64), indexing="ij")
    channels = [0.5 + 0.5 * torch.sin((0.3 + 0.1 * c) * x + 0.21 * y * (c + 1)) for c in range(3)]
    return torch.stack(channels).float()[None]


def conv(w, name, x):
    return F.conv2d(x, w[name + ".weight"], w[name + ".bias"], padding=int(w[name + ".weight"].shape[-1]) // 2)


def lrelu(x):
    return F.leaky_relu(x, 0.2)


def rrdb_shapes(features, growth, blocks, unshuffle, ups):
    shapes = {}
    def add(name, out, into):
        shapes[name + ".weight"], shapes[name + ".bias"] = (out, into, 3, 3), (out,)
    add("conv_first", features, 3 * unshuffle ** 2)
    for b in range(blocks):
        for r in (1, 2, 3):
            for k in range(1, 6):
                add(f"body.{b}.rdb{r}.conv{k}", growth if k < 5 else features, features + (k - 1) * growth)
    add("conv_body", features, features)
    for k in range(1, ups + 1):
        add(f"conv_up{k}", features, features)
    add("conv_hr", features, features)
    add("conv_last", 3, features)
    return shapes


def rrdb(w, x, blocks, unshuffle, ups):
    if unshuffle > 1:
        x = F.pixel_unshuffle(x, unshuffle)
    shallow = conv(w, "conv_first", x)
    y = shallow
    for b in range(blocks):
        block = y
        for r in (1, 2, 3):
            seen = [y]
            for k in range(1, 6):
                z = conv(w, f"body.{b}.rdb{r}.conv{k}", torch.cat(seen, 1))
                seen.append(lrelu(z) if k < 5 else z)
            y = y + 0.2 * seen[-1]
        y = block + 0.2 * y
    y = shallow + conv(w, "conv_body", y)
    for k in range(1, ups + 1):
        y = lrelu(conv(w, f"conv_up{k}", F.interpolate(y, scale_factor=2, mode="nearest")))
    return conv(w, "conv_last", lrelu(conv(w, "conv_hr", y)))


def srvgg_shapes(features, convs, scale):
    shapes = {"body.0.weight": (features, 3, 3, 3), "body.0.bias": (features,), "body.1.weight": (features,)}
    for k in range(convs):
        place = 2 + 2 * k
        shapes[f"body.{place}.weight"], shapes[f"body.{place}.bias"] = (features, features, 3, 3), (features,)
        shapes[f"body.{place + 1}.weight"] = (features,)
    place = 2 + 2 * convs
    shapes[f"body.{place}.weight"], shapes[f"body.{place}.bias"] = (3 * scale ** 2, features, 3, 3), (3 * scale ** 2,)
    return shapes


def srvgg(w, x, convs, scale):
    y = x
    for k in range(convs + 1):
        y = F.prelu(conv(w, f"body.{2 * k}", y), w[f"body.{2 * k + 1}.weight"])
    y = F.pixel_shuffle(conv(w, f"body.{2 * convs + 2}", y), scale)
    return y + F.interpolate(x, scale_factor=scale, mode="nearest")


def dncnn_shapes(features, convs):
    shapes = {}
    for k in range(convs):
        out, into = (1 if k + 1 == convs else features), (1 if k == 0 else features)
        shapes[f"model.{2 * k}.weight"], shapes[f"model.{2 * k}.bias"] = (out, into, 3, 3), (out,)
    return shapes


def dncnn(w, x, convs):
    clean = []
    for c in range(3):
        y = x[:, c:c + 1]
        for k in range(convs):
            y = conv(w, f"model.{2 * k}", y)
            y = F.relu(y) if k + 1 < convs else y
        clean.append(x[:, c:c + 1] - y)
    return torch.cat(clean, 1)


def filled(shapes):
    SLOPES.clear()
    SLOPES.update(name for name in shapes if name.startswith("body.") and len(shapes[name]) == 1 and name.endswith(".weight"))
    return {name: by_formula(name, shape) for name, shape in shapes.items()}


def tfjs(folder):
    """Tensors of a TensorFlow.js layers model, kernels as torch has them."""
    import numpy
    manifest = json.loads((folder / "model.json").read_text())["weightsManifest"]
    tensors = {}
    for group in manifest:
        data = b"".join((folder / path).read_bytes() for path in group["paths"])
        at = 0
        for entry in group["weights"]:
            assert entry["dtype"] == "float32" and "quantization" not in entry
            count = math.prod(entry["shape"])
            value = torch.from_numpy(numpy.frombuffer(data, "<f4", count, at).copy()).reshape(entry["shape"])
            at += 4 * count
            layer, part = entry["name"].rsplit("/", 1)
            tensors[layer + (".weight" if part == "kernel" else ".bias")] = value.permute(3, 2, 0, 1) if part == "kernel" else value
    return tensors


def rdn(w, x, scale):
    shallow = conv(w, "F_m1", x)
    y = conv(w, "F_0", shallow)
    fused = []
    d = 1
    while f"F_{d}_1.weight" in w:
        dense, k = y, 1
        while f"F_{d}_{k}.weight" in w:
            dense = torch.cat([dense, F.relu(conv(w, f"F_{d}_{k}", dense))], 1)
            k += 1
        y = conv(w, f"LFF_{d}", dense) + y
        fused.append(y)
        d += 1
    y = conv(w, "GFF_2", conv(w, "GFF_1", torch.cat(fused, 1))) + shallow
    y = conv(w, "UPN3", F.relu(conv(w, "UPN2", F.relu(conv(w, "UPN1", y)))))
    return conv(w, "SR", F.interpolate(y, scale_factor=scale, mode="nearest"))


def thick(w, x, scale):
    shallow = conv(w, "Pre_blocks_conv", x)
    y, b = shallow, 1
    while f"LFF_{b}_1.weight" in w:
        block = y
        for r in (1, 2, 3):
            seen = y
            for k in range(1, 5):
                seen = torch.cat([seen, F.relu(conv(w, f"F_{b}_{r}_{k}", seen))], 1)
            y = y + 0.2 * conv(w, f"LFF_{b}_{r}", seen)
        y = block + 0.2 * y
        b += 1
    y = conv(w, "PreShuffle", conv(w, "post_blocks_conv", y) + shallow)
    n, c, h, wd = y.shape  # tf.nn.depth_to_space
    y = y.reshape(n, scale, scale, c // scale ** 2, h, wd).permute(0, 3, 4, 1, 5, 2).reshape(n, c // scale ** 2, h * scale, wd * scale)
    return conv(w, "SR", y)


def main():
    cases, tensors = [], {}

    def keep(name, kind, x, y, **more):
        tensors[name] = y[0].contiguous()
        cases.append({"name": name, "kind": kind, "height": x.shape[2], "width": x.shape[3], **more})

    for name, features, growth, blocks, unshuffle, height, width in (
            ("rrdb_x4", 8, 4, 2, 1, 12, 16), ("rrdb_x2", 8, 4, 1, 2, 12, 16),
            ("rrdb_x4_6_blocks", 64, 32, 6, 1, 6, 8), ("rrdb_x4_23_blocks", 64, 32, 23, 1, 6, 8), ("rrdb_x2_23_blocks", 64, 32, 23, 2, 12, 16)):
        x, w = picture(height, width), filled(rrdb_shapes(features, growth, blocks, unshuffle, 2))
        keep(name, "rrdb", x, rrdb(w, x, blocks, unshuffle, 2), features=features, growth=growth, blocks=blocks, unshuffle=unshuffle, enlargements=2)
    x = picture(12, 16)
    w = filled(srvgg_shapes(8, 3, 4))
    keep("srvgg_x4", "srvgg", x, srvgg(w, x, 3, 4), features=8, convolutions=3, scale=4)
    w = filled(dncnn_shapes(8, 5))
    keep("dncnn", "dncnn", x, dncnn(w, x, 5), features=8, convolutions=5)
    if len(sys.argv) > 1:
        models = pathlib.Path(sys.argv[1])
        for size in ("slim", "medium", "thick"):
            for scale in (2, 3, 4, 8):
                model = f"esrgan-{size}/x{scale}"
                small = x[:, :, :8 if scale < 8 else 4, :10 if scale < 8 else 6] if size == "thick" else x[:, :, : 24 // scale + 4, : 24 // scale + 6]
                upscale = thick if size == "thick" else rdn
                keep(f"{model}/model.json", "published", small, upscale(tfjs(models / model), small, scale))
        w = torch.load(models / "dncnn/dncnn_25.pth", map_location="cpu", weights_only=True)
        keep("dncnn/dncnn_25.pth", "published", x, dncnn(w, x, 17))
    (HERE / "upscalers.json").write_text(json.dumps({"torch": torch.__version__, "cases": cases}, indent=1) + "\n")
    save_file(tensors, HERE / "data" / "upscalers.safetensors")


main()
