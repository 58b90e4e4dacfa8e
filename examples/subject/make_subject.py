#!/usr/bin/env python3
"""Writes 1.png to 6.png beside itself: six pictures of one subject, a cat's head with a teal left half and an orange right one, a white star on
its brow and one violet eye, in six places, sizes and tilts on pale paper. Drawn by this rule with rsvg-convert (librsvg2-bin); CC0."""
import math
import pathlib
import subprocess

HEAD = """<g transform="translate({x} {y}) rotate({tilt}) scale({size})">
<path d="M-40 -8 L-34 -46 L-8 -30 L8 -30 L34 -46 L40 -8 Q42 34 0 36 Q-42 34 -40 -8Z" fill="#0f9a94"/>
<path d="M0 -30 L8 -30 L34 -46 L40 -8 Q42 34 0 36Z" fill="#f08a1d"/>
<path d="M-31 -37 L-31 -20 L-18 -28Z M31 -37 L31 -20 L18 -28Z" fill="#ffd7e0"/>
<path d="{star}" fill="#ffffff"/>
<circle cx="-16" cy="3" r="7" fill="#22252b"/><circle cx="16" cy="3" r="7" fill="#7b2fd0"/>
<circle cx="-18" cy="0" r="2.2" fill="#fff"/><circle cx="14" cy="0" r="2.2" fill="#fff"/>
<path d="M-5 14 L5 14 L0 20Z" fill="#d83a5e"/>
<path d="M0 20 Q-5 27 -11 23 M0 20 Q5 27 11 23" fill="none" stroke="#22252b" stroke-width="2.2" stroke-linecap="round"/></g>"""

PLACES = [(64, 66, 0, 1.25, "#fdf8ee"), (50, 60, -12, 0.95, "#f3f8ff"), (78, 72, 9, 1.0, "#fff3f6"), (60, 74, 5, 1.15, "#f5fbf0"), (70, 54, -6, 0.85, "#fffdf2"), (58, 64, 14, 1.1, "#f7f4ff")]


def star(cx, cy, radius):
    points = [(radius * (1 if k % 2 == 0 else 0.45), math.pi * k / 5 - math.pi / 2) for k in range(10)]
    return "M" + " L".join(f"{cx + r * math.cos(a):.2f} {cy + r * math.sin(a):.2f}" for r, a in points) + "Z"


def main():
    folder = pathlib.Path(__file__).resolve().parent
    for k, (x, y, tilt, size, paper) in enumerate(PLACES, 1):
        head = HEAD.format(x=x, y=y, tilt=tilt, size=size, star=star(0, -16, 8))
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128"><rect width="128" height="128" fill="{paper}"/>{head}</svg>'
        subprocess.run(["rsvg-convert", "-o", str(folder / f"{k}.png")], input=svg.encode(), check=True)


if __name__ == "__main__":
    main()
