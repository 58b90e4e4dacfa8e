#include "data/words/composition.hpp"

#include "core/split_mix.hpp"
#include "data/words/vocabulary.hpp"

namespace inkstone::words {
namespace {

constexpr uint64_t kHeldOutOneIn = 10;
constexpr double kColoured = 0.55;                  // share of parts with a colour of their own
constexpr double kOfSeveral = 0.30, kOfTwo = 0.25;  // shares of pictures with several of a kind, and with two kinds

Part drawn_part(DrawRandom& random, int64_t count, int64_t objects) {
  Part part{random.below(objects), kAsDrawn, count};
  if (random.uniform() < kColoured) part.colour = random.below(int64_t(colours().size()));
  return part;
}

int64_t several(DrawRandom& random) {
  return 2 + random.below(kMostOfAKind - 1);
}

Composition drawn(DrawRandom& random, bool places, int64_t objects) {
  const double kind = random.uniform();
  if (kind < kOfSeveral) return {drawn_part(random, several(random), objects)};
  if (!places || kind >= kOfSeveral + kOfTwo) return {drawn_part(random, 1, objects)};
  const auto place = Place(1 + random.below(5));
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

Composition compose(DrawRandom& random, Selection selection, int64_t objects) {
  for (;;)
    if (const auto composition = drawn(random, selection == Selection::training, objects); fits(composition, selection))
      return composition;
}

}  // namespace inkstone::words
