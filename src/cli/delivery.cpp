#include "cli/delivery.hpp"

#include <unistd.h>

#include <fmt/format.h>

namespace inkstone {

namespace fs = std::filesystem;

fs::path free_output_name(const std::vector<std::string>& sources) {
  std::string stem;
  for (const auto& source : sources) {
    if (!stem.empty()) stem += '-';
    stem += fs::path(source).stem().string();
  }
  if (stem.empty()) stem = "painting";
  stem = stem.substr(0, 120);
  const auto ending = picture_ending();
  fs::path name = fmt::format("{}{}", stem, ending);
  for (int number = 2; fs::exists(name); ++number) name = fmt::format("{}-{}{}", stem, number, ending);
  return name;
}

fs::path beside(const fs::path& output, const std::string& suffix) {
  return output.parent_path() / (output.stem().string() + suffix + output.extension().string());
}

void deliver(Studio& studio, const Painting& painting, const fs::path& output) {
  try {
    studio.save(painting, output);
  } catch (const Error& error) {
    const auto refuge =
        fs::temp_directory_path() / fmt::format("inkstone-{}-{}{}", output.stem().string(), ::getpid(), picture_ending());
    try {
      studio.save(painting, refuge);
    } catch (const Error&) {
      throw error;
    }
    throw Error(error.category(), fmt::format("{}; the picture is kept as {}", error.what(), refuge.string()));
  }
}

void preview_beside(TaskProgress& progress, Studio& studio, const fs::path& output, int every) {
  progress.every(
      every, [&studio, output](const Image& picture, std::int64_t) { studio.save(picture, output.string() + ".preview.png"); });
}

}  // namespace inkstone
