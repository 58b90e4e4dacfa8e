#!/usr/bin/env python3
# Draws the sketch that the start page offers for artwork from a sketch, in crayon: draw_sketch.py OUTPUT. CC0; wants Pillow.
import math
import random
import sys

from PIL import Image, ImageChops, ImageDraw

WIDTH, HEIGHT = 640, 480
random.seed(4)
sheet = Image.new("RGB", (WIDTH, HEIGHT), (250, 247, 240))


def shaken(points, by):
    return [(x + random.uniform(-by, by), y + random.uniform(-by, by)) for x, y in points]


def line(points, colour, width):
    for _ in range(2):
        ImageDraw.Draw(sheet).line(shaken(points, 2), fill=colour, width=width, joint="curve")


# A wash of the colour, and strokes along slope over it.
def fill(outline, colour, slope, darker=0.75):
    inside = Image.new("L", sheet.size)
    ImageDraw.Draw(inside).polygon(outline, fill=255)
    sheet.paste(colour, mask=inside)
    strokes = Image.new("L", sheet.size)
    y = -WIDTH
    while y < HEIGHT + WIDTH:
        points = [(x, y + x * slope + 5 * math.sin(x / 47 + y)) for x in range(0, WIDTH + 1, 20)]
        ImageDraw.Draw(strokes).line(shaken(points, 1.5), fill=150, width=5)
        y += random.uniform(11, 19)
    sheet.paste(tuple(int(c * darker) for c in colour), mask=ImageChops.multiply(inside, strokes))


def disc(x, y, radius):
    return [(x + radius * math.cos(k * math.pi / 16), y + radius * math.sin(k * math.pi / 16)) for k in range(32)]


hull = [(150, 350), (480, 350), (430, 418), (200, 418)]
main_sail = [(318, 70), (318, 326), (466, 326)]
jib = [(298, 104), (298, 326), (176, 326)]
fill([(0, 0), (WIDTH, 0), (WIDTH, 340), (0, 340)], (168, 208, 236), 0.25, 0.85)
fill(disc(530, 88, 46), (246, 196, 64), -0.6, 0.85)
for x, y in ((90, 90), (230, 52)):
    for dx, dy, radius in ((-30, 6, 20), (0, -6, 28), (32, 6, 18)):
        fill(disc(x + dx, y + dy, radius), (248, 248, 250), 0.1, 0.92)
fill([(0, 345), (0, 262), (70, 220), (150, 270), (230, 345)], (118, 160, 98), 0.7)
fill([(WIDTH, 345), (WIDTH, 236), (560, 262), (470, 345)], (96, 140, 104), -0.7)
fill([(0, 340), (WIDTH, 340), (WIDTH, HEIGHT), (0, HEIGHT)], (52, 118, 164), 0.05, 0.7)
for shape, colour, slope in ((jib, (240, 236, 220), 0.8), (main_sail, (232, 92, 70), -0.7), (hull, (122, 72, 46), 0.1)):
    fill(shape, colour, slope, 0.85)
    line(shape + shape[:1], (58, 52, 56), 4)
line([(308, 52), (310, 352)], (84, 58, 40), 7)
sheet.save(sys.argv[1], quality=85)
