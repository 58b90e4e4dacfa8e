#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "inkstone/post_filters.hpp"
#include "post/chain.hpp"
#include "post/chain_syntax.hpp"
#include "property/drawn_picture.hpp"

namespace inkstone {
namespace {

std::string drawn_value() {
  return *rc::gen::container<std::string>(rc::gen::element('a', 'Z', '7', '.', '/', ' ', ',', ':', '=', '"', '\'', '\\'));
}

// A value that the parameter takes.
std::string drawn_argument(const PostParameter& parameter) {
  switch (parameter.kind) {
    case PostParameter::Kind::choice:
      return *rc::gen::elementOf(parameter.choices);
    case PostParameter::Kind::picture:
      return post::quoted("p" + drawn_value());
    case PostParameter::Kind::text:
      return parameter.fallback;
    case PostParameter::Kind::integer:
      return std::to_string(*rc::gen::inRange(int(parameter.min), int(parameter.max) + 1));
    default:
      return fmt::format(
          "{}", std::min(parameter.max, parameter.min + (parameter.max - parameter.min) * *rc::gen::inRange(0, 1001) / 1000));
  }
}

TEST(ChainProperty, QuotedValuesComeBack) {
  EXPECT_TRUE(rc::check("split(quoted(v)) == v", [] {
    const auto key = *rc::gen::element<std::string>("", "lab");
    const auto value = *rc::gen::nonEmpty(
        rc::gen::container<std::string>(rc::gen::element('a', '7', '.', '/', ' ', ',', ':', '=', '"', '\'', '\\')));
    const auto steps =
        post::split_chain(fmt::format("first,second:{}{}{}:third=1", key, key.empty() ? "" : "=", post::quoted(value)));
    RC_ASSERT(steps.size() == 2u);
    RC_ASSERT(steps[1].arguments.size() == 2u);
    RC_ASSERT(steps[1].arguments[0].key == key);
    RC_ASSERT(steps[1].arguments[0].value == value);
  }));
}

TEST(ChainProperty, WhatARecipeStoresIsTheSameChain) {
  EXPECT_TRUE(rc::check("text(parse(text(parse(c)))) == text(parse(c))", [] {
    std::string chain;
    for (int step = *rc::gen::inRange(1, 5); step > 0; --step) {
      const auto& filter = *rc::gen::elementOf(post_filters());
      chain += (chain.empty() ? "" : ",") + filter.name;
      for (const auto& parameter : filter.parameters)
        if (parameter.kind != PostParameter::Kind::picture && *rc::gen::arbitrary<bool>())
          chain += fmt::format(":{}={}", parameter.name, drawn_argument(parameter));
    }
    PostChain steps;
    try {
      steps = parse_post_chain(chain);
    } catch (const std::exception&) {  // one that needs a picture, or parameters that do not go together
      RC_DISCARD();
    }
    const auto spelt = to_string(steps);
    RC_ASSERT(to_string(parse_post_chain(spelt)) == spelt);
  }));
}

// One step of this filter with drawn parameters; match-color takes its colours in one of its ways.
std::string drawn_step(const PostFilterInfo& filter) {
  std::string step = filter.name;
  if (filter.name == "match-color")
    step += fmt::format(":{}=r.png", *rc::gen::element<std::string>("lab", "histogram", "linear", "cholesky"));
  for (const auto& parameter : filter.parameters)
    if (parameter.kind != PostParameter::Kind::picture && *rc::gen::arbitrary<bool>())
      step += fmt::format(":{}={}", parameter.name, drawn_argument(parameter));
  return step;
}

TEST(ChainProperty, EveryFilterKeepsRangeSizeAndAlphaOfAnyPicture) {
  EXPECT_TRUE(rc::check("0 <= filter(p) <= 1, alpha(filter(p)) == alpha(p)", [] {
    const auto picture = drawn_picture(4, 8, 24), reference = drawn_picture(3, 8, 24);
    PostContext context;
    context.seed = *rc::gen::arbitrary<std::uint64_t>();
    context.reference = [&](const std::string&) { return reference; };
    for (const auto& filter : post_filters()) {
      const auto chain = parse_post_chain(drawn_step(filter));
      RC_LOG(chain[0].text);
      const auto out = apply_post(picture, chain, context);
      for (const float v : out.pixels) RC_ASSERT(v >= 0 && v <= 1);
      if (chain[0].canvas) continue;
      RC_ASSERT(out.width == picture.width && out.height == picture.height && out.channels == 4);
      for (std::size_t i = 3; i < out.pixels.size(); i += 4) RC_ASSERT(out.pixels[i] == picture.pixels[i]);
    }
  }));
}

}  // namespace
}  // namespace inkstone
