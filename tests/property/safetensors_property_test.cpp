#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "weights/safetensors.hpp"

namespace inkstone {
namespace {

at::Tensor drawn_tensor() {
  const auto dtype =
      *rc::gen::element(at::kDouble, at::kFloat, at::kHalf, at::kBFloat16, at::kLong, at::kInt, at::kByte, at::kBool);
  const auto shape = *rc::gen::container<std::vector<int64_t>>(*rc::gen::inRange(0, 5), rc::gen::inRange<int64_t>(0, 5));
  int64_t count = 1;
  for (const auto side : shape) count *= side;
  return at::arange(count).reshape(shape).mul(*rc::gen::inRange<int64_t>(1, 9)).to(dtype);
}

TEST(SafetensorsProperty, EveryTensorComesBack) {
  const auto path = std::filesystem::temp_directory_path() / ("property-" + std::to_string(::getpid()) + ".safetensors");
  EXPECT_TRUE(rc::check("read(write(s)) == s", [&] {
    StateDict state;
    for (int k = *rc::gen::inRange(0, 6); k > 0; --k)
      state.tensors[*rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::element('a', '.', '"', '\\', ' ', '/')))] =
          drawn_tensor();
    state.metadata["note"] = *rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127));
    write_safetensors(path, state);
    const auto again = read_safetensors(path);
    RC_ASSERT(again.metadata == state.metadata);
    RC_ASSERT(again.tensors.size() == state.tensors.size());
    for (const auto& [name, tensor] : state.tensors) {
      RC_ASSERT(again.at(name).scalar_type() == tensor.scalar_type());
      RC_ASSERT(at::equal(again.at(name), tensor));
    }
  }));
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace inkstone
