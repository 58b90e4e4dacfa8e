"""What the goldens of weight files say of one: the number of tensors and of elements, CRC-32 of the sorted lines "name [shape]" and of all
values as little-endian float64 in that order, mean and standard deviation over all elements; of some tensors: shape, mean, standard
deviation, and the first, the middle and the last value. weight_statistics.hpp compares."""
import json
import zlib

import numpy as np

SAMPLES = 6


def short(value, digits):
    return float(f"{value:.{digits}g}")


def row(array):
    flat = np.asarray(array, np.float64).ravel()
    values = [short(flat[i], 9) for i in (0, flat.size // 2, -1)]
    return [list(array.shape), short(flat.mean(), 12), short(flat.std(), 12), *values]


def statistics(pairs):
    tensors = dict(sorted(pairs))
    flat = np.concatenate([np.asarray(a, "<f8").ravel() for a in tensors.values()])
    layout = "".join(f"{n} [{','.join(map(str, a.shape))}]\n" for n, a in tensors.items())
    filled = [n for n, a in tensors.items() if a.size]
    return {"tensors": len(tensors), "elements": flat.size, "layout": zlib.crc32(layout.encode()), "values": zlib.crc32(flat.tobytes()),
            "mean": short(flat.mean(), 12), "std": short(flat.std(), 12),
            "samples": {n: row(tensors[n]) for n in filled[::len(filled) // SAMPLES + 1]}}


def write(path, goldens):
    lines = [f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}" for key, value in goldens.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
