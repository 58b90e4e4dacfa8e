// The seeds of tests/fuzz/make_seeds.py are good files: from one that is refused at once the fuzzer learns nothing.
#include <gtest/gtest.h>

#include <ATen/ATen.h>

#include "unit/weights/hostile.hpp"
#include "weights/gguf.hpp"
#include "weights/safetensors.hpp"
#include "weights/tfjs_graph.hpp"

namespace inkstone {
namespace {

const std::filesystem::path kCorpus = INKSTONE_SOURCE_DIR "/tests/fuzz/corpus";

using Counts = std::pair<std::size_t, std::int64_t>;

Counts tensors_and_elements(const std::map<std::string, at::Tensor>& tensors) {
  std::int64_t elements = 0;
  for (const auto& [name, tensor] : tensors) elements += tensor.numel();
  return {tensors.size(), elements};
}

TEST(FuzzSeeds, OfSafetensorsAreRead) {
  const auto read = [](const char* name) { return read_safetensors(kCorpus / "safetensors" / name); };
  EXPECT_EQ(tensors_and_elements(read("several.safetensors").tensors), Counts(5, 16));
  EXPECT_EQ(tensors_and_elements(read("empty.safetensors").tensors), Counts(3, 1));
  EXPECT_EQ(read("halves.safetensors").at("halves").scalar_type(), at::kHalf);
}

TEST(FuzzSeeds, OfGgufAreRead) {
  const auto read = [](const char* name) { return read_gguf(kCorpus / "gguf" / name); };
  EXPECT_EQ(tensors_and_elements(read("several.gguf").tensors), Counts(3, 43));
  EXPECT_EQ(tensors_and_elements(read("empty.gguf").tensors), Counts(2, 4));
  EXPECT_EQ(read("halves.gguf").at("halves").scalar_type(), at::kHalf);
}

TEST(FuzzSeeds, OfTensorflowGraphsAreRead) {
  const Folder folder;
  folder.write("shard.bin", std::string(64, '\x01'));  // as the target has it
  const auto read = [&](const char* name) {
    return read_tfjs_graph(folder.write("model.json", content_of(kCorpus / "tfjs_graph" / name)));
  };
  EXPECT_EQ(tensors_and_elements(read("several.json").constants), Counts(4, 25));
  EXPECT_EQ(tensors_and_elements(read("halves.json").constants), Counts(2, 40));
  EXPECT_EQ(tensors_and_elements(read("empty.json").constants), Counts(2, 16));
}

}  // namespace
}  // namespace inkstone
