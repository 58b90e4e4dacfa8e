#include "data/loader.hpp"

#include <atomic>
#include <thread>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "data/tensor_dataset.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

// Pictures of several sizes; sample i says its number in every pixel, its label and its caption.
class Numbered : public Dataset {
 public:
  explicit Numbered(int64_t size, int64_t channels = 3) : size_(size), channels_(channels) {}
  int64_t size() const override { return size_; }
  Sample get(int64_t index) const override {
    std::this_thread::sleep_for(std::chrono::microseconds(index % 3 * 100));
    at::Tensor picture = at::full({channels_, 12 + index % 5, 20 - index % 7}, index, at::kByte);
    return {picture, index % 4, "number " + std::to_string(index)};
  }
  std::vector<std::string> classes() const override { return {"a", "b", "c", "d"}; }

 private:
  int64_t size_, channels_;
};

class Faulty : public Numbered {
 public:
  using Numbered::Numbered;
  Sample get(int64_t index) const override {
    if (index == 5) throw Error(ErrorCategory::corrupt_file, "picture 5 has gone");
    return Numbered::get(index);
  }
};

LoaderOptions small(int workers) {
  LoaderOptions options;
  options.batch = 6;
  options.seed = 9;
  options.height = 10;
  options.width = 14;
  options.workers = workers;
  options.augment.crop = "random";
  options.augment.flip = true;
  options.augment.color_jitter = 0.2;
  return options;
}

void expect_equal(const Batch& a, const Batch& b) {
  EXPECT_TRUE(at::equal(a.pictures, b.pictures));
  EXPECT_TRUE(at::equal(a.labels, b.labels));
  EXPECT_EQ(a.captions, b.captions);
  EXPECT_EQ(a.first_draw, b.first_draw);
}

TEST(Loader, BatchesDoNotDependOnWorkersOrPrefetch) {
  const auto data = std::make_shared<const Numbered>(50);
  const auto reference = make_loader(data, small(0));
  for (const int workers : {1, 3}) {
    for (const int64_t prefetch : {1, 2, 7}) {
      auto options = small(workers);
      options.prefetch = prefetch;
      const auto loader = make_loader(data, options);
      for (int64_t b = 0; b < 25; ++b) expect_equal(loader->get(b), reference->get(b));
    }
  }
}

TEST(Loader, JumpsAnywhere) {
  const auto data = std::make_shared<const Numbered>(50);
  const auto reference = make_loader(data, small(0));
  const auto loader = make_loader(data, small(2));
  for (const int64_t number : {100, 101, 3, 4, 6, 5, 5, 7, 1000, 0, 2, 1})
    expect_equal(loader->get(number), reference->get(number));
}

TEST(Loader, RanksShareTheJointBatch) {
  const auto data = std::make_shared<const Numbered>(50);
  const auto joint = make_loader(data, small(0));
  for (int64_t b = 0; b < 20; b += 3) {
    const auto whole = joint->get(b);
    for (int64_t rank = 0; rank < 3; ++rank) {
      auto options = small(1);
      options.rank = rank;
      options.world = 3;
      expect_equal(make_loader(data, options)->get(b), whole.part(2 * rank, 2));
    }
  }
}

TEST(Loader, AnEpochHoldsEverySampleOnce) {
  auto options = small(1);
  options.batch = 5;
  const auto loader = make_loader(std::make_shared<const Numbered>(50), options);
  EXPECT_EQ(loader->batches_per_epoch(), 10);
  std::set<std::string> seen;
  for (int64_t b = 10; b < 20; ++b)
    for (const auto& caption : loader->get(b).captions) seen.insert(caption);
  EXPECT_EQ(seen.size(), 50u);
}

TEST(Loader, CarriesFailuresToTheirBatch) {
  const auto data = std::make_shared<const Faulty>(12);
  auto options = small(2);
  options.shuffle = false;
  const auto loader = make_loader(data, options);
  EXPECT_THROW(loader->get(0), Error);
  EXPECT_EQ(loader->get(1).size(), 6);
  try {
    loader->get(2);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::corrupt_file);
    EXPECT_STREQ(error.what(), "picture 5 has gone");
  }
}

TEST(Loader, MemoryGivesTheSameAsTheGeneralWay) {
  const at::Tensor pictures = at::randint(0, 256, {9, 1, 7, 5}, at::kByte);
  const auto tensor = std::make_shared<const TensorDataset>(pictures, at::arange(9) % 3, std::vector<std::string>{},
                                                            std::vector<std::string>{"x", "y", "z"});
  LoaderOptions options;
  options.batch = 4;
  options.channels = 1;
  const auto quick = make_loader(tensor, options);
  options.augment.shift = 0;
  options.augment.crop = "random";  // a random crop that takes everything is no change either, but another way through the code
  options.augment.crop_area = 0.9999999;
  const auto slow = make_loader(tensor, options);
  for (int64_t b = 0; b < 5; ++b) {
    const auto batch = quick->get(b);
    EXPECT_EQ(batch.pictures.sizes(), at::IntArrayRef({4, 1, 7, 5}));
    EXPECT_TRUE(at::equal(batch.labels, slow->get(b).labels));
    EXPECT_LT((batch.pictures - slow->get(b).pictures).abs().max().item<float>(), 2e-3f);
  }
}

TEST(Loader, ValuesSpanMinusOneToOne) {
  const at::Tensor pictures = at::arange(256, at::kByte).view({1, 1, 16, 16});
  const auto data =
      std::make_shared<const TensorDataset>(pictures, at::Tensor(), std::vector<std::string>{}, std::vector<std::string>{});
  LoaderOptions options;
  options.batch = 1;
  options.channels = 1;
  const auto batch = make_loader(data, options)->get(0);
  EXPECT_EQ(batch.pictures.min().item<float>(), -1.0f);
  EXPECT_EQ(batch.pictures.max().item<float>(), 1.0f);
  EXPECT_EQ(batch.labels.item<int64_t>(), -1);
  EXPECT_TRUE(batch.captions.empty());
}

std::string refusal(std::shared_ptr<const Dataset> data, const LoaderOptions& options) {
  try {
    make_loader(std::move(data), options)->get(0);
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::bad_argument);
    return error.what();
  }
  return "accepted";
}

TEST(Loader, RefusesWhatCannotBe) {
  const auto data = std::make_shared<const Numbered>(5);
  auto options = small(1);
  options.world = 4;
  EXPECT_EQ(refusal(data, options), "a batch of 6 cannot be shared evenly by 4 processes; take a multiple of 4");
  EXPECT_EQ(refusal(std::make_shared<const Numbered>(0), small(1)), "the data set has no pictures");
  EXPECT_EQ(refusal(std::make_shared<const Numbered>(5, 1), small(1)),
            "the pictures have 1 channel and the network wants 3; set convert-channels to have them converted");
  options = small(1);
  options.augment.convert_channels = true;
  EXPECT_EQ(make_loader(std::make_shared<const Numbered>(5, 1), options)->get(0).pictures.size(1), 3);
}

TEST(Loader, OnePictureIsEnough) {
  EXPECT_EQ(make_loader(std::make_shared<const Numbered>(1), small(1))->get(3).size(), 6);
}

TEST(Loader, BucketsGiveOneShapePerBatchAndEverySample) {
  const auto data = std::make_shared<const Numbered>(60);
  LoaderOptions options;
  options.batch = 4;
  options.height = options.width = 16;
  options.bucket_step = 4;
  options.workers = 2;
  const auto loader = make_loader(data, options);
  std::set<std::string> seen;
  std::set<int64_t> widths;
  for (int64_t b = 0; b < loader->batches_per_epoch(); ++b) {
    const auto batch = loader->get(b);
    EXPECT_LE(batch.pictures.size(2) * batch.pictures.size(3), 256);
    widths.insert(batch.pictures.size(3));
    seen.insert(batch.captions.begin(), batch.captions.end());
  }
  EXPECT_EQ(seen.size(), 60u);
  EXPECT_GT(widths.size(), 1u);
  options.workers = 0;
  expect_equal(make_loader(data, options)->get(33), loader->get(33));
}

}  // namespace
}  // namespace inkstone
