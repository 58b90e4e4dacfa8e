// Splits the rows of a picture between the processor's cores. Each output row belongs to one thread and is
// computed the same way whatever the split, so results do not depend on the number of cores.
#pragma once

#include <functional>

namespace inkstone::post {

// Calls body(begin, end) for stripes that together cover [0, rows); blocks until all are done. The first
// exception of a stripe is rethrown here.
void parallel_stripes(int rows, const std::function<void(int begin, int end)>& body);

// body(y) for each row.
template <class Body>
void parallel_rows(int rows, const Body& body) {
  parallel_stripes(rows, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) body(y);
  });
}

}  // namespace inkstone::post
