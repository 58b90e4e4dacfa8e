#!/usr/bin/env python3
"""check_stable_diffusion_export.py INKSTONE: what `inkstone models convert` writes, loads in diffusers and gives the same.

Small pipelines of random weights are saved by diffusers (as safetensors, fp16 variants and .bin), converted to one file in the original
layout, from there to a diffusers folder again, and loaded: every network's output must be bit-equal, tokens included. The names in the one
file are also held to diffusers' own converter of original checkpoints. Made with diffusers 0.27.2 and transformers 4.40.2 from PyPI.
"""
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile

import diffusers
import safetensors.torch
import torch
import transformers
from diffusers.pipelines.stable_diffusion import convert_from_ckpt as original

TEXT = dict(vocab_size=49408, hidden_size=32, intermediate_size=64, num_hidden_layers=3, num_attention_heads=4, max_position_embeddings=77)
UNET = dict(sample_size=16, in_channels=4, out_channels=4, layers_per_block=1, norm_num_groups=8, cross_attention_dim=32)
SD1 = UNET | dict(block_out_channels=[16, 32, 32], attention_head_dim=4, down_block_types=["CrossAttnDownBlock2D"] * 2 + ["DownBlock2D"], up_block_types=["UpBlock2D"] + ["CrossAttnUpBlock2D"] * 2)
XL = UNET | dict(block_out_channels=[16, 32, 32], attention_head_dim=[2, 4, 4], use_linear_projection=True, transformer_layers_per_block=[1, 2, 2], cross_attention_dim=64,
                 down_block_types=["DownBlock2D"] + ["CrossAttnDownBlock2D"] * 2, up_block_types=["CrossAttnUpBlock2D"] * 2 + ["UpBlock2D"],
                 addition_embed_type="text_time", addition_time_embed_dim=8, projection_class_embeddings_input_dim=6 * 8 + 24)
VAE = dict(block_out_channels=[16, 32], norm_num_groups=8, layers_per_block=1, down_block_types=["DownEncoderBlock2D"] * 2, up_block_types=["UpDecoderBlock2D"] * 2)


def text(projection=None, **more):
    config = transformers.CLIPTextConfig(**TEXT, **more, **({} if projection is None else dict(projection_dim=projection)))
    return (transformers.CLIPTextModel if projection is None else transformers.CLIPTextModelWithProjection)(config).eval()


def tokenizer(folder, pad):
    """Of openai/CLIP, built from its list of merges, independently of what the program writes."""
    root = pathlib.Path(__file__).parents[2]
    lines = gzip.open(root / "assets/clip/bpe_simple_vocab_16e6.txt.gz", "rt", encoding="utf-8").read().split("\n")[: 49152 - 256 - 2 + 1]
    byte_names = list(transformers.models.clip.tokenization_clip.bytes_to_unicode().values())
    tokens = byte_names + [b + "</w>" for b in byte_names] + ["".join(line.split()) for line in lines[1:]] + ["<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({token: i for i, token in enumerate(tokens)}), encoding="utf-8")
    (folder / "merges.txt").write_text("\n".join(lines), encoding="utf-8")
    return transformers.CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=77, pad_token=pad)


def pipelines(tokens, exclamation):
    # OpenCLIP's encoders were trained on texts padded with token 0, an exclamation mark
    schedule = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1, clip_sample=False, set_alpha_to_one=False)
    plain = dict(safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    ddim = lambda **more: diffusers.DDIMScheduler(**schedule, **more)
    unet, vae = diffusers.UNet2DConditionModel, diffusers.AutoencoderKL
    yield "sd1", diffusers.StableDiffusionPipeline(unet=unet(**SD1), vae=vae(**VAE), text_encoder=text(), tokenizer=tokens, scheduler=ddim(), **plain)
    yield "sd2", diffusers.StableDiffusionPipeline(unet=unet(**SD1 | dict(use_linear_projection=True, attention_head_dim=[2, 4, 4])), vae=vae(**VAE), text_encoder=text(hidden_act="gelu"), tokenizer=exclamation,
                                                   scheduler=ddim(prediction_type="v_prediction"), **plain)
    yield "inpaint", diffusers.StableDiffusionInpaintPipeline(unet=unet(**SD1 | dict(in_channels=9)), vae=vae(**VAE), text_encoder=text(), tokenizer=tokens, scheduler=ddim(), **plain)
    yield "pix2pix", diffusers.StableDiffusionInstructPix2PixPipeline(unet=unet(**SD1 | dict(in_channels=8)), vae=vae(**VAE), text_encoder=text(), tokenizer=tokens, scheduler=ddim(), **plain)
    yield "xl", diffusers.StableDiffusionXLPipeline(unet=unet(**XL), vae=vae(**VAE), text_encoder=text(), text_encoder_2=text(24, hidden_act="gelu"), tokenizer=tokens, tokenizer_2=exclamation, scheduler=ddim())
    refiner = XL | dict(cross_attention_dim=1280, projection_class_embeddings_input_dim=5 * 8 + 24)
    yield "refiner", diffusers.StableDiffusionXLImg2ImgPipeline(unet=unet(**refiner), vae=vae(**VAE), text_encoder=None, text_encoder_2=text(24, hidden_act="gelu"), tokenizer=None, tokenizer_2=exclamation,
                                                                scheduler=ddim(), requires_aesthetics_score=True)


def outputs(pipe):
    generator = torch.Generator().manual_seed(5)
    draw = lambda *shape: torch.randn(shape, generator=generator).to(pipe.unet.dtype)
    c = pipe.unet.config
    added = None
    if c.addition_embed_type:
        ids = (c.projection_class_embeddings_input_dim - 24) // c.addition_time_embed_dim
        added = dict(text_embeds=draw(2, 24), time_ids=draw(2, ids))
    result = [pipe.unet(draw(2, c.in_channels, 16, 16), 7, draw(2, 5, c.cross_attention_dim), added_cond_kwargs=added).sample]
    result += [pipe.vae.encode(draw(1, 3, 32, 32)).latent_dist.parameters, pipe.vae.decode(draw(1, 4, 8, 8)).sample]
    for tokens, encoder in [(pipe.tokenizer, pipe.text_encoder), (getattr(pipe, "tokenizer_2", None), getattr(pipe, "text_encoder_2", None))]:
        if encoder is not None:
            ids = tokens(["a fox's den, 42 Éclairs", ""], padding="max_length", max_length=77, truncation=True, return_tensors="pt").input_ids
            result += [ids, *encoder(ids, output_hidden_states=True).hidden_states]
            if hasattr(encoder, "text_projection"):
                result.append(encoder(ids).text_embeds)
    return result


def check_original_names(pipe, file):
    """diffusers' own converter must find the same tensors in our single file."""
    state = safetensors.torch.load_file(file)
    # it cuts by position and asks for proj_in of its own shape; the config is that of the network
    unet = original.convert_ldm_unet_checkpoint(dict(state), dict(pipe.unet.config))
    assert set(unet) == set(pipe.unet.state_dict()), set(unet) ^ set(pipe.unet.state_dict())
    assert all(torch.equal(unet[k], v) for k, v in pipe.unet.state_dict().items())
    vae = original.convert_ldm_vae_checkpoint(dict(state), dict(pipe.vae.config))
    assert set(vae) == set(pipe.vae.state_dict()), set(vae) ^ set(pipe.vae.state_dict())
    assert all(torch.equal(vae[k], v) for k, v in pipe.vae.state_dict().items())


def convert(inkstone, source, target, *more):
    subprocess.run([inkstone, "models", "convert", str(source), str(target), *more], check=True, stdout=subprocess.DEVNULL)


@torch.no_grad()
def main(inkstone, folder):
    torch.manual_seed(0)
    for name, pipe in pipelines(tokenizer(folder, "<|endoftext|>"), tokenizer(folder, "!")):
        want = outputs(pipe)
        for way, options in {"safetensors": {}, "fp16 variant": dict(variant="fp16"), "bin": dict(safe_serialization=False)}.items():
            start = folder / f"{name}-{way.replace(' ', '-')}"
            pipe.save_pretrained(start, **options)
            one, back = start.with_suffix(".safetensors"), folder / f"{start.name}-back"
            convert(inkstone, start, one)
            convert(inkstone, one, back)
            check_original_names(pipe, one)
            got = outputs(type(pipe).from_pretrained(back))
            assert len(got) == len(want) and all(torch.equal(a, b) for a, b in zip(got, want)), (name, way)
            print(f"{name:8} {way:12} {len(want)} outputs bit-equal")
        for dtype, named in {torch.float16: "f16", torch.bfloat16: "bf16"}.items():
            back = folder / f"{name}-{named}"
            convert(inkstone, folder / f"{name}-safetensors", back, "--type", named)
            loaded = type(pipe).from_pretrained(back, torch_dtype=dtype)
            assert all(torch.equal(v, pipe.unet.state_dict()[k].to(dtype)) for k, v in loaded.unet.state_dict().items()), (name, named)
            print(f"{name:8} {named:12} weights equal")


if __name__ == "__main__":
    assert diffusers.__version__ == "0.27.2" and transformers.__version__ == "4.40.2"
    with tempfile.TemporaryDirectory() as scratch:
        main(sys.argv[1], pathlib.Path(scratch))
