// In place of post/: the engine has no filters, and says so where one is asked for.
#include "inkstone/error.hpp"
#include "post/chain.hpp"
#include "studio/stylize_task.hpp"

namespace inkstone {
namespace {

[[noreturn]] void refuse_filters() {
  throw Error(ErrorCategory::unsupported,
              "the engine has no filters; leave --post out, and filter with the whole program: inkstone post");
}

}  // namespace

PostChain parse_post_chain(std::string_view text) {
  if (!text.empty()) refuse_filters();
  return {};
}

std::string to_string(const PostChain&) {
  return {};
}

Image studio::run_chain(const Image&, const std::string&, std::int64_t, Observer&) {
  refuse_filters();
}

}  // namespace inkstone
