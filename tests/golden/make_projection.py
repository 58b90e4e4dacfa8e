#!/usr/bin/env python3
"""Writes projection.json: schedules and noise regularisation of a projection into StyleGAN's styles, worked out from the text of Karras et al.,
"Analyzing and Improving the Image Quality of StyleGAN" (CVPR 2020), appendix D, by formulas of its own in float64:

    python3 tests/golden/make_projection.py      (numpy alone)

Grains come from a formula: element k of grain p is 2 frac(43758.5453 sin(12.9898 k + 78.233 p)) - 1.
"""
import json
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent


def wave(height, width, p):
    k = np.arange(height * width, dtype=np.float64)
    hashed = 43758.5453 * np.sin(12.9898 * k + 78.233 * p)
    return (2 * (hashed - np.floor(hashed)) - 1).astype(np.float32).astype(np.float64).reshape(height, width)


def rate(t):
    """Up from 0 over the first 5% of the steps, linearly; down to 0 over the last 25%, along a cosine."""
    up = 1.0 if t >= 0.05 else t / 0.05
    down = 1.0 if t <= 0.75 else (1 - np.cos(np.pi * (1 - t) / 0.25)) / 2
    return up * down


def noise(t):
    """0.05 of the deviation at first, down to 0 quadratically over the first 75%."""
    return 0.05 * (1 - t / 0.75) ** 2 if t < 0.75 else 0.0


def halved(n):
    return (n[0::2, 0::2] + n[0::2, 1::2] + n[1::2, 0::2] + n[1::2, 1::2]) / 4


def correlation(n):
    """L_{i,j}: the squared mean product with the neighbour to the left and above, around the edges, of the map and its halves down to 8x8."""
    total = 0.0
    while True:
        height, width = n.shape
        across = sum(n[y, x] * n[y, (x - 1) % width] for y in range(height) for x in range(width)) / n.size
        along = sum(n[y, x] * n[(y - 1) % height, x] for y in range(height) for x in range(width)) / n.size
        total += across**2 + along**2
        if height <= 8:
            return total
        n = halved(n[: height // 2 * 2, : width // 2 * 2])


def slope(shape, p, k):
    """By central differences, of the correlation with element k."""
    step = 1e-6
    values = []
    for sign in (1, -1):
        n = wave(*shape, p)
        n.flat[k] += sign * step
        values.append(correlation(n))
    return (values[0] - values[1]) / (2 * step)


SHAPES = [(4, 4), (8, 8), (32, 32), (16, 24), (24, 40)]
result = dict(
    schedule=[dict(t=t, rate=rate(t), noise=noise(t)) for t in (0.0, 0.01, 0.05, 0.3, 0.5, 0.75, 0.8, 0.99)],
    grains=[dict(height=h, width=w, p=p, value=correlation(wave(h, w, p)), element=7 * p + 3, slope=slope((h, w), p, 7 * p + 3))
            for p, (h, w) in enumerate(SHAPES)],
)
(HERE / "projection.json").write_text(json.dumps(result, indent=1) + "\n")
