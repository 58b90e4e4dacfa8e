// A model that is to be made one's own: a family that trains and paints, with the places where changes may be put on it. What is
// trained beside it (low-rank matrices, a word) does not know which kind of model it is.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tensor/state_dict.hpp"
#include "train/family.hpp"

namespace inkstone {

struct PersonalSettings {
  std::string model;    // a painter of words or a Stable Diffusion checkpoint; empty: the painter that comes with the program
  double min_snr = 0;   // gamma of Hang et al. 2023; 0: the plain loss
  int64_t steps = 0;    // of painting, where nobody says; 0: the base's own
  double guidance = 0;  // as well
};

// A word of one's own (Gal et al. 2022), as it trains.
struct OwnWord {
  std::shared_ptr<torch::nn::Module> vectors;  // parameters: one [k,D] for each text encoder, under its key in a file
  bool key_is_token = false;                   // the file's key is the token itself, there being one encoder
};

class PersonalBase {
 public:
  virtual ~PersonalBase() = default;

  // Trains and paints with what has been put on the model; its own weights ask for no gradients.
  virtual Family& family() = 0;

  // Where low-rank changes go: layers are called PREFIX and their path with underscores, as kohya's scripts do.
  struct Part {
    std::string prefix;
    torch::nn::Module* module;
    bool text = false;  // part of a text encoder
  };
  virtual std::vector<Part> parts() = 0;
  // Text encoders that change, so that what they said must not be remembered.
  virtual void expect_text_to_change() {}

  // Whether every word of the token has a meaning already.
  virtual bool knows(const std::string& token) const = 0;
  // What the subject is called where nobody says: "a photo of <mine> dog".
  virtual std::string caption(const std::string& token, const std::string& kind) const = 0;
  // What else the model shall be asked while it learns, so that it keeps it: of the subject's kind and, where it is known what
  // the model knows, of the rest.
  virtual std::vector<std::string> prior_captions(const std::string& kind, int64_t count, uint64_t seed) const = 0;
  virtual int64_t most_tokens() const = 0;  // that are read of a caption

  // Makes the token a word of `count` vectors, which start from those of the words in `start` (or the mean of all). Throws
  // bad_argument for a token or a count that the model cannot have.
  virtual OwnWord add_word(const std::string& token, const std::string& start, int64_t count) = 0;
  // Puts the word's present vectors to use; before anything is computed.
  virtual void refresh() {}

  // The network that paints, its own weights in memory of their own and asking for gradients from now on; for training all of it.
  virtual Network whole() = 0;
  // All that painting takes, with these weights in that network's place (by their names in it), as a folder for other programs.
  // Throws io, bad_argument where the folder is not empty.
  virtual void write_whole(const StateDict& trained, const std::filesystem::path& folder) const = 0;

  virtual void to(at::Device device) = 0;
  virtual std::string version() const = 0;  // "sd_v1" and the like, for the metadata of adapters
  // Bytes that training takes beside what is loaded, of so many pictures at once; recomputed: its blocks keep what they were
  // given alone.
  virtual uint64_t training_bytes(int64_t pictures, bool recomputed) const = 0;
};

// Throws not_found, corrupt_file, bad_argument: a model that does not read words, pictures of a size that it does not paint.
std::unique_ptr<PersonalBase> open_base(const PersonalSettings& settings, const PictureShape& shape);

// The pictures that the model was trained on, known without loading it.
PictureShape native_shape(const std::string& model);

// Throws out_of_memory where more is needed than `available`, saying both and what to do.
void check_training_memory(uint64_t need, uint64_t available);

// Of the two kinds, by what lies at the path.
std::unique_ptr<PersonalBase> make_words_base(const PersonalSettings& settings, const PictureShape& shape);
std::unique_ptr<PersonalBase> make_stable_diffusion_base(const PersonalSettings& settings, const PictureShape& shape);
PictureShape native_words_shape(const std::string& model);
PictureShape native_stable_diffusion_shape(const std::string& model);

}  // namespace inkstone
