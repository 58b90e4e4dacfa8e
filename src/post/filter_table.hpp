// Every filter, once: its name, group, one line of help, its options struct and its function.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "inkstone/post_filters.hpp"
#include "post/chain.hpp"
#include "post/chain_syntax.hpp"

namespace inkstone::post {

struct Filter {
  PostFilterInfo info;
  std::function<PostStep(const std::vector<Argument>&)> bind;  // throws bad_argument
};

const std::vector<Filter>& filter_table();

}  // namespace inkstone::post
