// Films through ffmpeg, a frame at a time: memory does not grow with their length.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/piped_process.hpp"
#include "inkstone/image.hpp"

namespace inkstone::studio {

struct FilmInfo {
  int width = 0, height = 0;  // upright, as it is shown
  std::string rate = "25";    // frames per second, as ffmpeg writes it: "30000/1001"
  std::int64_t frames = 0;    // about; 0: not known
  bool sound = false;
};

// By its ending: .mp4 .mov .mkv .webm .avi .m4v.
bool is_film(const std::filesystem::path& path);

// Throws not_found, unsupported (no ffmpeg), corrupt_file for what has no pictures in it.
FilmInfo probe_film(const std::filesystem::path& path);

// A file of a stranger: an MPEG-4 file whose pictures are of a common codec (H.264, H.265, VP9, AV1, MPEG-4). Neither here nor
// below is anything opened that a film refers to. Throws as probe_film, unsupported for another kind of film.
FilmInfo probe_untrusted_film(const std::filesystem::path& path);
// By its first bytes; HEIC and AVIF pictures, which begin alike, are none.
bool is_mpeg4_film(std::string_view bytes);

// Its first picture, at most so many pixels along the longer side, for showing. Throws as probe_film and FilmReader.
Image first_frame(const std::filesystem::path& path, int longest_side);

class FilmReader {
 public:
  // Frames come scaled to width x height.
  FilmReader(const std::filesystem::path& path, int width, int height, std::int64_t skip = 0);
  std::optional<Image> next();  // absent after the last
  // Throws corrupt_file where ffmpeg stopped for another reason than the film's end.
  void finish();

 private:
  int width_, height_;
  std::vector<std::uint8_t> bytes_;
  PipedProcess process_;
};

class FilmWriter {
 public:
  // H.264 (VP9 for .webm), without sound. Sides are even.
  FilmWriter(const std::filesystem::path& path, int width, int height, const std::string& rate);
  // Throws io where ffmpeg has given up (disk full, say), with what it said.
  void add(const Image& frame);
  void finish();

 private:
  [[noreturn]] void fail();

  std::filesystem::path path_;
  std::vector<std::uint8_t> bytes_;
  PipedProcess process_;
};

// A part of a film that FilmWriter wrote.
struct FilmPiece {
  std::filesystem::path path;
  std::int64_t frames = 0;
};

// The pieces one after another as one film, their frames as they were coded, with the sound of another film where it has any.
// list: a file beside the pieces that is written for ffmpeg. Throws io with what ffmpeg said.
void join_film(const std::vector<FilmPiece>& pieces, const std::string& rate, const std::filesystem::path& sound_from,
               const std::filesystem::path& list, const std::filesystem::path& output);

}  // namespace inkstone::studio
