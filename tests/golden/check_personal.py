#!/usr/bin/env python3
"""check_personal.py INKSTONE: what `inkstone train lora` and `textual-inversion` write loads in diffusers and paints the same.

A small pipeline of random weights is saved by diffusers; the program trains on it from three pictures for a few steps at a high rate, and both
programs paint from the same seed with and without the file. Made with diffusers 0.27.2 and transformers 4.40.2 from PyPI.
"""
import math
import pathlib
import subprocess
import sys
import tempfile

import diffusers
import numpy
import torch
import transformers
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from make_pipelines import NOISE, TEXT, UNET, VAE, fill, tokenizer  # noqa: E402

PROMPT, SIZE, STEPS, SEED = "a photo of <mine> fox", 64, 8, 7


def run(inkstone, *arguments):
    subprocess.run([inkstone, *map(str, arguments), "-q", "-t", "1"], check=True, stdout=subprocess.DEVNULL)


def pipeline(tokens):
    unet, vae, text = diffusers.UNet2DConditionModel(**UNET), diffusers.AutoencoderKL(**VAE), transformers.CLIPTextModel(transformers.CLIPTextConfig(**TEXT))
    return diffusers.StableDiffusionPipeline(unet=fill(unet), vae=fill(vae), text_encoder=fill(text), tokenizer=tokens, safety_checker=None, feature_extractor=None,
                                             requires_safety_checker=False, scheduler=diffusers.EulerDiscreteScheduler(**NOISE, timestep_spacing="leading"))


def painted(pipe, prompt):
    return pipe(prompt, num_inference_steps=STEPS, guidance_scale=2.0, generator=torch.Generator().manual_seed(SEED), output_type="np", width=SIZE, height=SIZE).images[0]


def ours(inkstone, folder, name, prompt, *more):
    run(inkstone, "paint", prompt, "-m", folder / "base", "-o", folder / f"{name}.png", "--steps", STEPS, "--guidance", 2, "-s", SEED, "-W", SIZE, "-H", SIZE, "--type", "f32", *more)
    return numpy.asarray(Image.open(folder / f"{name}.png").convert("RGB"), dtype=float) / 255


def psnr(a, b):
    return -10 * math.log10(max(1e-12, float(numpy.square(a - b).mean())))


def main(inkstone):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "images").mkdir(), (folder / "tokens").mkdir()
        tokens = tokenizer("<|endoftext|>", folder / "tokens")
        pipeline(tokens).save_pretrained(folder / "base")
        for k in range(3):
            run(inkstone, "paint", "-m", "procedural/julia", "-s", k, "-W", SIZE, "-H", SIZE, "-o", folder / f"images/{k}.png")
        common = ("--model", folder / "base", "--images", folder / "images", "--token", "<mine>", "--class", "fox", "--width", SIZE, "--height", SIZE, "--sample-every", 0, "--batch", 2)
        run(inkstone, "train", "lora", *common, "--rank", 4, "--train-text", "--target", "all", "--steps", 12, "--learning-rate", 2e-2, "-o", folder / "mine")
        run(inkstone, "train", "textual-inversion", *common, "--vectors", 2, "--steps", 12, "--learning-rate", 3, "-o", folder / "word")

        base = painted(pipeline(tokens), PROMPT)
        results = {"base": psnr(base, ours(inkstone, folder, "base", PROMPT))}
        pipe = pipeline(tokens)
        pipe.load_lora_weights(str(folder / "mine/mine.safetensors"))
        theirs = painted(pipe, PROMPT)
        results["lora"] = psnr(theirs, ours(inkstone, folder, "lora", PROMPT + " <lora:mine:1>", "--lora-model-dir", folder / "mine"))
        changed = psnr(theirs, base)
        pipe = pipeline(tokenizer("<|endoftext|>", folder / "tokens"))
        pipe.load_textual_inversion(str(folder / "word/mine.safetensors"))
        theirs = painted(pipe, PROMPT)
        results["word"] = psnr(theirs, ours(inkstone, folder, "word", PROMPT, "--embd-dir", folder / "word"))
        print({k: round(v, 1) for k, v in results.items()}, "dB; changed by the adapter:", round(changed, 1), "dB, by the word:", round(psnr(theirs, base), 1), "dB")
        assert min(results.values()) > 40 and changed < 35, results


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(sys.argv[1])
