#!/usr/bin/env python3
"""Writes privacy.json: what private training gives away, from two references that share nothing with the C++.

 - the Renyi divergence of one step by numerical integration of its definition in 50 digits (mpmath 1.4.1), of
   both directions, of which the larger counts;
 - epsilon by Google's dp-accounting 0.6.0 (the accountant of TensorFlow Privacy), at the orders that Inkstone takes.

    python3 -m venv venv
    venv/bin/pip install mpmath==1.4.1 dp-accounting==0.6.0
    venv/bin/python tests/golden/make_privacy.py
"""
import json
import pathlib

import mpmath as mp
from dp_accounting import dp_event
from dp_accounting.rdp import rdp_privacy_accountant as rdp

mp.mp.dps = 50
ORDERS = [1 + k / 10 for k in range(1, 100)] + list(range(12, 64)) + [72, 96, 128, 256, 512]


def divergence(rate, noise, order):
    q, s, a = mp.mpf(rate), mp.mpf(noise), mp.mpf(order)
    normal = lambda x, mean: mp.exp(-((x - mean) ** 2) / (2 * s * s)) / (s * mp.sqrt(2 * mp.pi))
    plain = lambda x: normal(x, 0)
    mixed = lambda x: (1 - q) * normal(x, 0) + q * normal(x, 1)
    middle = s * s * mp.log(1 / q - 1) + mp.mpf(1) / 2 if q < 1 else mp.mpf(1) / 2
    places = sorted({-40 * s - a, mp.mpf(-5) * s, mp.mpf(0), middle, a, a + 10 * s, 3 * a + 60 * s + abs(middle)})
    one = mp.quad(lambda x: mixed(x) ** a * plain(x) ** (1 - a), places)
    two = mp.quad(lambda x: plain(x) ** a * mixed(x) ** (1 - a), places)
    return float(max(mp.log(one), mp.log(two)) / (a - 1))


def epsilon(rate, noise, steps, delta):
    accountant = rdp.RdpAccountant(orders=ORDERS)
    accountant.compose(dp_event.PoissonSampledDpEvent(rate, dp_event.GaussianDpEvent(noise)), steps)
    return float(accountant.get_epsilon(delta))


def main():
    steps = [(0.01, 1.0, 1.5), (0.01, 1.0, 2.0), (0.01, 1.0, 8.3), (0.25, 2.0, 3.7), (0.5, 0.8, 1.1), (0.004, 1.1, 16.0), (0.02, 0.6, 5.5), (0.9, 3.0, 2.5)]
    runs = [(256 / 60000, 1.3, 60000 * 15 // 256, 1e-5), (256 / 60000, 1.1, 60000 * 60 // 256, 1e-5), (250 / 60000, 0.7, 10000, 1e-5),
            (0.01, 4.0, 10000, 1e-5), (64 / 2000, 1.0, 300, 1e-4), (0.2, 10.0, 100, 1e-6), (1.0, 20.0, 10, 1e-5)]
    out = {
        "divergences": [{"rate": q, "noise": s, "order": a, "value": divergence(q, s, a)} for q, s, a in steps],
        "epsilons": [{"rate": q, "noise": s, "steps": n, "delta": d, "value": epsilon(q, s, n, d)} for q, s, n, d in runs],
    }
    pathlib.Path(__file__).with_name("privacy.json").write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()
