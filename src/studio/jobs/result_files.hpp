// What a task painted as files of the store. Encoded once; taking them in can be tried again while the disk is full.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "studio/jobs/picture_store.hpp"
#include "studio/jobs/task_table.hpp"

namespace inkstone::studio {

class ResultFiles {
 public:
  ResultFiles() = default;
  // studio, outcome and scratch must outlive it.
  ResultFiles(Studio& studio, const JobStatus& job, const TaskOutcome& outcome, std::filesystem::path scratch);

  // Throws io. The same pictures each time.
  std::vector<StoredPicture> stored(const PictureStore& store) const;

 private:
  StoredPicture painting(const PictureStore& store, std::size_t k) const;
  std::optional<StoredPicture> film(const PictureStore& store) const;
  std::string numbered(std::size_t k, std::size_t count, const std::string& ending) const;

  Studio* studio_ = nullptr;
  const TaskOutcome* outcome_ = nullptr;
  std::filesystem::path scratch_;
  std::string name_;
};

}  // namespace inkstone::studio
