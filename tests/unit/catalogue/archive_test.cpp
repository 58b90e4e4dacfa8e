#include "catalogue/archive.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <fstream>

#include <gtest/gtest.h>

#include "core/files.hpp"
#include "unit/catalogue/scratch.hpp"

namespace inkstone {
namespace {

struct Item {
  std::string path;
  std::string content = {};
  unsigned type = AE_IFREG;
  std::string link = {};
};

void write_archive(const std::filesystem::path& path, const std::vector<Item>& items) {
  archive* out = archive_write_new();
  archive_write_add_filter_gzip(out);
  archive_write_set_format_pax_restricted(out);
  archive_write_open_filename(out, path.c_str());
  for (const auto& item : items) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, item.path.c_str());
    archive_entry_set_filetype(entry, item.type);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, la_int64_t(item.content.size()));
    if (item.type == AE_IFLNK) archive_entry_set_symlink(entry, item.link.c_str());
    if (item.type == AE_IFREG && !item.link.empty()) archive_entry_set_hardlink(entry, item.link.c_str());
    archive_write_header(out, entry);
    archive_write_data(out, item.content.data(), item.content.size());
    archive_entry_free(entry);
  }
  archive_write_close(out);
  archive_write_free(out);
}

class Archive : public ::testing::Test {
 protected:
  const test::Scratch scratch;
  const std::filesystem::path tgz = scratch / "a.tgz";
  const std::filesystem::path out = scratch / "out";

  std::optional<test::Caught> extract(const std::vector<Item>& items, const std::map<std::string, std::uint64_t>& wanted,
                                      const ArchiveLimits& limits = {}) {
    write_archive(tgz, items);
    return test::caught([&] { extract_tar_gz(tgz, out, wanted, limits); });
  }
  void expect_refused(const std::optional<test::Caught>& error, const std::string& why) {
    ASSERT_TRUE(error) << why;
    EXPECT_EQ(error->category, ErrorCategory::corrupt_file);
    EXPECT_TRUE(test::has(error->message, why)) << error->message;
  }
};

TEST_F(Archive, TakesWhatIsWantedAlone) {
  const std::string deep(150, 'd');  // longer than a plain tar header holds
  EXPECT_FALSE(extract({{"package/", "", AE_IFDIR}, {"package/a", "12345"}, {"package/b", "no"}, {"package/" + deep + "/c", "1"}},
                       {{"package/a", 5}, {"package/" + deep + "/c", 1}}));
  EXPECT_EQ(read_file(out / "package/a"), "12345");
  EXPECT_EQ(read_file(out / "package" / deep / "c"), "1");
  EXPECT_FALSE(std::filesystem::exists(out / "package/b"));
}

TEST_F(Archive, RefusesEscapes) {
  expect_refused(extract({{"../evil", "x"}}, {}), "leaves its folder");
  expect_refused(extract({{"package/../../evil", "x"}}, {{"package/../../evil", 1}}), "leaves its folder");
  expect_refused(extract({{"/tmp/evil", "x"}}, {}), "leaves its folder");
  EXPECT_FALSE(std::filesystem::exists(scratch / "evil"));
}

TEST_F(Archive, RefusesLinksAndDevices) {
  expect_refused(extract({{"package/a", "", AE_IFLNK, "/etc/passwd"}}, {}), "link or a device");
  expect_refused(extract({{"package/a", "1"}, {"package/b", "", AE_IFREG, "package/a"}}, {{"package/a", 1}}), "link or a device");
  expect_refused(extract({{"package/a", "", AE_IFIFO}}, {}), "link or a device");
}

TEST_F(Archive, HoldsItsBounds) {
  expect_refused(extract({{"package/a", std::string(1'000'000, '0')}}, {}, {.total_bytes = 999'999}), "more than it may");
  expect_refused(extract({{"p/a", "1"}, {"p/b", "1"}, {"p/c", "1"}}, {}, {.entries = 2}), "too many");
  expect_refused(extract({{"package/a", "12"}}, {{"package/a", 1}}), "has 2 bytes, 1 expected");
  expect_refused(extract({{"package/a", "1"}, {"package/a", "2"}}, {{"package/a", 1}}), "comes twice");
  expect_refused(extract({{"package/a", "1"}}, {{"package/z", 1}}), "'package/z' is not in it");
}

TEST_F(Archive, TruncatedAtEveryByteNeverCrashes) {
  write_archive(tgz, {{"package/a", "some content"}, {"package/b", "more"}});
  const auto whole = read_file(tgz);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::ofstream(tgz, std::ios::binary).write(whole.data(), std::streamsize(size));  // no fsync: hundreds of them
    const auto error = test::caught([&] { extract_tar_gz(tgz, out, {{"package/a", 12}, {"package/b", 4}}); });
    EXPECT_TRUE(error || read_file(out / "package/a") == "some content") << size;
    EXPECT_TRUE(!error || error->category == ErrorCategory::corrupt_file) << size;
    EXPECT_TRUE(error || size >= whole.size() / 2) << size;
  }
}

}  // namespace
}  // namespace inkstone
