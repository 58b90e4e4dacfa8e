#!/usr/bin/env python3
"""Writes clip_vision.json: what small CLIP picture encoders see, what a whole CLIP model thinks of texts, and which pictures Stable Diffusion's safety checker finds.

Made with transformers 4.40.2 and diffusers 0.27.2 in float32. Weights by the formula of tests/golden/formula_weights.hpp, towers each by themselves; pictures by formula().
"""
import json
import math
import pathlib

import diffusers
import torch
import transformers
from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker

import make_clip_tokens

VISION = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=3, num_attention_heads=4, image_size=28, patch_size=7, projection_dim=24)
TEXT = dict(vocab_size=49408, hidden_size=40, intermediate_size=48, num_hidden_layers=2, num_attention_heads=5, bos_token_id=49406, eos_token_id=49407, pad_token_id=49407, projection_dim=24)
TEXTS = ["a photo of a cat", "a photo of a very small dog", "一只红色的狐狸"]
PICTURES = 6


def fill(net, prefixes=("",)):
    named = sorted((n, p) for n, p in net.named_parameters() if n.startswith(tuple(prefixes)))
    for k, (name, p) in enumerate(named):
        a, b = (1, 0.2) if p.dim() == 1 and name.endswith("weight") else (0, 0.1) if p.dim() == 1 else (0, math.sqrt(2 / p.shape[1]))
        p.data = (a + b * torch.sin(torch.arange(p.numel(), dtype=torch.float64) * 12.9898 + 78.233 * k)).view(p.shape).float()
    return net.eval()


def formula(count, side):
    i = torch.arange(3 * side * side, dtype=torch.float64)
    return torch.stack([torch.sin(i * (0.9 + 0.53 * n)).view(3, side, side) for n in range(count)]).float()


def brief(t):
    return {"shape": list(t.shape), "norm": float(t.double().norm()), "values": [round(v, 7) for v in t.flatten()[:: max(1, t.numel() // 40)].tolist()]}


def seen(activation):
    net = transformers.CLIPVisionModelWithProjection(transformers.CLIPVisionConfig(**VISION, hidden_act=activation))
    return brief(fill(net)(formula(2, 28)).image_embeds)


def whole():
    net = transformers.CLIPModel(transformers.CLIPConfig(text_config=TEXT, vision_config=VISION, projection_dim=24, logit_scale_init_value=2.5))
    fill(net, ["vision_model.", "visual_projection"])
    fill(net, ["text_model.", "text_projection"])
    tokens = make_clip_tokens.tokenizer()(TEXTS, padding="max_length", max_length=77, return_tensors="pt")
    out = net(input_ids=tokens.input_ids, pixel_values=formula(2, 28))
    return {"config": {"projection_dim": 24, "text_config": TEXT | {"hidden_act": "quick_gelu"}, "vision_config": VISION}, "texts": TEXTS,
            "probabilities": out.logits_per_image.softmax(1).tolist(), "logit_scale": 2.5}


def safety():
    config = transformers.CLIPConfig(vision_config=VISION, text_config={}, projection_dim=24)
    net = fill(StableDiffusionSafetyChecker(config), ["vision_model.", "visual_projection"])
    pixels = formula(PICTURES, 28)
    views = torch.nn.functional.normalize(net.visual_projection(net.vision_model(pixels)[1]))
    apart = views - views.mean(0)  # what tells the pictures from each other: they look much alike to these weights
    net.concept_embeds.data = apart[torch.arange(17) % 3].round(decimals=6)
    net.special_care_embeds.data = apart[3 + torch.arange(3) % 3].round(decimals=6)
    net.concept_embeds.data[16] *= -1
    cosines = views @ torch.nn.functional.normalize(net.concept_embeds).T
    net.concept_embeds_weights.data = (cosines.sort(0).values[-2] + 0.002).round(decimals=4)
    net.concept_embeds_weights.data[16] = (cosines[5, 16] - 0.002).round(decimals=4)
    cosines = views @ torch.nn.functional.normalize(net.special_care_embeds).T
    net.special_care_embeds_weights.data = (cosines.sort(0).values[-3] - 0.002).round(decimals=4)  # three pictures call for care
    images = torch.zeros(PICTURES, 8, 8, 3).numpy()
    _, found = net(pixels, images)
    keep = lambda t: [round(v, 6) for v in t.flatten().tolist()]
    return {"concepts": keep(net.concept_embeds), "concept_thresholds": keep(net.concept_embeds_weights), "special": keep(net.special_care_embeds),
            "special_thresholds": keep(net.special_care_embeds_weights), "pictures": PICTURES, "found": [bool(f) for f in found]}


if __name__ == "__main__":
    assert (transformers.__version__, diffusers.__version__) == ("4.40.2", "0.27.2")
    torch.set_num_threads(1)
    with torch.no_grad():
        golden = {"vision": VISION, "seen": {a: seen(a) for a in ("quick_gelu", "gelu")}, "whole": whole(), "safety": safety()}
    path = pathlib.Path(__file__).with_name("clip_vision.json")
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size)
