#include <gtest/gtest.h>

#include <ATen/ATen.h>

#include "hostile.hpp"
#include "weights/gguf.hpp"
#include "weights/load.hpp"

namespace inkstone {
namespace {

std::string small_gguf() {
  std::ifstream file(kData / "small.gguf", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::optional<ErrorCategory> refusal(const std::string& bytes) {
  try {
    (void)read_gguf(as_bytes(bytes));
    return {};
  } catch (const Error& error) {
    return error.category();
  }
}

std::string with_number(std::string bytes, std::size_t place, std::uint64_t number) {
  std::memcpy(bytes.data() + place, &number, sizeof number);
  return bytes;
}

// Where a name's text ends.
std::size_t after(const std::string& bytes, const std::string& name) {
  return bytes.find(name) + name.size();
}

TEST(Gguf, EveryQuantisationUnpacksAsTheGgufPackageDoes) {
  const auto file = load_weights(kData / "quants.gguf");
  int quantised = 0;
  for (const auto& [name, tensor] : file.tensors) {
    if (!file.contains(name + ".expected")) continue;
    SCOPED_TRACE(name);
    const auto& expected = file.at(name + ".expected");
    ASSERT_EQ(tensor.sizes(), expected.sizes());
    EXPECT_EQ(tensor.scalar_type(), name == "bf16" ? at::kBFloat16 : at::kHalf);
    const auto rounded = name == "bf16" ? expected : expected.to(at::kHalf).to(at::kFloat);
    EXPECT_LE((tensor.to(at::kFloat) - rounded).abs().max().item<float>(), 1e-3f * expected.abs().max().item<float>());
    EXPECT_LT((tensor.to(at::kFloat) - expected).norm().item<float>(), 5e-4f * expected.norm().item<float>());
    ++quantised;
  }
  EXPECT_EQ(quantised, 11);
}

TEST(Gguf, PlainTensorsAreAsWritten) {
  const auto file = load_weights(kData / "quants.gguf");
  EXPECT_EQ(file.at("f32").sizes(), at::IntArrayRef({2, 3, 4}));
  EXPECT_TRUE(at::equal(file.at("f32").to(at::kHalf), file.at("f16")));
  EXPECT_EQ(file.metadata.at("test.text"), "words");
  EXPECT_EQ(file.metadata.count("test.list"), 0u);
}

TEST(Gguf, Version2) {
  const auto file = read_gguf(as_bytes(small_gguf()));
  EXPECT_TRUE(at::equal(file.at("first.weight"), at::arange(6, at::kFloat).view({2, 3})));
  EXPECT_TRUE(at::equal(file.at("second.weight"), at::arange(32, at::kHalf) * 0.5));
}

TEST(Gguf, CutAnywhereIsCorrupt) {
  const auto whole = small_gguf();
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(refusal(whole.substr(0, size)), ErrorCategory::corrupt_file) << size;
}

TEST(Gguf, AnyByteBentEndsInTensorsOrOneError) {
  const auto whole = small_gguf();
  for (std::size_t place = 0; place < whole.size(); ++place)
    for (const int bent : {0x00, 0x01, 0x7f, 0xff}) {
      auto bytes = whole;
      bytes[place] = static_cast<char>(bent);
      EXPECT_NO_FATAL_FAILURE((void)refusal(bytes));
    }
}

TEST(Gguf, HugeCountsAreCorrupt) {
  const auto whole = small_gguf();
  for (const std::size_t place :
       {std::size_t(8), std::size_t(16), std::size_t(24), after(whole, "a.list") + 8, after(whole, "first.weight") + 4})
    for (const std::uint64_t number : {~std::uint64_t(0), std::uint64_t(1) << 63, std::uint64_t(1) << 40})
      EXPECT_EQ(refusal(with_number(whole, place, number)), ErrorCategory::corrupt_file) << place;
}

TEST(Gguf, OffsetsOutsideOrOverlappingAreCorrupt) {
  const auto whole = small_gguf();
  const auto offset = after(whole, "second.weight") + 4 + 8 + 4;
  EXPECT_EQ(refusal(with_number(whole, offset, 1 << 20)), ErrorCategory::corrupt_file);
  EXPECT_EQ(refusal(with_number(whole, offset, ~std::uint64_t(0))), ErrorCategory::corrupt_file);
  EXPECT_EQ(refusal(with_number(whole, offset, 8)), ErrorCategory::corrupt_file);
}

TEST(Gguf, RowsThatAreNoWholeBlocksAreCorrupt) {
  const auto whole = small_gguf();
  EXPECT_EQ(refusal(with_number(whole, after(whole, "second.weight") + 4, 31)), ErrorCategory::corrupt_file);
}

TEST(Gguf, OtherVersionsAndTypesAreUnsupported) {
  auto version = small_gguf();
  version[4] = 1;
  EXPECT_EQ(refusal(version), ErrorCategory::unsupported);
  auto type = small_gguf();
  type[after(type, "second.weight") + 12] = 16;  // IQ2_XXS
  EXPECT_EQ(refusal(type), ErrorCategory::unsupported);
}

}  // namespace
}  // namespace inkstone
