#!/usr/bin/python3
"""One training step of the diffusion U-Net at 32x32, batch 32, in PyTorch, two threads: the peer of unet_step_bench.

The network is that of tests/golden/make_unet.py, which the C++ is held to, with dropout 0.1; torch.optim.Adam; bfloat16 by torch.autocast with
the normalisation in float32 (it throws otherwise in 1.13). Each variant runs in its own process, for its own peak memory, and prints one JSON line: name, median_s, peak_gib.

    pytorch_unet_step.py [VARIANT] [--steps 5]
"""
import argparse
import json
import pathlib
import resource
import statistics
import subprocess
import sys
import time

VARIANTS = ("f32 plain", "f32 channels-last", "bf16 plain", "bf16 channels-last")
CONFIG = dict(channels=3, out=3, width=64, multipliers=[1, 2, 2, 2], blocks=2, attention=[1], heads=1, classes=10)


def network():
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/golden"))
    import make_unet
    import torch
    from torch.nn import functional

    class GroupNorm(torch.nn.GroupNorm):
        def forward(self, x):
            return super().forward(x.float())

    class Resnet(make_unet.Resnet):
        def forward(self, x, e):
            h = self.conv1(functional.silu(self.norm1(x)))
            h = h + self.time_emb_proj(functional.silu(e))[:, :, None, None]
            h = self.conv2(functional.dropout(functional.silu(self.norm2(h)), 0.1, self.training))
            return h + (self.conv_shortcut(x) if hasattr(self, "conv_shortcut") else x)

    make_unet.nn.GroupNorm, make_unet.Resnet = GroupNorm, Resnet
    return make_unet.Unet(CONFIG)


def measure(variant, steps):
    import torch

    torch.set_num_threads(2)
    torch.manual_seed(0)
    layout = torch.channels_last if variant.endswith("channels-last") else torch.contiguous_format
    net = network().to(memory_format=layout)
    x, epsilon = (torch.randn(32, 3, 32, 32).to(memory_format=layout) for _ in range(2))
    t, labels = torch.rand(32) * 1000, torch.randint(10, (32,))
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-4)
    seconds = []
    for _ in range(steps + 1):
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=variant.startswith("bf16")):
            loss = (net(x, t, labels).float() - epsilon).square().mean()
        loss.backward()
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
