// A film on its way: finished pieces of a fixed number of frames beside it, in "out.mp4.parts", with what the next frame depends
// on. Whoever is killed loses a piece at most, and the same command goes on to the same film: pieces always begin at the same
// frames.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "studio/film.hpp"
#include "transform/steady.hpp"

namespace inkstone::studio {

class UnfinishedFilm {
 public:
  static std::filesystem::path folder_of(const std::filesystem::path& output);
  // The seed that unfinished work was begun with.
  static std::optional<std::int64_t> seed_in(const std::filesystem::path& output);

  // Goes on from what lies beside output, or begins. recipe: as of make_recipe, with everything that decides how a frame looks.
  // restart: throws away what is there. Throws bad_argument for work that was begun with another recipe, saying what differs, or
  // that another process is at; corrupt_file; io.
  UnfinishedFilm(std::filesystem::path output, const nlohmann::json& recipe, const FilmInfo& info, std::int64_t piece_frames,
                 bool restart);
  ~UnfinishedFilm();
  UnfinishedFilm(const UnfinishedFilm&) = delete;
  UnfinishedFilm& operator=(const UnfinishedFilm&) = delete;

  // Those in finished pieces, and what the next one depends on.
  std::int64_t kept_frames() const { return kept_frames_; }
  const transform::Steady::Memory& memory() const { return memory_; }

  // The next frame of the film; memory: once it is painted.
  void add(const Image& frame, const transform::Steady::Memory& memory);

  // All frames so far as the film, with sound from that film unless it is empty. whole: there are no more, and the pieces go;
  // else they stay, and the piece that was not finished is painted again when the film goes on. At least one frame.
  void join(const std::filesystem::path& sound_from, bool whole);

 private:
  void begin(const nlohmann::json& recipe, bool restart);
  void check(const nlohmann::json& recipe) const;
  void read_state();
  void close_piece();
  void keep(const transform::Steady::Memory& memory);
  std::filesystem::path piece(std::int64_t number) const;
  void remove_all();

  const std::filesystem::path output_, folder_;
  const FilmInfo info_;
  const std::int64_t piece_frames_;
  int lock_ = -1;
  std::int64_t kept_frames_ = 0;
  transform::Steady::Memory memory_, last_;  // of the kept frames, of all
  std::optional<FilmWriter> writer_;         // of the piece that is not finished
  std::filesystem::path fresh_;              // its file
  std::int64_t fresh_frames_ = 0;
};

}  // namespace inkstone::studio
