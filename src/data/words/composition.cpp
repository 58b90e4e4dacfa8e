#include "data/words/composition.hpp"

#include <array>

#include "core/split_mix.hpp"
#include "data/words/vocabulary.hpp"

namespace inkstone::words {
namespace {

constexpr uint64_t kHeldOutOneIn = 10;
constexpr double kColoured = 0.55;   // share of parts with a colour of their own
constexpr double kOfSeveral = 0.40;  // share of pictures of one kind with several of it
// What is said first lies above or left more often than not, so that the order of words is worth a look before places are known.
constexpr std::array<Place, 10> kPlaces = {Place::above, Place::above, Place::above, Place::left,   Place::left,
                                           Place::left,  Place::below, Place::right, Place::beside, Place::beside};

Part drawn_part(DrawRandom& random, int64_t count, int64_t objects) {
  Part part{random.below(objects), kAsDrawn, count};
  if (random.uniform() < kColoured) part.colour = random.below(int64_t(colours().size()));
  return part;
}

int64_t several(DrawRandom& random) {
  return 2 + random.below(kMostOfAKind - 1);
}

Composition drawn(DrawRandom& random, bool places, int64_t objects, double pairs) {
  const double kind = random.uniform(), of_several = kOfSeveral * (1 - pairs);
  if (kind < of_several) return {drawn_part(random, several(random), objects)};
  if (!places || kind >= of_several + pairs) return {drawn_part(random, 1, objects)};
  const auto place = kPlaces[std::size_t(random.below(kPlaces.size()))];
  return {drawn_part(random, 1, objects), place, drawn_part(random, 1, objects)};
}

bool fits(const Composition& composition, Selection selection) {
  const bool unseen = is_held_out(composition.first) || is_held_out(composition.second);
  const bool one_object_twice = composition.place != Place::alone && composition.first.object == composition.second.object;
  if (one_object_twice) return false;
  return selection == Selection::single_kind || unseen == (selection == Selection::held_out);
}

}  // namespace

bool is_held_out(const Part& part) {
  if (part.colour == kAsDrawn && part.count == 1) return false;
  const auto key = uint64_t(part.object) * 4096 + uint64_t(part.colour + 1) * 64 + uint64_t(part.count);
  return scrambled(scrambled(key)) % kHeldOutOneIn == 0;
}

Composition compose(DrawRandom& random, Selection selection, int64_t objects, double pairs) {
  for (;;)
    if (const auto composition = drawn(random, selection == Selection::training, objects, pairs); fits(composition, selection))
      return composition;
}

}  // namespace inkstone::words
