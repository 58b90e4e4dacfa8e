// The nearest of many vectors to each of some: which training picture a picture is most like.
#pragma once

#include <ATen/core/Tensor.h>

namespace inkstone {

struct NearestRows {
  at::Tensor distances;  // float64 [N,k], rising
  at::Tensor indices;    // int64 [N,k], of the rows in `among`
};

// from [N,D], among [M,D]; the k nearest of each, all of them where M is below k. O(N M D) time, memory of a band of rows.
// Throws bad_argument where there are none.
NearestRows nearest_rows(const at::Tensor& from, const at::Tensor& among, int64_t k = 1);

// Distance of each row to its nearest other, float64 [N]; rows that are equal to the last bits count as one, so that pictures
// which a data set holds twice do not say that all copies are usual. Infinite for a row that has no other.
at::Tensor distances_to_others(const at::Tensor& rows);

}  // namespace inkstone
