#!/usr/bin/env python3
"""Writes edges.json: the edges that scikit-image 0.26.0 finds (feature.canny: Gaussian, Sobel, maxima interpolated across, hysteresis) in pictures by formula.

Rows of edges as strings of 0 and 1. Thresholds in the unit of brightness from 0 to 255.
"""
import json
import pathlib

import numpy
from skimage.feature import canny

SIZE = 72


def pictures():
    y, x = numpy.mgrid[0:SIZE, 0:SIZE].astype(float)
    def rise(t):
        return 1 / (1 + numpy.exp(-t))

    # soft, and at odd places: where neighbours are equally strong, rounding alone would choose between them
    disc = 0.8 - 0.6 * rise((numpy.hypot(x - 30.3, y - 35.6) - 20.3) / 0.7)
    waves = 0.5 + 0.4 * numpy.sin(0.21 * x + 0.002 * y * y) * numpy.cos(0.13 * y)
    ramp = 0.6 * rise((x + 0.53 * y - 47.3) / 2.1) + 0.3 * rise((y - 50.4) / 1.3)
    return {"disc": disc, "waves": waves, "ramp": ramp}


def main():
    cases = []
    for name, picture in pictures().items():
        for sigma, low, high in ((1.0, 100, 200), (1.4, 30, 60), (2.0, 20, 90)):
            edges = canny(picture, sigma=sigma, low_threshold=low / 255, high_threshold=high / 255, mode="nearest")
            cases.append({"picture": name, "sigma": sigma, "low": low, "high": high, "rows": ["".join("01"[int(v)] for v in row) for row in edges]})
            print(name, sigma, low, high, int(edges.sum()))
    pathlib.Path(__file__).with_name("edges.json").write_text(json.dumps({"size": SIZE, "cases": cases}) + "\n")


if __name__ == "__main__":
    main()
