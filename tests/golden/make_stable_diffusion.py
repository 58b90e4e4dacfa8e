#!/usr/bin/env python3
"""Writes stable_diffusion.json: outputs of diffusers' networks in small configurations of the real architectures, float64.

Made with diffusers 0.27.2 (and any torch 2.x) from PyPI. Weights by formula, so that none are stored: of the k-th parameter by sorted name,
value i (row-major) is a + b sin(12.9898 i + 78.233 k), rounded to float32; a = 1, b = 0.2 for weights of one dimension; a = 0, b = 0.1 for
biases; else a = 0, b = sqrt(2 / fan in). Inputs: latents sin(0.37 i), prompts sin(0.23 i), pooled prompts sin(0.31 i), sizes 64 (i mod 7),
times 321 n + 1, pictures sin(0.17 i), residuals 0.1 sin(0.13 i + place). Only fields that differ from the defaults matter; all are written.
"""
import json
import math
import pathlib

import diffusers
import torch

UNET = dict(sample_size=16, in_channels=4, out_channels=4, layers_per_block=1, norm_num_groups=8, cross_attention_dim=24)
SD1 = UNET | dict(block_out_channels=[16, 32, 32], attention_head_dim=4,
                  down_block_types=["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"], up_block_types=["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"])
XL = UNET | dict(block_out_channels=[16, 32, 48], attention_head_dim=[2, 4, 6], use_linear_projection=True, transformer_layers_per_block=[1, 2, 3],
                 down_block_types=["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"], up_block_types=["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
                 addition_embed_type="text_time", addition_time_embed_dim=8, projection_class_embeddings_input_dim=8 * 6 + 20)
UNETS = {
    "SD 1": dict(config=SD1, size=[16, 16]),
    "SD 1, odd and not square": dict(config=SD1 | dict(layers_per_block=2), size=[9, 15]),
    "SD 2": dict(config=SD1 | dict(use_linear_projection=True, attention_head_dim=[2, 4, 4], upcast_attention=True), size=[8, 12]),
    "inpainting": dict(config=SD1 | dict(in_channels=9), size=[8, 8]),
    "editing by instruction": dict(config=SD1 | dict(in_channels=8), size=[8, 8]),
    "guidance embedded": dict(config=SD1 | dict(time_cond_proj_dim=16), size=[8, 8]),
    "noise level": dict(config=SD1 | dict(num_class_embeds=10, in_channels=7), size=[8, 8]),
    "XL": dict(config=XL, size=[12, 8]),
    "XL refiner": dict(config=XL | dict(block_out_channels=[16, 32, 48, 48], attention_head_dim=[2, 4, 6, 6], transformer_layers_per_block=2,
                                        down_block_types=["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
                                        up_block_types=["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
                                        projection_class_embeddings_input_dim=8 * 5 + 20), ids=5, size=[16, 24]),
}
KL = dict(block_out_channels=[16, 32, 32], layers_per_block=1, norm_num_groups=8, latent_channels=4,
          down_block_types=["DownEncoderBlock2D"] * 3, up_block_types=["UpDecoderBlock2D"] * 3)
AUTOENCODERS = {"KL": dict(config=KL, size=[24, 16]), "KL, two blocks, four levels": dict(config=KL | dict(
    block_out_channels=[8, 16, 16, 32], layers_per_block=2, down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4), size=[40, 24])}
TINY = {"TAESD": dict(config=dict(encoder_block_out_channels=[16] * 4, decoder_block_out_channels=[16] * 4), size=[24, 40])}
CONTROL = {
    "SD 1": dict(config={k: v for k, v in SD1.items() if k not in ("sample_size", "out_channels", "up_block_types")} | dict(conditioning_embedding_out_channels=[8, 8, 16, 16]), size=[12, 8]),
    "XL": dict(config={k: v for k, v in XL.items() if k not in ("sample_size", "out_channels", "up_block_types")} | dict(conditioning_embedding_out_channels=[8, 8, 16, 16]), size=[8, 8]),
    "BGR, pooled": dict(config={k: v for k, v in SD1.items() if k not in ("sample_size", "out_channels", "up_block_types")} | dict(
        conditioning_embedding_out_channels=[8, 8, 16, 16], controlnet_conditioning_channel_order="bgr", global_pool_conditions=True), size=[8, 8]),
}

ADAPTERS = {
    "full": dict(unet=SD1, config=dict(channels=[16, 32, 32], num_res_blocks=2, downscale_factor=8, adapter_type="full_adapter"), size=[12, 8]),
    "light": dict(unet=SD1, config=dict(channels=[16, 32], num_res_blocks=2, downscale_factor=8, adapter_type="light_adapter"), size=None),
    "XL": dict(unet=XL, config=dict(channels=[16, 32, 48, 48], num_res_blocks=1, downscale_factor=16, adapter_type="full_adapter_xl"), size=[12, 8]),
}


def wave(shape, step, phase=0.0):
    return torch.sin(torch.arange(math.prod(shape), dtype=torch.float64) * step + phase).view(shape)


def fill(net):
    for k, (name, p) in enumerate(sorted(net.named_parameters())):
        a, b = (1, 0.2) if p.dim() == 1 and name.endswith("weight") else (0, 0.1) if p.dim() == 1 else (0, math.sqrt(2 / p[0].numel()))
        p.data = (a + b * wave(p.shape, 12.9898, 78.233 * k)).float().double()
    return net.double().eval()


def summary(t):
    t = t.detach().contiguous().flatten()
    return {"norm": float(t.norm()), "values": [round(v, 9) for v in t[:: max(1, t.numel() // 48)].tolist()]}


def inputs(config, n, size, ids):
    x = wave([n, config["in_channels"], *size], 0.37).float().double()
    time = torch.arange(n, dtype=torch.float64) * 321 + 1
    context = wave([n, 7, config["cross_attention_dim"]], 0.23).float().double()
    added = None
    if config.get("addition_embed_type"):
        pooled = wave([n, config["projection_class_embeddings_input_dim"] - ids * config["addition_time_embed_dim"]], 0.31).float().double()
        added = dict(text_embeds=pooled, time_ids=(torch.arange(n * ids, dtype=torch.float64) % 7 * 64).view(n, ids))
    return x, time, context, added


def names_of(net):
    return {name: list(p.shape) for name, p in sorted(net.state_dict().items())}


def unet(case):
    net, n, ids = fill(diffusers.UNet2DConditionModel(**case["config"])), 2, case.get("ids", 6)
    x, time, context, added = inputs(case["config"], n, case["size"], ids)
    more = {}
    if case["config"].get("time_cond_proj_dim"):
        more["timestep_cond"] = wave([n, case["config"]["time_cond_proj_dim"]], 0.41).float().double()
    if case["config"].get("num_class_embeds"):
        more["class_labels"] = torch.arange(n) + 3
    with torch.no_grad():
        plain = net(x, time, context, added_cond_kwargs=added, **more).sample
        widths = [tuple(s.shape) for s in skips_of(net, x, time, context, added, more)]
        residuals = [0.1 * wave(s, 0.13, place).float().double() for place, s in enumerate(widths)]
        steered = net(x, time, context, added_cond_kwargs=added, down_block_additional_residuals=residuals[:-1], mid_block_additional_residual=residuals[-1], **more).sample
        ask = lambda scale=1.0: net(scale * x, time / scale, context, added_cond_kwargs=added, **more).sample
        cached, perturbed, skipped = cached_of(net, ask), perturbed_of(net, ask), skipped_of(net, ask)
    half = lambda t: None if t is None else t.bfloat16()
    with torch.no_grad():  # how far the reference itself strays in bfloat16: networks of random weights magnify rounding
        coarse = net.bfloat16()(half(x), time, half(context), added_cond_kwargs=added and {k: half(v) for k, v in added.items()}, **{
            k: v if k == "class_labels" else half(v) for k, v in more.items()}).sample.double()
    return dict(config=plain_config(net), size=case["size"], ids=ids, parameters=names_of(net), output=summary(plain), steered=summary(steered),
                cached=summary(cached), perturbed=summary(perturbed), skipped=summary(skipped), bfloat16_error=round(float((coarse - plain).norm() / plain.norm()), 4))


def cached_of(net, ask):
    """The answer at half the noise, with what the last two residual blocks take from below as it was at the whole (DeepCache)."""
    block, kept = net.up_blocks[-1].resnets[-2], []
    hook = block.register_forward_pre_hook(lambda m, i: kept.append(i[0]))
    ask()
    hook.remove()
    deep = kept[0].shape[1] - net.config.block_out_channels[0]
    hook = block.register_forward_pre_hook(lambda m, i: (torch.cat([kept[0][:, :deep], i[0][:, deep:]], 1), *i[1:]))
    result = ask(0.5)
    hook.remove()
    return result


def perturbed_of(net, ask):
    """Self-attention of the middle as the identity: out = to_out(to_v(x)) (perturbed-attention guidance)."""
    blocks = [b for a in net.mid_block.attentions for b in a.transformer_blocks]
    class Identity:
        def __call__(self, attn, hidden_states, *_, **__):
            return attn.to_out[0](attn.to_v(hidden_states))
    kept = [b.attn1.processor for b in blocks]
    for b in blocks:
        b.attn1.processor = Identity()
    result = ask()
    for b, processor in zip(blocks, kept):
        b.attn1.processor = processor
    return result


def skipped_of(net, ask):
    """The first transformer block in the order of evaluation passes its input on (skip-layer guidance)."""
    block = next(m for m in net.modules() if type(m).__name__ == "BasicTransformerBlock")
    hook = block.register_forward_hook(lambda m, i, o: i[0])
    result = ask()
    hook.remove()
    return result


def skips_of(net, x, time, context, added, more):
    seen = []
    hooks = [net.conv_in.register_forward_hook(lambda m, i, o: seen.append(o))]
    hooks += [b.register_forward_hook(lambda m, i, o: seen.extend(o[1])) for b in net.down_blocks]
    hooks += [net.mid_block.register_forward_hook(lambda m, i, o: seen.append(o))]
    net(x, time, context, added_cond_kwargs=added, **more)
    for hook in hooks:
        hook.remove()
    return seen


def autoencoder(case):
    net = fill(diffusers.AutoencoderKL(**case["config"]))
    h, w = case["size"]
    down = 2 ** (len(case["config"]["block_out_channels"]) - 1)
    with torch.no_grad():
        latent = net.encode(wave([2, 3, h, w], 0.17).float().double()).latent_dist
        decoded = net.decode(wave([2, 4, h // down, w // down], 0.37).float().double()).sample
    return dict(config=plain_config(net), size=case["size"], parameters=names_of(net), mean=summary(latent.mean), logvar=summary(latent.logvar), decoded=summary(decoded))


def tiny(case):
    net = fill(diffusers.AutoencoderTiny(**case["config"]))
    h, w = case["size"]
    with torch.no_grad():
        latent = net.encode(wave([2, 3, h, w], 0.17).float().double()).latents
        decoded = net.decode(4 * wave([2, 4, h // 8, w // 8], 0.37).float().double()).sample
    return dict(config=plain_config(net), size=case["size"], parameters=names_of(net), latent=summary(latent), decoded=summary(decoded))


def control(case):
    net, n, ids = fill(diffusers.ControlNetModel(**case["config"])), 2, 6
    x, time, context, added = inputs(case["config"], n, case["size"], ids)
    picture = wave([n, 3, 8 * case["size"][0], 8 * case["size"][1]], 0.17).float().double()
    with torch.no_grad():
        out = net(x, time, context, picture, conditioning_scale=0.7, added_cond_kwargs=added)
        guessed = net(x, time, context, picture, conditioning_scale=0.7, added_cond_kwargs=added, guess_mode=True)
    both = lambda o: [summary(s) for s in [*o.down_block_res_samples, o.mid_block_res_sample]]
    return dict(config=plain_config(net), size=case["size"], ids=ids, parameters=names_of(net), residuals=both(out), guessed=both(guessed))


def adapter(case):
    net, h, w = fill(diffusers.T2IAdapter(**case["config"])), *(case["size"] or [12, 8])
    features = None
    with torch.no_grad():
        features = net(wave([2, 3, 8 * h, 8 * w], 0.17).float().double())
        steered = None
        if case["size"]:
            x, time, context, added = inputs(case["unet"], 2, case["size"], 6)
            unet = fill(diffusers.UNet2DConditionModel(**case["unet"]))
            steered = summary(unet(x, time, context, added_cond_kwargs=added, down_intrablock_additional_residuals=[f.clone() for f in features]).sample)
    result = dict(config=plain_config(net), size=[h, w], ids=6, parameters=names_of(net), features=[summary(f) for f in features])
    return result | (dict(steered=steered, unet=plain_config(unet), unet_parameters=names_of(unet)) if steered else {})


def plain_config(net):
    return {k: v for k, v in json.loads(net.to_json_string()).items() if k != "_name_or_path"}


if __name__ == "__main__":
    assert diffusers.__version__ == "0.27.2"
    torch.manual_seed(0)
    groups = dict(unet=(UNETS, unet), autoencoder=(AUTOENCODERS, autoencoder), tiny=(TINY, tiny), control=(CONTROL, control), adapter=(ADAPTERS, adapter))
    goldens = {group: {name: make(case) for name, case in cases.items()} for group, (cases, make) in groups.items()}
    path = pathlib.Path(__file__).with_name("stable_diffusion.json")
    path.write_text(json.dumps(goldens, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size, "diffusers", diffusers.__version__, "torch", torch.__version__)
