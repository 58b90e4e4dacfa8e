// Family `unclip-prior`: from words to the embedding of a picture that they may be said of (Ramesh et al. 2022, section 2.2).
// Diffusion over embeddings by the cosine schedule (Nichol and Dhariwal 2021); the network says the clean embedding; captions are
// left out now and then for guidance.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "families/unclip/embedded_family.hpp"
#include "inkstone/option.hpp"
#include "models/unclip/prior.hpp"

namespace inkstone {

struct UnclipPriorOptions {
  std::string clip_model;
  int embedding = 128;
  int text_length = 32;
  int heads = 4;
  int head_width = 48;
  int depth = 4;
  double caption_dropout = 0.1;
  int sampling_steps = 25;
  double guidance = 2;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char *network = "Network", *process = "Diffusion", *painting = "Painting";
    visit(self.clip_model, Option{.name = "clip-model",
                                  .help = "the finished run of `contrastive` whose embeddings are learned from",
                                  .group = network});
    visit(self.embedding, Option{.name = "embedding", .help = "width of its space", .min = 16, .max = 4096, .group = network});
    visit(self.text_length,
          Option{.name = "text-length", .help = "tokens of a caption that it reads", .min = 4, .max = 512, .group = network});
    visit(self.heads, Option{.name = "heads", .help = "of attention", .min = 1, .max = 64, .group = network});
    visit(self.head_width, Option{.name = "head-width",
                                  .help = "width of a head; all together are the transformer's width",
                                  .min = 4,
                                  .max = 256,
                                  .group = network});
    visit(self.depth, Option{.name = "depth", .help = "blocks of the transformer", .min = 1, .max = 64, .group = network});
    visit(self.caption_dropout, Option{.name = "caption-dropout",
                                       .help = "share of pictures trained without their caption, for guidance",
                                       .min = 0,
                                       .max = 1,
                                       .group = process});
    visit(self.sampling_steps, Option{.name = "sampling-steps",
                                      .help = "evaluations of the network to an embedding unless asked otherwise",
                                      .min = 2,
                                      .max = 1000,
                                      .group = painting});
    visit(
        self.guidance,
        Option{.name = "guidance",
               .help = "how closely the words are followed unless asked otherwise: 1 as trained, higher more, with less variety",
               .min = 0.01,
               .max = 100,
               .group = painting});
  }
};

class UnclipPrior : public EmbeddedFamily {
 public:
  UnclipPrior(const UnclipPriorOptions& options, const PictureShape& shape);

  struct Walk {
    int64_t steps;
    double guidance;
  };
  Walk usual() const { return {options_.sampling_steps, options_.guidance}; }

  // Embeddings [N,D] of length 1 of pictures that the words may be said of, led away from `without`. draw: standard normal [N,D],
  // anew each time.
  at::Tensor imagined(const contrastive::TextReading& words, const contrastive::TextReading& without, const Walk& walk,
                      const std::function<at::Tensor()>& draw);

  // Measures mean and deviation of the embeddings of a few hundred pictures.
  void prepare(const RunOutline& run) override;
  std::vector<Network> networks() override { return {{.name = "prior", .module = network_.ptr()}}; }
  void step(const Batch& batch, TrainingStep& step) override;
  // loss; cosine: of an imagined embedding and the picture's own, beside cosine/text: of the caption's and the picture's; recall:
  // as a contrastive model's, of the picture that an imagined embedding is nearest to.
  std::map<std::string, double> validate(const Batch& batch, StepNoise& noise) override;
  // A row to a caption: the pictures of the fixed batch that lie nearest to what is imagined.
  at::Tensor preview(const Batch& examples, int64_t rows, int64_t columns) override;
  void probe() override;
  at::Tensor paint(const PaintSpec&, Observer&) override;
  std::vector<int64_t> latent_shape() const override { return {options_.embedding}; }

 private:
  at::Tensor said(const at::Tensor& x, const at::Tensor& time, const contrastive::TextReading& words);
  at::Tensor loss_of(const Batch& part, const std::vector<std::string>& captions, StepNoise& noise);

  UnclipPriorOptions options_;
  unclip::PriorTransformer network_;
};

std::unique_ptr<Family> make_unclip_prior(const UnclipPriorOptions& options, const PictureShape& shape);

}  // namespace inkstone
