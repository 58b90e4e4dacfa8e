#include "studio/restore_task.hpp"

#include <string_view>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "image/decode.hpp"
#include "image/resize.hpp"
#include "models/srvgg/embedded_weights.hpp"
#include "studio/fine_picture.hpp"
#include "studio/model_record.hpp"
#include "studio/picture_networks.hpp"
#include "studio/recipe.hpp"
#include "studio/source_picture.hpp"
#include "studio/stylize_task.hpp"
#include "tensor/picture.hpp"
#include "transform/inpainter.hpp"
#include "transform/tiled.hpp"

namespace inkstone::studio {
namespace {

constexpr int64_t kRestoreMemory = int64_t(1) << 30;

// What a task is done by where the request names nothing. "": filters; absent network of that name: the catalogue says how to get it.
struct Remedy {
  const char* task;
  const char* network;
  bool masked = false;
};
constexpr Remedy kRemedies[] = {
    {"photo", "restorer"},           {"denoise", "dncnn"},          {"jpeg", "restorer"},
    {"deblur", "maxim-deblurring"},  {"derain", "maxim-deraining"}, {"low-light", "maxim-enhancement"},
    {"fading", ""},                  {"scratches", "migan", true},  {"colourise", ""},
    {"erase", "migan", true},
};

// Bleached dyes stretched one by one, half of the remaining cast taken away, a little of the lost contrast and colour given back.
constexpr const char* kUnfade = "levels:clip=0.004,white-balance:strength=0.5,contrast:0.12,saturation:0.12";

const Remedy& remedy_for(const std::string& task) {
  for (const auto& remedy : kRemedies)
    if (task == remedy.task) return remedy;
  throw Error(ErrorCategory::bad_argument, fmt::format("there is no task '{}'", task));
}

void check_remedy(const RestoreRequest& request, const Remedy& remedy) {
  const auto refuse = [](ErrorCategory category, const std::string& what) { throw Error(category, what); };
  if (remedy.masked && request.mask.empty())
    refuse(ErrorCategory::bad_argument, fmt::format("--task {} needs --mask PICTURE, white where something is to be taken out", request.task));
  if (!remedy.masked && !request.mask.empty()) refuse(ErrorCategory::bad_argument, fmt::format("--mask means nothing to --task {}", request.task));
  if (request.model.empty() && std::string_view(remedy.network) == "restorer" && embedded_enhancer("restorer").empty())
    refuse(ErrorCategory::unsupported, fmt::format("no network for --task {} travels with this version; train one (inkstone train restorer --data PHOTOGRAPHS) and name it with "
                                                   "--model, or choose another --task: denoise, deblur, derain, low-light, fading, erase", request.task));
  if (request.task == "fading" && !request.model.empty()) refuse(ErrorCategory::bad_argument, "--task fading is done by filters; it takes no --model");
  if (request.task == "colourise" && request.model.empty())
    refuse(ErrorCategory::unsupported, "no network for colourising can be fetched by name; give one of yours with --model FILE.onnx");
}

// The photograph's light with the network's colours, in YUV.
at::Tensor with_light_of(const at::Tensor& colours, const at::Tensor& photograph) {
  const auto weights = at::tensor({0.299F, 0.587F, 0.114F}).view({1, 3, 1, 1});
  const auto luma = [&](const at::Tensor& rgb) { return (rgb * weights).sum(1, true); };
  return (colours + luma(photograph) - luma(colours)).clamp(0, 1);
}

// A network that fills masks, with its record for recipes.
struct Filler {
  Filler(const std::filesystem::path& file, const std::string& name) : network(file), record(model_record(name, file)) {}
  transform::Inpainter network;
  nlohmann::json record;
};

class Restoration {
 public:
  Restoration(const RestoreRequest& request, LoadedModels& models, Observer& observer)
      : request_(request),
        remedy_(remedy_for(request.task)),
        models_(models),
        observer_(observer),
        recipe_(make_recipe(request)) {
    check_remedy(request, remedy_);
    name_ = request.model.empty() ? remedy_.network : request.model.value;
  }

  Painting run() {
    auto picture = load_fine(request_.picture.value);
    const int bits = output_bits(request_.bits, picture);
    const auto restored = mended(picture);
    picture.rgb = request_.strength < 1 ? at::lerp(picture.rgb, restored, request_.strength) : restored;
    if (request_.task == "colourise") picture.grey = false;
    Painting painting;
    painting.picture = to_picture(std::move(picture));
    if (!request_.post.empty()) painting.picture = run_chain(painting.picture, request_.post, request_.seed, observer_);
    painting.bits = bits;
    painting.generated = generated_;
    painting.parameters = parameters(painting);
    painting.recipe = recipe_.dump();
    return painting;
  }

 private:
  at::Tensor mended(const FinePicture& picture) {
    if (request_.task == "fading") return unfaded(picture);
    if (remedy_.masked) return filled(picture);
    const auto kept = kept_picture_network(ModelRef{name_}, request_.type, models_);
    const auto& loaded = *kept;
    remember(loaded.name, loaded.record);
    const auto scale = loaded.network->geometry().scale;
    if (scale != 1) throw Error(ErrorCategory::bad_argument, fmt::format("{} enlarges {} times; use inkstone upscale -m {}", loaded.name, scale, loaded.name));
    const transform::TileOptions options{.tile = request_.tile_size, .memory = kRestoreMemory, .tta = request_.tta};
    const auto result = transform::run(*loaded.network, picture.rgb, options, observer_);
    return request_.task == "colourise" ? with_light_of(result, picture.rgb) : result;
  }

  at::Tensor unfaded(const FinePicture& picture) {
    generated_ = false;
    return to_tensor(run_chain(to_image(picture.rgb), kUnfade, request_.seed, observer_));
  }

  at::Tensor filled(const FinePicture& picture) {
    const auto path = picture_model_files(ModelRef{name_}).path;
    const bool by_name = !std::filesystem::exists(name_);
    const auto key = model_key({path}, name_);
    const auto loaded = models_.get<Filler>(key, [&] {
      return Loaded<Filler>{std::make_shared<Filler>(path, name_), 2 * key.bytes};
    });
    remember(by_name ? name_ : path.filename().string(), loaded->record);
    if (by_name) recipe_["model"]["known"] = true;
    recipe_["model"]["paints"] = true;
    const Image mask = resize(load_at(request_.mask.value, 0), int(picture.width()), int(picture.height()));
    return loaded->network.fill(picture.rgb, to_tensor(mask).mean(1, true));
  }

  void remember(const std::string& name, const nlohmann::json& record) {
    recipe_["model"] = record;
    recipe_["request"]["model"] = name;
    name_ = name;
  }

  std::string parameters(const Painting& painting) const {
    return fmt::format("Steps: 1, Sampler: restore {}, Size: {}x{}, {}Version: inkstone {}", request_.task, painting.picture.width,
                       painting.picture.height, name_.empty() ? "" : fmt::format("Model: {}, ", name_), version());
  }

  const RestoreRequest& request_;
  const Remedy& remedy_;
  LoadedModels& models_;
  Observer& observer_;
  nlohmann::json recipe_;
  std::string name_;
  bool generated_ = true;
};

}  // namespace

Painting run_restore(const RestoreRequest& request, LoadedModels& models, Observer& observer) {
  return Restoration(request, models, observer).run();
}

}  // namespace inkstone::studio
