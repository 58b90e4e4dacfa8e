#include "studio/jobs/result_files.hpp"

#include <cctype>

#include <fmt/format.h>

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

// The first words of the prompt, else the task; with the job's last letters, which tell it from others.
std::string name_of(const JobStatus& job) {
  constexpr std::size_t kLongest = 48;
  std::string name;
  for (const unsigned char c : job.prompt) {
    if (name.size() >= kLongest) break;
    if (std::isalnum(c) || c >= 0x80)
      name += char(c);
    else if (!name.empty() && name.back() != '-')
      name += '-';
  }
  while (!name.empty() && (name.back() == '-' || (static_cast<unsigned char>(name.back()) & 0xC0) == 0x80)) name.pop_back();
  if (!name.empty() && static_cast<unsigned char>(name.back()) >= 0xC0) name.pop_back();
  return fmt::format("{}-{}", name.empty() ? job.task : name, job.id.substr(job.id.size() - 6));
}

}  // namespace

ResultFiles::ResultFiles(Studio& studio, const JobStatus& job, const TaskOutcome& outcome, fs::path scratch)
    : studio_(&studio), outcome_(&outcome), scratch_(std::move(scratch)), name_(name_of(job)) {}

std::vector<StoredPicture> ResultFiles::stored(const PictureStore& store) const {
  std::vector<StoredPicture> pictures;
  if (!outcome_) return pictures;
  for (const auto& file : outcome_->files) PictureStore::flush(file);
  for (std::size_t k = 0; k < outcome_->files.size(); ++k)
    pictures.push_back(
        store.take_in(outcome_->files[k], numbered(k, outcome_->files.size(), outcome_->files[k].extension().string())));
  if (auto moving = film(store)) {
    pictures.push_back(std::move(*moving));
    return pictures;
  }
  for (std::size_t k = 0; k < outcome_->paintings.size(); ++k) pictures.push_back(painting(store, k));
  return pictures;
}

// A file is saved whole or not at all and forced to the disk, so one that is there is finished.
StoredPicture ResultFiles::painting(const PictureStore& store, std::size_t k) const {
  const auto file = scratch_ / fmt::format("result-{}.png", k);
  if (!fs::exists(file)) studio_->save(outcome_->paintings[k], file);
  return store.take_in(file, numbered(k, outcome_->paintings.size(), ".png"));
}

// Frames one by one where there is no ffmpeg.
std::optional<StoredPicture> ResultFiles::film(const PictureStore& store) const try {
  if (outcome_->frames_per_second == 0 || outcome_->paintings.size() < 2) return std::nullopt;
  const auto file = scratch_ / "film.mp4";
  if (!fs::exists(file)) studio_->save_animation(outcome_->paintings, file, outcome_->frames_per_second);
  PictureStore::flush(file);
  return store.take_in(file, name_ + ".mp4", &outcome_->paintings.front().picture);
} catch (const Error& error) {
  if (error.category() != ErrorCategory::unsupported) throw;
  return std::nullopt;
}

std::string ResultFiles::numbered(std::size_t k, std::size_t count, const std::string& ending) const {
  return count > 1 ? fmt::format("{}-{}{}", name_, k + 1, ending) : name_ + ending;
}

}  // namespace inkstone::studio
