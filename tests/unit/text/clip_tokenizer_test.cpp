#include "text/clip_tokenizer.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "text/clip_tokenizer_files.hpp"
#include "text/prompt_length.hpp"

namespace inkstone {
namespace {

using Ids = std::vector<int64_t>;

const ClipTokenizer& clip() {
  static const auto tokenizer = ClipTokenizer::embedded();
  return tokenizer;
}

ErrorCategory category_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.category();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorCategory::io;
}

TEST(ClipTokenizer, KnowsThePublishedExamples) {
  EXPECT_EQ(clip().size(), 49408U);
  EXPECT_EQ(clip().start(), 49406);
  EXPECT_EQ(clip().end(), 49407);
  EXPECT_EQ(clip().encode("a photo of a cat"), (Ids{320, 1125, 539, 320, 2368}));
  EXPECT_EQ(clip().encode("A  PHOTO\tof a\ncat "), clip().encode("a photo of a cat"));
  EXPECT_EQ(clip().encode(""), Ids{});
}

TEST(ClipTokenizer, LeavesOutWhatIsNoUtf8) {
  EXPECT_EQ(clip().encode("a \xff\xfe"
                          "cat\xc3"),
            clip().encode("a cat"));
  std::string bytes;
  for (int i = 0; i < 4096; ++i) bytes += static_cast<char>(i * 37 + i / 256);
  EXPECT_NO_THROW(clip().encode(bytes));
}

TEST(ClipTokenizer, RefusesAHugePromptAtOnce) {
  const std::string huge(100'000'000, 'a');
  EXPECT_EQ(category_of([&] { clip().encode(huge); }), ErrorCategory::bad_argument);
}

TEST(ClipTokenizer, IsFastOnOneWordOfTheLongestPrompt) {
  std::string word(kLongestPrompt, 'a');
  for (std::size_t i = 0; i < word.size(); ++i) word[i] = static_cast<char>('a' + i * i % 23 % 5);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_GT(clip().encode(word).size(), 1000U);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

struct Folder {
  Folder(const std::string& vocabulary, const std::string& merges) {
    std::filesystem::create_directories(path);
    std::ofstream(path / "vocab.json") << vocabulary;
    std::ofstream(path / "merges.txt") << merges;
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path = std::filesystem::temp_directory_path() / "inkstone-tokenizer-test";
};

TEST(ClipTokenizer, ReadsTheFilesThatItIsWrittenAs) {
  const Folder folder("", "");
  write_clip_tokenizer(folder.path, ClipPadding::end_mark);
  const auto read = ClipTokenizer::read(folder.path);
  EXPECT_EQ(read.size(), clip().size());
  EXPECT_EQ(read.largest(), 49407);
  for (const char* text :
       {"a photo of a cat", "\u4e00\u53ea\u732b, don't! 3.14", "pneumonoultramicroscopicsilicovolcanoconiosis"})
    EXPECT_EQ(read.encode(text), clip().encode(text));
}

TEST(ClipTokenizer, NamesWhatIsWrongWithAFolder) {
  EXPECT_EQ(category_of([] { ClipTokenizer::read("/nowhere"); }), ErrorCategory::not_found);
  const Folder broken("[1,2]", "#version\na b\n");
  EXPECT_EQ(category_of([&] { ClipTokenizer::read(broken.path); }), ErrorCategory::corrupt_file);
  const Folder empty("{}", "#version\na b\n");
  EXPECT_EQ(category_of([&] { ClipTokenizer::read(empty.path); }), ErrorCategory::corrupt_file);
  const Folder huge(R"({"a": 99999999999})", "");
  EXPECT_EQ(category_of([&] { ClipTokenizer::read(huge.path); }), ErrorCategory::corrupt_file);
}

}  // namespace
}  // namespace inkstone
