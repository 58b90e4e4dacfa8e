#!/usr/bin/env python3
"""Writes unclip.json: the networks of unCLIP (Karlo's layout) one by one, and whole pictures of diffusers' two pipelines, from small networks.

Made with diffusers 0.27.2 and transformers 4.40.2 (and any torch 2.x) from PyPI. Weights by the formula of make_stable_diffusion.py, so that none
are stored; the tokeniser is that of make_pipelines.py. Every picture keeps each 13th value of its [H,W,3] in [0,1], every network's output at
most 48 values. Beside the pictures stand the settings of every component, as diffusers writes them: the test makes a folder of them.
"""
import json
import pathlib
import sys
import tempfile

import numpy
import torch
from diffusers import PriorTransformer, UnCLIPImageVariationPipeline, UnCLIPPipeline, UnCLIPScheduler, UNet2DConditionModel, UNet2DModel
from diffusers.pipelines.unclip import UnCLIPTextProjModel
from PIL import Image
from transformers import (CLIPImageProcessor, CLIPTextConfig, CLIPTextModelWithProjection, CLIPVisionConfig, CLIPVisionModelWithProjection)

from make_pipelines import fill, tokenizer, wave

WIDTH, CONTEXT, SIDE, PROMPT, SEED = 24, 20, 30, "a red fox in the snow, naive painting", 7
STEPS = dict(prior_num_inference_steps=5, decoder_num_inference_steps=5, super_res_num_inference_steps=3)

TEXT = dict(hidden_size=WIDTH, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, vocab_size=49408, max_position_embeddings=77,
            projection_dim=WIDTH, bos_token_id=49406, eos_token_id=49407, hidden_act="quick_gelu")
VISION = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, image_size=SIDE, patch_size=10, projection_dim=WIDTH)
PRIOR = dict(num_attention_heads=2, attention_head_dim=16, num_layers=2, embedding_dim=WIDTH)
DECODER = dict(sample_size=16, in_channels=3, out_channels=6, layers_per_block=1, norm_num_groups=8, block_out_channels=[16, 32, 48], attention_head_dim=8,
               down_block_types=["ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D", "SimpleCrossAttnDownBlock2D"],
               up_block_types=["SimpleCrossAttnUpBlock2D", "SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"],
               mid_block_type="UNetMidBlock2DSimpleCrossAttn", cross_attention_dim=CONTEXT, class_embed_type="identity", resnet_time_scale_shift="scale_shift")
LARGER = dict(sample_size=32, in_channels=6, out_channels=3, layers_per_block=2, norm_num_groups=8, block_out_channels=[16, 32], add_attention=False,
              down_block_types=["ResnetDownsampleBlock2D"] * 2, up_block_types=["ResnetUpsampleBlock2D"] * 2, resnet_time_scale_shift="scale_shift")
LAST = LARGER | dict(layers_per_block=1, add_attention=True, attention_head_dim=8)
WORDS = dict(clip_extra_context_tokens=4, clip_embeddings_dim=WIDTH, time_embed_dim=4 * DECODER["block_out_channels"][0], cross_attention_dim=CONTEXT)


def photograph():
    y, x = numpy.mgrid[0:SIDE, 0:SIDE]
    rgb = numpy.stack([127 + 120 * numpy.sin(0.07 * x), 127 + 120 * numpy.cos(0.09 * y), 127 + 120 * numpy.sin(0.05 * (x + y))], -1)
    return Image.fromarray(numpy.floor(rgb).astype(numpy.uint8))


def short(t):
    flat = t.detach().double().flatten()
    return {"values": [float(f"{v:.7g}") for v in flat[::max(1, flat.numel() // 48)]], "norm": flat.norm().item()}


def settings(config, kind):
    plain = {k: v for k, v in dict(config).items() if not k.startswith("_")}
    return plain | {"_class_name": kind}


def parameters(net):
    return {name: list(p.shape) for name, p in sorted(net.named_parameters())}


def picture(result):
    image = result.images[0]
    print(image.shape, image.mean(), image.std(), file=sys.stderr)
    return [round(float(v), 5) for v in image.flatten()[::13]]


def seeded():
    return torch.Generator().manual_seed(SEED)


def main():
    with tempfile.TemporaryDirectory() as folder:
        tokens = tokenizer("<|endoftext|>", folder)
    text, vision = fill(CLIPTextModelWithProjection(CLIPTextConfig(**TEXT))), fill(CLIPVisionModelWithProjection(CLIPVisionConfig(**VISION)))
    prior, words = fill(PriorTransformer(**PRIOR)), fill(UnCLIPTextProjModel(**WORDS))
    decoder, first, last = fill(UNet2DConditionModel(**DECODER)), fill(UNet2DModel(**LARGER)), fill(UNet2DModel(**LAST))
    schedulers = dict(prior_scheduler=UnCLIPScheduler(prediction_type="sample", clip_sample_range=5.0),
                      decoder_scheduler=UnCLIPScheduler(variance_type="learned_range"), super_res_scheduler=UnCLIPScheduler())

    with torch.no_grad():
        ids = tokens(PROMPT, padding="max_length", max_length=77, return_tensors="pt")
        said = text(ids.input_ids)
        embedding, time = wave((1, WIDTH), 0.31).float(), torch.tensor([37])
        context, added = words(image_embeddings=embedding, prompt_embeds=said.text_embeds, text_encoder_hidden_states=said.last_hidden_state, do_classifier_free_guidance=False)
        mask = torch.nn.functional.pad(ids.attention_mask.bool(), (4, 0), value=True)
        small, large = wave((1, 3, 16, 16), 0.37).float(), wave((1, 6, 32, 32), 0.41).float()
        count = int(ids.attention_mask.sum())
        parts = {
            "pooled": short(said.text_embeds), "hidden": short(said.last_hidden_state[:, :count]),
            "prior": short(prior(embedding, time, said.text_embeds, said.last_hidden_state, ids.attention_mask.bool()).predicted_image_embedding),
            "context": short(context[:, :4 + count]), "added": short(added),
            "decoder": short(decoder(small, time, context, class_labels=added, attention_mask=mask).sample),
            "super_res_first": short(first(large, time).sample), "super_res_last": short(last(large, time).sample),
        }
        pixels = CLIPImageProcessor(size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE})
        seen = vision(pixels(images=photograph(), return_tensors="pt").pixel_values).image_embeds
        parts["seen"] = short(seen)

    painting = UnCLIPPipeline(prior=prior, decoder=decoder, text_encoder=text, tokenizer=tokens, text_proj=words, super_res_first=first, super_res_last=last, **schedulers)
    varying = UnCLIPImageVariationPipeline(decoder=decoder, text_encoder=text, tokenizer=tokens, text_proj=words, feature_extractor=pixels, image_encoder=vision,
                                           super_res_first=first, super_res_last=last, decoder_scheduler=schedulers["decoder_scheduler"],
                                           super_res_scheduler=schedulers["super_res_scheduler"])
    only_decoding = {k: v for k, v in STEPS.items() if not k.startswith("prior")}
    pictures = {
        "words": picture(painting(PROMPT, generator=seeded(), output_type="np", prior_guidance_scale=4.0, decoder_guidance_scale=3.0, **STEPS)),
        "no guidance": picture(painting(PROMPT, generator=seeded(), output_type="np", prior_guidance_scale=1.0, decoder_guidance_scale=1.0, **STEPS)),
        "variation": picture(varying(photograph(), generator=seeded(), output_type="np", decoder_guidance_scale=3.0, **only_decoding)),
    }
    built = {"prior": prior, "text_proj": words, "decoder": decoder, "super_res_first": first, "super_res_last": last, "text_encoder": text, "image_encoder": vision}
    configs = {name: settings(net.config, type(net).__name__) for name, net in built.items() if name not in ("text_encoder", "image_encoder")}
    configs |= {"text_encoder": TEXT | {"architectures": ["CLIPTextModelWithProjection"]}, "image_encoder": VISION}
    out = {"prompt": PROMPT, "seed": SEED, "tokens": count, "side": SIDE, "steps": STEPS, "configs": configs,
           "parameters": {name: parameters(net) for name, net in built.items()},
           "schedulers": {name: settings(s.config, "UnCLIPScheduler") for name, s in schedulers.items()},
           "parts": parts, "pictures": pictures}
    pathlib.Path(__file__).with_name("unclip.json").write_text(json.dumps(out) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
    main()
