#!/usr/bin/env python3
"""watermark.png: a picture of waves with dots, marked "ink" by the Python package invisible-watermark 0.2.0 (method dwtDct).

    python3 -m venv V && V/bin/pip install invisible-watermark==0.2.0 numpy && V/bin/python make_watermark.py

Given a picture and a length it reads instead, to try marks of ours: make_watermark.py PICTURE BYTES
"""
import pathlib
import sys
import types

import cv2
import numpy as np
sys.modules["imwatermark.rivaGan"] = types.SimpleNamespace(RivaWatermark=None)  # another method, which wants torch
from imwatermark.maxDct import EmbedMaxDct

TEXT = b"ink"
SIZE = 96


def bits_of(text):
    return [int(b) for byte in text for b in f"{byte:08b}"]


if len(sys.argv) > 1:
    length = 8 * int(sys.argv[2])
    bits = EmbedMaxDct([], length).decode(cv2.imread(sys.argv[1]))
    print(bytes(int("".join(str(int(b)) for b in bits[i:i + 8]), 2) for i in range(0, length, 8)))
    sys.exit()

y, x = np.mgrid[:SIZE, :SIZE]
dots = 0.25 * ((x % 8 // 2 == 2) & (y % 8 // 2 == 1))  # one for each block, so that the largest coefficient stays it: elsewhere the method errs often
planes = [0.4 + dots + 0.1 * np.sin(0.05 * x + 0.02 * y), 0.5 + 0.1 * np.cos(0.04 * y), 0.5 + 0.1 * np.sin(0.03 * x)]  # B, G, R
picture = np.clip(np.stack(planes, 2) * 255 + 0.5, 0, 255).astype(np.uint8)
bits = bits_of(TEXT)
marked = EmbedMaxDct(bits, len(bits)).encode(picture)
cv2.imwrite(str(pathlib.Path(__file__).with_name("watermark.png")), marked)
