#include "data/batch.hpp"

namespace inkstone {

Batch Batch::part(int64_t first, int64_t count) const {
  Batch result;
  result.pictures = pictures.narrow(0, first, count);
  if (labels.defined()) result.labels = labels.narrow(0, first, count);
  if (!captions.empty()) result.captions.assign(captions.begin() + first, captions.begin() + first + count);
  result.first_draw = first_draw + first;
  return result;
}

}  // namespace inkstone
