#include "weights/caffemodel.hpp"

#include <gtest/gtest.h>

#include <ATen/ATen.h>

#include "unit/weights/hostile.hpp"
#include "unit/weights/protobuf_fields.hpp"

namespace inkstone {
namespace {

void expect_tiny(const StateDict& read, at::IntArrayRef bias_shape) {
  EXPECT_EQ(read.tensors.size(), 2u);
  EXPECT_TRUE(read.at("conv1_1.0").equal(((at::arange(12, at::kFloat) - 4) / 8).view({2, 3, 1, 2})));
  EXPECT_TRUE(read.at("conv1_1.1").equal(at::tensor({0.5f, -0.25f}).view(bias_shape)));
  EXPECT_EQ(read.metadata.at("name"), "tiny");
}

// A network of one V2 layer "c" with this blob.
std::string network(const std::string& blob) {
  return bytes_field(100, bytes_field(1, "c") + bytes_field(7, blob));
}

std::string shape(const std::string& dimensions) {
  return bytes_field(7, bytes_field(1, dimensions));
}

const std::string kTwoNumbers = bytes_field(5, raw_bytes({0.5f, -0.25f}));

std::optional<ErrorCategory> caffemodel_refusal(const std::string& file) {
  return category_of([&] { read_caffemodel(as_bytes(file)); });
}

TEST(Caffemodel, ReadsBothVersions) {
  expect_tiny(read_caffemodel(kData / "v2.caffemodel"), {2});
  expect_tiny(read_caffemodel(kData / "v1.caffemodel"), {1, 1, 1, 2});
}

TEST(Caffemodel, ReadsNumbersPackedSingleAndDouble) {
  const std::string single = varint(5 << 3 | 5) + raw_bytes({0.5f}) + varint(5 << 3 | 5) + raw_bytes({-0.25f});
  const std::string doubles = bytes_field(8, raw_bytes({0.5, -0.25}));
  for (const std::string& numbers : {kTwoNumbers, single, doubles}) {
    const StateDict read = read_caffemodel(as_bytes(network(shape("\x02") + numbers)));
    EXPECT_TRUE(read.at("c.0").to(at::kDouble).equal(at::tensor({0.5, -0.25}, at::kDouble)));
  }
}

TEST(Caffemodel, RefusesEveryTruncation) {
  for (const char* name : {"v1.caffemodel", "v2.caffemodel"}) {
    const std::string whole = content_of(kData / name);
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_EQ(caffemodel_refusal(whole.substr(0, size)), ErrorCategory::corrupt_file) << size;
  }
}

TEST(Caffemodel, RefusesShapesThatTheNumbersDoNotFill) {
  const std::uint64_t huge = std::uint64_t(1) << 63;
  for (const std::string& dimensions :
       {varint(3), varint(huge), varint(huge - 1), varint(~std::uint64_t(0)), varint(1ull << 62) + varint(4),
        varint(0) + varint(huge - 1) + varint(4), std::string(33, '\x01'), std::string(11, '\xff'), std::string("\x80")})
    EXPECT_EQ(caffemodel_refusal(network(shape(dimensions) + kTwoNumbers)), ErrorCategory::corrupt_file);
  EXPECT_EQ(caffemodel_refusal(network(number_field(1, 2) + kTwoNumbers)),
            ErrorCategory::corrupt_file);  // three of the four old dimensions are 0
  EXPECT_EQ(caffemodel_refusal(network(number_field(1, ~std::uint64_t(0)) + number_field(2, 1) + number_field(3, 1) +
                                       number_field(4, 2) + kTwoNumbers)),
            ErrorCategory::corrupt_file);
}

TEST(Caffemodel, RefusesDuplicateLayersAndMixedNumbers) {
  const std::string good = network(shape("\x02") + kTwoNumbers);
  EXPECT_EQ(caffemodel_refusal(good), std::nullopt);
  EXPECT_EQ(caffemodel_refusal(good + good), ErrorCategory::corrupt_file);
  EXPECT_EQ(caffemodel_refusal(good + bytes_field(2, bytes_field(4, "c") + bytes_field(6, shape("\x02") + kTwoNumbers))),
            ErrorCategory::corrupt_file);
  EXPECT_EQ(caffemodel_refusal(network(shape("\x03") + kTwoNumbers + varint(5 << 3 | 5) + raw_bytes({1.f}))),
            ErrorCategory::corrupt_file);
  EXPECT_EQ(caffemodel_refusal(network(shape("\x02") + bytes_field(5, "1234567"))), ErrorCategory::corrupt_file);
  EXPECT_EQ(caffemodel_refusal(network(shape("\x02") + number_field(5, 7))), ErrorCategory::corrupt_file);
}

TEST(Caffemodel, RefusesWhatHoldsNoWeights) {
  EXPECT_EQ(caffemodel_refusal(bytes_field(1, "tiny")), ErrorCategory::corrupt_file);
  EXPECT_EQ(caffemodel_refusal(bytes_field(100, bytes_field(1, "relu"))), ErrorCategory::corrupt_file);
  EXPECT_EQ(caffemodel_refusal(number_field(100, 1)), ErrorCategory::corrupt_file);
}

}  // namespace
}  // namespace inkstone
