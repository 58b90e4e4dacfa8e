#include "studio/unfinished_film.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/files.hpp"
#include "inkstone/error.hpp"
#include "weights/safetensors.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kRecipe = "film.json";
constexpr const char* kState = "state.safetensors";
constexpr const char* kList = "pieces.txt";
constexpr const char* kLock = "lock";

// What differs, in the words of the command line.
std::string difference(const json& before, const json& now) {
  const auto& old = before.at("request");
  for (const auto& [name, value] : now.at("request").items())
    if (!old.contains(name) || old.at(name) != value)
      return fmt::format("--{} {}", name, old.contains(name) ? old.at(name).dump() : "of its own");
  if (before.at("parents") != now.at("parents")) return "another film or painting of that name";
  if (before.value("model", json()) != now.value("model", json())) return "another model";
  return before.at("version") != now.at("version") ? "version " + before.at("version").get<std::string>()
                                                   : "frames of another size";
}

std::optional<json> recipe_in(const fs::path& folder) try {
  if (!fs::exists(folder / kRecipe)) return std::nullopt;
  return json::parse(read_file(folder / kRecipe));
} catch (const json::exception&) {
  return std::nullopt;
}

// Ours alone: whatever else lies there stays.
bool is_ours(const fs::path& file) {
  const auto name = file.filename().string();
  static constexpr std::array kNames = {kRecipe, kState, kList, kLock};
  return name.starts_with("piece-") || std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

void flush_to_disk(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  const bool good = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (!good) throw Error(ErrorCategory::io, fmt::format("cannot write {} to the disk", file.string()));
}

}  // namespace

fs::path UnfinishedFilm::folder_of(const fs::path& output) {
  return output.string() + ".parts";
}

std::optional<std::int64_t> UnfinishedFilm::seed_in(const fs::path& output) {
  const auto recipe = recipe_in(folder_of(output));
  if (!recipe || !recipe->is_object() || !recipe->contains("request")) return std::nullopt;
  return recipe->at("request").value("seed", std::int64_t(0));
}

UnfinishedFilm::UnfinishedFilm(fs::path output, const json& recipe, const FilmInfo& info, std::int64_t piece_frames, bool restart)
    : output_(std::move(output)), folder_(folder_of(output_)), info_(info), piece_frames_(piece_frames) {
  std::error_code failed;
  fs::create_directory(folder_, failed);
  if (failed) throw Error(ErrorCategory::io, fmt::format("cannot make the folder {}: {}", folder_.string(), failed.message()));
  lock_ = ::open((folder_ / kLock).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0 || ::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    if (lock_ >= 0) ::close(lock_);
    throw Error(ErrorCategory::bad_argument, fmt::format("{} is being painted by another process", output_.string()));
  }
  try {
    begin(recipe, restart);
  } catch (...) {
    ::close(lock_);
    throw;
  }
}

UnfinishedFilm::~UnfinishedFilm() {
  writer_.reset();
  std::error_code ignored;
  if (!fresh_.empty()) fs::remove(fresh_, ignored);
  if (kept_frames_ == 0) remove_all();  // nothing to go on from
  ::close(lock_);
}

void UnfinishedFilm::begin(const json& recipe, bool restart) {
  auto whole = recipe;
  whole["film"] = {{"width", info_.width}, {"height", info_.height}, {"rate", info_.rate}, {"piece", piece_frames_}};
  if (restart) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder_))
      if (is_ours(entry.path()) && entry.path().filename() != kLock) fs::remove(entry.path(), ignored);
  }
  if (fs::exists(folder_ / kRecipe)) {
    check(whole);
    return read_state();
  }
  write_file_atomic(folder_ / kRecipe, as_bytes(whole.dump(2)));
}

void UnfinishedFilm::check(const json& recipe) const try {
  const auto before = recipe_in(folder_);
  if (before && *before == recipe) return;
  if (!before)
    throw Error(ErrorCategory::corrupt_file,
                fmt::format("{} is damaged; begin afresh with --restart", (folder_ / kRecipe).string()));
  throw Error(ErrorCategory::bad_argument,
              fmt::format("{} was begun with {}; give the same options to go on, or --restart to begin afresh", folder_.string(),
                          difference(*before, recipe)));
} catch (const json::exception&) {
  throw Error(ErrorCategory::corrupt_file,
              fmt::format("{} is damaged; begin afresh with --restart", (folder_ / kRecipe).string()));
}

void UnfinishedFilm::read_state() {
  if (!fs::exists(folder_ / kState)) return;
  const auto state = read_safetensors(folder_ / kState);
  const auto owned = [&](const char* name) { return state.at(name, {1, 3, info_.height, info_.width}).clone(); };
  memory_ = {owned("photograph"), owned("painting"), owned("held")};
  const auto numbers = state.at("numbers", {4}).to(at::kDouble).contiguous();
  const auto* number = numbers.data_ptr<double>();
  memory_.before = number[0];
  memory_.after = number[1];
  memory_.frames = number[2];
  kept_frames_ = std::int64_t(number[3]);
  last_ = memory_;
  for (std::int64_t k = 0; k * piece_frames_ < kept_frames_; ++k)
    if (!fs::exists(piece(k)))
      throw Error(ErrorCategory::corrupt_file, fmt::format("{} has gone; begin afresh with --restart", piece(k).string()));
}

fs::path UnfinishedFilm::piece(std::int64_t number) const {
  return folder_ / fmt::format("piece-{:06}{}", number, output_.extension() == ".webm" ? ".webm" : ".mp4");
}

void UnfinishedFilm::add(const Image& frame, const transform::Steady::Memory& memory) {
  if (!writer_) {
    // its own name for each process: the coder of one that was killed may still be writing
    const auto name = piece(kept_frames_ / piece_frames_);
    fresh_ = folder_ / fmt::format("{}-{}{}", name.stem().string(), ::getpid(), name.extension().string());
    writer_.emplace(fresh_, info_.width, info_.height, info_.rate);
    fresh_frames_ = 0;
  }
  writer_->add(frame);
  last_ = memory;
  if (++fresh_frames_ == piece_frames_) keep(memory);
}

void UnfinishedFilm::close_piece() {
  writer_->finish();
  writer_.reset();
  flush_to_disk(fresh_);
}

// The piece first, then what says that it is there.
void UnfinishedFilm::keep(const transform::Steady::Memory& memory) {
  close_piece();
  fs::rename(fresh_, piece(kept_frames_ / piece_frames_));
  fresh_.clear();
  StateDict state;
  state.tensors["photograph"] = memory.photograph.contiguous();
  state.tensors["painting"] = memory.painting.contiguous();
  state.tensors["held"] = memory.held.contiguous();
  state.tensors["numbers"] =
      at::tensor({memory.before, memory.after, memory.frames, double(kept_frames_ + fresh_frames_)}, at::kDouble);
  write_safetensors(folder_ / kState, state);
  kept_frames_ += fresh_frames_;
  fresh_frames_ = 0;
  memory_ = memory;
}

void UnfinishedFilm::join(const fs::path& sound_from, bool whole) {
  if (whole && fresh_frames_ > 0) keep(last_);
  if (writer_) close_piece();
  std::vector<FilmPiece> pieces;
  for (std::int64_t k = 0; k * piece_frames_ < kept_frames_; ++k)
    pieces.push_back({piece(k), std::min(piece_frames_, kept_frames_ - k * piece_frames_)});
  if (fresh_frames_ > 0) pieces.push_back({fresh_, fresh_frames_});
  // takes the film's name only when it is whole, or as much as was wanted
  const auto part = output_.parent_path() / (output_.stem().string() + ".part" + output_.extension().string());
  join_film(pieces, info_.rate, sound_from, folder_ / kList, part);
  fs::rename(part, output_);
  if (whole) remove_all();
}

void UnfinishedFilm::remove_all() {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder_, ignored))
    if (is_ours(entry.path())) fs::remove(entry.path(), ignored);
  fs::remove(folder_, ignored);  // stays where there is something of somebody else's
}

}  // namespace inkstone::studio
