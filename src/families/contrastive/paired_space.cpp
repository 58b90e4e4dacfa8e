#include "families/contrastive/paired_space.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/options.hpp"
#include "data/words/vocabulary.hpp"
#include "families/painting.hpp"
#include "inkstone/error.hpp"
#include "tensor/picture.hpp"
#include "train/model_file.hpp"

namespace inkstone {
namespace {

contrastive::PairConfig pair_config(const ContrastiveOptions& o, const PictureShape& shape, int64_t vocabulary) {
  contrastive::PairConfig config{shape.channels, shape.height, shape.width, o.base_width, o.features, o.depth};
  config.vocabulary = vocabulary;
  config.text_length = o.text_length;
  config.text_depth = o.text_depth;
  return config;
}

// The largest middle part of these proportions.
at::Tensor middle_of(const at::Tensor& picture, int64_t height, int64_t width) {
  const int64_t h = picture.size(2), w = picture.size(3);
  const int64_t kept_h = std::max<int64_t>(1, std::min(h, w * height / width)),
                kept_w = std::max<int64_t>(1, std::min(w, h * width / height));
  return picture.narrow(2, (h - kept_h) / 2, kept_h).narrow(3, (w - kept_w) / 2, kept_w);
}

}  // namespace

PairedSpace::PairedSpace(const ContrastiveOptions& options, const PictureShape& shape)
    : shape_(shape),
      tokens_(options.vocabulary.empty() ? words::caption_tokens() : options.vocabulary),
      encoder_(pair_config(options, shape, tokens_.size())) {}

at::Tensor PairedSpace::see(const at::Tensor& picture) {
  const auto cut = resize(middle_of(picture, shape_.height, shape_.width).contiguous(), shape_.height, shape_.width);
  const auto coloured = shape_.channels == 1 ? cut.mean(1, true) : cut;
  return see_batch((coloured.clamp(0, 1) * 2 - 1).to(device_of(*encoder_)))[0];
}

at::Tensor PairedSpace::read(const std::vector<std::string>& texts) {
  return read_whole(texts).direction;
}

double PairedSpace::scale() const {
  return encoder_->scale().item<double>();
}

bool PairedSpace::is_too_long(const std::string& text) const {
  return tokens_.encode(text, std::size_t(encoder_->config().text_length) + 1).back() != WordTokens::kPad;
}

at::Tensor PairedSpace::ids_of(const std::vector<std::string>& texts) const {
  const auto length = std::size_t(encoder_->config().text_length);
  std::vector<at::Tensor> rows;
  for (const auto& text : texts) rows.push_back(at::tensor(tokens_.encode(text, length), at::kLong));
  return at::stack(rows).to(device_of(*encoder_));
}

contrastive::TextReading PairedSpace::read_whole(const std::vector<std::string>& texts) {
  const at::NoGradGuard frozen;
  return encoder_->read(ids_of(texts));
}

at::Tensor PairedSpace::see_batch(const at::Tensor& pictures) {
  const at::NoGradGuard frozen;
  if (pictures.size(2) == shape_.height && pictures.size(3) == shape_.width) return encoder_->see(pictures);
  return encoder_->see(at::_upsample_bicubic2d_aa(pictures, {shape_.height, shape_.width}, /*align_corners=*/false));
}

std::shared_ptr<PairedSpace> open_paired_space(const std::filesystem::path& model) {
  const auto state = read_model(model);
  const auto description = description_of(state);
  if (description.family != "contrastive")
    throw Error(
        ErrorCategory::bad_argument,
        fmt::format(
            "{} is a model of the family {}; a run of `contrastive` is wanted, which puts words and pictures into one space",
            model.string(), description.family));
  const auto options = nlohmann::json::parse(description.options, nullptr, false);
  if (!options.is_object())
    throw Error(ErrorCategory::corrupt_file, fmt::format("{}: its 'inkstone.options' cannot be read", model.string()));
  auto space = std::make_shared<PairedSpace>(from_json<ContrastiveOptions>(options), description.shape);
  const auto network = space->encoder().ptr();
  fill_weights({{.name = "pair", .module = network}}, state);
  network->eval();
  for (auto& parameter : network->parameters()) parameter.requires_grad_(false);
  return space;
}

at::Tensor nearest_pictures(const at::Tensor& wanted, const at::Tensor& seen, const at::Tensor& pictures, int64_t columns) {
  const auto order = at::matmul(wanted, seen.t()).argsort(1, /*descending=*/true);
  const auto places = at::arange(columns, order.options()).remainder(order.size(1));
  return pictures.index_select(0, order.index_select(1, places).flatten());
}

}  // namespace inkstone
