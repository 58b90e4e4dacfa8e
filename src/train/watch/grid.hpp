// Many pictures as one: the sample grid that a run shows, and the folder that keeps one per sample.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "train/watcher.hpp"

namespace inkstone {

// pictures: float [N,C,H,W] in [-1,1] (beyond is clamped; NaN is black), N >= 1. Gives uint8 [C,H',W'] on the CPU, row by row,
// with a gap of 2 pixels of mid-grey between pictures. Throws bad_argument for another shape or columns < 1.
at::Tensor picture_grid(const at::Tensor& pictures, int64_t columns);

// Where the grid of a step is kept: <run>/<tag>/step-000100.png; characters of the tag that file names should not have become
// '-'.
std::filesystem::path grid_folder(const std::filesystem::path& run, const std::string& tag);
std::filesystem::path grid_file(const std::filesystem::path& run, const std::string& tag, int64_t step);

// The step in a file name of grid_file; -1 for any other name.
int64_t step_of_grid(const std::filesystem::path& file);

// Writes every grid to its file; on resume and after divergence removes those that are beyond, of the given tags.
class SampleFolder : public Watcher {
 public:
  explicit SampleFolder(std::filesystem::path run, std::vector<std::string> tags = {"samples"});
  void on_start(const RunDescription& run, int64_t first_step) override;
  void on_rollback(int64_t step) override { keep_until(step); }
  void on_pictures(int64_t step, const std::string& tag, const at::Tensor& grid) override;

 private:
  void keep_until(int64_t step);

  std::filesystem::path run_;
  std::vector<std::string> tags_;
};

}  // namespace inkstone
