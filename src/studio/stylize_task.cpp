#include "studio/stylize_task.hpp"

#include <ATen/core/Tensor.h>
#include <fmt/format.h>

#include "image/decode.hpp"
#include "image/resize.hpp"
#include "post/chain.hpp"
#include "studio/recipe.hpp"
#include "studio/source_picture.hpp"
#include "studio/style_pictures.hpp"
#include "tensor/picture.hpp"

namespace inkstone::studio {
namespace {

// Colours and transparency of the photograph where they are to be kept; painting may be smaller than the result.
Image with_photograph(Image painting, const StyleSources& sources, const StylizeRequest& request) {
  if (request.original_colors && request.color_mode == "luminance")
    painting = with_chroma_of(painting, resize(sources.content, painting.width, painting.height));
  if (!sources.alpha.defined()) return painting;
  return with_alpha(painting, resize(sources.alpha, painting.height, painting.width).clamp(0, 1).contiguous());
}

// Between the painter and who looks on: what is shown on the way has the colours that the result will have.
class Previews : public Observer {
 public:
  Previews(Observer& observer, const StyleSources& sources, const StylizeRequest& request)
      : observer_(observer), sources_(sources), request_(request) {}
  void on_progress(const Progress& progress) override { observer_.on_progress(progress); }
  bool wants_preview(int64_t step) override { return observer_.wants_preview(step); }
  void on_preview(const Image& picture, int64_t step) override {
    observer_.on_preview(with_photograph(picture, sources_, request_), step);
  }
  void on_message(std::string_view message) override { observer_.on_message(message); }
  bool stop_requested() override { return observer_.stop_requested(); }

 private:
  Observer& observer_;
  const StyleSources& sources_;
  const StylizeRequest& request_;
};

std::string parameters_of(const StylizeRequest& request, const LoadedNetwork& loaded, const Painting& painting) {
  const std::string hash = loaded.sha256.empty() ? "" : fmt::format("Model hash: {}, ", loaded.sha256.substr(0, 10));
  return fmt::format("Steps: {}, Sampler: {}, Seed: {}, Size: {}x{}, {}Model: {}, Version: inkstone {}", painting.steps,
                     optimizer_name(request), request.seed, painting.picture.width, painting.picture.height, hash,
                     loaded.network.name, version());
}

}  // namespace

const char* optimizer_name(const StylizeRequest& request) {
  return request.optimizer == "adam" ? "Adam" : "L-BFGS";
}

PaintedOver search_style(const StylizeRequest& request, const Image& photograph, const LoadedNetwork& loaded,
                         Observer& observer) {
  const auto sources = style_sources(request, photograph);
  Previews previews(observer, sources, request);
  const auto result = neural_style(loaded.network, sources.tensors, request, previews);
  PaintedOver over;
  over.model = {{"name", loaded.network.name}, {"file", loaded.file}, {"sha256", loaded.sha256}};
  if (!loaded.licence.empty()) over.model["licence"] = loaded.licence;
  auto& painting = over.painting;
  painting.picture = with_photograph(to_image(result.picture), sources, request);
  painting.steps = result.steps;
  painting.stopped = result.stopped;
  painting.content_loss = result.content_loss;
  painting.style_loss = result.style_loss;
  painting.tv_loss = result.tv_loss;
  return over;
}

Painting run_stylize(const StylizeRequest& request, const LoadedNetwork& loaded, Observer& observer) {
  auto recipe = make_recipe(request);
  auto [painting, model] = search_style(request, decode_at(request.content.value, request.size), loaded, observer);
  recipe["model"] = model;
  recipe["steps"] = painting.steps;
  recipe["stopped"] = painting.stopped;
  if (!request.post.empty() && !painting.stopped)
    painting.picture = run_chain(painting.picture, request.post, request.seed, observer);
  painting.parameters = parameters_of(request, loaded, painting);
  painting.recipe = recipe.dump();
  return painting;
}

Image run_chain(const Image& picture, const std::string& chain, std::int64_t seed, Observer& observer) {
  PostContext context;
  context.reference = [](const std::string& path) { return decode_image(path); };
  context.seed = static_cast<std::uint64_t>(seed);
  context.observer = &observer;
  return apply_post(picture, parse_post_chain(chain), context);
}

Painting run_post(const PostRequest& request, Observer& observer) {
  Painting painting;
  painting.recipe = make_recipe(request).dump();
  painting.picture = run_chain(decode_image(request.input.value), request.chain, request.seed, observer);
  painting.generated = false;
  painting.parameters = fmt::format("Seed: {}, Size: {}x{}, Version: inkstone {}", request.seed, painting.picture.width,
                                    painting.picture.height, version());
  return painting;
}

}  // namespace inkstone::studio
