// A chain of filters as text, and its run.
//   chain := step (',' step)*      step := name [(':' | '=') item (':' item)*]      item := [key '='] value
// A value without key belongs to the filter's first parameter. Values may stand in single or double quotes, which lets them
// hold ',' ':' and '='; a backslash takes the next character as it is.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "inkstone/image.hpp"
#include "inkstone/observer.hpp"

namespace inkstone {

struct PostContext {
  // The picture that a step refers to, by the text that stands in the chain. Needed only by chains that refer to one.
  std::function<Image(const std::string& reference)> reference;
  std::uint64_t seed = 0;
  Observer* observer = nullptr;
};

struct PostStep {
  std::string name;
  std::string text;                     // the step with every parameter spelt out
  std::vector<std::string> references;  // pictures it needs
  bool canvas = false;                  // may change size and alpha
  std::function<Image(const Image&, const PostContext&)> apply;
};

using PostChain = std::vector<PostStep>;

// Throws bad_argument, naming the nearest filter, parameter or choice, or the range. An empty text is an empty chain.
PostChain parse_post_chain(std::string_view text);

// Parses to the same chain; what a recipe stores.
std::string to_string(const PostChain& chain);

// Runs the steps in order on RGB; alpha goes past them untouched, save by steps that change the canvas. Each step has its own
// seed, drawn from context.seed and its place. Throws bad_argument for an empty picture, cancelled when the observer stops.
Image apply_post(const Image& picture, const PostChain& chain, const PostContext& context);

}  // namespace inkstone
