// Gives a picture the colours of another one.
//  lab        mean and standard deviation of L, a and b: Reinhard, Ashikhmin, Gooch and Shirley, CG&A 2001
//  histogram  each of R, G, B exactly: Coltuc, Bolon and Chassery, "Exact histogram specification", TIP 2006
//  linear     mean and covariance by the Monge-Kantorovich map: Pitie and Kokaram, CVMP 2007
//  cholesky   mean and covariance by Cholesky factors: Gatys et al., "Preserving color in neural artistic style transfer", 2016
#pragma once

#include "inkstone/option.hpp"
#include "post/plane.hpp"

namespace inkstone::post {

struct ColourMatchOptions {
  PictureRef lab, histogram, linear, cholesky;
  double strength = 1;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.lab, Option{.name = "lab", .help = "match mean and deviation in L*a*b* of this picture"});
    visit(self.histogram, Option{.name = "histogram", .help = "match the histograms of this picture"});
    visit(self.linear, Option{.name = "linear", .help = "match mean and covariance of this picture, moving colours least"});
    visit(self.cholesky, Option{.name = "cholesky", .help = "match mean and covariance of this picture by Cholesky factors"});
    visit(self.strength, Option{.name = "strength", .help = "0 changes nothing, 1 matches wholly", .min = 0, .max = 1});
  }
  // Throws bad_argument unless exactly one picture is given.
  void validate() const;
  const PictureRef& reference() const;
};

// Channels beyond the third of either picture are ignored; sizes may differ.
Image match_lab(const Image& picture, const Image& reference);
Image match_histogram(const Image& picture, const Image& reference);
Image match_linear(const Image& picture, const Image& reference);
Image match_cholesky(const Image& picture, const Image& reference);

// The one that options asks for, mixed with the picture by strength.
Image match_colour(const Image& picture, const Image& reference, const ColourMatchOptions& options);

}  // namespace inkstone::post
