#include "tensor/mapped.hpp"

#include <unistd.h>

#include <filesystem>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace inkstone {
namespace {

class Mapped : public testing::Test {
 protected:
  Mapped() {
    const at::Tensor numbers = at::arange(1 << 18, at::kFloat);
    write_file_atomic(path_, {static_cast<const std::byte*>(numbers.data_ptr()), numbers.nbytes()});
    file_ = std::make_shared<const MappedFile>(path_);
  }
  ~Mapped() override { std::filesystem::remove(path_); }

  at::Tensor tensor() const { return mapped_tensor(file_->bytes(), at::kFloat, {512, 512}, file_); }

  std::filesystem::path path_ = std::filesystem::temp_directory_path() / ("inkstone-mapped-" + std::to_string(::getpid()));
  std::shared_ptr<const MappedFile> file_;
};

TEST_F(Mapped, KeepsTheFileMapped) {
  const auto numbers = tensor();
  file_.reset();
  EXPECT_EQ(numbers[511][511].item<float>(), 262143);
}

TEST_F(Mapped, ReadsTheSameAfterItsMemoryIsGivenBack) {
  const auto numbers = tensor();
  const double sum = numbers.to(at::kDouble).sum().item<double>();
  release_pages(numbers);
  EXPECT_EQ(numbers.to(at::kDouble).sum().item<double>(), sum);
  release_pages(numbers.t());
  EXPECT_EQ(numbers.view({-1})[77].item<float>(), 77);
}

TEST_F(Mapped, LeavesOtherTensorsAlone) {
  const auto own = at::ones({512, 512});
  release_pages(own);
  EXPECT_EQ(own.sum().item<float>(), 512 * 512);
}

}  // namespace
}  // namespace inkstone
