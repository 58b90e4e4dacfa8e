#include "weights/onnx.hpp"

#include <gtest/gtest.h>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "unit/weights/hostile.hpp"
#include "unit/weights/protobuf_fields.hpp"

namespace inkstone {
namespace {

// A model of these initialisers, then opset_import.
std::string model(const std::string& tensor, const std::string& second = "") {
  return bytes_field(7, bytes_field(5, tensor) + (second.empty() ? "" : bytes_field(5, second))) +
         bytes_field(8, number_field(2, 13));
}

std::string named(int type, std::uint64_t size, const std::string& rest, const std::string& name = "t") {
  return number_field(1, size) + number_field(2, std::uint64_t(type)) + bytes_field(8, name) + rest;
}

std::string place(const std::string& key, const std::string& value) {
  return bytes_field(13, bytes_field(1, key) + bytes_field(2, value));
}

std::string outside(const std::string& location, const std::string& offset = "0", const std::string& length = "8",
                    const std::string& name = "t") {
  return named(1, 2, number_field(14, 1) + place("location", location) + place("offset", offset) + place("length", length), name);
}

at::Tensor read(const std::string& tensor) {
  return read_onnx(as_bytes(model(tensor))).at("t");
}

std::optional<ErrorCategory> onnx_refusal(const std::string& tensor) {
  return category_of([&] { read(tensor); });
}

const std::string kTwoTensors = named(1, 2, bytes_field(9, raw_bytes({1.f, -2.f})));

TEST(Onnx, ReadsRawData) {
  EXPECT_TRUE(read(kTwoTensors).equal(at::tensor({1.f, -2.f})));
}

TEST(Onnx, ReadsTypedFields) {
  EXPECT_TRUE(read(named(1, 2, bytes_field(4, raw_bytes({1.f, -2.f})))).equal(at::tensor({1.f, -2.f})));
  EXPECT_TRUE(read(named(11, 2, bytes_field(10, raw_bytes({1., -2.})))).equal(at::tensor({1., -2.}, at::kDouble)));
  EXPECT_TRUE(read(named(7, 2, bytes_field(7, varint(1) + varint(~std::uint64_t(1))))).equal(at::tensor({1L, -2L})));
  EXPECT_TRUE(read(named(7, 2, number_field(7, 1) + number_field(7, 5))).equal(at::tensor({1L, 5L})));
  EXPECT_TRUE(read(named(6, 1, bytes_field(5, varint(~std::uint64_t(6))))).equal(at::tensor({-7}, at::kInt)));
  EXPECT_TRUE(read(named(9, 2, bytes_field(5, varint(0) + varint(1)))).equal(at::tensor({0, 1}).ne(0)));
  EXPECT_TRUE(read(named(10, 2, bytes_field(5, varint(0x3C00) + varint(0xC000)))).equal(at::tensor({1.f, -2.f}).to(at::kHalf)));
  EXPECT_TRUE(read(named(16, 1, bytes_field(5, varint(0x3F80)))).equal(at::tensor({1.f}).to(at::kBFloat16)));
}

TEST(Onnx, ReadsExternalData) {
  Folder folder;
  folder.write("data", "skip" + raw_bytes({1.f, -2.f}));
  EXPECT_TRUE(read_onnx(folder.write("m.onnx", model(outside("data", "4")))).at("t").equal(at::tensor({1.f, -2.f})));
}

TEST(Onnx, RefusesEveryTruncation) {
  for (const std::string& whole : {model(kTwoTensors), model(named(10, 2, bytes_field(5, varint(0x3C00) + varint(0xC000))))})
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_EQ(category_of([&] { read_onnx(as_bytes(std::string_view(whole).substr(0, size))); }), ErrorCategory::corrupt_file)
          << size;
}

TEST(Onnx, RefusesShapesThatTheNumbersDoNotFill) {
  const std::string raw = bytes_field(9, raw_bytes({1.f, -2.f}));
  for (const std::uint64_t size : {std::uint64_t(0), std::uint64_t(1), std::uint64_t(3), std::uint64_t(1) << 62,
                                   std::uint64_t(INT64_MAX), ~std::uint64_t(0)}) {
    EXPECT_EQ(onnx_refusal(named(1, size, raw)), ErrorCategory::corrupt_file) << size;
    EXPECT_EQ(onnx_refusal(named(1, size, bytes_field(4, raw_bytes({1.f, -2.f})))), ErrorCategory::corrupt_file) << size;
    EXPECT_EQ(onnx_refusal(named(6, size, bytes_field(5, varint(1) + varint(2)))), ErrorCategory::corrupt_file) << size;
  }
  EXPECT_EQ(onnx_refusal(named(1, 2, bytes_field(1, std::string(32, '\x01')) + raw)), ErrorCategory::corrupt_file);
  EXPECT_EQ(onnx_refusal(named(1, 0, bytes_field(1, varint(INT64_MAX) + varint(INT64_MAX)))), ErrorCategory::corrupt_file);
}

TEST(Onnx, RefusesBrokenTypedFields) {
  EXPECT_EQ(onnx_refusal(named(1, 2, bytes_field(4, "1234567"))), ErrorCategory::corrupt_file);
  EXPECT_EQ(onnx_refusal(named(1, 2, number_field(4, 1) + number_field(4, 1))), ErrorCategory::corrupt_file);
  EXPECT_EQ(onnx_refusal(named(7, 1, bytes_field(7, std::string(11, '\xff')))), ErrorCategory::corrupt_file);
  EXPECT_EQ(onnx_refusal(named(7, 1, bytes_field(7, "\x80"))), ErrorCategory::corrupt_file);
  EXPECT_EQ(onnx_refusal(named(11, 1, bytes_field(4, raw_bytes({1.f, 2.f})))),
            ErrorCategory::corrupt_file);  // its numbers stand elsewhere
  EXPECT_EQ(onnx_refusal(named(1, 2, "")), ErrorCategory::corrupt_file);
  EXPECT_EQ(onnx_refusal(named(0, 2, bytes_field(9, "12345678"))), ErrorCategory::corrupt_file);
  for (const int type : {4, 8, 12, 13, 14, 15, 17, 99})
    EXPECT_EQ(onnx_refusal(named(type, 1, bytes_field(9, "1"))), ErrorCategory::unsupported) << type;
}

TEST(Onnx, RefusesNamesThatComeTwiceOrNever) {
  EXPECT_EQ(category_of([] { read_onnx(as_bytes(model(kTwoTensors, kTwoTensors))); }), ErrorCategory::corrupt_file);
  EXPECT_EQ(onnx_refusal(named(1, 2, bytes_field(9, raw_bytes({1.f, -2.f})), "")), ErrorCategory::corrupt_file);
  EXPECT_EQ(category_of([] { read_onnx(as_bytes(bytes_field(7, bytes_field(15, "")))); }), ErrorCategory::unsupported);
}

TEST(Onnx, ExternalDataNeverLeavesTheFolder) {
  Folder folder;
  folder.write("data", raw_bytes({1.f, -2.f}));
  const auto refused = [&](const std::string& tensor, const std::string& second = "") {
    return category_of([&] { read_onnx(folder.write("m.onnx", model(tensor, second))); });
  };
  for (const std::string& location : {std::string("../../../etc/shells"), std::string("/etc/shells"), std::string("a/../../b"),
                                      std::string(""), std::string(300, 'x'), std::string("a\0b", 3)})
    EXPECT_EQ(refused(outside(location)), ErrorCategory::corrupt_file) << location;
  EXPECT_EQ(refused(outside("absent")), ErrorCategory::not_found);
  EXPECT_EQ(category_of([] { read_onnx(as_bytes(model(outside("data")))); }),
            ErrorCategory::unsupported);  // bytes have no folder
}

TEST(Onnx, RefusesExternalRangesOutsideTheFile) {
  Folder folder;
  folder.write("data", raw_bytes({1.f, -2.f}));
  const auto refused = [&](const std::string& tensor, const std::string& second = "") {
    return category_of([&] { read_onnx(folder.write("m.onnx", model(tensor, second))); });
  };
  EXPECT_EQ(refused(outside("data")), std::nullopt);
  for (const char* number : {"9", "-1", "abc", "", "1e3", "18446744073709551615", "18446744073709551616", "0x4"}) {
    EXPECT_EQ(refused(outside("data", number)), ErrorCategory::corrupt_file) << number;
    EXPECT_EQ(refused(outside("data", "0", number)), ErrorCategory::corrupt_file) << number;
  }
  EXPECT_EQ(refused(outside("data"), outside("data", "0", "8", "u")), ErrorCategory::corrupt_file);  // both on the same bytes
  EXPECT_EQ(refused(named(1, 2, number_field(14, 1))), ErrorCategory::corrupt_file);
}

}  // namespace
}  // namespace inkstone
