#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/text.hpp"
#include "families/personal/base.hpp"
#include "families/personal/stable_diffusion_family.hpp"
#include "inkstone/error.hpp"
#include "models/stable_diffusion/export.hpp"
#include "text/unicode.hpp"

namespace inkstone {
namespace {

constexpr int64_t kMostWordVectors = 75;

// One set of vectors to each text encoder: under the token where there is one encoder, else as web UIs call those of XL.
class WordVectors : public torch::nn::Module {
 public:
  void add(const std::string& name, const at::Tensor& start) { register_parameter(name, start); }
};

bool is_extra_large(sd::Version version) {
  return version == sd::Version::sdxl;
}

const char* version_name(sd::Version version) {
  if (is_extra_large(version)) return "sdxl_base_v1-0";
  return version == sd::Version::sd2 ? "sd_v2" : "sd_v1";
}

std::string without_brackets(const std::string& token) {
  return token.size() > 2 && token.front() == '<' && token.back() == '>' ? token.substr(1, token.size() - 2) : token;
}

class StableDiffusionBase : public PersonalBase {
 public:
  StableDiffusionBase(const PersonalSettings& settings, const PictureShape& shape)
      : checkpoint_(sd::load_checkpoint(settings.model)), shape_(shape), family_(checkpoint_, settings, shape) {}

  Family& family() override { return family_; }

  std::vector<Part> parts() override {
    std::vector<Part> parts = {{"lora_unet_", family_.unet().get(), false}};
    auto texts = family_.conditioner().networks();
    for (std::size_t k = 0; k < texts.size(); ++k)
      parts.push_back({texts.size() == 1 ? "lora_te_" : fmt::format("lora_te{}_", k + 1), texts[k].get(), true});
    return parts;
  }
  void expect_text_to_change() override { family_.forget_texts(true); }

  // A token in brackets is text of three pieces to CLIP, and known to no one.
  bool knows(const std::string& token) const override { return tokens().vocabulary().contains(unicode_lower(token) + "</w>"); }
  std::string caption(const std::string& token, const std::string& kind) const override {
    return kind.empty() ? "a photo of " + token : fmt::format("a photo of {} {}", token, kind);
  }
  std::vector<std::string> prior_captions(const std::string& kind, int64_t count, uint64_t) const override {
    return std::vector<std::string>(std::size_t(count), "a " + kind);
  }
  int64_t most_tokens() const override { return kMostWordVectors; }

  OwnWord add_word(const std::string& token, const std::string& start, int64_t count) override {
    if (count > kMostWordVectors)
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("--vectors {}: at most {} fit into a prompt", count, kMostWordVectors));
    const auto vectors = std::make_shared<WordVectors>();
    const auto texts = family_.conditioner().networks();
    TextualInversion inversion{{token, without_brackets(token)}, {}};
    for (std::size_t k = 0; k < texts.size(); ++k) {
      const std::string name = texts.size() == 1 ? "vector" : k == 0 ? "clip_l" : "clip_g";
      vectors->add(name, start_of(texts[k], start, count));
      inversion.vectors[texts[k]->config().width] = vectors->named_parameters()[name];
    }
    family_.conditioner().insert(inversion);
    return {vectors, texts.size() == 1};
  }

  // A file's tensors may lie in its read-only mapping.
  Network whole() override {
    auto& unet = family_.unet();
    for (auto& parameter : unet->parameters()) {
      parameter.set_data(parameter.detach().to(at::kFloat).clone());
      parameter.requires_grad_(true);
    }
    return {.name = "unet", .module = unet.ptr()};
  }
  void write_whole(const StateDict& trained, const std::filesystem::path& folder) const override {
    auto changed = checkpoint_;
    changed.unet.tensors = trained.tensors;
    sd::write_diffusers_folder(changed, folder, at::kHalf);
  }

  void to(at::Device device) override { family_.to(device); }
  std::string version() const override { return version_name(checkpoint_.version); }
  uint64_t training_bytes(int64_t pictures, bool recomputed) const override;

 private:
  static std::string unicode_lower(const std::string& token) {
    std::string lower;
    for (const char32_t c : unicode::lower_case(unicode::decode(token))) unicode::append_utf8(lower, c);
    return lower;
  }

  const ClipTokenizer& tokens() const { return family_.conditioner().tokenizer(); }

  // The vectors of the words, again from the first where there are fewer than `count`; without words the mean of all.
  at::Tensor start_of(ClipText text, const std::string& start, int64_t count) const {
    const at::NoGradGuard constant;
    const auto ids = tokens().encode(start);
    if (ids.empty()) {
      const auto all = at::arange(tokens().start(), at::kLong).unsqueeze(0);
      return text->embed(all)[0].mean(0, true).repeat({count, 1}).contiguous();
    }
    std::vector<int64_t> turns;
    for (int64_t k = 0; k < count; ++k) turns.push_back(ids[std::size_t(k) % ids.size()]);
    return text->embed(at::tensor(turns, at::kLong).unsqueeze(0))[0].clone();
  }

  sd::Checkpoint checkpoint_;
  PictureShape shape_;
  StableDiffusionFamily family_;
};

// What the backward pass keeps of every level: of a residual block and a transformer so many tensors of the level's width, and
// the scores of attention twice (libtorch 1.13 keeps them; 2.x does not).
uint64_t StableDiffusionBase::training_bytes(int64_t pictures, bool recomputed) const {
  constexpr double kOfResidual = 10, kOfTransformer = 40, kGiven = 3, kFloat = 4;
  const auto& unet = checkpoint_.unet_config;
  const int64_t unit = checkpoint_.autoencoder_config.downscale();
  double numbers = 0, largest = 0;
  for (int64_t level = 0; level < unet.levels(); ++level) {
    const auto at = std::size_t(level);
    const double places = double(shape_.height / unit >> level) * double(shape_.width / unit >> level);
    const double width = double(unet.channels[at]), blocks = double(2 * unet.blocks[at] + 1);
    double block = kOfResidual * places * width;
    if (unet.down_attention[at])
      block +=
          double(unet.transformer_layers[at]) * (kOfTransformer * places * width + 2 * double(unet.heads[at]) * places * places);
    numbers += blocks * (recomputed ? kGiven * places * width : block);
    largest = std::max(largest, block);
  }
  return uint64_t(double(pictures) * (recomputed ? numbers + largest : numbers) * kFloat);
}

}  // namespace

std::unique_ptr<PersonalBase> make_stable_diffusion_base(const PersonalSettings& settings, const PictureShape& shape) {
  return std::make_unique<StableDiffusionBase>(settings, shape);
}

PictureShape native_stable_diffusion_shape(const std::string& model) {
  const auto checkpoint = sd::load_checkpoint(model);
  const int64_t side = checkpoint.unet_config.sample_size * checkpoint.autoencoder_config.downscale();
  return {3, side, side, {}};
}

}  // namespace inkstone
