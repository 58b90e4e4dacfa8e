#include "families/words/shipped.hpp"
#include "inkstone/painter.hpp"

namespace inkstone {

bool has_shipped_painter() {
  return !shipped_painter().empty();
}

}  // namespace inkstone
