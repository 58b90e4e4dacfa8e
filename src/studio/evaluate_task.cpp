#include "studio/evaluate_task.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "catalogue/places.hpp"
#include "core/files.hpp"
#include "data/packed.hpp"
#include "data/tensor_dataset.hpp"
#include "eval/evaluate.hpp"
#include "eval/extractors.hpp"
#include "eval/perceptual_extractor.hpp"
#include "eval/report.hpp"
#include "families/plan.hpp"
#include "families/registry.hpp"
#include "families/words/folder.hpp"
#include "inkstone/models.hpp"
#include "models/classifier/embedded.hpp"
#include "studio/open_data.hpp"
#include "studio/paint_task.hpp"
#include "studio/training_pictures.hpp"
#include "tensor/noise.hpp"
#include "weights/load.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

bool is_run(const std::string& place) {
  return fs::exists(fs::path(place) / "config.toml");
}
bool is_model(const std::string& place) {
  return is_run(place) || is_words_folder(place) || (fs::path(place).extension() == ".safetensors" && !is_packed(place));
}

bool wants(const EvaluateRequest& request, const std::string& metric) {
  return std::find(request.metrics.begin(), request.metrics.end(), metric) != request.metrics.end();
}

std::string reference_of(const EvaluateRequest& request) {
  if (!request.against.empty()) return request.against;
  if (!is_run(request.pictures))
    throw Error(ErrorCategory::bad_argument,
                "nothing to compare with; name a data set or a folder of real pictures with --against");
  const auto config = fs::path(request.pictures) / "config.toml";
  return read_plan(read_file(config), config.string()).data;
}

// The trained network, with what it must be asked.
struct Generator {
  std::unique_ptr<Family> family;
  PictureShape shape;
  int64_t steps = 0;
  std::string sampler;
  double guidance = 0;
  bool bf16 = false;
  std::vector<std::string> captions = {};  // by turns, of a family that reads

  PaintSpec spec(int64_t first, int64_t count) const {
    PaintSpec spec;
    spec.steps = steps;
    spec.sampler = sampler;
    spec.guidance = guidance;
    spec.bf16 = bf16;
    for (int64_t k = 0; k < count; ++k) spec.seeds.push_back(uint64_t(first + k));
    spec.latents = latents_of(spec.seeds, family->latent_shape());
    spec.labels = family->classes() > 0 ? at::arange(first, first + count, at::kLong).remainder(family->classes())
                                        : at::full({count}, -1, at::kLong);
    for (int64_t k = 0; k < count && !captions.empty(); ++k)
      spec.prompts.push_back(captions[std::size_t(first + k) % captions.size()]);
    return spec;
  }
};

// What the real pictures are called, for families that paint by words: of an even draw.
std::vector<std::string> captions_in(const Dataset& reference, const Family& family) {
  constexpr int64_t kCaptions = 1000;
  std::vector<std::string> captions;
  for (const auto k : drawn_indices(reference.size(), kCaptions, 0))
    captions.push_back(family.caption_for(reference.get(k).caption));
  return captions;
}

Generator load_generator(const EvaluateRequest& request) {
  const auto state = read_trained(request.pictures);
  return {load_family(state), description_of(state).shape, request.steps, request.sampler,
          request.guidance,   request.precision == "bf16"};
}

at::Tensor to_bytes(const at::Tensor& pictures) {
  return pictures.clamp(-1, 1).add(1).mul(127.5).round().to(at::kByte);
}

// Picture k is of class k mod the number of classes, from seed + k.
std::shared_ptr<const Dataset> painted(const Generator& generator, const EvaluateRequest& request, Observer& observer) {
  constexpr int64_t kAtOnce = 250, kPainted = 10000;
  at::NoGradGuard no_gradient;
  Observer silent;
  std::vector<at::Tensor> pictures, labels;
  const int64_t total = request.samples > 0 ? request.samples : kPainted;
  for (int64_t done = 0; done < total; done += kAtOnce) {
    const int64_t count = std::min(kAtOnce, total - done);
    const auto spec = generator.spec(request.seed + done, count);
    pictures.push_back(to_bytes(generator.family->paint(spec, silent)));
    labels.push_back(spec.labels);
    observer.on_progress({"paint", done + count, total, {}, -1});
    if (observer.stop_requested()) throw Error(ErrorCategory::cancelled, "stopped while painting; nothing was measured");
  }
  const bool by_class = generator.family->classes() > 0;
  return std::make_shared<TensorDataset>(at::cat(pictures), by_class ? at::cat(labels) : at::Tensor(), std::vector<std::string>(),
                                         by_class ? generator.shape.classes : std::vector<std::string>());
}

fs::path weights_of(const ModelRef& given, const std::string& name) {
  if (!given.empty() && fs::exists(given.value)) return given.value;
  return model_path(given.empty() ? name : given.value);
}

std::unique_ptr<FeatureExtractor> extractor_for(const EvaluateRequest& request, const std::string& reference) {
  const auto known = embedded_classifiers();
  std::string name = request.features.starts_with("classifier-") ? request.features.substr(11) : "";
  if (request.features == "auto" && std::find(known.begin(), known.end(), reference) != known.end()) name = reference;
  if (!name.empty()) return make_classifier_extractor(embedded_classifier(name));
  if (request.features == "perceptual") return make_perceptual_extractor();
  if (request.features != "auto" && request.features != "inception")
    return make_classifier_extractor(to_classifier(read_model(request.features)));
  const auto resize = request.resize == "clean"        ? InceptionResize::clean
                      : request.resize == "tensorflow" ? InceptionResize::tensorflow
                                                       : InceptionResize::bilinear;
  return make_inception_extractor(load_weights(weights_of(request.inception, "inception-fid")), resize);
}

EvaluateOptions options_of(const EvaluateRequest& request, const std::string& reference) {
  EvaluateOptions options;
  options.metrics = request.metrics;
  options.samples = request.samples;
  options.reference_samples = request.reference_samples;
  options.batch = request.batch;
  options.seed = uint64_t(request.seed);
  options.neighbours = request.neighbours;
  options.splits = request.splits;
  options.subsets = request.subsets;
  options.subset_size = request.subset_size;
  options.resamples = request.resamples;
  options.paths = request.paths;
  options.reference_name = fs::path(reference).filename().string();
  options.reference_split = request.split;
  if (request.cache) options.cache = Places::from_environment().home / "statistics";
  if (wants(request, "lpips"))
    options.lpips = make_lpips(load_weights(weights_of(request.lpips_network, "vgg16")),
                               load_weights(weights_of(request.lpips_weights, "lpips-vgg")));
  return options;
}

}  // namespace

EvaluationReport run_evaluate(const EvaluateRequest& request, Observer& observer) {
  if (request.pictures.empty())
    throw Error(ErrorCategory::bad_argument, "nothing to evaluate; name a run, a model or a folder of pictures");
  const auto against = reference_of(request);
  std::shared_ptr<const Dataset> generated;
  if (!is_model(request.pictures))
    generated = open_data(request.pictures, "test", observer);  // before anything is fetched to compare with
  const auto reference = open_data(against, request.split, observer);
  const auto extractor = extractor_for(request, against);
  auto options = options_of(request, against);
  Generator generator;
  if (is_model(request.pictures)) {
    generator = load_generator(request);
    options.latent_shape = generator.family->latent_shape();
    if (generator.family->reads()) generator.captions = captions_in(*reference, *generator.family);
    options.painter = [&](const at::Tensor& latents) {
      at::NoGradGuard no_gradient;
      Observer silent;
      auto spec = generator.spec(request.seed, latents.size(0));
      spec.latents = latents;
      std::fill(spec.seeds.begin(), spec.seeds.end(), uint64_t(request.seed));
      return generator.family->paint(spec, silent);
    };
    generated = painted(generator, request, observer);
  }
  const auto values = evaluate(*generated, *reference, *extractor, options, observer);
  EvaluationReport report;
  report.features = extractor->name();
  for (const auto& value : values) report.values.push_back({value.name, value.value, value.low, value.high, value.note});
  report.json = to_json(values, *generated, *reference, *extractor, options);
  if (!request.output.empty()) write_file_atomic(request.output, as_bytes(report.json));
  return report;
}

}  // namespace inkstone::studio
