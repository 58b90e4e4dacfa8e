#!/usr/bin/env python3
"""Writes adapters.json: weights of small layers merged with LoRA, LoHa, LoKr and DoRA by peft 0.10.0, float32; and what diffusers 0.27.2 makes of names in kohya's files.

Weights and the parts of the adapters by formula, so that none are stored: value i of the base weight is sin(0.37 i), of the k-th part by sorted role 0.5 sin(0.7 i + k) (a part of DoRA's
magnitudes: 1 + that). LoKr is made with alpha equal to its rank: peft 0.10 forgets its scale.
"""
import json
import pathlib
import types

import diffusers
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


def kohya_layers():
    """Layers of the XL U-Net in the names of the original layout, and of both text encoders."""
    inside = [f"attn{n}_to_{p}" for n in (1, 2) for p in ("q", "k", "v", "out_0")] + ["ff_net_0_proj", "ff_net_2"]
    attentions = ["input_blocks_4_1", "input_blocks_8_1", "middle_block_1", "output_blocks_0_1", "output_blocks_2_1", "output_blocks_5_1"]
    names = [f"{place}_{part}" for place in attentions for part in ["proj_in", "proj_out"] + [f"transformer_blocks_{b}_{p}" for b in (0, 1) for p in inside]]
    resnets = ["input_blocks_1_0", "input_blocks_4_0", "input_blocks_8_0", "middle_block_0", "middle_block_2", "output_blocks_0_0", "output_blocks_8_0"]
    names += [f"{place}_{part}" for place in resnets for part in ("in_layers_2", "emb_layers_1", "out_layers_3")]
    names += ["input_blocks_4_0_skip_connection", "output_blocks_8_0_skip_connection", "input_blocks_3_0_op", "input_blocks_6_0_op"]
    text = [f"text_model_encoder_layers_1_{p}" for p in ("self_attn_q_proj", "self_attn_out_proj", "mlp_fc1", "mlp_fc2")]
    return ["lora_unet_" + n for n in names] + ["lora_te1_" + n for n in text] + ["lora_te2_" + n for n in text]


def names():
    """[kohya's name, diffusers' name of the same layer]"""
    from diffusers.loaders import lora_conversion_utils as conversion

    pairs = []
    for layer in kohya_layers():
        state = {f"{layer}.lora_down.weight": torch.zeros(1), f"{layer}.lora_up.weight": torch.zeros(1)}
        state = conversion._maybe_map_sgm_blocks_to_diffusers(state, types.SimpleNamespace(layers_per_block=2))
        state, _ = conversion._convert_kohya_lora_to_diffusers(state)
        (down,) = [name for name in state if name.endswith("down.weight")]
        pairs.append([layer, down])
    return pairs


if __name__ == "__main__":
    assert (peft.__version__, diffusers.__version__) == ("0.10.0", "0.27.2")
    torch.manual_seed(0)
    with torch.no_grad():
        result = {case: golden(name, make()) for case, (name, make) in CASES.items()}
    path = pathlib.Path(__file__).with_name("adapters.json")
    result = {"merged": result, "names": names()}
    path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size, {case: list(g["parts"]) for case, g in result["merged"].items()})
