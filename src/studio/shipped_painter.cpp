#include "inkstone/painter.hpp"
#include "families/words/shipped.hpp"

namespace inkstone {

bool has_shipped_painter() {
  return !shipped_painter().empty();
}

}  // namespace inkstone
