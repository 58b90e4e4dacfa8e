#!/usr/bin/python3
"""One optimisation step of neural style transfer at 512x512 in PyTorch, two threads: the peer of style_step_bench.

Full VGG19 with random weights up to relu5_1; Gram style loss on relu1_1 ... relu5_1, content loss on relu4_2, total
variation; gradient with respect to the picture alone; Adam. Fixed targets are computed before. Each variant runs in its
own process, for its own peak memory, and prints one JSON line: name, median_s, peak_gib.

    pytorch_style_step.py [VARIANT] [--steps 5]
"""
import argparse
import json
import resource
import statistics
import subprocess
import sys
import time

VARIANTS = ("f32 plain", "f32 channels-last", "bf16 plain", "bf16 channels-last")
STYLE, CONTENT = (1, 6, 11, 20, 29), 22  # relu1_1 ... relu5_1, relu4_2 in torchvision's numbering


def measure(variant, steps):
    import torch
    import torchvision
    from torch.nn import functional

    torch.set_num_threads(2)
    torch.manual_seed(0)
    layout = torch.channels_last if variant.endswith("channels-last") else torch.contiguous_format
    net = torchvision.models.vgg19().features[: STYLE[-1] + 1].eval().requires_grad_(False).to(memory_format=layout)

    def see(x):
        found = {}
        for index, layer in enumerate(net):
            x = layer(x)
            if index in STYLE or index == CONTENT:
                found[index] = x
        return found

    def gram(f):
        rows = f.flatten(2)[0]
        return rows @ rows.t() / rows.shape[1]

    def loss_of(x):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=variant.startswith("bf16")):
            seen = see(x)
            loss = functional.mse_loss(seen[CONTENT], content)
            for index, target in zip(STYLE, grams):
                loss = loss + 0.2e3 * functional.mse_loss(gram(seen[index]), target)
        variation = (x[..., 1:] - x[..., :-1]).square().sum() + (x[..., 1:, :] - x[..., :-1, :]).square().sum()
        return loss + 1e-4 * variation / (x.shape[2] * x.shape[3])

    picture, painting = (torch.rand(1, 3, 512, 512).to(memory_format=layout) for _ in range(2))
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=variant.startswith("bf16")):
        content = see(picture)[CONTENT]
        style = see(painting)
        grams = [gram(style[i]) for i in STYLE]
    del style
    x = picture.clone().requires_grad_()
    optimizer = torch.optim.Adam([x], lr=5 / 255, betas=(0.99, 0.999), eps=0.1)
    seconds = []
    for _ in range(steps + 1):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss_of(x).backward()
        optimizer.step()
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    print(json.dumps({"name": variant, "median_s": statistics.median(seconds[1:]), "peak_gib": peak}), flush=True)


parser = argparse.ArgumentParser()
parser.add_argument("variant", nargs="?", choices=VARIANTS)
parser.add_argument("--steps", type=int, default=5)
args = parser.parse_args()
if args.variant:
    measure(args.variant, args.steps)
else:
    for name in VARIANTS:
        subprocess.run([sys.executable, __file__, name, "--steps", str(args.steps)], check=True)
