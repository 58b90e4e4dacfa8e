#include "studio/diffusion/parameters.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "catalogue/sha256.hpp"
#include "core/files.hpp"
#include "inkstone/studio.hpp"
#include "studio/diffusion/guides.hpp"
#include "weights/safetensors.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongHash = 12, kShortHash = 10, kOldHash = 8;

class Settings {
 public:
  // Values with marks that would end them stand in quotes, as JSON.
  void add(const std::string& name, const std::string& value) {
    const bool marks = value.find_first_of(",\n:") != std::string::npos;
    text_ += fmt::format("{}{}: {}", text_.empty() ? "" : ", ", name, marks ? nlohmann::json(value).dump() : value);
  }
  template <class Number>
  void add(const std::string& name, Number value) requires std::is_arithmetic_v<Number> {
    add(name, fmt::format("{}", value));
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string stem_of(const fs::path& path) {
  return path.stem().string();
}

void add_model(Settings& settings, const PaintRequest& request, Session& session, const fs::path& model_file) {
  settings.add("Model hash", session.sha256(model_file).substr(0, kShortHash));
  settings.add("Model", stem_of(request.model.value));
  for (const auto& file : session.used_files())
    if (file.option == "vae") {
      settings.add("VAE hash", session.sha256(weights_in(file.path)).substr(0, kShortHash));
      settings.add("VAE", file.path.filename().string());
    }
  if (!request.taesd.empty() && !request.taesd_preview_only) settings.add("VAE Decoder", "TAESD");
}

const char* upscaler_name(const std::string& ours) {
  if (ours == "latent-nearest") return "Latent (nearest)";
  if (ours == "latent-bicubic") return "Latent (bicubic)";
  return ours == "picture" ? "Bicubic" : "Latent";
}

void add_high_resolution(Settings& settings, const PaintRequest& request) {
  settings.add("Denoising strength", request.hires_strength);
  settings.add("Hires upscale", request.hires_scale);
  if (request.hires_steps > 0) settings.add("Hires steps", request.hires_steps);
  settings.add("Hires upscaler", upscaler_name(request.hires_upscaler));
}

void add_from_picture(Settings& settings, const PaintRequest& request, const sd::Brief& brief) {
  if (brief.picture.defined()) settings.add("Denoising strength", brief.strength);
  if (!brief.mask.defined()) return;
  settings.add("Mask blur", request.mask_blur);
  if (request.invert_mask) settings.add("Mask mode", "Inpaint not masked");
  if (!request.only_masked) return;
  settings.add("Inpaint area", "Only masked");
  settings.add("Masked area padding", request.masked_padding);
}

void add_steering(Settings& settings, const PaintRequest& request) {
  for (std::size_t i = 0; i < request.control_net.size(); ++i) {
    const fs::path path = request.control_net[i].value;
    const auto module = request.control_preprocess.empty() ? std::string("none") : own_value(request.control_preprocess, i);
    settings.add(
        fmt::format("ControlNet {}", i),
        fmt::format("Module: {}, Model: {} [{}], Weight: {}, Resize Mode: Just Resize, Guidance Start: {}, Guidance End: {}, "
                    "Pixel Perfect: False, Control Mode: Balanced",
                    module.substr(0, module.find(':')), stem_of(path), short_model_hash(weights_in(path)),
                    own_value(request.control_strength, i), own_value(request.control_start, i),
                    own_value(request.control_end, i)));
  }
}

void add_networks_of_prompt(Settings& settings, Session& session) {
  std::string adapters, embeddings;
  const auto append = [](std::string& list, const std::string& name, const std::string& hash) {
    list += fmt::format("{}{}: {}", list.empty() ? "" : ", ", name, hash);
  };
  for (const auto& file : session.used_files()) {
    if (file.option == "lora") append(adapters, file.name, adapter_hash(file.path));
    if (file.option == "embedding") append(embeddings, file.name, session.sha256(file.path).substr(0, kShortHash));
  }
  if (!adapters.empty()) settings.add("Lora hashes", adapters);
  if (!embeddings.empty()) settings.add("TI hashes", embeddings);
}

}  // namespace

std::string parameters_of(const PaintRequest& request, const PictureOrder& order, const sd::Brief& brief,
                          const sd::BriefResult& result, Session& session, const fs::path& model_file) {
  Settings settings;
  settings.add("Steps", brief.steps);
  settings.add("Sampler", result.solver);
  settings.add("Schedule type", result.schedule);
  settings.add("CFG scale", brief.guidance);
  settings.add("Seed", order.seed);
  settings.add("Size", fmt::format("{}x{}", brief.extent.width, brief.extent.height));
  add_model(settings, request, session, model_file);
  if (brief.variation_strength > 0) {
    settings.add("Variation seed", brief.variation_seed);
    settings.add("Variation seed strength", brief.variation_strength);
  }
  if (request.hires_fix) add_high_resolution(settings, request);
  add_from_picture(settings, request, brief);
  if (request.clip_skip > 1) settings.add("Clip skip", request.clip_skip);
  if (request.tile != "none") settings.add("Tiling", "True");
  add_steering(settings, request);
  add_networks_of_prompt(settings, session);
  settings.add("Version", fmt::format("inkstone {}", version()));
  const auto negative =
      order.negative_prompt.empty() ? std::string() : fmt::format("Negative prompt: {}\n", order.negative_prompt);
  return order.prompt + "\n" + negative + settings.text();
}

std::string adapter_hash(const fs::path& file) {
  if (file.extension() != ".safetensors") return sha256_file(file).substr(0, kLongHash);
  const auto metadata = read_safetensors(file).metadata;
  if (const auto said = metadata.find("sshs_model_hash"); said != metadata.end() && !said->second.empty())
    return said->second.substr(0, kLongHash);
  const MappedFile mapped(file);
  std::uint64_t header = 0;
  std::memcpy(&header, mapped.bytes().data(), sizeof(header));  // little-endian; read_safetensors has checked it
  return sha256_hex(mapped.bytes().subspan(sizeof(header) + header)).substr(0, kLongHash);
}

std::string short_model_hash(const fs::path& file) {
  constexpr std::size_t kPlace = 0x100000, kCount = 0x10000;
  const MappedFile mapped(file);
  const auto bytes = mapped.bytes();
  const auto first = std::min(kPlace, bytes.size());
  return sha256_hex(bytes.subspan(first, std::min(kCount, bytes.size() - first))).substr(0, kOldHash);
}

}  // namespace inkstone::studio
