#include "transform/microast.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/microast/microast.hpp"
#include "tensor/picture.hpp"
#include "transform/arbitrary_style.hpp"
#include "weights/load.hpp"

namespace inkstone::transform {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kLeastPainting = 16;

// The file of the folder whose name begins so; empty: none.
fs::path part(const fs::path& model, const std::string& name) {
  const fs::path folder = fs::is_directory(model) ? model : model.parent_path();
  for (const auto& entry : fs::directory_iterator(folder.empty() ? fs::path(".") : folder))
    if (entry.is_regular_file() && entry.path().filename().string().starts_with(name)) return entry.path();
  return {};
}

StateDict read_part(const fs::path& model, const std::string& name) {
  const auto file = part(model, name);
  if (file.empty())
    throw Error(ErrorCategory::not_found,
                fmt::format("{} has no {}...: MicroAST is four files in one folder", model.string(), name));
  return load_weights(file);
}

at::Tensor painting_of(const at::Tensor& painting) {
  const int64_t height = std::max(kLeastPainting, painting.size(2)), width = std::max(kLeastPainting, painting.size(3));
  return height == painting.size(2) && width == painting.size(3) ? painting : resize(painting, height, width).clamp(0, 1);
}

class MicroAstPainter : public ArbitraryStyle {
 public:
  MicroAstPainter(const MicroAst::Weights& weights, at::ScalarType dtype) : network_(weights, dtype), dtype_(dtype) {}

  Geometry geometry() const override {
    return {.multiple = 4, .bytes_per_pixel = (dtype_ == at::kBFloat16 ? 2 : 4) * 64 + 128, .least = 16};
  }

  void set_styles(const std::vector<StyleShare>& styles, double strength) override {
    std::vector<MicroAstStyle> looks;
    std::vector<double> weights;
    double sum = 0;
    for (const auto& style : styles) sum += style.weight;
    if (!(sum > 0)) throw Error(ErrorCategory::bad_argument, "--style-blend-weights must not all be 0");
    for (const auto& style : styles) {
      looks.push_back(network_.look_at(painting_of(style.painting)));
      weights.push_back(style.weight / sum);
    }
    style_ = blended(looks, weights);
    strength_ = strength;
  }

  at::Tensor forward(const at::Tensor& picture) override { return network_.paint(picture, style_, strength_); }

  void begin_tiles(const at::Tensor& overview) override {
    network_.set_recall(nn::Recall::keep);
    forward(overview);
    network_.set_recall(nn::Recall::use);
  }
  void end_tiles() override { network_.set_recall(nn::Recall::off); }

 private:
  MicroAst network_;
  at::ScalarType dtype_;
  MicroAstStyle style_;
  double strength_ = 1;
};

}  // namespace

bool is_microast_model(const ModelContent& content) {
  if (!fs::is_directory(content.path()) && !content.path().filename().string().starts_with("content_encoder")) return false;
  for (const char* name : {"content_encoder", "style_encoder", "modulator", "decoder"})
    if (part(content.path(), name).empty()) return false;
  return true;
}

std::unique_ptr<PictureNetwork> make_microast_painter(const ModelContent& content, const Compute& compute) {
  const auto& path = content.path();
  const MicroAst::Weights weights{read_part(path, "content_encoder"), read_part(path, "style_encoder"),
                                  read_part(path, "modulator"), read_part(path, "decoder")};
  return std::make_unique<MicroAstPainter>(weights, compute.dtype);
}

}  // namespace inkstone::transform
