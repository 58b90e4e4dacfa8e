#include "post/chain.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "inkstone/post_filters.hpp"
#include "inkstone/post_request.hpp"
#include "unit/post/pictures.hpp"

namespace inkstone {
namespace {

using post::largest_difference;

std::string refusal(const std::string& text) {
  try {
    parse_post_chain(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::bad_argument);
    return error.what();
  }
  return "";
}

bool mentions(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

PostContext context_with(std::uint64_t seed) {
  PostContext context;
  context.seed = seed;
  context.reference = [](const std::string&) { return post::mild_picture(20, 17, 9); };
  return context;
}

Image run(const Image& picture, const std::string& chain, std::uint64_t seed = 3) {
  return apply_post(picture, parse_post_chain(chain), context_with(seed));
}

// Every filter of the table as a chain that can run.
std::vector<std::string> every_filter() {
  std::vector<std::string> chains;
  for (const auto& filter : post_filters()) {
    if (filter.name != "match-color") chains.push_back(filter.name);
    if (filter.name == "match-color")
      for (const char* way : {"lab", "histogram", "linear", "cholesky"}) chains.push_back(filter.name + ":" + way + "=r.png");
  }
  for (const char* style : {"solid", "mirror"}) chains.push_back(std::string("border:style=") + style);
  return chains;
}

TEST(PostChain, ReadsNamesBareValuesKeysAndQuotes) {
  const auto chain = parse_post_chain("match-color:lab=painting.jpg, detail:2 ,grain=0.1:size=2,border:color='#fff'");
  ASSERT_EQ(chain.size(), 4u);
  EXPECT_EQ(chain[0].text, "match-color:lab=painting.jpg:strength=1");
  EXPECT_EQ(chain[0].references, std::vector<std::string>{"painting.jpg"});
  EXPECT_EQ(chain[1].text, "detail:amount=2:radius=1");
  EXPECT_EQ(chain[2].text, "grain:amount=0.1:size=2");
  EXPECT_EQ(chain[3].text, "border:width=8:style=mat:color=#fff");
  EXPECT_TRUE(chain[3].canvas);
}

TEST(PostChain, QuotesAndBackslashesHoldSeparators) {
  const auto chain = parse_post_chain(R"(match-color:lab="a, b:c=\"d\".jpg",match-color:linear=e\,f.jpg)");
  EXPECT_EQ(chain[0].references[0], R"(a, b:c="d".jpg)");
  EXPECT_EQ(chain[1].references[0], "e,f.jpg");
}

TEST(PostChain, CanonicalTextReadsBackTheSame) {
  for (const auto& text : every_filter()) {
    const std::string spelt = to_string(parse_post_chain(text));
    EXPECT_EQ(to_string(parse_post_chain(spelt)), spelt);
  }
  const std::string odd = to_string(parse_post_chain(R"(match-color:lab='it, "is": \'odd\' \\ .png')"));
  EXPECT_EQ(to_string(parse_post_chain(odd)), odd);
}

TEST(PostChain, EmptyTextChangesNothing) {
  EXPECT_TRUE(parse_post_chain("  ").empty());
  const Image picture = post::wild_picture(5, 4);
  EXPECT_EQ(run(picture, "").pixels, picture.pixels);
}

TEST(PostChain, RefusesWithTheNearestName) {
  EXPECT_TRUE(mentions(refusal("grian:0.1"), "did you mean 'grain'"));
  EXPECT_TRUE(mentions(refusal("grain:amuont=0.1"), "did you mean 'amount'"));
  EXPECT_TRUE(mentions(refusal("border:style=mirorr"), "did you mean 'mirror'"));
}

TEST(PostChain, RefusesWhatIsOutOfRangeOrNoNumber) {
  EXPECT_TRUE(mentions(refusal("grain:1.5"), "between 0 and 1"));
  EXPECT_TRUE(mentions(refusal("grain:much"), "must be a number"));
  EXPECT_TRUE(mentions(refusal("grain:nan"), "must be a number"));
  EXPECT_TRUE(mentions(refusal("denoise:search=2.5"), "whole number"));
  EXPECT_TRUE(mentions(refusal("grain:0.1:amount=0.2"), "given twice"));
  EXPECT_TRUE(mentions(refusal("border:color=mauvish"), "not a colour"));
}

TEST(PostChain, RefusesBrokenGrammar) {
  EXPECT_TRUE(mentions(refusal("grain,,oil"), "expected the name of a filter at character 7"));
  EXPECT_TRUE(mentions(refusal("grain,"), "expected the name"));
  EXPECT_TRUE(mentions(refusal("grain:"), "expected a value"));
  EXPECT_TRUE(mentions(refusal("grain:amount="), "expected a value for 'amount'"));
  EXPECT_TRUE(mentions(refusal("grain:amount=0.1=2"), "unexpected '='"));
  EXPECT_TRUE(mentions(refusal("match-color:lab='open"), "quote is not closed"));
}

TEST(PostChain, MatchColorNeedsExactlyOneReference) {
  EXPECT_TRUE(mentions(refusal("match-color"), "one reference picture"));
  EXPECT_TRUE(mentions(refusal("match-color:lab=a.png:linear=b.png"), "one reference picture"));
  PostContext none;
  EXPECT_THROW(apply_post(post::mild_picture(4, 4), parse_post_chain("match-color:lab=a.png"), none), Error);
}

TEST(PostChain, StopsBetweenFilters) {
  struct Stop : Observer {
    bool stop_requested() override { return true; }
  } stop;
  PostContext context = context_with(0);
  context.observer = &stop;
  EXPECT_THROW(apply_post(post::mild_picture(4, 4), parse_post_chain("grain"), context), Error);
  EXPECT_THROW(apply_post(Image(), parse_post_chain("grain"), context_with(0)), Error);
}

TEST(PostFilters, NeutralValuesChangeNothing) {
  const Image picture = post::wild_picture(33, 21);
  for (const char* chain :
       {"match-color:lab=r.png:strength=0", "match-color:histogram=r.png:strength=0", "match-color:linear=r.png:strength=0",
        "match-color:cholesky=r.png:strength=0", "white-balance:0", "levels:0", "temperature:0", "exposure:0", "contrast:0",
        "saturation:0", "gamma:1", "detail:0", "sharpen:0", "denoise:0", "grain:0", "vignette:0", "seamless:0", "border:0"}) {
    const Image out = run(picture, chain);
    EXPECT_LE(largest_difference(out, picture), 1e-6f) << chain;
  }
}

TEST(PostFilters, KeepRangeSizeAndAlpha) {
  const Image picture = post::wild_picture(47, 38, 4);
  for (const auto& chain : every_filter()) {
    const Image out = run(picture, chain);
    for (float v : out.pixels) ASSERT_TRUE(v >= 0 && v <= 1) << chain << " gave " << v;
    ASSERT_EQ(out.channels, 4) << chain;
    if (parse_post_chain(chain)[0].canvas) continue;
    ASSERT_EQ(out.width, picture.width) << chain;
    ASSERT_EQ(out.height, picture.height) << chain;
    EXPECT_EQ(largest_difference(post::channel(out, 3).values, post::channel(picture, 3).values), 0) << chain;
  }
}

TEST(PostFilters, EachChangesAnOrdinaryPicture) {
  const Image picture = post::mild_picture(64, 48);
  for (const auto& chain : every_filter()) {
    const std::string active = chain == "gamma" ? "gamma:1.5" : chain;
    EXPECT_GT(largest_difference(run(picture, active), picture), 0.004f) << active;
  }
}

TEST(PostFilters, WorkOnOnePixelOneRowOneColumnAndBlack) {
  std::vector<Image> pictures = {post::wild_picture(1, 1), post::wild_picture(1, 19), post::wild_picture(23, 1),
                                 post::wild_picture(2, 3, 4), Image(24, 18, 3)};
  for (const auto& chain : every_filter())
    for (const Image& picture : pictures) {
      const Image out = run(picture, chain);
      ASSERT_FALSE(out.empty()) << chain;
      for (float v : out.pixels) ASSERT_TRUE(std::isfinite(v)) << chain << " on " << picture.width << "x" << picture.height;
    }
}

TEST(PostFilters, SameSeedSamePicture) {
  const Image picture = post::mild_picture(60, 45);
  for (const auto& chain : every_filter()) EXPECT_EQ(run(picture, chain, 7).pixels, run(picture, chain, 7).pixels) << chain;
  for (const char* chain : {"grain", "pencil", "oil", "watercolour", "mosaic", "border"})
    EXPECT_GT(largest_difference(run(picture, chain, 7), run(picture, chain, 8)), 0.002f) << chain;
}

TEST(PostFilters, StepsOfOneChainDrawDifferentLots) {
  const Image grey = [] {
    Image picture(32, 32, 3);
    std::fill(picture.pixels.begin(), picture.pixels.end(), 0.5f);
    return picture;
  }();
  const Image once = run(grey, "grain:0.1"), twice = run(grey, "grain:0.1,grain:0.1");
  // Two equal grains would double; independent ones grow by the root of two.
  double one = 0, two = 0;
  for (std::size_t i = 0; i < grey.pixels.size(); ++i) {
    one += std::pow(once.pixels[i] - 0.5, 2);
    two += std::pow(twice.pixels[i] - 0.5, 2);
  }
  EXPECT_NEAR(std::sqrt(two / one), std::sqrt(2.0), 0.15);
}

TEST(PostFilters, TableDescribesEveryParameter) {
  for (const auto& filter : post_filters()) {
    EXPECT_FALSE(filter.help.empty()) << filter.name;
    ASSERT_FALSE(filter.parameters.empty()) << filter.name;
    for (const auto& p : filter.parameters) {
      EXPECT_FALSE(p.help.empty()) << filter.name << " " << p.name;
      if (p.kind != PostParameter::Kind::number) continue;
      EXPECT_LE(p.min, std::stod(p.fallback)) << p.name;
      EXPECT_GE(p.max, std::stod(p.fallback)) << p.name;
    }
  }
}

TEST(PostRequest, DeclaresEveryField) {
  PostRequest request;
  std::vector<std::string> names;
  PostRequest::for_each_field(request, [&](auto&, const Option& option) { names.push_back(option.name); });
  EXPECT_EQ(names, (std::vector<std::string>{"input", "chain", "seed", "output", "keep-metadata"}));
}

}  // namespace
}  // namespace inkstone
