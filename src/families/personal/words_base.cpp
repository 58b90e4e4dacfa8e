#include <ATen/ATen.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "data/words/caption.hpp"
#include "families/personal/base.hpp"
#include "families/registry.hpp"
#include "families/words/adapters.hpp"
#include "families/words/folder.hpp"
#include "inkstone/error.hpp"
#include "nn/low_rank.hpp"

namespace inkstone {
namespace {

constexpr int64_t kUsualObjects = 48;  // of the vocabulary, that painters of words are trained on
constexpr int64_t kClassTurns = 4;     // one prior picture in so many is of the class,
constexpr int64_t kSilentTurns = 8;    // and one in so many has no words, for guidance

StateDict words_model(const std::string& path) {
  auto model = read_trained(path);
  const auto description = description_of(model);
  const auto& family = description.family;
  if (const auto options = nlohmann::json::parse(description.options, nullptr, false);
      options.is_object() && !options.value("unet-channels", nlohmann::json::array()).empty())
    throw Error(ErrorCategory::unsupported,
                "a painter of words with a U-Net is no base for a subject of one's own; take one with a transformer");
  if (family != "words")
    throw Error(
        ErrorCategory::bad_argument,
        fmt::format("{} is a model of the family {}; a subject of one's own needs a painter of words or a Stable Diffusion "
                    "checkpoint to go on from",
                    path, family));
  return model;
}

// One vector, of the one text encoder.
class WordVector : public torch::nn::Module {
 public:
  explicit WordVector(const at::Tensor& start) { vector = register_parameter("vector", start); }
  at::Tensor vector;
};

class WordsBase : public PersonalBase {
 public:
  WordsBase(const PersonalSettings& settings, const PictureShape& shape) : model_(words_model(settings.model)) {
    if (settings.min_snr > 0)
      throw Error(ErrorCategory::bad_argument,
                  "--min-snr weighs the losses of a noise schedule, and this base is trained by flow matching; leave it out");
    set_painting(settings);
    const auto own = description_of(model_).shape;
    if (shape.height != own.height || shape.width != own.width || shape.channels != own.channels)
      throw Error(
          ErrorCategory::bad_argument,
          fmt::format("this painter of words paints {}x{} in {} channels and the pictures are {}x{} in {}; give --width {} "
                      "--height {} --channels {}",
                      own.width, own.height, own.channels, shape.width, shape.height, shape.channels, own.width, own.height,
                      own.channels));
    load();
  }

  Family& family() override { return *family_; }
  std::vector<Part> parts() override {
    auto children = painter().named_children();
    return {{"lora_unet_", children["transformer"].get(), false}, {"lora_te_", children["text_encoder"].get(), true}};
  }

  bool knows(const std::string& token) const override { return knows_token(model_, token); }
  std::string caption(const std::string& token, const std::string& kind) const override {
    return kind.empty() ? token : fmt::format("a {} {}", token, kind);
  }
  // The class and silence by turns with compositions of the data that painters of words are trained on, in either language.
  std::vector<std::string> prior_captions(const std::string& kind, int64_t count, uint64_t seed) const override {
    std::vector<std::string> captions;
    for (int64_t k = 0; k < count; ++k) {
      DrawRandom random(seed, k);
      const auto composition = words::compose(random, words::Selection::training, kUsualObjects);
      const auto language = random.below(2) == 0 ? words::Language::english : words::Language::chinese;
      const auto composed = words::caption_of(composition, language, random);
      captions.push_back(k % kClassTurns == 0 ? "a " + kind : k % kSilentTurns == 1 ? "" : composed);
    }
    return captions;
  }
  int64_t most_tokens() const override { return options_of_model().value("text-length", 32) - 1; }

  OwnWord add_word(const std::string& token, const std::string& start, int64_t count) override {
    if (count != 1)
      throw Error(ErrorCategory::bad_argument, "--vectors: a painter of words takes one vector to a word; leave the option out");
    const auto vector = vector_of(model_, start);
    model_ = with_word(model_, token, vector);
    load();
    word_ = std::make_shared<WordVector>(vector);
    return {word_, true};
  }

  // The row of the word is the last one; those before it stay.
  void refresh() override {
    if (!word_) return;
    const auto table = embedding().named_parameters()["weight"].detach();
    embedding().weight = at::cat({table.narrow(0, 0, table.size(0) - 1), word_->vector});
  }

  Network whole() override {
    for (auto& parameter : painter().parameters()) parameter.requires_grad_(true);
    return {.name = "painter", .module = family_->networks().front().module};
  }
  void write_whole(const StateDict& trained, const std::filesystem::path& folder) const override {
    auto changed = model_;
    for (const auto& [name, tensor] : trained.tensors) changed.tensors["painter." + name] = tensor;
    write_words_folder(changed, folder);
  }

  void to(at::Device device) override { painter().to(device); }
  std::string version() const override { return "inkstone_words"; }
  uint64_t training_bytes(int64_t pictures, bool recomputed) const override {
    const auto options = options_of_model();
    const auto shape = description_of(model_).shape;
    const int64_t patch = options.value("patch", 8), places = shape.height * shape.width / (patch * patch);
    constexpr int64_t kKept = 40;  // tensors of a block's width that its backward pass keeps
    const int64_t blocks = options.value("depth", 6), tensors = recomputed ? blocks + kKept : blocks * kKept;
    return uint64_t(pictures * places * options.value("features", 256) * tensors * 4);
  }

 private:
  nlohmann::json options_of_model() const { return nlohmann::json::parse(description_of(model_).options, nullptr, false); }

  void set_painting(const PersonalSettings& settings) {
    auto options = options_of_model();
    if (settings.steps > 0) options["sampling-steps"] = settings.steps;
    if (settings.guidance > 0) options["guidance"] = settings.guidance;
    model_.metadata["inkstone.options"] = options.dump();
  }

  // The subject is never shown without its words: what is painted without any must not become it.
  void load() {
    auto taught = model_;
    auto options = options_of_model();
    options["caption-dropout"] = 0;
    taught.metadata["inkstone.options"] = options.dump();
    family_ = load_family(taught);
    for (auto& parameter : painter().parameters()) parameter.requires_grad_(false);
  }

  torch::nn::Module& painter() const { return *family_->networks().front().module; }
  torch::nn::EmbeddingImpl& embedding() {
    return *painter().named_modules("", false)["text_encoder.token_embedding"]->as<torch::nn::EmbeddingImpl>();
  }

  StateDict model_;
  std::unique_ptr<Family> family_;
  std::shared_ptr<WordVector> word_;
};

}  // namespace

std::unique_ptr<PersonalBase> make_words_base(const PersonalSettings& settings, const PictureShape& shape) {
  return std::make_unique<WordsBase>(settings, shape);
}

PictureShape native_words_shape(const std::string& model) {
  return description_of(words_model(model)).shape;
}

}  // namespace inkstone
