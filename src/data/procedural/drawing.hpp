// Strokes and filled shapes on a canvas, with edges softened over one sample. Lengths in canvas units.
#pragma once

#include <functional>
#include <span>

#include "data/procedural/canvas.hpp"

namespace inkstone::procedural {

void disc(Canvas& canvas, Vec2 centre, double radius, Rgb colour, double alpha = 1);

// With round ends. Thinner than a sample it fades instead of breaking up.
void line(Canvas& canvas, Vec2 from, Vec2 to, double half_width, Rgb colour, double alpha = 1);
// A line whose half width goes from a to b.
void tapered(Canvas& canvas, Vec2 from, Vec2 to, double a, double b, Rgb colour, double alpha = 1);

// Even-odd filled.
void polygon(Canvas& canvas, std::span<const Vec2> corners, Rgb colour, double alpha = 1);
// paint(x, y) gives the colour of each covered sample.
void polygon(Canvas& canvas, std::span<const Vec2> corners, const std::function<Rgb(double x, double y)>& paint,
             double alpha = 1);

void rectangle(Canvas& canvas, Vec2 corner, Vec2 size, Rgb colour, double alpha = 1);

// Adds light that falls off as a Gaussian; radius: where it has fallen to 1%.
void glow(Canvas& canvas, Vec2 centre, double radius, Rgb light);

// Spreads light over the four samples around a place.
void splat(Canvas& canvas, Vec2 place, Rgb light);

// Stars as points of light of random brightness, few bright ones; density: stars in a square of side 1.
void starfield(Canvas& canvas, std::uint64_t seed, double density, double brightness);

}  // namespace inkstone::procedural
