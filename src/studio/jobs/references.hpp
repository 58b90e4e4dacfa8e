// From what a request of a client names to what is on this machine: pictures by id, models by name. Nothing a client writes is
// ever taken for a path.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "inkstone/jobs.hpp"
#include "studio/jobs/job_store.hpp"
#include "studio/jobs/picture_store.hpp"

namespace inkstone::studio {

class References {
 public:
  // owner: whose pictures and runs may be named.
  References(JobStore& store, const PictureStore& pictures, const JobsSettings& settings, std::string owner);

  // The file of a picture. Throws not_found, bad_argument for what is no id. Remembered in parents().
  std::string picture(const std::string& id);
  // What the studio calls the model: a name of the catalogue, a rule, or a path; by_path: a path where it is no rule. Throws
  // not_found.
  std::string model(const std::string& id, bool by_path);
  // A chain of filters with its pictures.
  std::string chain(const std::string& chain);
  // A data set to train on: a ready name or procedural:KINDS.
  std::string data(const std::string& name) const;

  const std::vector<std::string>& parents() const { return parents_; }
  std::filesystem::path run_folder(const std::string& job) const;
  const JobsSettings& settings() const { return settings_; }

 private:
  std::string file_of_models(const std::string& name) const;
  std::string run_of(const std::string& job) const;

  JobStore& store_;
  const PictureStore& pictures_;
  const JobsSettings& settings_;
  std::string owner_;
  std::vector<std::string> parents_;
};

// Everything that References::model takes, of the owner.
std::vector<UsableModel> usable_models(JobStore& store, const PictureStore& pictures, const JobsSettings& settings,
                                       const std::string& owner);

// What prompts may call out of these folders: adapters by name, words.
std::vector<std::string> known_adapters(const std::filesystem::path& folder);
std::vector<PromptWord> known_words(const std::filesystem::path& folder);

}  // namespace inkstone::studio
