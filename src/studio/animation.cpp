#include "studio/animation.hpp"

#include <unistd.h>

#include <fmt/format.h>

#include "catalogue/process.hpp"
#include "core/files.hpp"
#include "image/encode.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

// A folder that goes when this does.
class FrameFolder {
 public:
  FrameFolder() : path_(fs::temp_directory_path() / fmt::format("inkstone-frames-{}", ::getpid())) {
    fs::create_directories(path_);
  }
  ~FrameFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  FrameFolder(const FrameFolder&) = delete;
  FrameFolder& operator=(const FrameFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::vector<std::string> command_for(const fs::path& target, int frames_per_second) {
  std::vector<std::string> words = {"ffmpeg", "-y",      "-loglevel", "error", "-framerate", std::to_string(frames_per_second),
                                    "-i",     "%06d.png"};
  if (target.extension() == ".gif") {
    words.insert(words.end(), {"-vf", "split[a][b];[a]palettegen[p];[b][p]paletteuse"});
  } else {  // even sides and the pixel format that every player takes
    words.insert(words.end(), {"-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-c:v", "libx264", "-crf", "16", "-pix_fmt", "yuv420p",
                               "-movflags", "+faststart"});
  }
  words.push_back(target.string());
  return words;
}

}  // namespace

void save_animation(const std::vector<Painting>& frames, const fs::path& path, int frames_per_second) {
  const FrameFolder folder;
  for (std::size_t k = 0; k < frames.size(); ++k) save_image(folder.path() / fmt::format("{:06}.png", k), frames[k].picture);
  const fs::path finished = folder.path() / ("finished" + path.extension().string());
  const auto result = run_process(command_for(finished, frames_per_second), folder.path(), [] { return true; });
  if (!result || result->status != 0)
    throw Error(ErrorCategory::io,
                fmt::format("ffmpeg could not write the frames as {}: {}", path.string(), result ? result->output : ""));
  write_file_atomic(path, MappedFile(finished).bytes());
}

}  // namespace inkstone::studio
