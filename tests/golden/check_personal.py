#!/usr/bin/env python3
"""check_personal.py INKSTONE: what `inkstone train lora` and `textual-inversion` write loads in diffusers and paints the same.

Small pipelines of random weights, of SD 1 and XL, are saved by diffusers; the program trains on them from three pictures for a few steps at a high rate, and both
programs paint from the same seed with and without the file. Made with diffusers 0.27.2 and transformers 4.40.2 from PyPI.
"""
import math
import pathlib
import subprocess
import sys
import tempfile

import diffusers
import numpy
import safetensors.torch
import torch
import transformers
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from make_pipelines import NOISE, SECOND, TEXT, UNET, VAE, XL, fill, tokenizer  # noqa: E402

PROMPT, SIZE, STEPS, SEED = "a photo of <mine> fox", 64, 8, 7


def run(inkstone, *arguments):
    subprocess.run([inkstone, *map(str, arguments), "-q", "-t", "1"], check=True, stdout=subprocess.DEVNULL)


def pipeline(folder, xl=False):
    noise = diffusers.EulerDiscreteScheduler(**NOISE, timestep_spacing="leading")
    parts = dict(unet=fill(diffusers.UNet2DConditionModel(**(XL if xl else UNET))), vae=fill(diffusers.AutoencoderKL(**VAE)), scheduler=noise,
                 text_encoder=fill(transformers.CLIPTextModel(transformers.CLIPTextConfig(**TEXT))), tokenizer=tokenizer("<|endoftext|>", folder))
    if not xl:
        return diffusers.StableDiffusionPipeline(**parts, safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    second = fill(transformers.CLIPTextModelWithProjection(transformers.CLIPTextConfig(**SECOND)))
    return diffusers.StableDiffusionXLPipeline(**parts, text_encoder_2=second, tokenizer_2=tokenizer("!", folder), add_watermarker=False)


def insert(pipe, file):
    if not hasattr(pipe, "text_encoder_2"):
        return pipe.load_textual_inversion(str(file))
    vectors = safetensors.torch.load_file(str(file))
    pipe.load_textual_inversion(vectors["clip_l"], token="<mine>", text_encoder=pipe.text_encoder, tokenizer=pipe.tokenizer)
    pipe.load_textual_inversion(vectors["clip_g"], token="<mine>", text_encoder=pipe.text_encoder_2, tokenizer=pipe.tokenizer_2)


def painted(pipe, prompt):
    return pipe(prompt, num_inference_steps=STEPS, guidance_scale=2.0, generator=torch.Generator().manual_seed(SEED), output_type="np", width=SIZE, height=SIZE).images[0]


def ours(inkstone, folder, name, prompt, *more):
    run(inkstone, "paint", prompt, "-m", folder / "base", "-o", folder / f"{name}.png", "--steps", STEPS, "--guidance", 2, "-s", SEED, "-W", SIZE, "-H", SIZE, "--type", "f32", *more)
    return numpy.asarray(Image.open(folder / f"{name}.png").convert("RGB"), dtype=float) / 255


def psnr(a, b):
    return -10 * math.log10(max(1e-12, float(numpy.square(a - b).mean())))


def check(inkstone, folder, xl):
    (folder / "images").mkdir(parents=True), (folder / "tokens").mkdir()
    fresh = lambda: pipeline(folder / "tokens", xl)
    fresh().save_pretrained(folder / "base")
    for k in range(3):
        run(inkstone, "paint", "-m", "procedural/julia", "-s", k, "-W", SIZE, "-H", SIZE, "-o", folder / f"images/{k}.png")
    common = ("--model", folder / "base", "--images", folder / "images", "--token", "<mine>", "--class", "fox", "--width", SIZE, "--height", SIZE, "--sample-every", 0, "--batch", 2)
    run(inkstone, "train", "lora", *common, "--rank", 4, "--train-text", "--target", "all", "--steps", 12, "--learning-rate", 2e-2, "-o", folder / "mine")
    run(inkstone, "train", "textual-inversion", *common, "--vectors", 2, "--steps", 12, "--learning-rate", 3, "-o", folder / "word")

    base = painted(fresh(), PROMPT)
    results = {"base": psnr(base, ours(inkstone, folder, "base", PROMPT))}
    pipe = fresh()
    pipe.load_lora_weights(str(folder / "mine/mine.safetensors"))
    adapted = painted(pipe, PROMPT)
    results["lora"] = psnr(adapted, ours(inkstone, folder, "lora", PROMPT + " <lora:mine:1>", "--lora-model-dir", folder / "mine"))
    pipe = fresh()
    insert(pipe, folder / "word/mine.safetensors")
    called = painted(pipe, PROMPT)
    results["word"] = psnr(called, ours(inkstone, folder, "word", PROMPT, "--embd-dir", folder / "word"))
    changes = {"lora": psnr(adapted, base), "word": psnr(called, base)}
    print("XL" if xl else "SD 1", {k: round(v, 1) for k, v in results.items()}, "dB between the programs; changed by", {k: round(v, 1) for k, v in changes.items()}, "dB")
    assert min(results.values()) > 50 and max(changes.values()) < 45, (results, changes)


def main(inkstone):
    with tempfile.TemporaryDirectory() as name:
        for xl in (False, True):
            check(inkstone, pathlib.Path(name) / ("xl" if xl else "sd1"), xl)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(sys.argv[1])
