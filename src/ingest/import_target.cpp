#include "ingest/import_target.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "data/packed.hpp"
#include "image/encode.hpp"
#include "ingest/picture_bytes.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

void refuse_existing(const fs::path& output) {
  std::error_code error;
  if (fs::is_directory(output, error) && fs::is_empty(output, error)) return;
  if (fs::exists(output, error))
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} is there already; name another output, or delete it first", output.string()));
}

// A new folder that goes again unless it is finished, so that a broken import leaves nothing half.
class NewFolder {
 public:
  explicit NewFolder(fs::path path) : path_(std::move(path)) {
    std::error_code error;
    existed_ = fs::exists(path_, error);
    fs::create_directories(path_, error);
    if (error) throw Error(ErrorCategory::io, fmt::format("cannot make the folder {}: {}", path_.string(), error.message()));
  }
  ~NewFolder() {
    if (kept_) return;
    std::error_code ignored;
    for (const auto& item : fs::directory_iterator(path_, ignored)) fs::remove_all(item.path(), ignored);
    if (!existed_) fs::remove(path_, ignored);
  }
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;

  void keep() { kept_ = true; }

 private:
  fs::path path_;
  bool existed_ = false, kept_ = false;
};

void put(nlohmann::ordered_json& object, const char* key, const std::string& value) {
  if (!value.empty()) object[key] = value;
}

std::string line_of(const std::string& file, const PictureItem& item, const std::string& label, const std::string& sha256,
                    const char* origin) {
  nlohmann::ordered_json object;
  put(object, "file_name", file);
  put(object, "text", item.caption);
  put(object, "label", label);
  put(object, "author", item.author);
  put(object, "licence", item.licence);
  put(object, "source", item.source);
  put(object, origin, item.name);
  put(object, "sha256", sha256);
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

class PackedTarget : public ImportTarget {
 public:
  PackedTarget(fs::path output, int64_t channels, std::vector<std::string> classes)
      : output_(std::move(output)), channels_(channels), classes_(classes) {
    const bool single = output_.extension() == ".safetensors";
    if (!single) folder_ = std::make_unique<NewFolder>(output_);
    provenance_ = single ? fs::path(output_).replace_extension(".provenance.jsonl") : output_ / "provenance.jsonl";
    writer_ = std::make_unique<PackWriter>(output_, PackOptions{.classes = std::move(classes)});
  }

  void add(const PictureItem& item, const Image& picture, const std::string& sha256) override {
    writer_->add({to_bytes(picture, channels_), item.label, item.caption});
    lines_ += line_of({}, item, item.label >= 0 ? classes_[static_cast<std::size_t>(item.label)] : std::string(), sha256, "name");
  }

  std::vector<fs::path> finish() override {
    auto outputs = writer_->finish().shards;
    write_file_atomic(provenance_, as_bytes(lines_));
    outputs.push_back(provenance_);
    if (folder_) folder_->keep();
    return outputs;
  }

 private:
  fs::path output_, provenance_;
  int64_t channels_;
  std::vector<std::string> classes_;
  std::unique_ptr<NewFolder> folder_;
  std::unique_ptr<PackWriter> writer_;
  std::string lines_;
};

// A class as a folder: it comes from strangers and must stay one name.
std::string folder_name(std::string name) {
  for (char& c : name)
    if (static_cast<unsigned char>(c) < 0x20 || std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos) c = '_';
  if (name.starts_with('.')) name.front() = '_';
  return name.substr(0, 200);
}

class FolderTarget : public ImportTarget {
 public:
  FolderTarget(fs::path output, int64_t channels, std::vector<std::string> classes)
      : output_(std::move(output)), channels_(channels), classes_(std::move(classes)), folder_(output_) {}

  void add(const PictureItem& item, const Image& picture, const std::string& sha256) override {
    const auto label = item.label >= 0 ? classes_[static_cast<std::size_t>(item.label)] : std::string();
    const auto name = fs::path(folder_name(label)) / fmt::format("{:06}.png", count_++);
    std::error_code error;
    fs::create_directories((output_ / name).parent_path(), error);
    // through bytes: what is written is what a packed set would hold
    save_image(output_ / name, from_bytes(to_bytes(picture, channels_)));
    lines_ += line_of(name.generic_string(), item, label, sha256, "original");
  }

  std::vector<fs::path> finish() override {
    write_file_atomic(output_ / "metadata.jsonl", as_bytes(lines_));
    folder_.keep();
    return {output_};
  }

 private:
  fs::path output_;
  int64_t channels_, count_ = 0;
  std::vector<std::string> classes_;
  NewFolder folder_;
  std::string lines_;
};

}  // namespace

std::unique_ptr<ImportTarget> make_import_target(const std::string& output, int64_t channels, std::vector<std::string> classes) {
  if (output.empty()) throw Error(ErrorCategory::bad_argument, "no output; name one with -o: NAME.safetensors, or a folder");
  refuse_existing(output);
  if (output.ends_with('/')) return std::make_unique<FolderTarget>(fs::path(output).parent_path(), channels, std::move(classes));
  return std::make_unique<PackedTarget>(output, channels, std::move(classes));
}

}  // namespace inkstone
