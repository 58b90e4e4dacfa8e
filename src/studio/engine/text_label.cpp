// In place of image/text_label.cpp: grids without words.
#include "image/text_label.hpp"

namespace inkstone {

Image text_label(const std::string&, int, int) {
  return {};
}

}  // namespace inkstone
