// What is done to a finished picture: film grain, edges that wrap, a border.
#pragma once

#include <cstdint>
#include <string>

#include "inkstone/option.hpp"
#include "post/plane.hpp"

namespace inkstone::post {

// Gaussian grain added to luma, strongest in the middle tones: deviation amount * 0.35 * sqrt(4 y (1 - y)), as the
// binomial model of developed silver grains has it (Selwyn 1935).
struct GrainOptions {
  double amount = 0.1;
  double size = 1;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.amount, Option{.name = "amount", .help = "strength of the grain; 0 changes nothing", .min = 0, .max = 1});
    visit(self.size, Option{.name = "size", .help = "size of a grain in pixels", .min = 0.5, .max = 8});
  }
};
Image grain(const Image& picture, const GrainOptions& options, std::uint64_t seed);

// Makes opposite edges fit, so that copies of the picture tile a plane: near an edge the picture fades into itself shifted by
// half its size, axis by axis, with contrast kept through the fade as in Heitz and Neyret, HPG 2018:
//   out = m + (w (a - m) + (1 - w) (b - m)) / sqrt(w^2 + (1 - w)^2),  m the mean.
struct SeamlessOptions {
  double width = 0.2;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(
        self.width,
        Option{.name = "width", .help = "part of the picture that fades at each edge; 0 changes nothing", .min = 0, .max = 0.5});
  }
};
Image seamless(const Image& picture, const SeamlessOptions& options);

// A border around the picture: one colour, the picture mirrored, or a passe-partout of paper with a bevelled window.
struct BorderOptions {
  double width = 8;
  std::string style = "mat";
  std::string colour = "cream";
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.width,
          Option{.name = "width", .help = "width in percent of the shorter side; 0 changes nothing", .min = 0, .max = 100});
    visit(self.style, Option{.name = "style",
                             .help = "one colour, the picture mirrored, or a paper passe-partout",
                             .choices = {"mat", "solid", "mirror"}});
    visit(self.colour, Option{.name = "color", .help = "of the border: #rrggbb or white, black, cream, grey, gold"});
  }
  // Throws bad_argument for a colour that is none.
  void validate() const;
};
// Takes alpha along: mirrored with the picture, opaque in a solid border or a mat.
Image border(const Image& picture, const BorderOptions& options, std::uint64_t seed);

}  // namespace inkstone::post
