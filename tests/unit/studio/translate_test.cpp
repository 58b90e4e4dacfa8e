#include "studio/translate.hpp"

#include <filesystem>
#include <new>
#include <stdexcept>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"

namespace inkstone::studio {
namespace {

template <class Task>
ErrorCategory category_of(Task task) {
  try {
    translated(task);
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    return error.category();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorCategory::cancelled;
}

TEST(Translate, EveryKindOfFailureBecomesAnError) {
  EXPECT_EQ(category_of([] { throw Error(ErrorCategory::io, "disk full"); }), ErrorCategory::io);
  EXPECT_EQ(category_of([] { throw std::bad_alloc(); }), ErrorCategory::out_of_memory);
  EXPECT_EQ(category_of([] { std::filesystem::create_directory("/proc/nowhere/x"); }), ErrorCategory::io);
  EXPECT_EQ(category_of([] { throw std::runtime_error("first\nsecond"); }), ErrorCategory::unsupported);
}

TEST(Translate, TorchTellsMemoryFromTheRest) {
  EXPECT_EQ(category_of([] { at::empty({int64_t(1) << 50}); }), ErrorCategory::out_of_memory);
  EXPECT_EQ(category_of([] { at::ones({2}) + at::ones({3}); }), ErrorCategory::unsupported);
}

TEST(Translate, ResultsPassThrough) {
  EXPECT_EQ(translated([] { return 7; }), 7);
}

}  // namespace
}  // namespace inkstone::studio
