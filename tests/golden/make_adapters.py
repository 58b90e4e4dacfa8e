#!/usr/bin/env python3
"""Writes adapters.json: weights of small layers merged with LoRA, LoHa, LoKr and DoRA by peft 0.10.0, float32.

Weights and the parts of the adapters by formula, so that none are stored: value i of the base weight is sin(0.37 i), of the k-th part by sorted role 0.5 sin(0.7 i + k) (a part of DoRA's
magnitudes: 1 + that). LoKr is made with alpha equal to its rank: peft 0.10 forgets its scale.
"""
import json
import pathlib

import peft
import torch
from torch import nn

from make_clip_text import brief

ROLES = {"lora_A": "lora_down", "lora_B": "lora_up", "lora_magnitude_vector": "dora_scale"}
CASES = {
    "lora linear": ("linear", lambda: peft.LoraConfig(r=3, lora_alpha=6, target_modules=["linear"])),
    "lora conv": ("conv", lambda: peft.LoraConfig(r=2, lora_alpha=1, target_modules=["conv"])),
    "dora linear": ("linear", lambda: peft.LoraConfig(r=3, lora_alpha=6, use_dora=True, target_modules=["linear"])),
    "loha linear": ("linear", lambda: peft.LoHaConfig(r=3, alpha=6, target_modules=["linear"])),
    "loha conv": ("conv", lambda: peft.LoHaConfig(r=2, alpha=3, target_modules=["conv"])),
    "loha conv, core": ("conv", lambda: peft.LoHaConfig(r=2, alpha=3, use_effective_conv2d=True, target_modules=["conv"])),
    "lokr linear": ("linear", lambda: peft.LoKrConfig(r=1, alpha=1, decompose_both=True, target_modules=["linear"])),
    "lokr conv": ("conv", lambda: peft.LoKrConfig(r=1, alpha=1, target_modules=["conv"])),
    "lokr conv, core": ("conv", lambda: peft.LoKrConfig(r=1, alpha=1, use_effective_conv2d=True, target_modules=["conv"])),
}


class Layers(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear, self.conv = nn.Linear(20, 18, bias=False), nn.Conv2d(12, 16, 3, bias=False)

    def forward(self, x):
        return x


def wave(t, step, phase=0.0):
    return torch.sin(torch.arange(t.numel(), dtype=torch.float64) * step + phase).view(t.shape).float()


def golden(name, config):
    model = Layers()
    weight = getattr(model, name).weight
    weight.data = wave(weight, 0.37)
    wrapped = peft.get_peft_model(model, config)
    parts = {}
    for key, value in wrapped.named_parameters():
        if value.requires_grad:
            words = [word for word in key.split(".") if word.startswith(("lora_", "hada_", "lokr_"))]
            parts[ROLES.get(words[0], words[0])] = value
    for k, (role, value) in enumerate(sorted(parts.items())):
        value.data = (1 if role == "dora_scale" else 0) + 0.5 * wave(value, 0.7, float(k))
    rank, alpha = (config.r, getattr(config, "lora_alpha", None) or config.alpha)
    merged = getattr(wrapped.merge_and_unload(), name).weight
    return {"shape": list(merged.shape), "rank": rank, "alpha": alpha, "parts": {role: list(value.shape) for role, value in sorted(parts.items())}, "merged": brief(merged.detach())}


if __name__ == "__main__":
    assert peft.__version__ == "0.10.0"
    torch.manual_seed(0)
    with torch.no_grad():
        result = {case: golden(name, make()) for case, (name, make) in CASES.items()}
    path = pathlib.Path(__file__).with_name("adapters.json")
    path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size, {case: list(g["parts"]) for case, g in result.items()})
