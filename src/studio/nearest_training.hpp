// The training pictures that a painted picture is most like, by the features of eval/perceptual_extractor.hpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "inkstone/image.hpp"
#include "inkstone/observer.hpp"

namespace inkstone::studio {

struct NearPicture {
  Image picture;
  std::string caption;  // or empty
  int64_t index = 0;    // in the data set
  double distance = 0;  // 0 for the same picture; below about 0.1 only copies lie
};

struct NearestTraining {
  std::vector<NearPicture> pictures;  // nearest first
  int64_t looked_at = 0, of = 0;      // training pictures
  std::string name;                   // of the data
  std::string missing;                // why there are none; empty where there are
};

// model and named: as of training_pictures(). Of the data set `words` those are looked at that show the objects which the prompt
// names, of others an even draw. Throws cancelled, and what opening named data throws.
NearestTraining nearest_training(const Image& picture, const std::string& prompt, const std::filesystem::path& model,
                                 const std::string& named, int64_t count, Observer& observer);

}  // namespace inkstone::studio
