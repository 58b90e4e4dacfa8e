#!/usr/bin/env python3
"""Writes personal.json: loss and gradients of low-rank matrices and of a word's vectors, on a small Stable Diffusion 1 network.

Made with diffusers 0.27.2 and transformers 4.40.2 (and any torch 2.x) from PyPI; the networks, and the formula of their weights, are those of
make_pipelines.py. The change of a layer is worked here by a hook on it, h + (alpha / rank) B A x, over every attention of the U-Net and
of the text encoder; matrices as make_guided_pipelines.py has them. The U-Net in float64, the text encoder,
whose mask transformers cannot make there, in float32. Of every gradient each third value is kept.
"""
import json
import pathlib
import sys
import tempfile

import torch
from diffusers import UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

from make_guided_pipelines import LORA_ALPHA, LORA_RANK, VECTORS, WORD, lora_of
from make_pipelines import TEXT, UNET, fill, tokenizer, wave

CAPTIONS, TIMES, GAMMA = ["a photo of <mine> fox", "two red foxes in the snow"], [37, 801], 5.0


def alpha_bar(times):
    beta = torch.linspace(0.00085 ** 0.5, 0.012 ** 0.5, 1000, dtype=torch.float64) ** 2
    return torch.cumprod(1 - beta, 0)[times].view(-1, 1, 1, 1)


def hooked(net, prefix, state):
    """Puts the matrices on the layers; returns them by name, asking for gradients."""
    matrices = {}
    for name, module in net.named_modules():
        key = prefix + name.replace(".", "_")
        if f"{key}.lora_down.weight" not in state:
            continue
        a, b = (state[f"{key}.{role}.weight"].to(next(net.parameters()).dtype).requires_grad_() for role in ("lora_down", "lora_up"))
        module.register_forward_hook(lambda m, given, out, a=a, b=b: out + LORA_ALPHA / LORA_RANK * (given[0] @ a.T) @ b.T)
        matrices |= {f"{key}.lora_down.weight": a, f"{key}.lora_up.weight": b}
    return matrices


def losses(unet, context, prediction, gamma):
    a = alpha_bar(TIMES)
    x0, epsilon = wave((2, 4, 8, 12), 0.31).float().double(), wave((2, 4, 8, 12), 12.9898).float().double()
    x_t = a.sqrt() * x0 + (1 - a).sqrt() * epsilon
    target = epsilon if prediction == "epsilon" else a.sqrt() * epsilon - (1 - a).sqrt() * x0
    loss = (unet(x_t, torch.tensor(TIMES), context).sample - target).square().mean((1, 2, 3))
    if gamma:
        snr = (a / (1 - a)).flatten()
        loss = loss * (snr.clamp(max=gamma) / (snr if prediction == "epsilon" else snr + 1))
    return loss


def kept(gradient):
    return [float(f"{v:.7g}") for v in gradient.flatten()[::3]]


def main():
    with tempfile.TemporaryDirectory() as folder:
        tokens = tokenizer("<|endoftext|>", folder)

        def ids(texts):
            return tokens(texts, padding="max_length", truncation=True, max_length=77, return_tensors="pt").input_ids

        cases = {}
        for name, prediction, gamma in (("epsilon", "epsilon", 0), ("v with min-snr", "v", GAMMA), ("epsilon with min-snr", "epsilon", GAMMA)):
            unet, text = fill(UNet2DConditionModel(**UNET)).double(), fill(CLIPTextModel(CLIPTextConfig(**TEXT)))
            state = lora_of(unet, text)
            matrices = hooked(unet, "lora_unet_", state) | hooked(text, "lora_te_", state)
            loss = losses(unet, text(ids(CAPTIONS)).last_hidden_state.double(), prediction, gamma)
            loss.mean().backward()
            print(name, loss.tolist(), max(m.grad.abs().max().item() for m in matrices.values()), file=sys.stderr)
            cases[name] = {"losses": loss.tolist(), "gradients": {k: kept(m.grad) for k, m in sorted(matrices.items())} if name != "epsilon with min-snr" else {}}

        unet, text = fill(UNet2DConditionModel(**UNET)).double(), fill(CLIPTextModel(CLIPTextConfig(**TEXT)))
        tokens.add_tokens([f"{WORD}{k}" for k in range(VECTORS)])
        text.resize_token_embeddings(len(tokens))
        said = [c.replace("<mine>", " ".join(f"{WORD}{k}" for k in range(VECTORS))) for c in CAPTIONS]
        vectors = (0.3 * wave((VECTORS, TEXT["hidden_size"]), 0.37)).float().requires_grad_()
        table = text.get_input_embeddings()
        table.register_forward_hook(lambda m, given, out: torch.where((given[0] >= 49408).unsqueeze(-1), vectors[(given[0] - 49408).clamp(min=0)], out))
        loss = losses(unet, text(ids(said)).last_hidden_state.double(), "epsilon", 0)
        loss.mean().backward()
        print("word", loss.tolist(), vectors.grad.abs().max().item(), file=sys.stderr)
        cases["word"] = {"losses": loss.tolist(), "gradient": [float(f"{v:.7g}") for v in vectors.grad.flatten()]}
    out = {"captions": CAPTIONS, "times": TIMES, "gamma": GAMMA, "rank": LORA_RANK, "alpha": LORA_ALPHA, "vectors": VECTORS, "cases": cases}
    pathlib.Path(__file__).with_name("personal.json").write_text(json.dumps(out) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
