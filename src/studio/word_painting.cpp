#include "studio/word_painting.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "image/resize.hpp"
#include "inkstone/error.hpp"
#include "models/srvgg/embedded_weights.hpp"
#include "models/srvgg/srvgg_file.hpp"
#include "studio/diffusion_task.hpp"
#include "tensor/picture.hpp"
#include "weights/safetensors.hpp"

namespace inkstone::studio {
namespace {

constexpr int64_t kMostDoublings = 4;

sd::PictureExtent enlarged(const PictureShape& shape, int64_t doublings) {
  return {shape.width << doublings, shape.height << doublings};
}

// As fine as the size, as far as doubling goes.
int64_t doublings_to_cover(const PictureShape& shape, const sd::PictureExtent& place) {
  int64_t times = 0;
  while (times < kMostDoublings && (shape.width << times < place.width || shape.height << times < place.height)) ++times;
  return times;
}

}  // namespace

void tell_prompts(PaintSpec& spec, const std::vector<PictureOrder>& orders) {
  spec.seeds.clear();
  for (const auto& order : orders) {
    spec.seeds.push_back(order.seed);
    spec.prompts.push_back(order.prompt);
    spec.negative_prompts.push_back(order.negative_prompt);
  }
}

void refuse_foreign_to_words(const PaintRequest& request) {
  constexpr std::array<std::string_view, 13> kKnown = {
      "prompt", "negative-prompt", "prompt-file", "wildcards-dir", "lora-model-dir", "embd-dir", "init-img", "strength",
      "mask",   "mask-blur",       "invert-mask", "only-masked",   "masked-padding"};
  std::vector<std::string> foreign = {"class", "truncation", "palette"};
  for (const auto& option : diffusion_options())
    if (std::find(kKnown.begin(), kKnown.end(), option) == kKnown.end()) foreign.push_back(option);
  refuse_foreign(request, foreign, "a small painter of words");
}

int64_t doublings_for(const PaintRequest& request, const PictureShape& shape) {
  const int64_t width = request.width > 0 ? request.width : request.height * shape.width / shape.height;
  const int64_t height = request.height > 0 ? request.height : request.width * shape.height / shape.width;
  if (width == 0 && height == 0) return 0;
  for (int64_t times = 0; times <= kMostDoublings; ++times)
    if (width == shape.width << times && height == shape.height << times) return times;
  throw Error(ErrorCategory::bad_argument,
              fmt::format("this model paints {}x{} and can double that up to {}x{}; {}x{} is none of these sizes", shape.width,
                          shape.height, shape.width << kMostDoublings, shape.height << kMostDoublings, width, height));
}

std::optional<WordCanvas> word_canvas(const PaintRequest& request, const PictureShape& shape) {
  if (request.init.empty() && request.mask.empty()) return std::nullopt;
  const bool masked = !request.mask.empty(), sized = !masked && (request.width > 0 || request.height > 0);
  auto small = request;
  small.width = int(shape.width), small.height = int(shape.height);
  small.only_masked = masked;
  WordCanvas words;
  words.canvas = canvas_of(small, enlarged(shape, 0), 1);
  words.ground = {words.canvas.picture, words.canvas.mask, request.strength};
  words.size = words.canvas.first;
  const auto place = masked ? sd::PictureExtent{words.canvas.cut.width, words.canvas.cut.height} : words.size;
  words.doublings = sized ? doublings_for(request, shape) : doublings_to_cover(shape, place);
  if (sized) words.size = enlarged(shape, words.doublings);
  return words;
}

at::Tensor WordCanvas::finished(const at::Tensor& painted) const {
  std::vector<at::Tensor> delivered;
  for (const auto& picture : painted.clamp(-1, 1).add(1).div(2).split(1))
    delivered.push_back(to_tensor(resize(canvas.finished(to_image(picture.contiguous())), int(size.width), int(size.height))));
  return at::cat(delivered) * 2 - 1;
}

at::Tensor doubled_pictures(at::Tensor pictures, int64_t times, LoadedModels& models) {
  if (times == 0) return pictures;
  const at::NoGradGuard frozen;
  const auto weights = embedded_enhancer("super-resolution-x2");
  const auto kept = models.get<SrvggNet>(embedded_key("super-resolution-x2", weights.size()), [&] {
    return Loaded<SrvggNet>{std::make_shared<SrvggNet>(make_srvgg(read_safetensors(weights))), 2 * weights.size()};
  });
  auto& network = *kept;
  std::vector<at::Tensor> larger;
  for (const auto& picture : pictures.clamp(-1, 1).add(1).div(2).split(1)) {
    auto x = picture.contiguous();
    for (int64_t k = 0; k < times; ++k) x = network->forward(x).clamp(0, 1).contiguous();
    larger.push_back(x * 2 - 1);
  }
  return at::cat(larger);
}

}  // namespace inkstone::studio
