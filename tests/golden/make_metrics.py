#!/usr/bin/env python3
"""Writes metrics.json: what published implementations say about fixed features, pictures and networks.

Independent of the C++: pytorch-fid 0.3.0 (FID, Inception), torch-fidelity 0.3.0 (KID, inception score, TensorFlow 1's resize), prdc 0.2
(precision, recall, density, coverage), scikit-image 0.22.0 (SSIM, PSNR), lpips 0.1.4, on numpy 1.24.2, scipy 1.11.4, scikit-learn 1.3.2,
Pillow 9.4.0 and Debian 12's python3-torch 1.13.0 and python3-torchvision 0.14.1:

    /usr/bin/python3 -m venv --system-site-packages venv
    venv/bin/pip install --no-deps pytorch-fid==0.3.0 torch-fidelity==0.3.0 prdc==0.2 lpips==0.1.4
    venv/bin/pip install scikit-image==0.22.0 scikit-learn==1.3.2 scipy==1.11.4 numpy==1.24.2
    venv/bin/python tests/golden/make_metrics.py

All inputs come from torch.Generator().manual_seed(seed), whose numbers libtorch draws too; nothing is downloaded. Weights are random, which is enough to
tell one network, pooling or resize from another.
"""
import json
import pathlib

import lpips
import numpy as np
import prdc
import pytorch_fid.inception
import torch
import torchvision
from PIL import Image
from pytorch_fid.fid_score import calculate_frechet_distance
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from torch_fidelity.interpolate_compat_tensorflow import interpolate_bilinear_2d_like_tensorflow1x
from torch_fidelity.metric_isc import isc_features_to_metric
from torch_fidelity.metric_kid import polynomial_mmd

FEATURES, PICTURES, INCEPTION, LPIPS = 7, 8, 9, 10  # seeds


def generator(seed):
    return torch.Generator().manual_seed(seed)


def features():
    """Two clouds of correlated features, and logits."""
    g = generator(FEATURES)
    draw = lambda *shape: torch.randn(*shape, generator=g, dtype=torch.float64)
    mix = draw(24, 24)
    generated, reference = draw(600, 24) @ mix, (draw(500, 24) * 0.9 + 0.3) @ mix
    return generated.numpy(), reference.numpy(), draw(1000, 10) * 2


def frechet(x, y):
    return calculate_frechet_distance(x.mean(0), np.cov(x, rowvar=False), y.mean(0), np.cov(y, rowvar=False))


def feature_metrics():
    x, y, logits = features()
    score = isc_features_to_metric(logits, splits=10, shuffle=False)
    return {
        "fid": frechet(x, y),
        "fid_same": frechet(x, x),
        "fid_few": frechet(x[:20], y[:20]),  # fewer pictures than features: singular covariances
        "kid": polynomial_mmd(x[:500], y, 3, None, 1.0),
        "prdc5": {k: float(v) for k, v in prdc.compute_prdc(y, x, 5).items()},
        "prdc3": {k: float(v) for k, v in prdc.compute_prdc(y, x, 3).items()},
        "is": score["inception_score_mean"],
        "is_deviation": score["inception_score_std"],
    }


def pictures():
    """Two pictures [2,3,40,36] as bytes and spoiled copies."""
    g = generator(PICTURES)
    draw = lambda: torch.randn(2, 3, 40, 36, generator=g, dtype=torch.float64)
    y = torch.arange(40, dtype=torch.float64).view(1, 1, -1, 1)
    x = torch.arange(36, dtype=torch.float64).view(1, 1, 1, -1)
    c = torch.arange(3, dtype=torch.float64).view(1, -1, 1, 1)
    clean = 127.5 + 100 * torch.sin(0.3 * x + 0.2 * y * (c + 1)) + 8 * draw()
    spoiled = clean + 20 * draw()
    return [p.clamp(0, 255).floor().to(torch.uint8) for p in (clean, spoiled)]


def pair_metrics():
    a, b = (p.numpy() for p in pictures())
    return {
        "psnr": [peak_signal_noise_ratio(a[i], b[i], data_range=255) for i in range(2)],
        "ssim": [structural_similarity(a[i], b[i], gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255,
                                       channel_axis=0) for i in range(2)],
    }


def digest(t):
    flat = t.detach().double().reshape(-1)
    places = torch.arange(24) * flat.numel() // 24
    return {"abs": flat.abs().mean().item(), "l2": flat.norm().item(), "values": [float(f"{v:.9g}") for v in flat[places].tolist()]}


def random_inception():
    """Convolutions in alphabetical order of their names, then the head."""
    g = generator(INCEPTION)
    network = pytorch_fid.inception._inception_v3(num_classes=1008, aux_logits=False, pretrained=False)
    pytorch_fid.inception.load_state_dict_from_url = lambda *_, **__: network_state
    shapes = {k: v.shape for k, v in network.state_dict().items()}
    state = {}
    draw = lambda name, mean, deviation: state.__setitem__(name, torch.empty(shapes[name]).normal_(mean, deviation, generator=g))
    for name in sorted(k[: -len(".conv.weight")] for k in shapes if k.endswith(".conv.weight")):
        draw(name + ".conv.weight", 0, (2 / shapes[name + ".conv.weight"][1:].numel()) ** 0.5)
        draw(name + ".bn.weight", 1, 0.1)
        draw(name + ".bn.bias", 0, 0.1)
        draw(name + ".bn.running_mean", 0, 0.1)
        state[name + ".bn.running_var"] = torch.empty(shapes[name + ".bn.running_var"]).uniform_(0.5, 1.5, generator=g)
        state[name + ".bn.num_batches_tracked"] = torch.zeros((), dtype=torch.long)
    draw("fc.weight", 0, (1 / 2048) ** 0.5)
    state["fc.bias"] = torch.zeros(1008)
    network_state = state
    return pytorch_fid.inception.fid_inception_v3(), state


def clean_resize(picture):
    planes = [np.asarray(Image.fromarray(p.numpy().astype(np.float32), mode="F").resize((299, 299), Image.BICUBIC)) for p in picture]
    return torch.from_numpy(np.stack(planes)).clamp(0, 255)


def inception():
    network, state = random_inception()
    pytorch_fid.inception.fid_inception_v3 = lambda: network
    blocks = pytorch_fid.inception.InceptionV3([3], resize_input=True, normalize_input=True).eval()
    prepared = pytorch_fid.inception.InceptionV3([3], resize_input=False, normalize_input=False).eval()
    bytes_ = pictures()[0]
    result = {}
    with torch.no_grad():
        inputs = {
            "tensorflow": (interpolate_bilinear_2d_like_tensorflow1x(bytes_.float(), size=(299, 299), align_corners=False) - 128) / 128,
            "clean": (torch.stack([clean_resize(p) for p in bytes_]) - 128) / 128,
        }
        found = {"bilinear": blocks(bytes_.float() / 255)[0].flatten(1)}
        for name, x in inputs.items():
            found[name] = prepared(x)[0].flatten(1)
        for name, f in found.items():
            result[name] = {"features": digest(f), "logits": digest(f @ state["fc.weight"].T)}
    return result


def lpips_distances():
    """Weights in the order of the layers: weight ~ N(0, 2 / fan in), bias ~ N(0, 0.0001); then the linear layers, |N(0, 1)|."""
    a, b = (p[..., :32, :32].float() / 127.5 - 1 for p in pictures())
    a, b = (torch.nn.functional.interpolate(p, scale_factor=2) for p in (a, b))  # 64 x 64: AlexNet needs 63
    result = {}
    for name in ("vgg", "alex"):
        g = generator(LPIPS)
        metric = lpips.LPIPS(net=name, pretrained=False, pnet_rand=True, verbose=False).eval()
        for layer in metric.net.modules():
            if isinstance(layer, torch.nn.Conv2d):
                fan_in = layer.weight[0].numel()
                layer.weight.data = torch.empty(layer.weight.shape).normal_(0, (2 / fan_in) ** 0.5, generator=g)
                layer.bias.data = torch.empty(layer.bias.shape).normal_(0, 0.01, generator=g)
        for linear in metric.lins:
            weight = linear.model[1].weight
            weight.data = torch.empty(weight.shape).normal_(0, 1, generator=g).abs()
        with torch.no_grad():
            result[name] = metric(a, b).flatten().tolist()
    return result


golden = {
    "seeds": {"features": FEATURES, "pictures": PICTURES, "inception": INCEPTION, "lpips": LPIPS},
    "features": feature_metrics(),
    "pairs": pair_metrics(),
    "inception": inception(),
    "lpips": lpips_distances(),
}
pathlib.Path(__file__).with_name("metrics.json").write_text(json.dumps(golden, indent=1) + "\n")
