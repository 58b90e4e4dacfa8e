// The networks of a request, loaded once: a checkpoint, other autoencoders, adapters that prompts name, embeddings, what steers.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "inkstone/paint_request.hpp"
#include "models/clip/safety_checker.hpp"
#include "models/stable_diffusion/adapters/adapter.hpp"
#include "sample/stable_diffusion/painter.hpp"
#include "studio/diffusion/known_files.hpp"
#include "studio/loaded_models.hpp"
#include "text/prompt_networks.hpp"

namespace inkstone::studio {

class Session {
 public:
  // Throws not_found, corrupt_file, unsupported, bad_argument: a part that is made for another kind of model.
  Session(const PaintRequest& request, const KnownFiles& known);

  // With these adapters merged into the checkpoint as it was loaded, and the embeddings that the prompts call. The same reference
  // until it is asked for others.
  sd::Painter& painter(const std::vector<LoraMention>& adapters, const std::string& prompts);

  // One for each --control-net, without pictures.
  const std::vector<sd::Steering>& steering() const { return steering_; }

  // A picture [3,H,W] in [0,1]; false where no checker was asked for.
  bool finds_unsafe(const at::Tensor& picture);

  // Of the painter given last, and of the whole request.
  const std::vector<UsedFile>& used_files() const { return used_; }
  const std::string& sha256(const std::filesystem::path& file);

  // For the next request: without the embeddings that the last one's prompts called.
  void forget_embeddings();
  // About what it holds of memory once it paints.
  std::uint64_t bytes() const;

 private:
  void load_steering(const PaintRequest& request);
  void load_embeddings(const std::string& folder);
  sd::Checkpoint merged(const std::vector<LoraMention>& adapters);
  void insert_embeddings(const std::string& prompts);

  KnownFiles known_;
  std::string adapter_folder_;
  at::ScalarType arithmetic_;
  bool eight_bits_;
  sd::Checkpoint base_;
  std::optional<sd::TinyAutoencoder> tiny_;
  std::optional<SafetyChecker> checker_;
  std::map<std::string, sd::Adapter> adapters_;  // read so far
  std::map<std::string, std::filesystem::path> embeddings_;
  std::vector<sd::Steering> steering_;
  std::vector<UsedFile> whole_, used_;
  std::unique_ptr<sd::Painter> painter_;
  std::vector<LoraMention> merged_;
  std::vector<std::string> inserted_;
  std::map<std::filesystem::path, std::string> hashes_;
};

// One that is kept from the last request with the same networks, or a new one. A replay, which has files of its own, gets its
// own.
std::shared_ptr<Session> session_for(const PaintRequest& request, const KnownFiles& known, LoadedModels& models);

}  // namespace inkstone::studio
