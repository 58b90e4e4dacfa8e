#!/usr/bin/env python3
"""Writes pipelines.json: pictures of diffusers' pipelines, from words and a seed, with small networks.

Made with diffusers 0.27.2 and transformers 4.40.2 (and any torch 2.x) from PyPI. Weights by the formula of make_stable_diffusion.py, so that none
are stored; the vocabulary of CLIP's tokeniser from bpe_simple_vocab_16e6.txt.gz (openai/CLIP). Every picture keeps each 13th value of
its [H,W,3] in [0,1]. Input picture and mask by formula as well.
"""
import gzip
import json
import math
import pathlib
import sys
import tempfile

import numpy
import torch
from diffusers import (AutoencoderKL, DDIMScheduler, DEISMultistepScheduler, DPMSolverMultistepScheduler, DPMSolverSinglestepScheduler,
                       EulerAncestralDiscreteScheduler, EulerDiscreteScheduler, HeunDiscreteScheduler, KDPM2DiscreteScheduler, LCMScheduler,
                       LMSDiscreteScheduler, PNDMScheduler, StableDiffusionImg2ImgPipeline, StableDiffusionInpaintPipeline,
                       StableDiffusionInstructPix2PixPipeline, StableDiffusionPipeline, StableDiffusionXLImg2ImgPipeline, StableDiffusionXLPipeline,
                       TCDScheduler, UNet2DConditionModel, UniPCMultistepScheduler)
from PIL import Image
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROMPT, NEGATIVE, SEED, STEPS, WIDTH, HEIGHT = "a red fox in the snow, naive painting, 狐狸", "blurry", 7, 8, 96, 64
NOISE = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1)

UNET = dict(sample_size=8, in_channels=4, out_channels=4, layers_per_block=1, norm_num_groups=8, block_out_channels=[16, 32], attention_head_dim=4,
            down_block_types=["CrossAttnDownBlock2D", "DownBlock2D"], up_block_types=["UpBlock2D", "CrossAttnUpBlock2D"], cross_attention_dim=24)
XL = UNET | dict(attention_head_dim=[2, 4], use_linear_projection=True, transformer_layers_per_block=[1, 2], cross_attention_dim=24 + 40,
                 addition_embed_type="text_time", addition_time_embed_dim=8, projection_class_embeddings_input_dim=8 * 6 + 20)
VAE = dict(block_out_channels=[8, 16, 16, 16], layers_per_block=1, norm_num_groups=4, latent_channels=4, scaling_factor=0.18215,
           down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4)
TEXT = dict(hidden_size=24, intermediate_size=48, num_hidden_layers=3, num_attention_heads=4, vocab_size=49408, max_position_embeddings=77,
            bos_token_id=49406, eos_token_id=49407, hidden_act="quick_gelu")
SECOND = TEXT | dict(architectures=["CLIPTextModelWithProjection"], hidden_size=40, hidden_act="gelu", projection_dim=20)


def wave(shape, step, phase=0.0):
    return torch.sin(torch.arange(math.prod(shape), dtype=torch.float64) * step + phase).view(shape)


def fill(net):
    for k, (name, p) in enumerate(sorted(net.named_parameters())):
        a, b = (1, 0.2) if p.dim() == 1 and name.endswith("weight") else (0, 0.1) if p.dim() == 1 else (0, math.sqrt(2 / p[0].numel()))
        p.data = (a + b * wave(p.shape, 12.9898, 78.233 * k)).float()
    return net.eval()


def described(net, config):
    return {"config": config, "parameters": {name: list(p.shape) for name, p in sorted(net.named_parameters())}}


def tokenizer(pad, folder):
    lines = gzip.open(ROOT / "assets/clip/bpe_simple_vocab_16e6.txt.gz").read().decode().split("\n")
    merges = lines[1:49152 - 256 - 2 + 1]
    shown = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    letters = [chr(b) for b in shown] + [chr(256 + n) for n in range(256 - len(shown))]
    vocabulary = letters + [c + "</w>" for c in letters] + ["".join(m.split()) for m in merges] + ["<|startoftext|>", "<|endoftext|>"]
    pathlib.Path(folder, "vocab.json").write_text(json.dumps({t: i for i, t in enumerate(vocabulary)}))
    pathlib.Path(folder, "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n")
    return CLIPTokenizer(f"{folder}/vocab.json", f"{folder}/merges.txt", model_max_length=77, pad_token=pad)


def picture():
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    rgb = numpy.stack([127 + 120 * numpy.sin(0.07 * x), 127 + 120 * numpy.cos(0.09 * y), 127 + 120 * numpy.sin(0.05 * (x + y))], -1)
    return Image.fromarray(numpy.floor(rgb).astype(numpy.uint8))


def mask():
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    return Image.fromarray(numpy.where((x >= 32) & (x < 80) & (y >= 16), 255, 0).astype(numpy.uint8))


def kept(pipeline, **arguments):
    call = dict(negative_prompt=NEGATIVE, num_inference_steps=STEPS, guidance_scale=2.0, generator=torch.Generator().manual_seed(SEED), output_type="np") | arguments
    image = pipeline(PROMPT, **call).images[0]
    print(type(pipeline).__name__, image.shape, image.mean(), image.std(), file=sys.stderr)
    return [round(float(v), 5) for v in image.flatten()[::13]]


SCHEDULERS = {
    "ddim": (DDIMScheduler, dict(clip_sample=False, set_alpha_to_one=False)), "pndm": (PNDMScheduler, dict(skip_prk_steps=True, set_alpha_to_one=False)),
    "euler": (EulerDiscreteScheduler, {}), "euler_a": (EulerAncestralDiscreteScheduler, {}), "heun": (HeunDiscreteScheduler, {}),
    "dpm2": (KDPM2DiscreteScheduler, {}), "dpm++2m": (DPMSolverMultistepScheduler, {}), "unipc": (UniPCMultistepScheduler, {}),
    "lms": (LMSDiscreteScheduler, {}), "deis": (DEISMultistepScheduler, {}), "euler trailing": (EulerDiscreteScheduler, dict(timestep_spacing="trailing")),
    "dpm++2m trailing": (DPMSolverMultistepScheduler, dict(timestep_spacing="trailing")),
    "lcm": (LCMScheduler, dict(set_alpha_to_one=True)), "tcd": (TCDScheduler, dict(set_alpha_to_one=True)),
}


def main():
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        tokens, second_tokens = tokenizer("<|endoftext|>", one), tokenizer("!", two)
    nets = {"unet": (UNet2DConditionModel, UNET), "inpainting": (UNet2DConditionModel, UNET | dict(in_channels=9)),
            "instruct": (UNet2DConditionModel, UNET | dict(in_channels=8)), "xl": (UNet2DConditionModel, XL), "vae": (AutoencoderKL, VAE)}
    built = {name: fill(kind(**config)) for name, (kind, config) in nets.items()}
    text = fill(CLIPTextModel(CLIPTextConfig(**TEXT)))
    second = fill(CLIPTextModelWithProjection(CLIPTextConfig(**SECOND)))
    networks = {name: described(built[name], nets[name][1]) for name in nets} | {"text": described(text, TEXT), "text 2": described(second, SECOND)}

    def parts(unet, scheduler):
        return dict(vae=built["vae"], text_encoder=text, tokenizer=tokens, unet=built[unet], scheduler=scheduler, safety_checker=None, feature_extractor=None,
                    requires_safety_checker=False)

    size = dict(width=WIDTH, height=HEIGHT)
    cases = {}
    for name, (kind, more) in SCHEDULERS.items():
        scheduler = kind(**{k: v for k, v in (NOISE | dict(timestep_spacing="leading") | more).items()})
        cases[name] = {"scheduler": {**scheduler.config, "_class_name": kind.__name__}, "values": kept(StableDiffusionPipeline(**parts("unet", scheduler)), **size)}
    euler = EulerDiscreteScheduler(**NOISE, timestep_spacing="leading")
    described_euler = {**euler.config, "_class_name": "EulerDiscreteScheduler"}
    cases["no guidance"] = {"scheduler": described_euler, "values": kept(StableDiffusionPipeline(**parts("unet", euler)), guidance_scale=1.0, **size)}
    cases["clip skip"] = {"scheduler": described_euler, "values": kept(StableDiffusionPipeline(**parts("unet", euler)), clip_skip=1, guidance_scale=1.0, **size)}  # it skips in the positive prompt alone
    cases["from a picture"] = {"scheduler": described_euler, "values": kept(StableDiffusionImg2ImgPipeline(**parts("unet", euler)), image=picture(), strength=0.6)}
    cases["inpainting"] = {"scheduler": described_euler, "unet": "inpainting",
                           "values": kept(StableDiffusionInpaintPipeline(**parts("inpainting", euler)), image=picture(), mask_image=mask(), strength=1.0, **size)}
    cases["instruct"] = {"scheduler": described_euler, "unet": "instruct",
                         "values": kept(StableDiffusionInstructPix2PixPipeline(**parts("instruct", euler)), image=picture(), image_guidance_scale=1.5)}
    xl = dict(vae=built["vae"], text_encoder=text, text_encoder_2=second, tokenizer=tokens, tokenizer_2=second_tokens, unet=built["xl"], scheduler=euler, add_watermarker=False)
    v = EulerDiscreteScheduler(**NOISE, prediction_type="v_prediction", timestep_spacing="leading")
    zero = DDIMScheduler(**NOISE, clip_sample=False, set_alpha_to_one=False, prediction_type="v_prediction", timestep_spacing="trailing", rescale_betas_zero_snr=True)
    for name, scheduler, more in (("v prediction", v, dict(guidance_rescale=0.7)), ("zero terminal SNR", zero, {})):
        pipeline = StableDiffusionXLPipeline(**xl | dict(scheduler=scheduler), force_zeros_for_empty_prompt=True)
        cases[name] = {"scheduler": {**scheduler.config, "_class_name": type(scheduler).__name__}, "unet": "xl", "values": kept(pipeline, **size, **more)}
    cases["XL"] = {"scheduler": described_euler, "unet": "xl", "values": kept(StableDiffusionXLPipeline(**xl, force_zeros_for_empty_prompt=True), **size)}
    cases["XL, no negative prompt"] = {"scheduler": described_euler, "unet": "xl",
                                       "values": kept(StableDiffusionXLPipeline(**xl, force_zeros_for_empty_prompt=True), negative_prompt=None, **size)}
    out = {"prompt": PROMPT, "negative": NEGATIVE, "seed": SEED, "steps": STEPS, "width": WIDTH, "height": HEIGHT, "guidance": 2.0, "networks": networks, "cases": cases}
    text_out = json.dumps(out, ensure_ascii=False, default=lambda o: None).replace("-Infinity", "null")
    pathlib.Path(__file__).with_name("pipelines.json").write_text(text_out + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
