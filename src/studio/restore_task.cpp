#include "studio/restore_task.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "image/decode.hpp"
#include "image/encode.hpp"
#include "image/resize.hpp"
#include "inkstone/models.hpp"
#include "post/colour_hints.hpp"
#include "post/inpaint.hpp"
#include "post/scratches.hpp"
#include "studio/fine_picture.hpp"
#include "studio/model_record.hpp"
#include "studio/output.hpp"
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

// What a task is done by where the request names nothing. "": filters; absent network of that name: the catalogue says how to get
// it.
struct Remedy {
  const char* task;
  const char* network;
  enum class Mask { none, found, wanted } mask = Mask::none;
};
using Mask = Remedy::Mask;
constexpr Remedy kRemedies[] = {
    {"photo", "restorer"},
    {"denoise", "dncnn"},
    {"jpeg", "restorer"},
    {"deblur", "maxim-deblurring"},
    {"derain", "maxim-deraining"},
    {"low-light", "maxim-enhancement"},
    {"fading", ""},
    {"scratches", "migan", Mask::found},
    {"old-photo", "migan", Mask::found},
    {"colourise", ""},
    {"erase", "migan", Mask::wanted},
};

// Bleached dyes stretched one by one, half of the remaining cast taken away (Shades of Grey), a little of the lost contrast and
// colour given back.
constexpr const char* kUnfade = "levels:clip=0.004,white-balance:strength=0.5,contrast:0.12,saturation:0.12";

const Remedy& remedy_for(const std::string& task) {
  for (const auto& remedy : kRemedies)
    if (task == remedy.task) return remedy;
  throw Error(ErrorCategory::bad_argument, fmt::format("there is no task '{}'", task));
}

void check_pictures(const RestoreRequest& request, const Remedy& remedy) {
  const auto refuse = [](bool wrong, const std::string& what) {
    if (wrong) throw Error(ErrorCategory::bad_argument, what);
  };
  refuse(remedy.mask == Mask::wanted && request.mask.empty(),
         fmt::format("--task {} needs --mask PICTURE, white where something is to be taken out", request.task));
  refuse(remedy.mask == Mask::none && !request.mask.empty(), fmt::format("--mask means nothing to --task {}", request.task));
  refuse(remedy.mask != Mask::found && !request.save_mask.empty(),
         fmt::format("--save-mask means nothing to --task {}, which finds no damage", request.task));
  refuse(request.task != "colourise" && !request.hints.empty(), fmt::format("--hints means nothing to --task {}", request.task));
  refuse(!request.hints.empty() && !request.model.empty(),
         "--hints and --model exclude each other: colours by strokes, or by a network");
}

void check_remedy(const RestoreRequest& request, const Remedy& remedy) {
  check_pictures(request, remedy);
  const auto refuse = [](ErrorCategory category, const std::string& what) { throw Error(category, what); };
  if (request.task == "fading" && !request.model.empty())
    refuse(ErrorCategory::bad_argument, "--task fading is done by filters; it takes no --model");
  if (request.task == "colourise" && request.model.empty() && request.hints.empty())
    refuse(ErrorCategory::unsupported,
           "no network for colourising can be fetched by name; paint some strokes of colour on the photograph and give them with "
           "--hints FILE, or a "
           "network of yours with --model FILE (inkstone train colouriser --data PHOTOGRAPHS)");
}

at::Tensor light_of(const at::Tensor& rgb) {
  return (rgb * at::tensor({0.299F, 0.587F, 0.114F}).view({1, 3, 1, 1})).sum(1, true);
}

// As a network that colours was trained to see it.
at::Tensor in_grey(const at::Tensor& rgb) {
  return light_of(rgb).expand(rgb.sizes()).contiguous();
}

// The photograph's light with the network's colours, in YUV.
at::Tensor with_light_of(const at::Tensor& colours, const at::Tensor& photograph) {
  return (colours + light_of(photograph) - light_of(colours)).clamp(0, 1);
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
    if (!request.save_mask.empty()) check_output(request.save_mask);
    name_ = request.model.empty() ? remedy_.network : request.model.value;
    // scratches are thin: without the network they are filled all the same
    if (request.model.empty() && remedy_.mask == Mask::found && !model_info(name_).present) name_ = kFastMarching;
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
    if (request_.task == "fading") return unfaded(picture.rgb);
    if (request_.task == "old-photo") return unfaded(filled(picture));
    if (remedy_.mask != Mask::none) return filled(picture);
    if (!request_.hints.empty()) return coloured_by_hints(picture.rgb);
    const auto kept = kept_picture_network(ModelRef{name_}, request_.type, NetworkTask::restore, models_);
    const auto& loaded = *kept;
    remember(loaded.name, loaded.record);
    const transform::TileOptions options{.tile = request_.tile_size, .memory = kRestoreMemory, .tta = request_.tta};
    const bool colours = request_.task == "colourise";
    const auto result = transform::run(*loaded.network, colours ? in_grey(picture.rgb) : picture.rgb, options, observer_);
    return colours ? with_light_of(result, picture.rgb) : result;
  }

  at::Tensor unfaded(const at::Tensor& rgb) { return to_tensor(run_chain(to_image(rgb), kUnfade, request_.seed, observer_)); }

  at::Tensor coloured_by_hints(const at::Tensor& rgb) {
    const Image hints = decode_image(request_.hints.value);
    if (hints.width != rgb.size(3) || hints.height != rgb.size(2))
      throw Error(ErrorCategory::bad_argument, fmt::format("--hints is {}x{} and the picture {}x{}; they must be of one size",
                                                           hints.width, hints.height, rgb.size(3), rgb.size(2)));
    const auto marks = post::marked_colours(hints);
    if (std::all_of(marks.values.begin(), marks.values.end(), [](float mark) { return mark == 0; }))
      throw Error(ErrorCategory::bad_argument, "--hints has no colour in it; paint strokes of colour where they belong");
    return to_tensor(post::colour_by_hints(to_image(rgb), hints, marks));
  }

  // What the mask says, else the damage that is found.
  post::Plane holes_in(const FinePicture& picture) {
    post::Plane holes(int(picture.width()), int(picture.height()));
    if (request_.mask.empty()) {
      auto found = post::find_scratches(to_image(picture.rgb), request_.sensitivity);
      observer_.on_message(found.lines + found.spots == 0 ? "no scratches or spots were found"
                                                          : fmt::format("{} scratches and {} spots, {:.2f} % of the picture",
                                                                        found.lines, found.spots, 100 * found.share));
      holes = std::move(found.mask);
    } else {
      holes = post::luma(resize(load_at(request_.mask.value, 0), holes.width, holes.height));
    }
    if (!request_.save_mask.empty()) save_mask(holes);
    return holes;
  }

  void save_mask(const post::Plane& holes) const {
    Image mask(holes.width, holes.height, 3);
    for (int c = 0; c < 3; ++c) post::set_channel(mask, c, holes);
    save_image(request_.save_mask, mask);
  }

  at::Tensor filled(const FinePicture& picture) {
    const auto holes = holes_in(picture);
    if (std::none_of(holes.values.begin(), holes.values.end(), [](float value) { return value > 0.5F; })) {
      name_.clear();
      return picture.rgb;
    }
    if (name_ == kFastMarching) {
      recipe_["request"]["model"] = name_;
      const int radius = std::clamp(int(std::max(picture.width(), picture.height()) / 250), 3, 12);
      return to_tensor(post::inpaint(to_image(picture.rgb), holes, radius));
    }
    return filled_by_network(picture.rgb,
                             at::from_blob(const_cast<float*>(holes.values.data()), {1, 1, holes.height, holes.width}).clone());
  }

  at::Tensor filled_by_network(const at::Tensor& rgb, const at::Tensor& holes) {
    if (names_picture_network({name_}))
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("{} fills no holes in a picture; leave -m out, or use -m migan", name_));
    const auto path = picture_model_files(ModelRef{name_}).path;
    const bool by_name = !std::filesystem::exists(name_);
    const auto key = model_key({path}, name_);
    const auto loaded = models_.get<Filler>(key, [&] {
      return Loaded<Filler>{std::make_shared<Filler>(path, name_), 2 * key.bytes};
    });
    remember(by_name ? name_ : path.filename().string(), loaded->record);
    if (by_name) recipe_["model"]["known"] = true;
    recipe_["model"]["paints"] = true;
    return loaded->network.fill(rgb, holes);
  }

  void remember(const std::string& name, const nlohmann::json& record) {
    recipe_["model"] = record;
    recipe_["request"]["model"] = name;
    name_ = name;
    generated_ = true;
  }

  std::string parameters(const Painting& painting) const {
    return fmt::format("Steps: 1, Sampler: restore {}, Size: {}x{}, {}Version: inkstone {}", request_.task,
                       painting.picture.width, painting.picture.height, name_.empty() ? "" : fmt::format("Model: {}, ", name_),
                       version());
  }

  const RestoreRequest& request_;
  const Remedy& remedy_;
  LoadedModels& models_;
  Observer& observer_;
  nlohmann::json recipe_;
  std::string name_;
  bool generated_ = false;  // once a network had a hand in it
};

}  // namespace

Painting run_restore(const RestoreRequest& request, LoadedModels& models, Observer& observer) {
  return Restoration(request, models, observer).run();
}

}  // namespace inkstone::studio
