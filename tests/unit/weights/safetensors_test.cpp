#include "weights/safetensors.hpp"

#include <unistd.h>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

std::string file_of(std::string header, std::size_t data) {
  const std::uint64_t size = header.size();
  return std::string(reinterpret_cast<const char*>(&size), sizeof size) + header + std::string(data, '\1');
}

ErrorCategory safetensors_refusal(const std::string& bytes) {
  try {
    read_safetensors(as_bytes(bytes));
  } catch (const Error& error) {
    return error.category();
  }
  ADD_FAILURE() << "accepted";
  return ErrorCategory::cancelled;
}

StateDict sample() {
  StateDict state;
  for (const auto dtype :
       {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16, at::kLong, at::kInt, at::kShort, at::kChar, at::kByte, at::kBool})
    state.tensors[c10::toString(dtype)] = at::arange(6).reshape({2, 3}).to(dtype);
  state.tensors["transposed"] = at::arange(6.0).reshape({2, 3}).t();
  state.tensors["scalar"] = at::scalar_tensor(2.5);
  state.tensors["empty"] = at::empty({0, 4});
  state.metadata = {{"format", "pt"}, {"licence", "CC0 \"quoted\""}};
  return state;
}

struct TemporaryFile {
  explicit TemporaryFile(const char* name) : path(std::filesystem::temp_directory_path() / (name + std::to_string(::getpid()))) {}
  ~TemporaryFile() { std::filesystem::remove(path); }
  const std::filesystem::path path;
};

TEST(Safetensors, ReadsWhatItWrote) {
  const TemporaryFile file("round_trip.safetensors");
  const StateDict before = sample();
  write_safetensors(file.path, before);
  const StateDict after = read_safetensors(file.path);
  EXPECT_EQ(after.metadata, before.metadata);
  ASSERT_EQ(after.tensors.size(), before.tensors.size());
  for (const auto& [name, tensor] : before.tensors) {
    EXPECT_EQ(after.at(name).scalar_type(), tensor.scalar_type()) << name;
    EXPECT_TRUE(at::equal(after.at(name), tensor)) << name;
  }
}

TEST(Safetensors, WritesTheSameBytesAgain) {
  const TemporaryFile first("first.safetensors"), second("second.safetensors");
  write_safetensors(first.path, sample());
  write_safetensors(second.path, sample());
  EXPECT_EQ(read_file(first.path), read_file(second.path));
}

TEST(Safetensors, RefusesAFileCutAnywhere) {
  const TemporaryFile file("cut.safetensors");
  write_safetensors(file.path, sample());
  const std::string whole = read_file(file.path);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(safetensors_refusal(whole.substr(0, size)), ErrorCategory::corrupt_file) << size;
}

TEST(Safetensors, RefusesWhatContradictsItself) {
  for (
      const char* header : {
          R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}})",  // overlap
          R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",   // gap
          R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",   // bytes left over
          R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}})",  // out of range
          R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})",   // size
          R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})",
          R"({"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]}})",
          R"({"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}})",
          R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})",
          R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}})",
          R"({"a":{"dtype":"U8","shape":[8],"shape":[8],"data_offsets":[0,8]}})",
          R"({"a":[[[[[[[[[[[[[[]]]]]]]]]]]]]]})",
          R"({"a":{"dtype":3,"shape":[8],"data_offsets":[0,8]}})",
          R"({"a":{"shape":[8],"data_offsets":[0,8]}})",
          R"({"a":7})",
          R"([1])",
          R"({"__metadata__":{"x":1},"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}})",
      })
    EXPECT_EQ(safetensors_refusal(file_of(header, 8)), ErrorCategory::corrupt_file) << header;
}

TEST(Safetensors, RefusesAHugeHeaderAndUnknownDtypes) {
  EXPECT_EQ(safetensors_refusal(std::string(8, '\xff') + "{}"), ErrorCategory::corrupt_file);
  EXPECT_EQ(safetensors_refusal(file_of(R"({"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}})", 8)),
            ErrorCategory::unsupported);
}

TEST(Safetensors, CopiesMisalignedTensors) {
  const StateDict state = read_safetensors(as_bytes(file_of(
      R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}})", 5)));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(state.at("b").data_ptr()) % 4, 0u);
}

}  // namespace
}  // namespace inkstone
