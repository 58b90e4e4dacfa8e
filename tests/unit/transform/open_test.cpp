#include "transform/open.hpp"

#include <set>

#include <gtest/gtest.h>

#include "inkstone/error.hpp"

namespace inkstone::transform {
namespace {

ErrorCategory refusal(const ModelFiles& files) {
  try {
    open(files);
  } catch (const Error& error) {
    return error.category();
  }
  ADD_FAILURE() << files.path << " was opened";
  return ErrorCategory::io;
}

TEST(OpenPainter, NamesAreUnique) {
  std::set<std::string> names;
  for (const auto& kind : kinds()) EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
}

TEST(OpenPainter, SaysWhatIsMissingOrOfAnotherKind) {
  EXPECT_EQ(refusal({"no/such/model.onnx"}), ErrorCategory::not_found);
  EXPECT_EQ(refusal({INKSTONE_SOURCE_DIR "/README.md"}), ErrorCategory::unsupported);
  EXPECT_EQ(refusal({INKSTONE_SOURCE_DIR "/assets/perceptual/perceptual.safetensors"}), ErrorCategory::unsupported);
  EXPECT_EQ(refusal({INKSTONE_SOURCE_DIR "/README.md", "no such kind"}), ErrorCategory::unsupported);
}

}  // namespace
}  // namespace inkstone::transform
