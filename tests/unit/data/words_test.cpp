#include "data/words_dataset.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "data/words/caption.hpp"
#include "data/words/drawing.hpp"
#include "data/words/named_objects.hpp"
#include "data/words/vocabulary.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

using words::Composition;
using words::Language;
using words::Part;
using words::Place;
using words::Selection;

// Every drawing a disc of one grey, which tinting gives its colour whole.
at::Tensor discs() {
  const auto far = at::linspace(-1, 1, 32).square();
  const auto inside = (far.unsqueeze(0) + far.unsqueeze(1) < 0.95).to(at::kByte);
  const auto sprite = at::stack({inside * 128, inside * 128, inside * 128, inside * 255});
  return sprite.unsqueeze(0).repeat({int64_t(words::objects().size()), 1, 1, 1});
}

int64_t object_called(std::string_view name) {
  for (std::size_t k = 0; k < words::objects().size(); ++k)
    if (words::objects()[k].singular == name) return int64_t(k);
  return -1;
}

int64_t colour_called(std::string_view name) {
  for (std::size_t k = 0; k < words::colours().size(); ++k)
    if (words::colours()[k].english == name) return int64_t(k);
  return -1;
}

// Pixels of this colour: float64 share, and the mean row and column in [0,1].
struct Patch {
  double share, row, column;
};
Patch patch_of(const at::Tensor& picture, int64_t colour) {
  const auto& rgb = words::colours()[std::size_t(colour)].rgb;
  const auto target = at::tensor({int(rgb[0]), int(rgb[1]), int(rgb[2])}, at::kFloat).view({3, 1, 1});
  const auto near = ((picture.to(at::kFloat) - target).abs().amax(0) < 12).to(at::kDouble);
  const double total = near.sum().item<double>(), side = double(picture.size(1));
  const auto places = (at::arange(picture.size(1), at::kDouble) + 0.5) / side;
  return {total / (side * side), (near.sum(1) * places).sum().item<double>() / total,
          (near.sum(0) * places).sum().item<double>() / total};
}

TEST(WordsVocabulary, NamesEachThingOnce) {
  std::set<std::string_view> codes, english, chinese;
  for (const auto& object : words::objects()) {
    EXPECT_TRUE(codes.insert(object.code).second) << object.code;
    EXPECT_TRUE(english.insert(object.singular).second) << object.singular;
    EXPECT_TRUE(chinese.insert(object.chinese).second) << object.chinese;
    EXPECT_FALSE(object.plural.empty() || object.measure.empty());
  }
  const auto tokens = words::caption_tokens();
  EXPECT_EQ(std::set<std::string>(tokens.begin(), tokens.end()).size(), tokens.size());
}

TEST(WordsCaption, SaysCountColourNameAndPlace) {
  const Part foxes{object_called("fox"), colour_called("red"), 2}, fish{object_called("fish"), colour_called("blue"), 1},
      egg{object_called("egg")};
  EXPECT_EQ(words::plain_caption({foxes}, Language::english), "two red foxes");
  EXPECT_EQ(words::plain_caption({foxes}, Language::chinese), "两只红色的狐狸");
  EXPECT_EQ(words::plain_caption({egg}, Language::english), "an egg");
  EXPECT_EQ(words::plain_caption({egg, Place::above, fish}, Language::english), "an egg above a blue fish");
  EXPECT_EQ(words::plain_caption({egg, Place::above, fish}, Language::chinese), "一个鸡蛋在一条蓝色的鱼的上面");
}

TEST(WordsComposition, TrainingNeverSeesWhatIsHeldOut) {
  int unseen = 0;
  for (int64_t index = 0; index < 20'000; ++index) {
    DrawRandom random(5, index), other(6, index);
    const auto shown = words::compose(random, Selection::training, int64_t(words::objects().size()));
    EXPECT_FALSE(words::is_held_out(shown.first) || words::is_held_out(shown.second));
    const auto asked = words::compose(other, Selection::held_out, 48);
    EXPECT_TRUE(words::is_held_out(asked.first) && asked.place == Place::alone);
  }
  for (int64_t object = 0; object < int64_t(words::objects().size()); ++object) {
    EXPECT_FALSE(words::is_held_out({object}));  // every object is seen as it is drawn
    for (int64_t colour = 0; colour < int64_t(words::colours().size()); ++colour)
      for (int64_t count = 1; count <= words::kMostOfAKind; ++count) unseen += words::is_held_out({object, colour, count});
  }
  const double all = double(words::objects().size() * words::colours().size()) * double(words::kMostOfAKind);
  EXPECT_NEAR(unseen / all, 0.1, 0.02);
}

TEST(WordsComposition, HasAsManyPairsAsAsked) {
  const auto share = [](double pairs) {
    int64_t two = 0;
    for (int64_t index = 0; index < 4000; ++index) {
      DrawRandom random(7, index);
      two += words::compose(random, Selection::training, 48, pairs).place != Place::alone;
    }
    return double(two) / 4000;
  };
  EXPECT_EQ(share(0), 0);
  EXPECT_NEAR(share(words::kUsualPairs), 0.25, 0.03);
  EXPECT_NEAR(share(0.6), 0.6, 0.03);
  EXPECT_EQ(share(1), 1);
}

TEST(WordsDrawing, ShowsWhatTheCaptionSays) {
  const words::Drawings drawings(discs());
  const int64_t red = colour_called("red"), blue = colour_called("blue");
  for (int64_t index = 0; index < 30; ++index) {
    DrawRandom random(1, index);
    const auto draw = [&](const Composition& composition) { return drawings.draw(composition, 64, random); };
    const double one = patch_of(draw({{0, red, 1}}), red).share, two = patch_of(draw({{0, red, 2}}), red).share,
                 four = patch_of(draw({{0, red, 4}}), red).share;
    EXPECT_GT(one, 0.3);
    EXPECT_NEAR(two / 2 / (four / 4), 1, 0.6);
    EXPECT_GT(four, two);
    const auto above = draw({{0, red, 1}, Place::above, {1, blue, 1}}), left = draw({{0, red, 1}, Place::left, {1, blue, 1}});
    EXPECT_LT(patch_of(above, red).row, 0.4);
    EXPECT_GT(patch_of(above, blue).row, 0.6);
    EXPECT_LT(patch_of(left, red).column, 0.4);
    EXPECT_GT(patch_of(left, blue).column, 0.6);
  }
  EXPECT_THROW(words::Drawings(discs().narrow(0, 0, 3)), Error);
  EXPECT_THROW(words::Drawings(at::zeros_like(discs())), Error);
}

TEST(WordsDataset, IsAPureFunctionOfItsIndex) {
  const auto first = open_words("count=50,size=48", "train", discs()), again = open_words("count=50,size=48", "train", discs());
  const auto test = open_words("size=48", "test", discs()), other = open_words("size=48,seed=3", "train", discs());
  EXPECT_EQ(first->size(), 50);
  int differ = 0;
  for (int64_t index = 0; index < 50; ++index) {
    const auto sample = first->get(index), same = again->get(index);
    EXPECT_TRUE(at::equal(sample.picture, same.picture));
    EXPECT_EQ(sample.picture.sizes(), at::IntArrayRef({3, 48, 48}));
    EXPECT_EQ(sample.caption, same.caption);
    EXPECT_FALSE(sample.caption.empty());
    EXPECT_EQ(sample.label, -1);
    differ += sample.caption != other->get(index).caption && sample.caption != test->get(index).caption;
  }
  EXPECT_GT(differ, 40);
}

TEST(WordsDataset, LabelsForClassifiers) {
  const int64_t kinds = int64_t(words::colours().size()) + 1;
  EXPECT_EQ(int64_t(open_words("label=colour", "train", discs())->classes().size()), kinds);
  EXPECT_EQ(open_words("label=object", "train", discs())->classes().size(), words::objects().size());
  EXPECT_EQ(open_words("label=object,objects=5", "train", discs())->classes().size(), 5U);
  const auto counted = open_words("label=count", "train", discs());
  for (int64_t index = 0; index < 50; ++index) {
    const auto sample = counted->get(index);
    const bool several = sample.caption.find("two") != std::string::npos || sample.caption.find("两") != std::string::npos;
    if (several) {
      EXPECT_EQ(sample.label, 1) << sample.caption;
    }
    EXPECT_TRUE(sample.label >= 0 && sample.label < words::kMostOfAKind);
  }
}

TEST(WordsDataset, SaysAThingInOneWayWhereAsked) {
  const auto plain = open_words("captions=plain", "train", discs()), varied = open_words("captions=varied", "train", discs());
  int differ = 0;
  for (int64_t index = 0; index < 50; ++index) {
    const auto caption = plain->get(index).caption;
    for (const char* other : {"picture", "one ", "gray", " over ", " under ", "next to", "上方", "幅画"})
      EXPECT_EQ(caption.find(other), std::string::npos) << caption;
    EXPECT_TRUE(at::equal(plain->get(index).picture, varied->get(index).picture));
    differ += caption != varied->get(index).caption;
  }
  EXPECT_GT(differ, 20);
}

TEST(WordsDataset, RefusesWhatItDoesNotKnow) {
  for (const char* options :
       {"siez=64", "size=8", "size=x", "label=shape", "captions=none", "count=0", "objects=1", "objects=1000", "size"})
    EXPECT_THROW(open_words(options, "train", discs()), Error) << options;
}

TEST(WordsDataset, FindsTheObjectsThatAPromptNames) {
  const auto apple = object_called("apple"), fish = object_called("fish"), cat = object_called("cat"), owl = object_called("owl");
  EXPECT_EQ(words::objects_named("A red APPLE above two fish"),
            (std::vector<int64_t>{std::min(apple, fish), std::max(apple, fish)}));
  EXPECT_EQ(words::objects_named("一只猫在苹果的左边"), (std::vector<int64_t>{std::min(apple, cat), std::max(apple, cat)}));
  EXPECT_EQ(words::objects_named("一只猫头鹰"), std::vector<int64_t>{owl});  // a cat is within its name
  EXPECT_TRUE(words::objects_named("a caterpillar, starlight").empty());
  EXPECT_TRUE(words::objects_named("").empty());
}

TEST(WordsDataset, FindsThePicturesThatShowThem) {
  const auto data = open_words("objects=12,size=32,count=3000", "train", discs());
  const auto cat = object_called("cat"), dog = object_called("dog");
  const auto both = pictures_showing(*data, {std::min(cat, dog), std::max(cat, dog)}, 5);
  ASSERT_FALSE(both.empty());
  EXPECT_LE(both.size(), 5u);
  for (const auto index : both)
    EXPECT_EQ(words::objects_named(data->get(index).caption), (std::vector<int64_t>{std::min(cat, dog), std::max(cat, dog)}))
        << data->get(index).caption;
  for (const auto index : pictures_showing(*data, {cat}, 20))
    EXPECT_EQ(words::objects_named(data->get(index).caption), std::vector<int64_t>{cat});
  EXPECT_TRUE(pictures_showing(*data, {}, 5).empty());
}

}  // namespace
}  // namespace inkstone
