"""Judges the embedded perceptual network by what is painted on it.

Each photograph is painted in the style of each painting twice with the same budget of L-BFGS: once on the true VGG19 (relu1_1, relu2_1,
relu3_1 for style, relu3_1 for content), once on the embedded network's layers of those names. Both results are then looked at by the true
VGG19: the ratio of their style losses (relative squared Gram error, averaged over the three layers) is the price of the smaller network.

An independent implementation in PyTorch: it shares no code with the program. Prints Markdown.

    python3 judge.py --vgg19 MODEL_DIR --student perceptual.safetensors --photos FILE... --paintings FILE... [--size 192] [--steps 60]

MODEL_DIR holds the TensorFlow.js model.json of VGG19. --true-cache FILE keeps the first halves, which do not depend on the student.
"""
import argparse
import json
import os
import statistics

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

STYLE_LAYERS = ["relu1_1", "relu2_1", "relu3_1"]
CONTENT_LAYER = "relu3_1"
BGR_MEAN = torch.tensor([103.939, 116.779, 123.68]).view(1, 3, 1, 1)


def read_tfjs(folder):
    """Tensors of the weight groups whose shards are all there."""
    tensors = {}
    with open(os.path.join(folder, "model.json")) as file:
        manifest = json.load(file)["weightsManifest"]
    for group in manifest:
        paths = [os.path.join(folder, name) for name in group["paths"]]
        if not all(map(os.path.exists, paths)):
            continue
        data, offset = b"".join(open(path, "rb").read() for path in paths), 0
        for weight in group["weights"]:
            count = int(np.prod(weight["shape"]))
            array = np.frombuffer(data, "<f4", count, offset).reshape(weight["shape"])
            tensors[weight["name"]] = torch.from_numpy(array.copy())
            offset += 4 * count
    return tensors


def true_stages(folder):
    weights, stages = read_tfjs(folder), []
    for block, place in [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1)]:
        if place == 1 and block > 1:
            stages.append(("pool", None, None))
        name = f"block{block}_conv{place}"
        kernel = weights[name + "/kernel"].permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last)
        stages += [("conv", kernel, weights[name + "/bias"]), (f"relu{block}_{place}", None, None)]
    return stages


def student_stages(path):
    data = open(path, "rb").read()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])

    def tensor(name):
        entry = header[name]
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        return torch.from_numpy(np.frombuffer(data[begin:end], np.float16).astype(np.float32).reshape(entry["shape"]))

    stages = []
    for name in header["__metadata__"]["inkstone.stages"].split():
        if name.startswith("pool"):
            stages.append(("pool", None, None))
        elif name.startswith("relu"):
            stages.append((name, None, None))
        else:
            stages.append(("conv", tensor(name + ".weight").contiguous(memory_format=torch.channels_last), tensor(name + ".bias")))
    return stages


def features(stages, rgb):
    x = (rgb.flip(1) * 255 - BGR_MEAN).contiguous(memory_format=torch.channels_last)
    found = {}
    for kind, weight, bias in stages:
        if kind == "conv":
            x = F.conv2d(x, weight, bias, padding=weight.shape[2] // 2)
        elif kind == "pool":
            x = F.max_pool2d(x, 2)
        else:
            x = F.relu(x)
            if kind in STYLE_LAYERS:
                found[kind] = x
            if kind == STYLE_LAYERS[-1]:
                return found


def gram(f):
    f = f.permute(0, 2, 3, 1).reshape(-1, f.shape[1])
    return f.t() @ f / f.shape[0]


def grams(stages, rgb):
    with torch.no_grad():
        return {layer: gram(f) for layer, f in features(stages, rgb).items()}


def style_loss(found, targets):
    return sum((gram(found[k]) - targets[k]).square().sum() / targets[k].square().sum() for k in STYLE_LAYERS) / len(STYLE_LAYERS)


def paint(stages, photo, painting, steps, content_weight, style_weight):
    targets = grams(stages, painting)
    with torch.no_grad():
        content = features(stages, photo)[CONTENT_LAYER]
    x = photo.clone().requires_grad_()
    optimizer = torch.optim.LBFGS([x], max_iter=steps, max_eval=steps * 5 // 4, history_size=20, tolerance_grad=0, tolerance_change=0,
                                  line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        found = features(stages, x)
        kept = (found[CONTENT_LAYER] - content).square().sum() / content.square().sum()
        loss = style_weight * style_loss(found, targets) + content_weight * kept
        loss.backward()
        return loss

    optimizer.step(closure)
    return x.detach()


def picture(path, size):
    image = Image.open(path).convert("RGB")
    factor = size / max(image.size)
    image = image.resize([max(32, round(side * factor)) for side in image.size], Image.LANCZOS)
    return torch.from_numpy(np.array(image)).permute(2, 0, 1)[None].float().div(255).contiguous()


def name_of(path):
    return os.path.splitext(os.path.basename(path))[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vgg19", required=True)
    parser.add_argument("--student")
    parser.add_argument("--photos", nargs="+", required=True)
    parser.add_argument("--paintings", nargs="+", required=True)
    parser.add_argument("--size", type=int, default=192)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--content-weight", type=float, default=5)
    parser.add_argument("--style-weight", type=float, default=100)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--true-cache")
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    truth = true_stages(a.vgg19)
    student = student_stages(a.student) if a.student else None
    cache = json.load(open(a.true_cache)) if a.true_cache and os.path.exists(a.true_cache) else {}
    ratios = []
    print("| photograph | painting | before | on VGG19 | on the embedded network | ratio |\n|---|---|--:|--:|--:|--:|")
    for shift in range(len(a.paintings)):
        for i, photo_path in enumerate(a.photos):
            painting_path = a.paintings[(i + shift) % len(a.paintings)]
            photo, painting = picture(photo_path, a.size), picture(painting_path, a.size)
            targets = grams(truth, painting)

            def judged(x):
                with torch.no_grad():
                    return float(style_loss(features(truth, x), targets))

            def painted(stages):
                return judged(paint(stages, photo, painting, a.steps, a.content_weight, a.style_weight))

            key = f"{name_of(photo_path)} {name_of(painting_path)} {a.size} {a.steps} {a.content_weight} {a.style_weight}"
            if key not in cache:
                cache[key] = painted(truth)
                if a.true_cache:
                    json.dump(cache, open(a.true_cache, "w"))
            if student:
                loss = painted(student)
                ratios.append(loss / cache[key])
                print(f"| {name_of(photo_path)} | {name_of(painting_path)} | {judged(photo):.3f} | {cache[key]:.4f} | {loss:.4f} | {ratios[-1]:.2f} |",
                      flush=True)
    if ratios:
        print(f"\nRatio: median {statistics.median(ratios):.2f}, smallest {min(ratios):.2f}, largest {max(ratios):.2f}.")


if __name__ == "__main__":
    main()
