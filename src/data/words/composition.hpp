// What a picture of the data set `words` shows, before it is said or drawn: some of one object, perhaps in a colour, perhaps
// beside another. Combinations of object, colour and count that training never shows are told by a hash, so that painting them is
// more than remembering.
#pragma once

#include <cstdint>

#include "data/draw_random.hpp"

namespace inkstone::words {

inline constexpr int64_t kAsDrawn = -1;

struct Part {
  int64_t object = 0;         // into objects()
  int64_t colour = kAsDrawn;  // into colours()
  int64_t count = 1;          // up to kMostOfAKind
};

// Where the first part is, seen from the second.
enum class Place { alone, above, below, left, right, beside };

struct Composition {
  Part first;
  Place place = Place::alone;
  Part second = {};  // one of it, unless place is alone
};

// One combination in ten that has a colour or is of several; pure.
bool is_held_out(const Part& part);

// What is drawn: all that training may show (one object, several of it, or two in their places), the combinations held out from
// it, or, for those who only count and name, one kind of object in any combination.
enum class Selection { training, held_out, single_kind };

inline constexpr double kUsualPairs = 0.25;

// objects: how many of objects() there are to choose from, the first ones. pairs: the share of two kinds in their places, in
// [0,1], where places are drawn at all; of the others two in five are several of a kind.
Composition compose(DrawRandom& random, Selection selection, int64_t objects, double pairs = kUsualPairs);

}  // namespace inkstone::words
