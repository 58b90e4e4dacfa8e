#include "studio/diffusion/session.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "catalogue/sha256.hpp"
#include "inkstone/error.hpp"
#include "models/stable_diffusion/diffusers_folder.hpp"
#include "models/stable_diffusion/part_files.hpp"
#include "sample/stable_diffusion/memory_need.hpp"
#include "studio/arithmetic.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

sd::CheckpointOptions reading_of(const PaintRequest& request) {
  sd::CheckpointOptions options;
  if (request.prediction == "epsilon") options.prediction = sd::Prediction::epsilon;
  if (request.prediction == "v") options.prediction = sd::Prediction::v;
  if (request.prediction == "sample") options.prediction = sd::Prediction::sample;
  return options;
}

bool is_t2i_adapter(const fs::path& path) {
  if (!fs::is_directory(path) || !fs::exists(path / "config.json")) return false;
  return sd::read_component_json(path / "config.json").value("_class_name", "") == "T2IAdapter";
}

// What a request asks to be loaded: files and folders, and how.
ModelKey key_of_session(const PaintRequest& request) {
  const fs::path model = request.model.value;
  std::vector<fs::path> files = {model.filename() == "model_index.json" ? model.parent_path() : model};
  for (const auto* part : {&request.vae, &request.taesd, &request.safety_checker})
    if (!part->empty()) files.emplace_back(part->value);
  for (const auto& part : request.control_net) files.emplace_back(part.value);
  for (const auto& folder : {request.lora_dir, request.embeddings_dir})
    if (!folder.empty()) files.emplace_back(folder);
  return model_key(
      files, fmt::format("{} {} {} {} {} {} {} {}", request.prediction, request.precision, request.vae.value, request.taesd.value,
                         request.taesd_preview_only, request.safety_checker.value, request.lora_dir, request.embeddings_dir));
}

}  // namespace

Session::Session(const PaintRequest& request, const KnownFiles& known)
    : known_(known),
      adapter_folder_(request.lora_dir),
      arithmetic_(arithmetic_of(request.precision)),
      eight_bits_(request.precision == "q8_0"),
      base_(sd::load_checkpoint(request.model.value, reading_of(request))) {
  if (!request.vae.empty()) {
    sd::use_autoencoder_file(base_, request.vae.value);
    whole_.push_back({"vae", "0", request.vae.value});
  }
  if (!request.taesd.empty()) {
    tiny_ = sd::load_tiny_autoencoder(request.taesd.value);
    if (!request.taesd_preview_only) whole_.push_back({"taesd", "0", request.taesd.value});
  }
  if (!request.safety_checker.empty()) checker_.emplace(request.safety_checker.value);
  load_steering(request);
  load_embeddings(request.embeddings_dir);
}

void Session::load_steering(const PaintRequest& request) {
  if (request.control_net.size() > 10) throw Error(ErrorCategory::bad_argument, "at most 10 networks steer at once");
  for (std::size_t i = 0; i < request.control_net.size(); ++i) {
    const auto& path = request.control_net[i].value;
    sd::Steering one;
    if (is_t2i_adapter(path))
      one.adapter = sd::load_t2i_adapter(path);
    else
      one.control = sd::build_control_net(sd::load_control_net(path), base_.unet_config, path);
    steering_.push_back(std::move(one));
    whole_.push_back({"control-net", std::to_string(i), path});
  }
}

void Session::load_embeddings(const std::string& folder) {
  embeddings_ = known_.embeddings;
  if (folder.empty()) return;
  if (!fs::is_directory(folder))
    throw Error(ErrorCategory::not_found, fmt::format("--embd-dir names {}, which is no folder", folder));
  for (const auto& entry : fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied)) {
    const auto ending = entry.path().extension();
    if (ending == ".pt" || ending == ".safetensors" || ending == ".bin")
      embeddings_.emplace(entry.path().stem().string(), entry.path());
  }
}

sd::Checkpoint Session::merged(const std::vector<LoraMention>& mentions) {
  std::vector<sd::AdapterUse> uses;
  for (const auto& mention : mentions) {
    const auto known = known_.adapters.find(mention.name);
    const auto path = known != known_.adapters.end() ? known->second
                                                     : find_network(adapter_folder_, mention.name, "adapter", "--lora-model-dir");
    const auto [place, fresh] = adapters_.try_emplace(mention.name);
    if (fresh) place->second = sd::read_adapter(path);
    uses.push_back({&place->second, mention.unet_weight, mention.text_weight});
    used_.push_back({"lora", mention.name, path});
  }
  return uses.empty() ? base_ : sd::with_adapters(base_, uses);
}

void Session::insert_embeddings(const std::string& prompts) {
  for (const auto& [name, path] : embeddings_) {
    if (prompts.find(name) == std::string::npos) continue;
    if (std::find(inserted_.begin(), inserted_.end(), name) != inserted_.end()) continue;
    painter_->insert(read_textual_inversion(path));
    inserted_.push_back(name);
    used_.push_back({"embedding", name, path});
  }
}

sd::Painter& Session::painter(const std::vector<LoraMention>& adapters, const std::string& prompts) {
  if (!painter_ || adapters != merged_) {
    painter_.reset();  // before another takes its place in memory
    used_ = whole_;
    inserted_.clear();
    painter_ = std::make_unique<sd::Painter>(merged(adapters), arithmetic_, eight_bits_);
    merged_ = adapters;
    if (tiny_) painter_->use_tiny(*tiny_);
  }
  insert_embeddings(prompts);
  return *painter_;
}

bool Session::finds_unsafe(const at::Tensor& picture) {
  return checker_ && checker_->finds(picture.clamp(0, 1).unsqueeze(0).to(at::kFloat));
}

const std::string& Session::sha256(const fs::path& file) {
  auto& hash = hashes_[file];
  if (hash.empty()) hash = sha256_file(file);
  return hash;
}

void Session::forget_embeddings() {
  if (!inserted_.empty()) painter_.reset();
}

std::uint64_t Session::bytes() const {
  return sd::weight_bytes(base_, arithmetic_, eight_bits_);
}

std::shared_ptr<Session> session_for(const PaintRequest& request, const KnownFiles& known, LoadedModels& models) {
  if (!known.adapters.empty() || !known.embeddings.empty()) return std::make_shared<Session>(request, known);
  const auto session = models.get<Session>(key_of_session(request), [&] {
    auto made = std::make_shared<Session>(request, KnownFiles());
    const auto bytes = made->bytes();
    return Loaded<Session>{std::move(made), bytes};
  });
  session->forget_embeddings();
  return session;
}

}  // namespace inkstone::studio
