#!/usr/bin/env python3
"""Writes guided_pipelines.json: pictures of diffusers' pipelines that are steered by other networks or enlarged, with small networks.

Made with diffusers 0.27.2, transformers 4.40.2, peft 0.10.0 (and any torch 2.x) from PyPI. Networks, prompt, picture and seed are those of
make_pipelines.py; ControlNets and T2I-Adapter by the same formula of weights, the adapter (LoRA) and the embedding by their own, below.
Seamless pictures: circular padding in every convolution of U-Net and autoencoder, of x and y, or of x alone. The high-resolution pass: latents
of a picture, enlarged bilinearly to twice the size, through the pipeline that starts from pictures.
"""
import json
import pathlib
import sys
import tempfile

import torch
from diffusers import (AutoencoderKL, ControlNetModel, EulerDiscreteScheduler, StableDiffusionAdapterPipeline, StableDiffusionControlNetPipeline,
                       StableDiffusionImg2ImgPipeline, StableDiffusionPipeline, T2IAdapter, UNet2DConditionModel)
from transformers import CLIPTextConfig, CLIPTextModel

from make_pipelines import HEIGHT, NEGATIVE, NOISE, PROMPT, SEED, STEPS, TEXT, UNET, VAE, WIDTH, described, fill, kept, picture, tokenizer

CONTROL = dict(in_channels=4, conditioning_channels=3, down_block_types=UNET["down_block_types"], block_out_channels=UNET["block_out_channels"], layers_per_block=1,
               norm_num_groups=8, cross_attention_dim=24, attention_head_dim=4, conditioning_embedding_out_channels=[4, 8, 12, 16])
ADAPTER = dict(in_channels=3, channels=[16, 32], num_res_blocks=1, downscale_factor=8, adapter_type="full_adapter")
LORA_RANK, LORA_ALPHA, LORA_STRENGTH = 3, 2.0, 0.8
WORD, VECTORS = "<fox>", 2


def weaker(net, factor):
    for p in net.parameters():
        p.data *= factor
    return net


def lora_of(unet, text):
    """kohya's names over every attention of the U-Net and every projection of the text encoder."""
    state, k = {}, 0
    layers = [("lora_unet_", name, m) for name, m in unet.named_modules() if name.endswith(("to_q", "to_k", "to_v", "to_out.0"))]
    layers += [("lora_te_", name, m) for name, m in text.named_modules() if name.endswith(("q_proj", "k_proj", "v_proj", "out_proj"))]
    for prefix, name, m in sorted(layers, key=lambda layer: layer[0] + layer[1]):
        key = prefix + name.replace(".", "_")
        for role, shape in (("lora_down", (LORA_RANK, m.in_features)), ("lora_up", (m.out_features, LORA_RANK))):
            count = shape[0] * shape[1]
            state[f"{key}.{role}.weight"] = (0.4 * torch.sin(torch.arange(count, dtype=torch.float64) * 0.7 + k)).view(shape).float()
            k += 1
        state[f"{key}.alpha"] = torch.tensor(LORA_ALPHA)
    return state


def circular(nets, x_alone):
    def forward(self, x, weight, bias):
        across, down = self._reversed_padding_repeated_twice[:2], self._reversed_padding_repeated_twice[2:]
        x = torch.nn.functional.pad(x, (*across, 0, 0), mode="circular")
        x = torch.nn.functional.pad(x, (0, 0, *down), mode="constant" if x_alone else "circular")
        return torch.nn.functional.conv2d(x, weight, bias, self.stride, 0, self.dilation, self.groups)

    for net in nets:
        for m in net.modules():
            if isinstance(m, torch.nn.Conv2d):
                m._conv_forward = forward.__get__(m)
    return nets


def main():
    with tempfile.TemporaryDirectory() as one:
        tokens = tokenizer("<|endoftext|>", one)

    def fresh():
        return dict(vae=fill(AutoencoderKL(**VAE)), text_encoder=fill(CLIPTextModel(CLIPTextConfig(**TEXT))), tokenizer=tokens, unet=fill(UNet2DConditionModel(**UNET)),
                    scheduler=EulerDiscreteScheduler(**NOISE, timestep_spacing="leading"), safety_checker=None, feature_extractor=None, requires_safety_checker=False)

    control, adapter = fill(ControlNetModel(**CONTROL)), fill(T2IAdapter(**ADAPTER))
    size = dict(width=WIDTH, height=HEIGHT)
    cases = {}
    cases["control"] = kept(StableDiffusionControlNetPipeline(**fresh(), controlnet=control), image=picture(), controlnet_conditioning_scale=0.8, **size)
    cases["control of some steps"] = kept(StableDiffusionControlNetPipeline(**fresh(), controlnet=control), image=picture(), control_guidance_start=0.25,
                                          control_guidance_end=0.75, **size)
    cases["two controls"] = kept(StableDiffusionControlNetPipeline(**fresh(), controlnet=[control, weaker(fill(ControlNetModel(**CONTROL)), 0.9)]),
                                 image=[picture(), picture().transpose(0)], controlnet_conditioning_scale=[0.8, 0.5], **size)
    cases["adapter"] = kept(StableDiffusionAdapterPipeline(**fresh(), adapter=adapter), image=picture(), adapter_conditioning_scale=0.7, **size)

    parts = fresh()
    lora = lora_of(parts["unet"], parts["text_encoder"])
    pipeline = StableDiffusionPipeline(**parts)
    pipeline.load_lora_weights(dict(lora))
    pipeline.fuse_lora(lora_scale=LORA_STRENGTH)
    cases["lora"] = kept(pipeline, **size)

    parts = fresh() | dict(vae=circular([fill(AutoencoderKL(**VAE))], False)[0], unet=circular([fill(UNet2DConditionModel(**UNET))], False)[0])
    cases["seamless"] = kept(StableDiffusionPipeline(**parts), **size)
    parts = fresh() | dict(vae=circular([fill(AutoencoderKL(**VAE))], True)[0], unet=circular([fill(UNet2DConditionModel(**UNET))], True)[0])
    cases["seamless in x"] = kept(StableDiffusionPipeline(**parts), **size)

    parts = fresh()
    latents = StableDiffusionPipeline(**parts)(PROMPT, negative_prompt=NEGATIVE, num_inference_steps=STEPS, guidance_scale=2.0,
                                               generator=torch.Generator().manual_seed(SEED), output_type="latent", **size).images
    large = torch.nn.functional.interpolate(latents, size=(HEIGHT // 4, WIDTH // 4), mode="bilinear")
    cases["high resolution"] = kept(StableDiffusionImg2ImgPipeline(**parts), image=large, strength=0.6)[::4]

    pipeline = StableDiffusionPipeline(**fresh())
    vectors = 0.3 * torch.sin(torch.arange(VECTORS * TEXT["hidden_size"], dtype=torch.float64) * 0.37).view(VECTORS, -1).float()
    pipeline.load_textual_inversion(vectors, token=WORD)
    call = dict(negative_prompt=NEGATIVE, num_inference_steps=STEPS, guidance_scale=2.0, generator=torch.Generator().manual_seed(SEED), output_type="np")
    image = pipeline(f"a {WORD} in the snow", **call, **size).images[0]
    cases["embedding"] = [round(float(v), 5) for v in image.flatten()[::13]]

    networks = {"control": described(control, CONTROL), "adapter": described(adapter, ADAPTER)}
    out = {"networks": networks, "lora": {"rank": LORA_RANK, "alpha": LORA_ALPHA, "strength": LORA_STRENGTH, "parts": {k: list(v.shape) for k, v in lora.items()}},
           "embedding": {"word": WORD, "vectors": VECTORS}, "cases": cases}
    pathlib.Path(__file__).with_name("guided_pipelines.json").write_text(json.dumps(out) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
