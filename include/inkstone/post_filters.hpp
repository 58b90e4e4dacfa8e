// What `inkstone post` can do, as data: the one list from which help, completion, the page's form and the docs come.
#pragma once

#include <string>
#include <vector>

namespace inkstone {

struct PostParameter {
  enum class Kind { number, integer, choice, text, picture };
  std::string name;
  std::string help;
  Kind kind = Kind::number;
  double min = 0, max = 0;           // of numbers and integers
  std::string fallback;              // value where none is given; empty for pictures
  std::vector<std::string> choices;  // of a choice
};

struct PostFilterInfo {
  std::string name;
  std::string group;  // "Colour", "Detail", "Finish", "Drawing", "Guide"
  std::string help;
  std::vector<PostParameter> parameters;  // the first one may be given without its name
};

// In the order in which they are best explained.
const std::vector<PostFilterInfo>& post_filters();

}  // namespace inkstone
