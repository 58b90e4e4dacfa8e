#!/usr/bin/env python3
"""Writes clip_text.json: hidden states and pooled vectors of small CLIP text encoders, and what diffusers' pipelines make of prompts with them.

Made with transformers 4.40.2 and diffusers 0.27.2 in float32. Weights by the formula of make_unet.py, so that none are stored: of the k-th parameter by sorted name, value i
is a + b sin(12.9898 i + 78.233 k), rounded to float32; a = 1, b = 0.2 for weights of one dimension; a = 0, b = 0.1 for biases; else a = 0, b = sqrt(2 / fan in).
Weighted prompts are worked out here from the definition, word by word.
"""
import json
import math
import pathlib
import tempfile

import diffusers
import torch
import transformers

import make_clip_tokens

SIZES = dict(vocab_size=49408, hidden_size=32, intermediate_size=48, num_hidden_layers=3, num_attention_heads=4, bos_token_id=49406, eos_token_id=49407)
ENCODERS = {
    "l": dict(SIZES, hidden_act="quick_gelu", pad_token_id=49407, projection_dim=32),
    "g": dict(SIZES, hidden_act="gelu", pad_token_id=0, hidden_size=40, num_attention_heads=5, projection_dim=24),
}
PROMPTS = ["a photo of an astronaut riding a horse on mars", "", "masterpiece, best quality, " * 24 + "一只猫"]
WEIGHTED = [["a cat and a ", 1.0], ["dog", 1.1], [" on ", 1.0], ["mars", 1.5], [", ", 1.0], ["blurry", 1 / 1.1]]


def fill(net):
    for k, (name, p) in enumerate(sorted(net.named_parameters())):
        a, b = (1, 0.2) if p.dim() == 1 and name.endswith("weight") else (0, 0.1) if p.dim() == 1 else (0, math.sqrt(2 / p[0].numel()))
        p.data = (a + b * torch.sin(torch.arange(p.numel(), dtype=torch.float64) * 12.9898 + 78.233 * k)).view(p.shape).float()
    return net.eval()


def encoder(name):
    kind = transformers.CLIPTextModelWithProjection if name == "g" else transformers.CLIPTextModel
    return fill(kind(transformers.CLIPTextConfig(**ENCODERS[name])))


def brief(t):
    return {"shape": list(t.shape), "norm": float(t.double().norm()), "values": [round(v, 7) for v in t.flatten()[:: max(1, t.numel() // 40)].tolist()]}


def padded(tokenizer, ids, pad):
    return [49406] + ids + [49407] + [pad] * (75 - len(ids))


def states(name, tokenizer):
    net, pad = encoder(name), ENCODERS[name]["pad_token_id"]
    ids = torch.tensor([padded(tokenizer, tokenizer(p, add_special_tokens=False).input_ids[:75], pad) for p in PROMPTS])
    out = net(ids, output_hidden_states=True)
    pooled = out.text_embeds if name == "g" else out.pooler_output
    norm = net.text_model.final_layer_norm
    return {"last": brief(out.last_hidden_state), "before": brief(out.hidden_states[-2]), "before, normed": brief(norm(out.hidden_states[-2])), "first": brief(out.hidden_states[0]),
            "pooled": brief(pooled)}


def tiny_pipeline(kind, tokenizer):
    unet = diffusers.UNet2DConditionModel(sample_size=8, block_out_channels=(32,), layers_per_block=1, down_block_types=("CrossAttnDownBlock2D",), up_block_types=("CrossAttnUpBlock2D",), cross_attention_dim=72, attention_head_dim=8)
    vae = diffusers.AutoencoderKL(block_out_channels=(32,))
    shared = dict(vae=vae, unet=unet, scheduler=diffusers.DDIMScheduler())
    if kind == "sd":
        return diffusers.StableDiffusionPipeline(**shared, tokenizer=tokenizer, text_encoder=encoder("l"), safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    second = make_clip_tokens.tokenizer()
    second.pad_token = "!"
    return diffusers.StableDiffusionXLPipeline(**shared, tokenizer=tokenizer, text_encoder=encoder("l"), tokenizer_2=second, text_encoder_2=encoder("g"), add_watermarker=False)


def sd(tokenizer):
    pipe = tiny_pipeline("sd", tokenizer)
    one = lambda prompts, skip=None: brief(pipe.encode_prompt(prompts, "cpu", 1, False, clip_skip=skip)[0])
    return {"plain": one(PROMPTS), "clip skip 1": one(PROMPTS, 1), "clip skip 2": one(PROMPTS, 2)}


def sdxl(tokenizer):
    pipe = tiny_pipeline("sdxl", tokenizer)
    context, _, pooled, _ = pipe.encode_prompt(PROMPTS, device="cpu", num_images_per_prompt=1, do_classifier_free_guidance=False)
    skipped, _, _, _ = pipe.encode_prompt(PROMPTS, device="cpu", num_images_per_prompt=1, do_classifier_free_guidance=False, clip_skip=1)
    return {"plain": brief(context), "pooled": brief(pooled), "clip skip 1": brief(skipped)}


def inversion(tokenizer):
    """Two vectors under the word <toy>, 0.3 sin(0.7 i)."""
    pipe = tiny_pipeline("sd", tokenizer)
    vectors = 0.3 * torch.sin(0.7 * torch.arange(64, dtype=torch.float64)).view(2, 32).float()
    pipe.load_textual_inversion({"<toy>": vectors})
    pipe.text_encoder.config.eos_token_id = 49407
    return {"plain": brief(pipe.encode_prompt(["a photo of <toy> in the snow"], "cpu", 1, False)[0])}


def weighted(tokenizer):
    net = encoder("l")
    ids, weights = [], []
    for text, weight in WEIGHTED:
        tokens = tokenizer(text, add_special_tokens=False).input_ids
        ids, weights = ids + tokens, weights + [weight] * len(tokens)
    run = lambda tokens: net(torch.tensor([padded(tokenizer, tokens, 49407)])).last_hidden_state
    z, empty = run(ids), run([])
    w = torch.tensor([1.0] + weights + [1.0] * (76 - len(ids))).view(1, 77, 1)
    multiplied = z * w
    return {"multiply": brief(multiplied), "restore_mean": brief(multiplied * (z.mean() / multiplied.mean())), "from_empty": brief(empty + (z - empty) * w)}


if __name__ == "__main__":
    assert (transformers.__version__, diffusers.__version__) == ("4.40.2", "0.27.2")
    torch.set_num_threads(1)
    with torch.no_grad():
        golden = {"encoders": ENCODERS, "prompts": PROMPTS, "weighted_prompt": "a cat and a (dog) on (mars:1.5), [blurry]", "states": {name: states(name, make_clip_tokens.tokenizer()) for name in ENCODERS},
                  "sd": sd(make_clip_tokens.tokenizer()), "sdxl": sdxl(make_clip_tokens.tokenizer()), "inversion": inversion(make_clip_tokens.tokenizer()), "weights": weighted(make_clip_tokens.tokenizer())}
    path = pathlib.Path(__file__).with_name("clip_text.json")
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size)
