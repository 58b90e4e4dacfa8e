// The files behind pictures: blobs/ab/abcd....png, named by what is in them, so that the same picture is kept once and a name can
// never lead anywhere else. Written whole or not at all. Thumbnails are made when they are first asked for.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inkstone/image.hpp"
#include "inkstone/jobs.hpp"

namespace inkstone::studio {

// 64 lower-case hex digits.
bool is_picture_id(std::string_view text);

// A PNG that is white where the picture is transparent and black where it is opaque; nullopt where all of it is opaque. Throws as
// decode_image does.
std::optional<std::string> transparency_of(std::string_view bytes, const JobLimits& limits);

class PictureStore {
 public:
  // Makes the folders. Throws io.
  explicit PictureStore(std::filesystem::path folder);

  // Held while a file and its row come or go, by all processes: a picture that is added while the last mention of the same
  // picture is removed must stay.
  class Hold {
   public:
    Hold(const PictureStore& store, bool alone);  // alone: to remove
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    int descriptor_ = -1;
  };

  // An upload, decoded once row by row; of a film (.mp4) the first frame. Throws corrupt_file, unsupported, LimitReached.
  StoredPicture check(std::string_view bytes, const std::string& name, const JobLimits& limits) const;
  // The file of a checked upload; under a Hold.
  void put(const StoredPicture& picture, std::string_view bytes) const;
  // Takes a finished file of ours in that the disk has, leaving it where it is; under a Hold. poster: what is shown for a film;
  // absent: its first frame.
  StoredPicture take_in(const std::filesystem::path& file, const std::string& name, const Image* poster = nullptr) const;
  // With thumbnails; under a Hold alone. What is not there is passed over.
  void remove(const std::vector<std::string>& ids) const;

  StoredFile file(const StoredPicture& picture) const;
  StoredFile thumbnail(const StoredPicture& picture, int size) const;
  // The file encoded anew, without anything but pixels. Throws unsupported for films.
  std::string bare(const StoredPicture& picture) const;

  // Waits until the disk has it. Throws io.
  static void flush(const std::filesystem::path& file);

  // A folder for files on their way, of one attempt of a job; emptied and made.
  std::filesystem::path scratch(const std::string& token) const;

  const std::filesystem::path& folder() const { return folder_; }

 private:
  StoredPicture check_film(std::string_view bytes, const std::string& name, const JobLimits& limits) const;
  void keep_poster(const std::string& id, const Image& poster) const;
  std::filesystem::path blob(const std::string& id, std::string_view ending) const;
  std::filesystem::path thumbnail_file(const std::string& id, int size) const;

  std::filesystem::path folder_;
};

}  // namespace inkstone::studio
