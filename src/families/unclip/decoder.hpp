// Family `unclip-decoder`: from the embedding of a picture to pictures that share it (Ramesh et al. 2022, section 2.1), trained
// on embeddings of a finished `contrastive` run; embeddings are left out now and then for guidance. The network and its flow
// matching on pixels are those of the family `words`, from whose weights it may start (--from).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "families/ddpm/process.hpp"
#include "families/unclip/embedded_family.hpp"
#include "inkstone/option.hpp"
#include "models/unclip/embedding_painter.hpp"

namespace inkstone {

struct UnclipDecoderOptions {
  std::string clip_model;
  int embedding = 128;
  int tokens = 4;
  int patch = 8;
  int features = 192;
  int depth = 6;
  int heads = 3;
  int strokes = 48;
  int context_features = 128;
  double embedding_dropout = 0.1;
  double time_mean = 1.2;
  double time_deviation = 1.2;
  int sampling_steps = 30;
  double guidance = 2;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char *network = "Network", *process = "Diffusion", *painting = "Painting";
    visit(self.clip_model, Option{.name = "clip-model",
                                  .help = "the finished run of `contrastive` whose embeddings are learned from",
                                  .group = network});
    visit(self.embedding, Option{.name = "embedding", .help = "width of its space", .min = 16, .max = 4096, .group = network});
    visit(self.tokens,
          Option{.name = "tokens", .help = "of context that an embedding becomes", .min = 1, .max = 64, .group = network});
    visit(self.patch, Option{.name = "patch", .help = "pixels of a patch's side, even", .min = 2, .max = 64, .group = network});
    visit(self.features, Option{.name = "features",
                                .help = "width of the transformer; a multiple of four times the heads",
                                .min = 16,
                                .max = 4096,
                                .group = network});
    visit(self.depth, Option{.name = "depth", .help = "blocks of the transformer", .min = 1, .max = 64, .group = network});
    visit(self.heads, Option{.name = "heads", .help = "of attention", .min = 1, .max = 64, .group = network});
    visit(self.strokes, Option{.name = "strokes",
                               .help = "channels of the convolutions that finish the picture",
                               .min = 4,
                               .max = 1024,
                               .group = network});
    visit(self.context_features,
          Option{.name = "context-features", .help = "width of a token of context", .min = 16, .max = 4096, .group = network});
    visit(self.embedding_dropout, Option{.name = "embedding-dropout",
                                         .help = "share of pictures trained without their embedding, for guidance",
                                         .min = 0,
                                         .max = 1,
                                         .group = process});
    visit(self.time_mean, Option{.name = "time-mean",
                                 .help = "of the logit of t, the share of noise that training shows",
                                 .min = -5,
                                 .max = 5,
                                 .group = process});
    visit(self.time_deviation,
          Option{.name = "time-deviation", .help = "of that logit", .min = 0.01, .max = 5, .group = process});
    visit(self.sampling_steps, Option{.name = "sampling-steps",
                                      .help = "evaluations of the network to a picture unless asked otherwise",
                                      .min = 1,
                                      .max = 100000,
                                      .group = painting});
    visit(self.guidance,
          Option{.name = "guidance",
                 .help =
                     "how closely the embedding is followed unless asked otherwise: 1 as trained, higher more, with less variety",
                 .min = 0.01,
                 .max = 100,
                 .group = painting});
  }
};

class UnclipDecoder : public EmbeddedFamily {
 public:
  UnclipDecoder(const UnclipDecoderOptions& options, const PictureShape& shape);

  struct Walk {
    int64_t steps;
    double guidance;
    bool bf16 = false;
  };
  Walk usual() const { return {options_.sampling_steps, options_.guidance}; }
  int64_t embedding() const { return options_.embedding; }

  // Pictures [N,C,H,W] in [-1,1] of embeddings [N,D] of length 1, or of none (undefined), from standard normal latents. Stopped
  // on its way, the estimate that there was. look: sees every estimate; may be empty.
  using Look = std::function<void(const at::Tensor& x0)>;
  at::Tensor decoded(const at::Tensor& z, const at::Tensor& latents, const Walk& walk, Observer& observer, const Look& look = {});

  std::vector<Network> networks() override { return {{.name = "painter", .module = painter_.ptr()}}; }
  std::vector<int64_t> latent_shape() const override { return {shape_.channels, shape_.height, shape_.width}; }
  void recompute_blocks() override { painter_->transformer->recompute_blocks = true; }
  void step(const Batch& batch, TrainingStep& step) override;
  std::map<std::string, double> validate(const Batch& batch, StepNoise& noise) override;
  at::Tensor paint(const PaintSpec& spec, Observer& observer) override;  // of no embedding
  // A row to a picture of the fixed batch: the picture, then variations of it.
  at::Tensor preview(const Batch& examples, int64_t rows, int64_t columns) override;

 private:
  NoiseNetwork network(bool bf16 = false);
  at::Tensor loss_of(const at::Tensor& x0, const at::Tensor& context, StepNoise& noise);

  UnclipDecoderOptions options_;
  std::unique_ptr<DiffusionProcess> process_;
  unclip::EmbeddingPainter painter_;
};

std::unique_ptr<Family> make_unclip_decoder(const UnclipDecoderOptions& options, const PictureShape& shape);

}  // namespace inkstone
