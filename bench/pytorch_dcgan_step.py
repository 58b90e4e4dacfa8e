#!/usr/bin/python3
"""One training step of DCGAN at 64x64, batch 64, in PyTorch, two threads: the peer of dcgan_step_bench.

Networks and procedure of PyTorch's DCGAN example (Radford et al. 2016): D on real and on detached fake pictures, then G on the
same fakes; Adam 2e-4, betas 0.5 and 0.999. Each variant runs in its own process, for its own peak memory, and prints one JSON
line: name, median_s, peak_gib, images_per_s, cpu_s (processor time of a step, which a busy machine disturbs less).

    pytorch_dcgan_step.py [VARIANT] [--steps 5]
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time

VARIANTS = ("f32 plain", "f32 channels-last", "bf16 plain", "bf16 channels-last")
BATCH = 64


def measure(variant, steps):
    import torch
    from torch import nn

    torch.set_num_threads(int(os.environ.get("INKSTONE_BENCH_THREADS", 2)))
    torch.manual_seed(0)
    layout = torch.channels_last if variant.endswith("channels-last") else torch.contiguous_format

    def up(i, o, stride=2, padding=1):
        return nn.ConvTranspose2d(i, o, 4, stride, padding, bias=False)

    def down(i, o, stride=2, padding=1):
        return nn.Conv2d(i, o, 4, stride, padding, bias=False)

    generator = nn.Sequential(
        up(100, 512, 1, 0), nn.BatchNorm2d(512), nn.ReLU(True), up(512, 256), nn.BatchNorm2d(256), nn.ReLU(True),
        up(256, 128), nn.BatchNorm2d(128), nn.ReLU(True), up(128, 64), nn.BatchNorm2d(64), nn.ReLU(True), up(64, 3), nn.Tanh())
    discriminator = nn.Sequential(
        down(3, 64), nn.LeakyReLU(0.2, True), down(64, 128), nn.BatchNorm2d(128), nn.LeakyReLU(0.2, True),
        down(128, 256), nn.BatchNorm2d(256), nn.LeakyReLU(0.2, True), down(256, 512), nn.BatchNorm2d(512), nn.LeakyReLU(0.2, True),
        down(512, 1, 1, 0))
    generator, discriminator = generator.to(memory_format=layout), discriminator.to(memory_format=layout)
    adams = [torch.optim.Adam(net.parameters(), lr=2e-4, betas=(0.5, 0.999)) for net in (discriminator, generator)]
    loss = nn.BCEWithLogitsLoss()
    real = (torch.rand(BATCH, 3, 64, 64) * 2 - 1).to(memory_format=layout)
    ones, zeros = torch.ones(BATCH), torch.zeros(BATCH)

    def cast():
        return torch.autocast("cpu", dtype=torch.bfloat16, enabled=variant.startswith("bf16"))

    def step():
        adams[0].zero_grad()
        with cast():
            on_real = discriminator(real).flatten()
        loss(on_real.float(), ones).backward()
        with cast():
            fake = generator(torch.randn(BATCH, 100, 1, 1))
            on_fake = discriminator(fake.detach()).flatten()
        loss(on_fake.float(), zeros).backward()
        adams[0].step()
        adams[1].zero_grad()
        with cast():
            judged = discriminator(fake).flatten()
        loss(judged.float(), ones).backward()
        adams[1].step()

    seconds, processor = [], []
    for _ in range(steps + 1):
        start, used = time.perf_counter(), time.process_time()
        step()
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    median = statistics.median(seconds[1:])
    cpu = statistics.median(processor[1:])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    print(json.dumps({"name": variant, "median_s": median, "peak_gib": peak, "images_per_s": BATCH / median, "cpu_s": cpu}), flush=True)


parser = argparse.ArgumentParser()
parser.add_argument("variant", nargs="?", choices=VARIANTS)
parser.add_argument("--steps", type=int, default=5)
args = parser.parse_args()
if args.variant:
    measure(args.variant, args.steps)
else:
    for name in VARIANTS:
        subprocess.run([sys.executable, __file__, name, "--steps", str(args.steps)], check=True)
