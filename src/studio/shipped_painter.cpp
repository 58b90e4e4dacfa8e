#include "inkstone/painter.hpp"
#include "studio/word_painting.hpp"

namespace inkstone {

bool has_shipped_painter() {
  return !studio::shipped_painter().empty();
}

}  // namespace inkstone
