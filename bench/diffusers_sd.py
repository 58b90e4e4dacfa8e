#!/usr/bin/env python3
"""One picture by diffusers in bfloat16, channels-last, Euler, timed part by part as `inkstone bench sd` reads it.

MODEL is sd15.safetensors or the like; what is read is the diffusers folder sd15 beside it (`inkstone models convert sd15.safetensors sd15`).

    diffusers_sd.py MODEL PROMPT WIDTH HEIGHT STEPS GUIDANCE THREADS OUTPUT
"""
import pathlib
import sys
import time

START = time.monotonic()
sys.modules.setdefault("torchvision", None)  # not needed, and often of another torch

import torch
from diffusers import EulerDiscreteScheduler, StableDiffusionPipeline

model, prompt, width, height, steps, guidance, threads, output = sys.argv[1:]
torch.set_num_threads(int(threads))
pipe = StableDiffusionPipeline.from_pretrained(pathlib.Path(model).with_suffix(""), torch_dtype=torch.bfloat16, safety_checker=None,
                                               requires_safety_checker=False, local_files_only=True)
pipe.scheduler = EulerDiscreteScheduler.from_config(pipe.scheduler.config)
pipe.unet.to(memory_format=torch.channels_last)
pipe.vae.to(memory_format=torch.channels_last)
pipe.set_progress_bar_config(disable=True)
ends = []


def note(pipe, step, timestep, values):
    ends.append(time.monotonic())
    return values


picture = pipe(prompt, width=int(width), height=int(height), num_inference_steps=int(steps), guidance_scale=float(guidance),
               callback_on_step_end=note, generator=torch.Generator().manual_seed(0)).images[0]
decoded = time.monotonic()
picture.save(output)
evaluation = (ends[-1] - ends[0]) / (len(ends) - 1)
print(f"evaluation seconds {evaluation:.3f}")
print(f"decode seconds {decoded - ends[-1]:.3f}")
print(f"first step seconds {ends[0] - evaluation - START:.3f}")
