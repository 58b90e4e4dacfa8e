#!/usr/bin/python3
"""Writes neural_style.json: what PyTorch says about feature networks, losses and style-transfer presets.

Independent of the C++: torchvision's VGG19 with seeded random weights, losses from the papers' formulas, gradients by
autograd, all in float64. Made with Debian 12's python3-torch 1.13.0, python3-torchvision 0.14.1, python3-numpy 1.24.2;
run with /usr/bin/python3.

Weights: one torch.Generator().manual_seed(seed); layer after layer, weight float32 [O,I,3,3] ~ N(0, 2 / (9 I)), bias zero.
Searches through maxima are chaotic: a rounding error moves a maximum from one pixel to another, and twenty steps later shows. So
each is also run in float32, and its distance from float64 is stored as "spread": no float32 program can be asked to come nearer.
Pooled by averages the same searches are not (spreads of 1e-5 and 1e-7 after twenty steps).
Pictures are bytes [3,H,W] in the golden, so that both sides read the same numbers.

Sources: Gatys et al. 2016 (content, Gram); Johnson, neural-style (Gram over C H W); Li et al. 2017 (mean and deviation);
Risser et al. 2017 (histogram); Gatys et al. 2017 (guided Gram); Keras's example (total variation to the power 1.25, style
over 4 * 3^2 * (H W)^2); leongatys/PytorchNeuralStyleTransfer (1e3 / n^2, MSE). Content is a mean of squared differences in
every preset; Keras's example sums it, with another content weight. Adam is torch.optim.Adam: m^ / (sqrt(v^) + eps), bias
correction before eps; Keras folds the correction into the rate, which is as if eps were eps * sqrt(1 - beta2^t) here.
"""
import json
import pathlib

import numpy as np
import torch
import torchvision
from torch.nn import functional

SEED = 19
CHANNELS = [(1, 2), (2, 2), (3, 4), (4, 4), (5, 4)]
CAFFE_BGR = torch.tensor([103.939, 116.779, 123.68], dtype=torch.float64).view(1, 3, 1, 1)
RGB_MEAN = torch.tensor([0.485, 0.456, 0.406], dtype=torch.float64).view(1, 3, 1, 1)
RGB_STD = torch.tensor([0.229, 0.224, 0.225], dtype=torch.float64).view(1, 3, 1, 1)


def network():
    net = torchvision.models.vgg19().features.eval()
    g = torch.Generator().manual_seed(SEED)
    for layer in net:
        if isinstance(layer, torch.nn.Conv2d):
            o, i = layer.weight.shape[:2]
            layer.weight.data = torch.empty(o, i, 3, 3).normal_(0, (2 / (9 * i)) ** 0.5, generator=g)
            layer.bias.data.zero_()
        if isinstance(layer, torch.nn.ReLU):
            layer.inplace = False
    return net.double().requires_grad_(False)


def names():
    for block, count in CHANNELS:
        for place in range(1, count + 1):
            yield f"conv{block}_{place}"
            yield f"relu{block}_{place}"
        yield f"pool{block}"


NET, NAMES = network(), list(names())


def caffe(rgb01):
    return rgb01.flip(1) * 255 - CAFFE_BGR


def torchvision_input(rgb01):
    return (rgb01 - RGB_MEAN) / RGB_STD


def see(x, wanted, average=False):
    found = {}
    for name, layer in zip(NAMES, NET):
        x = functional.avg_pool2d(x, 2) if average and name.startswith("pool") else layer(x)
        if name in wanted:
            found[name] = x
        if len(found) == len(wanted):
            break
    return found


def picture(seed, height, width):
    """Smooth waves with some noise, as bytes [3,H,W]."""
    r = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    planes = []
    for _ in range(3):
        fy, fx, phase = r.uniform(0.05, 0.35), r.uniform(0.05, 0.35), r.uniform(0, 6.28)
        planes.append(127 + 85 * np.sin(fy * y + fx * x + phase) + r.normal(0, 14, (height, width)))
    return np.clip(np.stack(planes), 0, 255).astype(np.uint8)


def tensor01(image):
    # the float32 that C++ sees, exactly
    return torch.from_numpy(image.astype(np.float32) / np.float32(255)).double()[None]


def number(v):
    return float(f"{float(v):.9g}")


def digest(t, count=32):
    t = t.detach().double()
    flat = t.reshape(-1)
    picked = [flat[i * flat.numel() // count] for i in range(count)]
    return {"mean": number(flat.mean()), "std": number(flat.std(unbiased=False)), "abs": number(flat.abs().mean()),
            "l2": number(flat.norm()), "values": [number(v) for v in picked]}


def stored(image):
    return {"shape": list(image.shape), "bytes": image.reshape(-1).tolist()}


def feature_goldens():
    wanted = {n for n in NAMES if not n.startswith("conv")}
    out = {"pictures": [], "cases": []}
    for index, (height, width) in enumerate([(40, 56), (45, 61)]):
        image = picture(100 + index, height, width)
        out["pictures"].append(stored(image))
        for kind, prepare in (("torchvision", torchvision_input), ("caffe", caffe)):
            for pooling in ("max", "avg"):
                found = see(prepare(tensor01(image)), wanted, pooling == "avg")
                out["cases"].append({"picture": index, "preprocessing": kind, "pooling": pooling,
                                     "layers": {n: digest(f) for n, f in found.items()}})
    return out


def gram(f, weights=None):
    """[n,C] -> [C,C], divided by the number (or weight) of positions."""
    w = torch.ones(f.shape[0], dtype=f.dtype) if weights is None else weights
    return (f * w[:, None]).T @ f / w.sum()


def rows(f):
    return f[0].flatten(1).T


def moments(f):
    return f.mean(0), f.std(0, unbiased=False)


def histogram_matched(f, target):
    out = np.empty(f.shape)
    for c in range(f.shape[1]):
        place = np.linspace(0, 1, f.shape[0])
        wanted = np.interp(place, np.linspace(0, 1, target.shape[0]), np.sort(target[:, c].numpy()))
        out[np.argsort(f[:, c].detach().numpy()), c] = wanted
    return torch.from_numpy(out)


def with_gradient(loss, at):
    (g,) = torch.autograd.grad(loss, at, retain_graph=True)
    return {"loss": number(loss), "gradient": [number(v) for v in g.reshape(-1)]}


def variation_squares(x):
    return (x[..., 1:] - x[..., :-1]).square().sum() + (x[..., 1:, :] - x[..., :-1, :]).square().sum()


def variation_power(x):
    dx = x[..., :-1, 1:] - x[..., :-1, :-1]
    dy = x[..., 1:, :-1] - x[..., :-1, :-1]
    return (dx.square() + dy.square()).pow(1.25).sum()


def loss_goldens():
    r = np.random.default_rng(7)
    draw = lambda *shape: torch.from_numpy(r.normal(0.3, 1, shape).astype(np.float32)).double()
    f, p, style, mask = draw(30, 6).requires_grad_(), draw(30, 6), draw(44, 6), torch.from_numpy(r.integers(0, 5, 30) / 4.0)
    out = {k: {"shape": list(v.shape), "values": [number(x) for x in v.detach().reshape(-1)]}
           for k, v in {"features": f, "content": p, "style": style, "mask": mask}.items()}
    c = f.shape[1]
    difference = (gram(f) - gram(style)).square()
    (mu, sigma), (mu_a, sigma_a) = moments(f), moments(style)
    raw = (f.T @ f - style.T @ style).square().sum()
    out["content_mean"] = with_gradient((f - p).square().mean(), f)
    out["gram_mean"] = with_gradient(difference.mean(), f)
    out["gram_relative"] = with_gradient(difference.sum() / gram(style).square().sum(), f)
    out["gram_tutorial_40x50"] = with_gradient(raw / (4 * 9 * (40 * 50) ** 2), f)
    out["gram_masked"] = with_gradient((gram(f, mask) - gram(style)).square().mean(), f)
    # Johnson's Gram of the features divides by C H W; both Grams scaled alike
    out["gram_jcjohnson"] = with_gradient((gram(f) / c - gram(style) / c).square().mean(), f)
    out["mean_variance"] = with_gradient(((mu - mu_a).square() + (sigma - sigma_a).square()).sum() / c, f)
    out["histogram"] = with_gradient((f - histogram_matched(f, style)).square().mean(), f)
    x = torch.from_numpy(picture(5, 9, 11).astype(np.float64))[None].requires_grad_()
    out["variation_picture"] = stored(x.detach().numpy()[0].astype(np.uint8))
    out["variation_squares_sum"] = with_gradient(variation_squares(x), x)
    out["variation_power"] = with_gradient(variation_power(x), x)
    return out


STYLE_LAYERS = [f"relu{b}_1" for b in range(1, 6)]


def preset(name, content, style, average=False):
    """x (RGB, 0 to 255) -> the terms (unweighted) and the total; average: pooling by averages."""
    last = "relu4_2" if name == "leongatys" else "relu5_2"
    layers = {*STYLE_LAYERS, last}
    target_content = see(caffe(content), layers, average)[last]
    seen_style = see(caffe(style), layers, average)
    pixels = content.shape[2] * content.shape[3]

    def style_term(seen, layer):
        f, a = rows(seen[layer]), rows(seen_style[layer])
        if name == "tutorial-literal":
            return (f.T @ f - a.T @ a).square().sum() / (4 * 3**2 * pixels**2) / 5
        mse = (gram(f) - gram(a)).square().mean()
        return mse / 5 if name == "gatys-adam" else mse * 1e3 / f.shape[1] ** 2

    def evaluate(x):
        seen = see(x.flip(1) - CAFFE_BGR, layers, average)
        terms = {"content": (seen[last] - target_content).square().mean(), "style": sum(style_term(seen, l) for l in STYLE_LAYERS)}
        if name == "leongatys":
            return terms, terms["content"] + terms["style"]
        terms["tv"] = variation_power(x)
        return terms, 1e3 * terms["content"] + 1e-2 * terms["style"] + 1e-4 * terms["tv"]

    return evaluate


def search_adam(evaluate, x):
    optimizer, out = torch.optim.Adam([x], lr=5, betas=(0.99, 0.999), eps=0.1), []
    for step in range(1, 21):
        optimizer.zero_grad()
        evaluate(x)[1].backward()
        optimizer.step()
        if step in (1, 5, 20):
            out.append((str(step), x.detach().double().clone()))
    return out


def search_lbfgs(evaluate, x):
    losses = []
    optimizer = torch.optim.LBFGS([x], lr=1, max_iter=5)

    def closure():
        optimizer.zero_grad()
        loss = evaluate(x)[1]
        loss.backward()
        losses.append(loss.item())
        return loss

    optimizer.step(closure)
    return losses, x.detach().double()


def search(name, content, style, dtype, average=False):
    global NET, CAFFE_BGR
    NET, CAFFE_BGR = NET.to(dtype), CAFFE_BGR.to(dtype)
    start = (content * 255).to(dtype).clone().requires_grad_()
    walk = search_lbfgs if name == "leongatys" else search_adam
    result = walk(preset(name, content.to(dtype), style.to(dtype), average), start)
    NET, CAFFE_BGR = NET.double(), CAFFE_BGR.double()
    return result


def distance(a, b):
    return float(((a - b).norm() / b.norm()).item())


def search_goldens(name, content, style):
    exact, rounded = (search(name, content, style, dtype) for dtype in (torch.float64, torch.float32))
    if name == "leongatys":
        spread = max(abs(r - e) / e for r, e in zip(rounded[0], exact[0]))
        return {"lbfgs_losses": exact[0], "lbfgs_spread": spread, "lbfgs_picture": digest(exact[1], 64) | {"spread": distance(rounded[1], exact[1])}}
    smooth = search(name, content, style, torch.float64, average=True)
    return {"adam": {step: digest(e, 64) | {"spread": distance(r, e)} for (step, e), (_, r) in zip(exact, rounded)},
            "adam_average_pooling": {step: digest(e, 64) for step, e in smooth}}


def preset_goldens():
    images = {"content": picture(1, 48, 64), "style": picture(2, 48, 64), "other": picture(3, 48, 64)}
    out = {k: stored(v) for k, v in images.items()}
    content, style, other = (tensor01(v) for v in images.values())
    for name in ("gatys-adam", "tutorial-literal", "leongatys"):
        evaluate = preset(name, content, style)
        x = (other * 255).requires_grad_()  # away from the content, so that every term pulls
        terms, total = evaluate(x)
        (gradient,) = torch.autograd.grad(total, x)
        out[name] = {"terms": {k: number(v) for k, v in terms.items()}, "total": number(total), "gradient": digest(gradient, 64)}
        out[name].update(search_goldens(name, content, style))
    return out


if __name__ == "__main__":
    torch.set_num_threads(2)
    assert torch.__version__.startswith("1.13") and torchvision.__version__.startswith("0.14")
    goldens = {"seed": SEED, "features": feature_goldens(), "losses": loss_goldens(), "presets": preset_goldens()}
    path = pathlib.Path(__file__).with_name("neural_style.json")
    path.write_text(json.dumps(goldens, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size)
