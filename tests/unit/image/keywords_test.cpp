#include "image/keywords.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "image/decode.hpp"
#include "image/encode.hpp"
#include "image/metadata.hpp"
#include "image/xmp.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

Image two_tone() {
  Image picture(24, 16, 3);
  for (std::size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = float(i % 7) / 6;
  return picture;
}

std::string file_of(ImageFormat format, bool with_recipe) {
  EncodeOptions options;
  options.format = format;
  if (with_recipe) options.metadata = Metadata{.parameters = "Steps: 3", .creator = "Käthe <K>"};
  return encode_image(two_tone(), options);
}

class Keywords : public testing::TestWithParam<ImageFormat> {};

TEST_P(Keywords, AreAddedAndNothingElseChanges) {
  for (const bool with_recipe : {false, true}) {
    const auto before = file_of(GetParam(), with_recipe);
    const auto once = with_keywords(as_bytes(before), {"tabby", "R&B <x>", "grün"});
    const auto twice = with_keywords(as_bytes(once), {"tabby", "dark"});
    const auto path =
        fs::temp_directory_path() / ("inkstone-keywords" + std::to_string(int(GetParam())) + std::to_string(with_recipe));
    write_file_atomic(path, as_bytes(twice));
    EXPECT_EQ(read_keywords(path), (Words{"tabby", "R&B <x>", "grün", "dark"}));
    EXPECT_EQ(decode_image(path).pixels, decode_image(as_bytes(before)).pixels);
    if (with_recipe) {
      EXPECT_EQ(read_metadata(path).parameters, "Steps: 3");
      EXPECT_EQ(read_metadata(path).creator, "Käthe <K>");
    }
    fs::remove(path);
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, Keywords, testing::Values(ImageFormat::png, ImageFormat::jpeg, ImageFormat::webp));

TEST(KeywordsInXmp, JoinThoseOfAnotherProgram) {
  const std::string packet =
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
      "<rdf:Description rdf:about=\"\" xmlns:lr=\"http://ns.adobe.com/lightroom/1.0/\" lr:weight=\"3\" "
      "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
      "<dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>Sylt &amp; "
      "Amrum</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>";
  const auto joined = xmp_with_keywords(packet, {"gull", "sea"});
  EXPECT_EQ(keywords_in_xmp(joined), (Words{"sea", "Sylt & Amrum", "gull"}));
  EXPECT_NE(joined.find("lr:weight=\"3\""), std::string::npos);
}

TEST(KeywordsInXmp, HaveACaptionBesideThemWhereThereWasNone) {
  const auto once = xmp_with_keywords("", {"gull"}, "a gull & the sea");
  EXPECT_NE(
      once.find(
          "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">a gull &amp; the sea</rdf:li></rdf:Alt></dc:description>"),
      std::string::npos);
  EXPECT_EQ(keywords_in_xmp(once), Words{"gull"});
  EXPECT_EQ(xmp_with_keywords(once, {"gull"}, "another").find("another"), std::string::npos);
}

TEST(KeywordsInXmp, AreNoneInDamagedPackets) {
  for (const char* packet : {"", "<dc:subject>", "<dc:subject><rdf:li>", "<dc:subject/>", "</dc:subject><dc:subject>"})
    EXPECT_TRUE(keywords_in_xmp(packet).empty()) << packet;
}

TEST(KeywordsInXmp, RefuseOtherFormats) {
  const auto file = file_of(ImageFormat::ppm, false);
  EXPECT_THROW(with_keywords(as_bytes(file), {"x"}), Error);
}

}  // namespace
}  // namespace inkstone
