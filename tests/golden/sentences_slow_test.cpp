// The real all-MiniLM-L6-v2, once `inkstone models pull minilm-fp16` has brought it: related sentences are nearer than unrelated
// ones.
#include <gtest/gtest.h>
#include <torch/types.h>

#include "catalogue/cache.hpp"
#include "text/sentence_encoder.hpp"

namespace inkstone {
namespace {

TEST(MiniLm, PutsRelatedSentencesNearer) {
  const Places places = Places::from_environment();
  const ModelEntry entry = Catalogue::load(places).find("minilm-fp16");
  const ModelCache cache(places);
  if (!cache.is_present(entry)) GTEST_SKIP() << "minilm-fp16 is not here; get it by `inkstone models pull minilm-fp16`";
  auto encoder = SentenceEncoder::read(cache.path(entry).parent_path());
  const auto vectors = encoder.encode({"a kitten sleeps on the sofa", "a young cat is napping on the couch",
                                       "the stock market fell sharply today", "share prices dropped by a lot",
                                       "an oil painting of a ship in a storm", "seascape with a boat in rough waves"});
  const auto cosine = at::matmul(vectors, vectors.t());
  for (int64_t i = 0; i < 6; ++i)
    for (int64_t j = 0; j < 6; ++j)
      if (i / 2 != j / 2) {
        EXPECT_GT(cosine[i][i ^ 1].item<float>(), cosine[i][j].item<float>() + 0.2F) << i << " " << j;
      }
  EXPECT_GT(cosine[0][1].item<float>(), 0.6F);
}

}  // namespace
}  // namespace inkstone
