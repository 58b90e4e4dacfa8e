#include "studio/loaded_models.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/memory.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLoadingTakes = 2;  // times the files' bytes: what is read, and what is made of it

std::string mark_of_file(const fs::path& file) {
  std::error_code failed;
  const auto bytes = fs::file_size(file, failed);
  const auto time = fs::last_write_time(file, failed);
  return failed ? std::string() : fmt::format("{} {} {}\n", file.string(), bytes, time.time_since_epoch().count());
}

// A file, or those below a folder, in order.
std::vector<fs::path> files_at(const fs::path& path) {
  std::error_code failed;
  if (!fs::is_directory(path, failed)) return {path};
  std::vector<fs::path> files;
  auto entry = fs::recursive_directory_iterator(path, fs::directory_options::skip_permission_denied, failed);
  for (; !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed))
    if (entry->is_regular_file(failed)) files.push_back(entry->path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::string mark_of(const fs::path& path) {
  std::string mark;
  for (const auto& file : files_at(path)) mark += mark_of_file(file);
  return mark;
}

ModelKey model_key(const std::vector<fs::path>& files, const std::string& options) {
  ModelKey key{.name = options, .mark = {}};
  for (const auto& place : files) {
    key.name += '\n' + fs::absolute(place).lexically_normal().string();
    for (const auto& file : files_at(place)) {
      std::error_code failed;
      const auto bytes = fs::file_size(file, failed);
      key.bytes += failed ? 0 : bytes;
      key.mark += mark_of_file(file);
    }
  }
  return key;
}

ModelKey embedded_key(const std::string& name, std::uint64_t bytes) {
  return {.name = "embedded " + name, .mark = {}, .bytes = bytes};
}

LoadedModels::Handle LoadedModels::find_or_load(const ModelKey& key, const std::function<Loaded<void>()>& load) {
  std::promise<Handle> promise;
  std::shared_future<Handle> known;
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(key.name);
    if (found != entries_.end() && found->second.mark == key.mark) {
      ++hits_;
      found->second.used = ++uses_;
      known = found->second.model;
      if (found->second.ready) return known.get();
    } else {
      if (found != entries_.end()) entries_.erase(found);
      make_room(key.bytes, kLoadingTakes * key.bytes);
      entries_[key.name] = {.mark = key.mark, .model = promise.get_future().share(), .used = ++uses_};
    }
  }
  return known.valid() ? known.get() : load_now(key, promise, load);
}

LoadedModels::Handle LoadedModels::load_now(const ModelKey& key, std::promise<Handle>& promise,
                                            const std::function<Loaded<void>()>& load) try {
  auto loaded = load();
  promise.set_value(loaded.model);
  const std::lock_guard lock(mutex_);
  ++loads_;
  if (const auto found = entries_.find(key.name); found != entries_.end() && found->second.mark == key.mark) {
    make_room(loaded.bytes, 0);
    if (kept_bytes() + loaded.bytes > budget_) {
      entries_.erase(found);
    } else {
      found->second.bytes = loaded.bytes;
      found->second.ready = true;
    }
  }
  return loaded.model;
} catch (...) {
  promise.set_exception(std::current_exception());
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key.name);
  if (found != entries_.end() && found->second.mark == key.mark && !found->second.ready) entries_.erase(found);
  throw;
}

// kept: what comes into the budget. taken: what the machine has to have free for it.
void LoadedModels::make_room(std::uint64_t kept, std::uint64_t taken) {
  const auto crowded = [&] { return (kept <= budget_ && kept_bytes() + kept > budget_) || available_memory() < taken; };
  while (crowded() && drop_oldest_idle()) {
  }
}

// Handles are given out under the mutex alone: one that nobody but its entry holds stays so.
bool LoadedModels::drop_oldest_idle() {
  auto oldest = entries_.end();
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (!entry->second.ready || entry->second.model.get().use_count() > 1) continue;
    if (oldest == entries_.end() || entry->second.used < oldest->second.used) oldest = entry;
  }
  if (oldest == entries_.end()) return false;
  entries_.erase(oldest);
  ++evictions_;
  return true;
}

int LoadedModels::drop_idle() {
  const std::lock_guard lock(mutex_);
  int dropped = 0;
  while (drop_oldest_idle()) ++dropped;
  return dropped;
}

std::uint64_t LoadedModels::kept_bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& [name, entry] : entries_) bytes += entry.bytes;
  return bytes;
}

ModelMemory LoadedModels::summary() const {
  const std::lock_guard lock(mutex_);
  const auto models = std::count_if(entries_.begin(), entries_.end(), [](const auto& entry) { return entry.second.ready; });
  return {.hits = hits_, .loads = loads_, .evictions = evictions_, .models = models, .bytes = kept_bytes(), .budget = budget_};
}

}  // namespace inkstone::studio
