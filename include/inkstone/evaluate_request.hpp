// How good pictures are, against a data set: what `inkstone evaluate` takes. docs/measuring.md explains the metrics.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inkstone/option.hpp"

namespace inkstone {

struct EvaluateRequest {
  std::string pictures;
  std::string against;
  std::string split = "train";
  std::vector<std::string> metrics = {"fid", "kid", "prdc"};
  std::string output;

  std::string features = "auto";
  std::string resize = "bilinear";
  ModelRef inception, lpips_network, lpips_weights;

  int64_t samples = 0;
  int64_t reference_samples = 0;
  int64_t seed = 0;
  int64_t batch = 50;
  int64_t neighbours = 5;
  int64_t subsets = 100;
  int64_t subset_size = 1000;
  int64_t splits = 10;
  int64_t resamples = -1;
  int64_t paths = 1000;
  bool cache = true;

  int64_t steps = 0;
  std::string sampler;
  double guidance = 0;
  std::string precision = "f32";

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* what = "What";
    const char* network = "Feature network";
    const char* numbers = "Numbers";
    const char* painting = "Painting";
    const char* result = "Output";
    // clang-format off
    visit(self.pictures, Option{.name = "pictures", .help = "a finished run, a model, or a folder or data set of pictures", .group = what, .positional = true});
    visit(self.against, Option{.name = "against", .help = "data set or folder of real pictures; absent: what the run was trained on", .group = what});
    visit(self.split, Option{.name = "split", .help = "part of the data set to compare with", .choices = {"train", "test"}, .group = what});
    visit(self.metrics, Option{.name = "metrics", .help = "what to measure: prdc is precision, recall, density and coverage; memorisation the share of suspiciously near copies; psnr to lpips compare picture by picture; ppl needs a model",
                               .choices = {"fid", "kid", "prdc", "is", "accuracy", "classes", "memorisation", "psnr", "ssim", "perceptual", "lpips", "ppl"}, .group = what});

    visit(self.features, Option{.name = "features", .help = "network that looks at the pictures: inception, classifier-mnist, classifier-fashion-mnist, perceptual (built in, for memorisation), or the model file of a classifier; auto: the data set's classifier, else inception",
                                .group = network});
    visit(self.resize, Option{.name = "resize", .help = "how pictures become 299 x 299 for inception: as pytorch-fid, as TensorFlow 1, as clean-fid",
                              .choices = {"bilinear", "tensorflow", "clean"}, .group = network});
    visit(self.inception, Option{.name = "inception", .help = "weights of FID's Inception; absent: the catalogue's inception-fid", .group = network});
    visit(self.lpips_network, Option{.name = "lpips-network", .help = "weights of VGG16 or AlexNet for lpips; absent: the catalogue's vgg16", .group = network});
    visit(self.lpips_weights, Option{.name = "lpips-weights", .help = "linear weights of lpips for that network; absent: the catalogue's", .group = network});

    visit(self.samples, Option{.name = "samples", .help = "pictures to paint or to take; 0 paints 10,000 and takes all of a folder", .min = 0, .group = numbers, .letter = 'n'});
    visit(self.reference_samples, Option{.name = "reference-samples", .help = "real pictures to take; 0 takes all", .min = 0, .group = numbers});
    visit(self.seed, Option{.name = "seed", .help = "seed of painting, choice and resampling", .min = 0, .group = numbers, .letter = 's'});
    visit(self.batch, Option{.name = "batch", .help = "pictures at once", .min = 1, .max = 4096, .group = numbers, .letter = 'b'});
    visit(self.neighbours, Option{.name = "neighbours", .help = "nearest neighbours of prdc", .min = 1, .max = 1000, .group = numbers});
    visit(self.subsets, Option{.name = "subsets", .help = "subsets that kid is averaged over", .min = 1, .max = 10000, .group = numbers});
    visit(self.subset_size, Option{.name = "subset-size", .help = "pictures in each of them", .min = 2, .group = numbers});
    visit(self.splits, Option{.name = "splits", .help = "parts that is (the inception score) is averaged over", .min = 1, .max = 1000, .group = numbers});
    visit(self.resamples, Option{.name = "resamples", .help = "bootstrap resamples for the 95% intervals; -1 chooses, 0 gives none", .min = -1, .max = 100000, .group = numbers});
    visit(self.paths, Option{.name = "paths", .help = "latent paths of ppl", .min = 2, .group = numbers});
    visit(self.cache, Option{.name = "cache", .help = "keep the reference's statistics for the next time", .group = numbers, .recipe = false});

    visit(self.steps, Option{.name = "steps", .help = "sampling steps of diffusion models; 0 takes the model's", .min = 0, .max = 10000, .group = painting});
    visit(self.sampler, Option{.name = "sampling-method", .help = "solver of diffusion models, as of `inkstone paint`; empty takes the model's", .group = painting, .aliases = {"sampler"}});
    visit(self.guidance, Option{.name = "cfg-scale", .help = "classifier-free guidance of diffusion models; 0 takes the model's", .min = 0, .max = 100, .group = painting, .aliases = {"guidance"}});
    visit(self.precision, Option{.name = "type", .help = "arithmetic of diffusion models", .choices = {"f32", "bf16"}, .group = painting, .aliases = {"precision"}});

    visit(self.output, Option{.name = "output", .help = "where to write the figures as JSON; absent: they are only shown", .group = result, .letter = 'o', .recipe = false});
    // clang-format on
  }
};

}  // namespace inkstone
