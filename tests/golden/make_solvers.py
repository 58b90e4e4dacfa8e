"""Writes solvers.json: what k-diffusion and diffusers make of a picture of eight values with a known denoiser.

The network says epsilon for a mixture of two normal distributions, computed in float64, so both sides know it exactly. Stochastic
solvers get the noise that a CPU generator of the seed gives, in the order in which it is asked for.

k-diffusion 0.1.1.post1 (sampling.py alone: its package imports much that no sampler needs), diffusers 0.27.2.
"""
import json
import sys
import types
import importlib.metadata as metadata
from pathlib import Path

import numpy as np
import torch

torch.set_num_threads(1)
SEED = 11
SHAPE = (1, 2, 2, 2)

for name in ("torchvision", "torchvision.transforms", "PIL"):  # of k_diffusion.utils, unused by samplers
    sys.modules.setdefault(name, types.ModuleType(name))
sys.modules["torchvision.transforms"].functional = None
sys.modules["torchvision"].transforms = sys.modules["torchvision.transforms"]
sys.modules["PIL"].Image = None
package = types.ModuleType("k_diffusion")
package.__path__ = [str(Path(metadata.distribution("k-diffusion").locate_file("k_diffusion")))]
sys.modules["k_diffusion"] = package
import k_diffusion.sampling as kd  # noqa: E402

for name in ("torchvision", "torchvision.transforms", "PIL", "k_diffusion"):
    del sys.modules[name]
import diffusers  # noqa: E402

MEANS, DEVIATION = (-0.6, 0.9), 0.35


def clean(x, sigma):
    """E[x0 | x0 + sigma epsilon = x] for the mixture, value by value."""
    total = DEVIATION**2 + sigma**2
    logits = torch.stack([-((x - m) ** 2) / (2 * total) for m in MEANS])
    weights = torch.softmax(logits, 0)
    posterior = torch.stack([(DEVIATION**2 * x + sigma**2 * m) / total for m in MEANS])
    return (weights * posterior).sum(0)


def noise_source():
    generator = torch.Generator().manual_seed(SEED)
    return lambda: torch.randn(SHAPE, generator=generator).double()


def of_k_diffusion():
    cases = {}
    grids = {
        "karras": kd.get_sigmas_karras(9, 0.0292, 14.6146),
        "exponential": kd.get_sigmas_exponential(7, 0.05, 12.0),
    }
    deterministic = {"euler": {}, "heun": {}, "dpm_2": {}, "lms": {}, "dpmpp_2m": {}}
    noisy = {
        "euler_ancestral": [{}, {"eta": 0.6}],
        "dpm_2_ancestral": [{}],
        "dpmpp_2s_ancestral": [{}, {"eta": 0.5, "s_noise": 1.01}],
        "dpmpp_sde": [{}, {"eta": 0.7}],
        "dpmpp_2m_sde": [{}, {"eta": 0.5}, {"solver_type": "heun"}],
        "dpmpp_3m_sde": [{}, {"eta": 0.4, "s_noise": 1.02}],
    }
    churned = {"euler": 5.0, "heun": 3.0, "dpm_2": 4.0}

    def run(name, sigmas, stochastic, options):
        fresh = noise_source()
        sigmas = sigmas.double()
        x = fresh() * sigmas[0]
        steps = []
        model = lambda x, sigma, **_: clean(x, sigma.view(-1, 1, 1, 1))
        given = dict(options)
        if stochastic:
            given["noise_sampler"] = lambda *_: fresh()
        torch_randn_like = torch.randn_like
        if "s_churn" in options:
            torch.randn_like = lambda x: fresh()
        try:
            out = getattr(kd, "sample_" + name)(model, x, sigmas, disable=True, callback=lambda c: steps.append(c["x"]), **given)
        finally:
            torch.randn_like = torch_randn_like
        return {"sigmas": sigmas.tolist(), "options": options, "steps": [s.flatten().tolist() for s in steps], "out": out.flatten().tolist()}

    for grid, sigmas in grids.items():
        for name in deterministic:
            cases[f"{name}/{grid}"] = run(name, sigmas, False, {})
        for name, variants in noisy.items():
            for k, options in enumerate(variants):
                cases[f"{name}/{grid}/{k}"] = run(name, sigmas, True, options)
        for name, amount in churned.items():
            options = {"s_churn": amount, "s_tmin": 0.1, "s_tmax": 10.0, "s_noise": 1.007}
            cases[f"{name}/{grid}/churn"] = run(name, sigmas, False, options)
    return cases


BASE = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", num_train_timesteps=1000)
DIFFUSERS = [
    ("DDIMScheduler", dict(set_alpha_to_one=False, clip_sample=False, steps_offset=1), [10, 20]),
    ("DDIMScheduler", dict(set_alpha_to_one=True, clip_sample=False, timestep_spacing="trailing"), [10]),
    ("PNDMScheduler", dict(skip_prk_steps=True, set_alpha_to_one=False, steps_offset=1), [10, 25]),
    ("EulerDiscreteScheduler", dict(steps_offset=1, timestep_spacing="leading"), [10]),
    ("EulerDiscreteScheduler", dict(timestep_spacing="linspace"), [10]),
    ("EulerDiscreteScheduler", dict(timestep_spacing="trailing"), [8]),
    ("EulerDiscreteScheduler", dict(steps_offset=1, timestep_spacing="leading", use_karras_sigmas=True), [10]),
    ("EulerDiscreteScheduler", dict(steps_offset=1, timestep_spacing="leading", prediction_type="v_prediction"), [10]),
    ("EulerDiscreteScheduler", dict(timestep_spacing="trailing", prediction_type="v_prediction", rescale_betas_zero_snr=True), [10]),
    ("EulerAncestralDiscreteScheduler", dict(steps_offset=1, timestep_spacing="leading"), [10]),
    ("EulerAncestralDiscreteScheduler", dict(timestep_spacing="linspace"), [10]),
    ("HeunDiscreteScheduler", dict(steps_offset=1, timestep_spacing="leading"), [10]),
    ("HeunDiscreteScheduler", dict(timestep_spacing="linspace", use_karras_sigmas=True), [10]),
    ("KDPM2DiscreteScheduler", dict(steps_offset=1, timestep_spacing="leading"), [10]),
    ("LMSDiscreteScheduler", dict(steps_offset=1, timestep_spacing="leading"), [10]),
    ("LMSDiscreteScheduler", dict(timestep_spacing="linspace"), [10]),
    ("DPMSolverMultistepScheduler", dict(steps_offset=1, timestep_spacing="leading"), [10, 20]),
    ("DPMSolverMultistepScheduler", dict(timestep_spacing="linspace"), [20]),
    ("DPMSolverMultistepScheduler", dict(timestep_spacing="linspace", use_karras_sigmas=True), [10]),
    ("DPMSolverMultistepScheduler", dict(timestep_spacing="trailing", solver_type="heun"), [10]),
    ("DPMSolverMultistepScheduler", dict(timestep_spacing="leading", steps_offset=1, solver_order=3), [10, 20]),
    ("DPMSolverMultistepScheduler", dict(timestep_spacing="leading", steps_offset=1, algorithm_type="sde-dpmsolver++"), [10]),
    ("DPMSolverMultistepScheduler", dict(timestep_spacing="linspace", final_sigmas_type="sigma_min"), [10, 20]),
    ("DPMSolverMultistepScheduler", dict(timestep_spacing="linspace", final_sigmas_type="sigma_min", solver_order=3), [10, 20]),
    ("DPMSolverSinglestepScheduler", dict(), [10, 13]),
    ("UniPCMultistepScheduler", dict(steps_offset=1, timestep_spacing="leading"), [10, 20]),
    ("UniPCMultistepScheduler", dict(timestep_spacing="linspace", solver_type="bh1", solver_order=3), [12]),
    ("UniPCMultistepScheduler", dict(timestep_spacing="linspace", solver_order=3, use_karras_sigmas=True), [12]),
    ("DEISMultistepScheduler", dict(steps_offset=1, timestep_spacing="leading"), [10, 20]),
    ("DEISMultistepScheduler", dict(timestep_spacing="linspace", solver_order=3), [20]),
    ("LCMScheduler", dict(set_alpha_to_one=True), [4, 8]),
    ("TCDScheduler", dict(set_alpha_to_one=True), [4, 8]),
]


EDITS = [
    ("DDIMScheduler", dict(set_alpha_to_one=False, clip_sample=False, steps_offset=1), 20),
    ("EulerDiscreteScheduler", dict(steps_offset=1, timestep_spacing="leading"), 20),
    ("HeunDiscreteScheduler", dict(timestep_spacing="linspace"), 10),
    ("DPMSolverMultistepScheduler", dict(steps_offset=1, timestep_spacing="leading"), 20),
    ("DPMSolverMultistepScheduler", dict(steps_offset=1, timestep_spacing="leading", solver_order=3), 20),
    ("UniPCMultistepScheduler", dict(steps_offset=1, timestep_spacing="leading"), 20),
    ("DEISMultistepScheduler", dict(steps_offset=1, timestep_spacing="leading"), 20),
]
STRENGTH = 0.6


def epsilon_at(x_t, time, sigma_of):
    sigma = float(np.exp(np.interp(time, np.arange(1000), np.log(sigma_of.numpy()))))
    x = x_t.double() * (1 + sigma**2) ** 0.5
    return ((x - clean(x, sigma)) / sigma).float()


def of_edits():
    """img2img and inpainting, as the pipelines of Stable Diffusion do them in latents."""
    cases = []
    original = torch.linspace(-1, 1, 8).view(SHAPE)
    for name, config, n in EDITS:
        for mask in (None, torch.tensor([1.0, 0, 0, 1, 1, 1, 0, 1]).view(SHAPE)):
            scheduler = getattr(diffusers, name)(**BASE, **config)
            scheduler.set_timesteps(n)
            bars = scheduler.alphas_cumprod.double()
            sigma_of = ((1 - bars) / bars).sqrt()
            begin = (n - int(n * STRENGTH)) * scheduler.order
            timesteps = scheduler.timesteps[begin:]
            if hasattr(scheduler, "set_begin_index"):
                scheduler.set_begin_index(begin)
            noise = torch.randn(SHAPE, generator=torch.Generator().manual_seed(SEED))
            x = scheduler.add_noise(original, noise, timesteps[:1])
            for i, t in enumerate(timesteps):
                said = epsilon_at(scheduler.scale_model_input(x, t), float(t), sigma_of)
                x = scheduler.step(said, t, x, return_dict=False)[0]
                if mask is not None and i < len(timesteps) - 1:
                    x = (1 - mask) * scheduler.add_noise(original, noise, timesteps[i + 1 : i + 2]) + mask * x
                elif mask is not None:
                    x = (1 - mask) * original + mask * x
            entry = {"scheduler": name, "config": config, "n": n, "strength": STRENGTH, "original": original.flatten().tolist()}
            entry["mask"] = None if mask is None else mask.flatten().tolist()
            entry["out"] = x.flatten().double().tolist()
            cases.append(entry)
    return cases


def of_diffusers():
    cases = []
    for name, config, counts in DIFFUSERS:
        for n in counts:
            scheduler = getattr(diffusers, name)(**BASE, **config)
            scheduler.set_timesteps(n)
            bars = scheduler.alphas_cumprod.double()
            sigma_of = ((1 - bars) / bars).sqrt()
            generator = torch.Generator().manual_seed(SEED)
            x = torch.randn(SHAPE, generator=generator) * scheduler.init_noise_sigma
            told = []
            for t in scheduler.timesteps:
                inner = scheduler.scale_model_input(x, t)
                time = float(t)
                told.append(time)
                sigma = float(np.exp(np.interp(time, np.arange(1000), np.log(sigma_of.numpy()))))
                alpha = 1 / (1 + sigma**2) ** 0.5
                x0 = clean(inner.double() / alpha, sigma)
                epsilon = (inner.double() / alpha - x0) / sigma
                said = epsilon
                if config.get("prediction_type") == "v_prediction":
                    said = alpha * epsilon - sigma * alpha * x0
                extra = {}
                if "generator" in scheduler.step.__code__.co_varnames:
                    extra["generator"] = generator
                x = scheduler.step(said.float(), t, x, return_dict=False, **extra)[0]
            cases.append({"scheduler": name, "config": config, "n": n, "times": told, "out": x.flatten().double().tolist()})
    return cases


def of_schedules():
    flags = {"least": 0.05, "most": 12.0}
    return {
        "karras": kd.get_sigmas_karras(8, flags["least"], flags["most"]).double().tolist(),
        "exponential": kd.get_sigmas_exponential(8, flags["least"], flags["most"]).double().tolist(),
        "polyexponential": kd.get_sigmas_polyexponential(8, flags["least"], flags["most"], rho=1.5).double().tolist(),
    }


def of_beta():
    from scipy import stats

    at = [0.01, 0.1, 0.25, 0.5, 0.7, 0.95]
    return [{"p": p, "a": a, "b": b, "x": float(stats.beta.ppf(p, a, b))} for p in at for a, b in ((0.6, 0.6), (2.0, 5.0), (0.5, 0.7))]


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, list):
        return [rounded(v) for v in value]
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return value


def main():
    versions = {p: metadata.version(p) for p in ("torch", "diffusers", "k-diffusion", "scipy")}
    print(versions)
    result = {"versions": versions, "k_diffusion": of_k_diffusion(), "diffusers": of_diffusers(), "edits": of_edits(), "schedules": of_schedules(), "beta": of_beta()}
    path = Path(__file__).parent / "solvers.json"
    path.write_text(json.dumps(rounded(result)) + "\n")
    print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
