#include "transform/open.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "transform/adain.hpp"
#include "transform/anime_gan.hpp"
#include "transform/cartoon_gan.hpp"
#include "transform/enhancers.hpp"
#include "transform/fast_style.hpp"
#include "transform/graph_painter.hpp"
#include "transform/microast.hpp"
#include "weights/load.hpp"

namespace inkstone::transform {
namespace {

// One line per kind; its `recognises` and `make` stand in src/transform/<kind>.hpp.
constexpr Kind kKinds[] = {
    {"fast-style", Purpose::paint, is_fast_style_model, make_fast_style_painter},
    {"microast", Purpose::paint, is_microast_model, make_microast_painter},
    {"adain", Purpose::paint, is_adain_model, make_adain_painter},
    {"cartoongan", Purpose::paint, is_cartoon_gan_model, make_cartoon_gan_painter},
    {"animegan2", Purpose::paint, is_anime_gan_model, make_anime_gan2_painter},
    {"esrgan", Purpose::mend, is_esrgan_model, make_esrgan_upscaler},
    {"enhancer", Purpose::mend, is_compact_model, make_compact_enhancer},
    {"dncnn", Purpose::mend, is_dncnn_model, make_dncnn_denoiser},
    {"animegan", Purpose::paint, [](const ModelContent&) { return false; }, make_anime_gan_painter},
    {"maxim", Purpose::mend, [](const ModelContent&) { return false; }, make_maxim_restorer},
    {"style-graph", Purpose::paint, [](const ModelContent&) { return false; }, make_graph_painter},
    {"graph", Purpose::any, is_graph_model, make_graph_painter},
};

std::string names_of_kinds() {
  std::string names;
  for (const auto& kind : kinds()) names += (names.empty() ? "" : ", ") + std::string(kind.name);
  return names;
}

const Kind* find_kind(const ModelFiles& files, const ModelContent& content) {
  if (!std::filesystem::exists(files.path))
    throw Error(ErrorCategory::not_found, fmt::format("there is no model {}", files.path.string()));
  for (const auto& kind : kinds())
    if (files.kind.empty() ? kind.recognises(content) : files.kind == kind.name) return &kind;
  return nullptr;
}

const Kind& kind_of(const ModelFiles& files, const ModelContent& content) {
  if (const Kind* kind = find_kind(files, content)) return *kind;
  throw Error(ErrorCategory::unsupported,
              fmt::format("{} is no network that turns a picture into a picture, of the kinds that are known here ({})",
                          files.path.string(), names_of_kinds()));
}

}  // namespace

bool ModelContent::ends_with(std::string_view end) const {
  return path_.string().ends_with(end);
}

const StateDict& ModelContent::weights() const {
  if (!weights_) weights_ = load_weights(path_);
  return *weights_;
}

const StateDict* ModelContent::weights_if_any() const {
  if (unreadable_) return nullptr;
  try {
    return &weights();
  } catch (const Error&) {
    unreadable_ = true;
    return nullptr;
  }
}

std::span<const Kind> kinds() {
  return kKinds;
}

bool is_known(const ModelFiles& files) {
  return find_kind(files, ModelContent(files.path)) != nullptr;
}

std::unique_ptr<PictureNetwork> open(const ModelFiles& files, const Compute& compute, Purpose* purpose) {
  const ModelContent content(files.path);
  const auto& kind = kind_of(files, content);
  if (purpose != nullptr) *purpose = kind.purpose;
  return kind.make(content, compute);
}

}  // namespace inkstone::transform
