#include "post/chain.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "inkstone/error.hpp"
#include "post/chain_syntax.hpp"
#include "post/filter_table.hpp"

namespace inkstone {
namespace {

const post::Filter& filter_named(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& filter : post::filter_table()) {
    if (filter.info.name == name) return filter;
    names.push_back(filter.info.name);
  }
  throw Error(ErrorCategory::bad_argument, fmt::format("there is no filter '{}'{}", name, did_you_mean(name, names)));
}

Image without_alpha(const Image& picture) {
  if (picture.channels == 3) return picture;
  Image rgb(picture.width, picture.height, 3);
  for (std::size_t i = 0; i < rgb.pixels.size(); ++i) rgb.pixels[i] = picture.pixels[i / 3 * picture.channels + i % 3];
  return rgb;
}

Image with_alpha_of(const Image& rgb, const Image& picture) {
  if (picture.channels == 3) return rgb;
  Image result = picture;
  for (std::size_t i = 0; i < rgb.pixels.size(); ++i) result.pixels[i / 3 * picture.channels + i % 3] = rgb.pixels[i];
  return result;
}

Image apply_step(const Image& picture, const PostStep& step, const PostContext& context) {
  if (step.canvas) return step.apply(picture, context);
  return with_alpha_of(step.apply(without_alpha(picture), context), picture);
}

// Tells the observer, and stops where it says so.
void report(const PostContext& context, const std::string& stage, std::size_t done, std::size_t total) {
  if (!context.observer) return;
  if (context.observer->stop_requested()) throw Error(ErrorCategory::cancelled, "stopped between two filters");
  context.observer->on_progress(
      {.stage = stage, .step = static_cast<int64_t>(done), .total = static_cast<int64_t>(total), .values = {}});
}

}  // namespace

PostChain parse_post_chain(std::string_view text) {
  PostChain chain;
  for (const auto& raw : post::split_chain(text)) chain.push_back(filter_named(raw.name).bind(raw.arguments));
  return chain;
}

std::string to_string(const PostChain& chain) {
  std::string text;
  for (const PostStep& step : chain) {
    if (!text.empty()) text += ',';
    text += step.text;
  }
  return text;
}

Image apply_post(const Image& picture, const PostChain& chain, const PostContext& context) {
  if (picture.empty()) throw Error(ErrorCategory::bad_argument, "the picture is empty");
  Image result = picture;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    report(context, chain[i].name, i, chain.size());
    PostContext own = context;
    own.seed = context.seed * 0x9E3779B97F4A7C15u + (i + 1) * 0xBF58476D1CE4E5B9u;
    result = apply_step(result, chain[i], own);
  }
  report(context, "post", chain.size(), chain.size());
  return result;
}

}  // namespace inkstone
