// Chinese captions are read character by character; who shows them to a person puts the names of objects and colours together
// again.
#pragma once

#include <vector>

#include "nn/attention_listener.hpp"

namespace inkstone::words {

// Runs of characters that are the name of an object or a colour of the data set `words` ("狐" "狸") become one span ("狐狸").
std::vector<nn::TokenSpan> with_names_whole(const std::vector<nn::TokenSpan>& spans);

}  // namespace inkstone::words
