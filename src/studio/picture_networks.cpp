#include "studio/picture_networks.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "catalogue/sha256.hpp"
#include "inkstone/error.hpp"
#include "inkstone/models.hpp"
#include "studio/arithmetic.hpp"
#include "studio/model_record.hpp"
#include "transform/embedded.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

constexpr std::uint64_t kPictureNetworkTakes = 2;  // times its file: weights, and the same packed

// The file whose content tells the model from others: itself, or of several (a manifest beside its tensors) the largest.
fs::path telling_file(const fs::path& model) {
  if (fs::is_regular_file(model) && model.extension() != ".json") return model;
  const fs::path folder = fs::is_directory(model) ? model : model.parent_path();
  if (fs::exists(folder / "model.safetensors"))
    return folder / "model.safetensors";  // of a run, beside larger files that tell of it
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder.empty() ? "." : folder))
    if (entry.is_regular_file()) files.push_back(entry.path());
  if (files.empty()) throw Error(ErrorCategory::not_found, folder.string() + " holds no model");
  std::sort(files.begin(), files.end());
  return *std::max_element(files.begin(), files.end(),
                           [](const fs::path& a, const fs::path& b) { return fs::file_size(a) < fs::file_size(b); });
}

std::string display_name(const ModelRef& model, const fs::path& path) {
  if (!fs::exists(model.value)) return model.value;
  const bool inside = path.filename() == "manifest.json" || path.filename() == "model.json" || path.filename().empty();
  return (inside ? path.parent_path() : path).filename().string();
}

// Of what travels with the program; licensed as the program.
LoadedPictureNetwork open_embedded(const std::string& name, const std::string& type) {
  LoadedPictureNetwork loaded;
  loaded.network = transform::make_embedded_network(name, {arithmetic_of(type)});
  loaded.name = name;
  loaded.record = {{"name", name},   {"file", ""},    {"sha256", sha256_hex(transform::embedded_network(name))},
                   {"paints", true}, {"known", true}, {"licence", "Apache-2.0"}};
  loaded.purpose = transform::embedded_purpose(name);
  return loaded;
}

bool is_embedded(const ModelRef& model) {
  return !fs::exists(model.value) && !transform::embedded_network(model.value).empty();
}

bool is_kind(const std::string& loader) {
  const auto kinds = transform::kinds();
  return std::any_of(kinds.begin(), kinds.end(), [&](const transform::Kind& kind) { return kind.name == loader; });
}

LoadedPictureNetwork open_any(const ModelRef& model, const std::string& type) {
  if (is_embedded(model)) return open_embedded(model.value, type);
  const auto files = picture_model_files(model);
  LoadedPictureNetwork loaded;
  loaded.network = transform::open(files, {arithmetic_of(type)}, &loaded.purpose);
  loaded.name = display_name(model, files.path);
  const auto file = telling_file(files.path);
  loaded.record = model_record(loaded.name, file);
  loaded.record["paints"] = true;
  if (!fs::exists(model.value)) loaded.record["known"] = true;
  if (file != files.path) loaded.record["folder"] = true;
  return loaded;
}

// A graph that keeps the size may be for painting or for restoring: it is taken at its word.
void check_task(const LoadedPictureNetwork& loaded, const ModelRef& model, NetworkTask task) {
  const auto scale = loaded.network->geometry().scale;
  const bool paints = loaded.purpose == transform::Purpose::paint, mends = loaded.purpose == transform::Purpose::mend,
             enlarges = scale > 1;
  const bool fits = task == NetworkTask::stylize ? !mends && !enlarges : !paints && enlarges == (task == NetworkTask::upscale);
  if (fits || task == NetworkTask::any) return;
  const auto [does, command] = paints     ? std::pair("paints in a style"s, "stylize")
                               : enlarges ? std::pair(fmt::format("enlarges {} times", scale), "upscale")
                               : mends    ? std::pair("restores pictures"s, "restore")
                                          : std::pair("keeps the size of a picture"s, "stylize or restore");
  throw Error(ErrorCategory::bad_argument, fmt::format("{} {}; use inkstone {} -m {}", loaded.name, does, command, model.value));
}

std::string sha256_of(const ModelRef& model) {
  return is_embedded(model) ? sha256_hex(transform::embedded_network(model.value))
                            : sha256_file(telling_file(picture_model_files(model).path));
}

}  // namespace

transform::ModelFiles picture_model_files(const ModelRef& model) {
  if (fs::exists(model.value)) return {model.value};
  const auto path = model_path(model.value);  // not_found names the nearest, or the command that fetches it
  const auto loader = model_info(model.value).loader;
  return {path, is_kind(loader) ? loader : ""};
}

bool is_picture_network(const ModelRef& model) {
  return is_embedded(model) || (!model.empty() && transform::is_known(picture_model_files(model)));
}

bool names_picture_network(const ModelRef& model) {
  if (model.empty() || fs::exists(model.value)) return false;
  return is_embedded(model) || is_kind(model_info(model.value).loader);
}

LoadedPictureNetwork open_picture_network(const ModelRef& model, const std::string& type, NetworkTask task) {
  auto loaded = open_any(model, type);
  check_task(loaded, model, task);
  return loaded;
}

std::shared_ptr<LoadedPictureNetwork> kept_picture_network(const ModelRef& model, const std::string& type, NetworkTask task,
                                                           LoadedModels& models) {
  const auto options = model.value + ' ' + type;  // the name goes into recipes
  const auto key = is_embedded(model) ? embedded_key(options, transform::embedded_network(model.value).size())
                                      : model_key({picture_model_files(model).path}, options);
  auto loaded = models.get<LoadedPictureNetwork>(key, [&] {
    return Loaded<LoadedPictureNetwork>{std::make_shared<LoadedPictureNetwork>(open_any(model, type)),
                                        kPictureNetworkTakes * key.bytes};
  });
  check_task(*loaded, model, task);
  return loaded;
}

void restore_picture_network(ModelRef& model, const nlohmann::json& record, ParentSearch& search) {
  const std::string sha256 = record.at("sha256");
  if (!record.value("known", false)) {
    const auto file = search.find({record.at("file"), sha256});
    model.value = (record.value("folder", false) ? file.parent_path() : file).string();
    return;
  }
  model.value = record.at("name").get<std::string>();
  if (sha256_of(model) != sha256)
    throw Error(ErrorCategory::unsupported,
                "model " + model.value + " is not the one this picture was painted with (sha256 " + sha256 + ")");
}

}  // namespace inkstone::studio
