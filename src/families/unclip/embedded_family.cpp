#include "families/unclip/embedded_family.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {

void EmbeddedFamily::prepare(const RunOutline& run) {
  if (clip_.empty())
    throw Error(
        ErrorCategory::bad_argument,
        "no joint space to learn from; train one with `inkstone train clip-words`, and name its run with --clip-model RUN");
  auto space = open_paired_space(clip_);
  space->encoder()->to(run.device);
  take_space(std::move(space));
}

void EmbeddedFamily::take_space(std::shared_ptr<PairedSpace> space) {
  const auto encoder = space->encoder();
  const auto& own = encoder->config();
  const bool fits = own.features == fit_.embedding && (fit_.text_length == 0 || own.text_length == fit_.text_length);
  if (!fits)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the space of --clip-model is {} wide and reads {} tokens; give --embedding {}{}", own.features,
                            own.text_length, own.features,
                            fit_.text_length > 0 ? fmt::format(" --text-length {}", own.text_length) : ""));
  if (own.channels != shape_.channels)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the space of --clip-model sees pictures of {0} channels; give --channels {0}{1}", own.channels,
                            own.channels == 1 ? " --convert-channels" : ""));
  space_ = std::move(space);
}

PairedSpace& EmbeddedFamily::space() const {
  if (!space_)
    throw Error(ErrorCategory::bad_argument,
                "this half of unCLIP has no joint space at hand; name the run of `contrastive` with --clip-model, or paint with "
                "the folder that holds all runs");
  return *space_;
}

}  // namespace inkstone
