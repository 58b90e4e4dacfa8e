#include "ingest/collection.hpp"

#include <unistd.h>

#include <gtest/gtest.h>

#include "ingest/caption_table.hpp"
#include "unit/ingest/pictures.hpp"
#include "unit/weights/zip_writer.hpp"

namespace inkstone {
namespace {

using namespace test;

std::string names(const Collection& collection) {
  std::string all;
  for (const auto& item : collection.items()) all += item.name + " ";
  return all;
}

TEST(Collection, FoldersAreLabels) {
  const Scratch folder;
  write_picture(folder / "dogs/deep/b.png", picture(1));
  write_picture(folder / "cats/a.jpg", picture(2));
  write_picture(folder / "stray.png", picture(3));
  write_text(folder / "cats/readme.md", "no picture");
  write_text(folder / ".hidden/x.png", "hidden");
  const auto found = open_collection(folder.path());
  EXPECT_EQ(names(*found), "cats/a.jpg dogs/deep/b.png stray.png ");
  EXPECT_EQ(found->classes(), (std::vector<std::string>{"cats", "dogs"}));
  EXPECT_EQ(found->items()[0].label, 0);
  EXPECT_EQ(found->items()[1].label, 1);
  EXPECT_EQ(found->items()[2].label, -1);
  EXPECT_TRUE(open_collection(folder.path(), {{}, false})->classes().empty());
}

TEST(Collection, NumberedClassesKeepTheirOrder) {
  const Scratch folder;
  for (int i = 0; i < 12; ++i) write_text(folder / (std::to_string(i) + "/x.png"), "x");
  EXPECT_EQ(open_collection(folder.path())->classes()[10], "10");
}

TEST(Collection, CaptionsFromTextsAndTables) {
  const Scratch folder;
  for (const auto* name : {"a.png", "b.png", "sub/c.png"}) write_text(folder / name, "x");
  write_text(folder / "a.txt", "  a red house\n");
  write_text(folder / "metadata.jsonl",
             "{\"file_name\": \"b.png\", \"text\": \"a \\\"blue\\\" house\", \"license\": \"CC0\", \"author\": \"Ann\"}\n\n");
  write_text(folder / "sub/captions.csv", "file,caption,url\r\nc.png,\"one, two\nand \"\"three\"\"\",https://e.org/c\r\n");
  const auto found = open_collection(folder.path());
  EXPECT_EQ(found->items()[0].caption, "a red house");
  EXPECT_EQ(found->items()[1].caption, "a \"blue\" house");
  EXPECT_EQ(found->items()[1].licence, "CC0");
  EXPECT_EQ(found->items()[1].author, "Ann");
  EXPECT_EQ(found->items()[2].caption, "one, two\nand \"three\"");
  EXPECT_EQ(found->items()[2].source, "https://e.org/c");
  write_text(folder / "more.tsv", "path\tprompt\tlabel\na.png\tother words\tfine\n");
  const auto told = open_collection(folder.path(), {folder / "more.tsv", true});
  EXPECT_EQ(told->items()[0].caption, "other words");
  EXPECT_EQ(told->classes(), std::vector<std::string>{"fine"});
}

TEST(Collection, DamagedTablesAreNamedByLine) {
  const auto refused = [](const std::string& text, const std::string& extension) {
    const auto error = caught([&] { parse_caption_table(text, extension, "table" + extension); });
    return error ? error->message : "accepted";
  };
  EXPECT_EQ(refused("{\"file_name\": \"a\"}\n[1]\n", ".jsonl"), "table.jsonl, line 2: is no JSON object");
  EXPECT_EQ(refused("{\"text\": \"a\"}", ".jsonl"), "table.jsonl, line 1: names no picture");
  EXPECT_EQ(refused("file,text\na,b\nc\n", ".csv"), "table.csv, line 3: has 1 fields where the first line names 2");
  EXPECT_EQ(refused("file,text\na,\"b\nc\n", ".csv"), "table.csv, line 2: a quote is opened and never closed");
  EXPECT_TRUE(has(refused("name,text\n", ".csv"), "line 1: no column is called file_name"));
  EXPECT_TRUE(has(refused("", ".xlsx"), "no table"));
}

TEST(Collection, SplitsAreEntered) {
  const Scratch folder;
  write_text(folder / "train/cats/a.png", "x");
  write_text(folder / "val/cats/b.png", "x");
  EXPECT_EQ(names(*open_collection(folder.path(), {}, "train")), "cats/a.png ");
  EXPECT_EQ(names(*open_collection(folder.path(), {}, "test")), "cats/b.png ");
  EXPECT_EQ(names(*open_collection(folder.path())), "train/cats/a.png val/cats/b.png ");
}

TEST(Collection, StyleGanZip) {
  const Scratch folder;
  write_picture(folder / "0.png", picture(1));
  const auto png = text_of(folder / "0.png");
  const auto archive = zip_of({{"00000/img00000000.png", png},
                               {"00000/img00000001.png", png},
                               {"dataset.json", R"({"labels": [["00000/img00000000.png", 6], ["00000/img00000001.png", 0]]})"}});
  write_text(folder / "a.zip", archive);
  const auto found = open_collection(folder / "a.zip");
  EXPECT_EQ(found->classes(), (std::vector<std::string>{"0", "6"}));
  EXPECT_EQ(found->items()[0].label, 1);
  const auto content = found->bytes(1).bytes;
  EXPECT_EQ(png, std::string(reinterpret_cast<const char*>(content.data()), content.size()));
}

TEST(Collection, ZipsMayBeDeflated) {
  const Scratch folder;
  write_text(folder / "a.zip", zip_of({{"a.png", "picture", std::string("\x2b\xc8\x4c\x2e\x29\x2d\x4a\x05\x00", 9)}}));
  const auto found = open_collection(folder / "a.zip")->bytes(0);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(found.bytes.data()), found.bytes.size()), "picture");
}

TEST(Collection, ZipsThatAreRefused) {
  const Scratch folder;
  const auto refused = [&](const std::string& archive) {
    write_text(folder / "a.zip", archive);
    return caught([&] { open_collection(folder / "a.zip")->bytes(0); }).value_or(Caught{ErrorCategory::io, "accepted"});
  };
  const auto archive = zip_of({{"a.png", "picture"}, {"dataset.json", R"({"labels": null})"}});
  EXPECT_EQ(refused(archive).message, "accepted");
  auto compressed = archive;
  compressed[compressed.find("PK\1\2") + 10] = 12;  // bzip2
  EXPECT_EQ(refused(compressed).category, ErrorCategory::unsupported);
  EXPECT_TRUE(has(refused(compressed).message, "unpack it and name the folder"));
  EXPECT_EQ(refused(archive.substr(0, archive.size() - 30)).category, ErrorCategory::corrupt_file);
  auto damaged = archive;
  damaged[damaged.find("picture")] = 'P';
  EXPECT_EQ(refused(damaged).category, ErrorCategory::corrupt_file);
  for (const auto* labels : {"[]", "{\"labels\": 3}", "{\"labels\": [[\"a.png\"]]}", "no JSON"})
    EXPECT_TRUE(has(refused(zip_of({{"a.png", "x"}, {"dataset.json", labels}})).message, "not of StyleGAN's form")) << labels;
  EXPECT_TRUE(has(refused(zip_of({{"readme.md", "x"}})).message, "has no pictures"));
}

TEST(Collection, RefusesPlacesWithoutPictures) {
  const Scratch folder;
  EXPECT_EQ(caught([&] { open_collection(folder.path()); })->message, folder.path().string() + " has no pictures");
  EXPECT_EQ(caught([&] { open_collection(folder / "nowhere"); })->category, ErrorCategory::not_found);
  write_text(folder / "a.rar", "x");
  EXPECT_TRUE(has(caught([&] { open_collection(folder / "a.rar"); })->message, "neither a folder of pictures nor a .zip"));
}

TEST(Collection, SaysThatItMayNotLook) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const Scratch folder;
  std::filesystem::create_directory(folder / "closed");
  std::filesystem::permissions(folder / "closed", std::filesystem::perms::none);
  const auto error = caught([&] { open_collection(folder / "closed"); });
  std::filesystem::permissions(folder / "closed", std::filesystem::perms::all);
  EXPECT_EQ(error->category, ErrorCategory::io);
  EXPECT_TRUE(has(error->message, "ermission denied"));
}

}  // namespace
}  // namespace inkstone
