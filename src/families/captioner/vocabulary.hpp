// The words that a data set's captions are made of, so that a captioner for any captioned folder needs no list of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "data/dataset.hpp"

namespace inkstone {

// Of at most kCaptionsRead pictures, evenly drawn, the words that two captions or more have (all, where there are few pictures),
// the most frequent first; at most kMostWords. Empty where nothing has a caption.
inline constexpr int64_t kCaptionsRead = 5'000, kMostWords = 8'000;
std::vector<std::string> caption_words(const Dataset& data);

// Fills the option `vocabulary` of a captioner where nobody has; what is not in it is spelled byte by byte.
void take_vocabulary(nlohmann::json& options, const Dataset& data);

}  // namespace inkstone
