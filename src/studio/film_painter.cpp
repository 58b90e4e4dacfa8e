#include "studio/film_painter.hpp"

#include <algorithm>
#include <memory>
#include <string_view>

#include <ATen/ATen.h>

#include "dream/neural_style.hpp"
#include "studio/feature_networks.hpp"
#include "studio/picture_networks.hpp"
#include "studio/restyler.hpp"
#include "studio/style_pictures.hpp"
#include "tensor/picture.hpp"

namespace inkstone::studio {
namespace {

class NetworkFrames : public FilmPainter {
 public:
  NetworkFrames(const StylizeRequest& request, LoadedModels& models, int width, int height)
      : steadiness_(request.steadiness), restyler_(request, models, width, height) {}

  std::optional<at::Tensor> paint(const at::Tensor& photograph, const std::optional<transform::Carried>&, Observer&) override {
    Observer silent;  // a frame is over soon
    return restyler_.paint(photograph, silent);
  }
  double mixing() const override { return steadiness_; }
  std::int64_t piece_frames() const override { return 48; }
  nlohmann::json model() const override { return restyler_.loaded().record; }

 private:
  double steadiness_;
  Restyler restyler_;
};

// What a search says goes to the observer, its steps do not: the film counts frames.
class OneFrame : public Observer {
 public:
  OneFrame(Observer& observer, bool first) : observer_(observer), first_(first) {}
  void on_message(std::string_view message) override {
    if (first_) observer_.on_message(message);
  }
  bool stop_requested() override { return observer_.stop_requested(); }

 private:
  Observer& observer_;
  bool first_;
};

class SearchedFrames : public FilmPainter {
 public:
  SearchedFrames(const StylizeRequest& request, LoadedModels& models)
      : request_(request), loaded_(FeatureNetworks(models).get(request.model)) {}

  std::optional<at::Tensor> paint(const at::Tensor& photograph, const std::optional<transform::Carried>& carried,
                                  Observer& observer) override {
    const auto frame = to_image(photograph);
    if (sources_.styles.empty() || matches_colours()) sources_ = style_tensors(request_, frame);
    auto pictures = sources_;
    pictures.content = photograph;
    auto search = request_;
    if (carried) go_on(*carried, pictures, search);
    OneFrame messages(observer, first_);
    first_ = false;
    const auto result = neural_style(loaded_->network, pictures, search, messages);
    if (result.stopped) return std::nullopt;
    const auto painting = result.picture.clamp(0, 1);
    return request_.original_colors && request_.color_mode == "luminance" ? chroma_kept(painting, photograph) : painting;
  }
  double mixing() const override { return 0; }
  std::int64_t piece_frames() const override { return 8; }
  nlohmann::json model() const override { return {{"name", loaded_->network.name}, {"sha256", loaded_->sha256}}; }

 private:
  bool matches_colours() const { return request_.original_colors && request_.color_mode == "match"; }

  // From the frame before where it can be trusted, else from the photograph; fewer steps at full size, held to what was there.
  void go_on(const transform::Carried& carried, NeuralStylePictures& pictures, StylizeRequest& search) const {
    constexpr int kFewer = 5;
    constexpr double kHold = 200;  // beside the other losses, at steadiness one half
    pictures.init = at::lerp(pictures.content, carried.picture, carried.trust);
    search.iterations = request_.frame_iterations > 0 ? request_.frame_iterations : std::max(1, request_.iterations / kFewer);
    search.pyramid = 1;
    pictures.before = {carried.picture, carried.trust, kHold * request_.steadiness / (1 - request_.steadiness)};
  }

  const StylizeRequest request_;
  std::shared_ptr<const LoadedNetwork> loaded_;
  NeuralStylePictures sources_;  // paintings and masks
  bool first_ = true;
};

}  // namespace

std::unique_ptr<FilmPainter> make_film_painter(const StylizeRequest& request, LoadedModels& models, int width, int height) {
  if (is_picture_network(request.model)) return std::make_unique<NetworkFrames>(request, models, width, height);
  return std::make_unique<SearchedFrames>(request, models);
}

}  // namespace inkstone::studio
