// Before a model leaves the house: does it paint its training pictures? Samples are painted, each is put beside the training
// picture that it is most like, and those that lie too near are counted (eval/memorisation.hpp).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "inkstone/observer.hpp"
#include "studio/training_pictures.hpp"
#include "train/family.hpp"

namespace inkstone::studio {

struct MemorisationOptions {
  int64_t samples = 64;     // to paint
  int64_t training = 2000;  // pictures to look at, where there are more
  double minutes = 0;       // of painting, after which those that there are count; 0: no limit
  uint64_t seed = 0;
};

struct MemorisationVerdict {
  int64_t samples = 0, copied = 0;
  double threshold = 0;
  std::string line;  // for a person
};

// Families that paint from noise or words; others have nothing to learn by heart.
bool can_memorise(const Family& family);

// family: as it is published, in evaluation mode. Of families that read each sample is asked for by the caption of a training
// picture that is looked at. Writes memorisation.json and memorisation.png (pairs, a sample and its training picture, nearest
// first) into the folder. pictures.training must be there. Throws bad_argument for a single training picture, cancelled, io.
MemorisationVerdict check_memorisation(Family& family, const TrainingPictures& pictures, const std::filesystem::path& folder,
                                       const MemorisationOptions& options, Observer& observer);

}  // namespace inkstone::studio
