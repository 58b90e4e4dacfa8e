// Models in memory, kept between the tasks of one process. A model is loaded once, also where several ask for it at the same
// time; what no longer fits goes by last use, but never while it is used; one whose files have changed is loaded anew.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <typeinfo>
#include <vector>

#include "inkstone/model_memory.hpp"

namespace inkstone::studio {

// What tells a model from others, and what it was read from.
struct ModelKey {
  std::string name;         // file and everything else that decides what is loaded
  std::string mark;         // of the files: another one when they have changed
  std::uint64_t bytes = 0;  // of the files
};

// Size and time of a file, or of every file below a folder; empty where there is none.
std::string mark_of(const std::filesystem::path& path);

// options: what beside the files decides, in any form.
ModelKey model_key(const std::vector<std::filesystem::path>& files, const std::string& options = "");
// Of what is part of the program.
ModelKey embedded_key(const std::string& name, std::uint64_t bytes);

template <class Model>
struct Loaded {
  std::shared_ptr<Model> model;
  std::uint64_t bytes = 0;  // about what it holds of memory
};

// Thread-safe. The models in it are as thread-safe as they are.
class LoadedModels {
 public:
  // budget: bytes. Models that do not fit beside those in use are loaded and not kept.
  explicit LoadedModels(std::uint64_t budget) : budget_(budget) {}

  // Stays loaded as long as somebody holds it. Throws what load throws, to all who wait for it.
  template <class Model>
  std::shared_ptr<Model> get(const ModelKey& key, const std::function<Loaded<Model>()>& load) {
    auto typed = key;
    typed.name = std::string(typeid(Model).name()) + ' ' + key.name;
    return std::static_pointer_cast<Model>(find_or_load(typed, [&] {
      auto loaded = load();
      return Loaded<void>{std::move(loaded.model), loaded.bytes};
    }));
  }

  // Lets go of everything that is not in use; the number of models.
  int drop_idle();

  ModelMemory summary() const;

 private:
  using Handle = std::shared_ptr<void>;
  struct Entry {
    std::string mark;
    std::shared_future<Handle> model;
    std::uint64_t bytes = 0;  // 0 while it is being loaded
    std::uint64_t used = 0;   // rises with every use
    bool ready = false;
  };
  using Entries = std::map<std::string, Entry>;

  Handle find_or_load(const ModelKey& key, const std::function<Loaded<void>()>& load);
  Handle load_now(const ModelKey& key, std::promise<Handle>& promise, const std::function<Loaded<void>()>& load);
  // These with the mutex held.
  void make_room(std::uint64_t kept, std::uint64_t taken);
  bool drop_oldest_idle();
  std::uint64_t kept_bytes() const;

  const std::uint64_t budget_;
  mutable std::mutex mutex_;
  Entries entries_;
  std::uint64_t uses_ = 0;
  std::int64_t hits_ = 0, loads_ = 0, evictions_ = 0;
};

}  // namespace inkstone::studio
