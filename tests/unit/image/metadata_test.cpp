#include "image/metadata.hpp"

#include <array>
#include <cstdio>
#include <memory>

#include <zlib.h>

#include "core/files.hpp"
#include "image/byte_reader.hpp"
#include "image/decode.hpp"
#include "image/encode.hpp"
#include "image/exif.hpp"
#include "image/png_chunks.hpp"
#include "image/pnm.hpp"
#include "image/xmp.hpp"
#include "unit/image/pictures.hpp"

namespace inkstone {
namespace {

using test::pattern;

Metadata painted() {
  return {.parameters = "a fox in the snow, 水墨画, <café> & \"ink\" 🦊\nNegative prompt: blurry\nSteps: 20, Seed: 7",
          .recipe = {{"request", {{"prompt", "水墨画\n\"fox\" </inkstone:recipe>"}, {"seed", 7}}},
                     {"parents", {"ab12"}},
                     {"version", "0.1.0"}},
          .software = "Inkstone 0.1.0",
          .creator = "Zoë",
          .licence = "CC0 1.0",
          .digital_source_type = kTrainedAlgorithmicMedia};
}

std::string file_with(const Metadata& metadata, ImageFormat format) {
  return encode_image(pattern(24, 16), {.format = format, .metadata = metadata});
}

Metadata read(const std::string& file) {
  return read_metadata(as_bytes(file));
}

// A camera's block, little-endian: orientation 6, an owner, and a GPS directory.
std::string camera_exif() {
  std::string exif("II*\0\x08\0\0\0", 8);
  const auto order = ByteOrder::little;
  const auto entry = [&](int tag, int type, int count, int value) {
    append_number(exif, tag, 2, order);
    append_number(exif, type, 2, order);
    append_number(exif, count, 4, order);
    append_number(exif, value, 4, order);
  };
  append_number(exif, 3, 2, order);
  entry(0x0112, 3, 1, 6);
  entry(0x013B, 2, 6, 50);  // Artist, behind the directory
  entry(0x8825, 4, 1, 56);  // GPS directory
  append_number(exif, 0, 4, order);
  exif += std::string("Alice\0", 6);
  append_number(exif, 1, 2, order);
  entry(0x0012, 2, 4, 'W' | 'G' << 8 | 'S' << 16);  // GPSMapDatum
  append_number(exif, 0, 4, order);
  return exif;
}

std::string photo_with_gps(const char* suffix) {
  vips::VImage photo = test::to_vips(pattern(32, 24)).copy();
  const std::string block = std::string("Exif\0\0", 6) + camera_exif();
  vips_image_set_blob_copy(photo.get_image(), VIPS_META_EXIF_NAME, block.data(), block.size());
  photo.set(VIPS_META_ORIENTATION, 6);
  return test::written(photo, suffix);
}

// What exiftool finds, by group and tag ("XMP:Rights").
nlohmann::json exiftool(const std::filesystem::path& file) {
  const std::string command = "exiftool -j -G -n '" + file.string() + "' 2>/dev/null";
  const std::unique_ptr<FILE, decltype(&::pclose)> pipe(::popen(command.c_str(), "r"), ::pclose);
  std::string output;
  std::array<char, 4096> block;
  while (pipe && std::fgets(block.data(), block.size(), pipe.get()) != nullptr) output += block.data();
  return nlohmann::json::parse(output).at(0);
}

bool has_exiftool() {
  return std::system("command -v exiftool > /dev/null 2>&1") == 0;
}

TEST(Metadata, ComesBackFromEveryFormat) {
  for (const auto format : {ImageFormat::png, ImageFormat::jpeg, ImageFormat::webp, ImageFormat::tiff, ImageFormat::avif}) {
    Metadata back = read(file_with(painted(), format));
    back.exif.clear();
    EXPECT_EQ(back, painted()) << format_name(format) << ": " << back.parameters << back.recipe.dump();
  }
}

TEST(Metadata, FilesWithItStillDecode) {
  for (const auto format : {ImageFormat::png, ImageFormat::jpeg, ImageFormat::webp, ImageFormat::tiff}) {
    const std::string bare = encode_image(pattern(24, 16), {.format = format});
    EXPECT_EQ(decode_image(as_bytes(file_with(painted(), format))).pixels, decode_image(as_bytes(bare)).pixels)
        << format_name(format);
  }
  Image image = pattern(25, 17, 4);
  image.at(0, 0, 2) = 0;  // invisible, which WebP blackens
  const std::string alpha = encode_image(image, {.format = ImageFormat::webp, .lossless = true, .metadata = painted()});
  EXPECT_EQ(decode_image(as_bytes(alpha)).pixels, image.pixels);
}

TEST(Metadata, PngTextIsPlainWhereLatin1Suffices) {
  Metadata metadata{.parameters = "café\nSteps: 20"};
  const std::string latin = file_with(metadata, ImageFormat::png);
  EXPECT_NE(latin.find(std::string("tEXtparameters\0caf\xe9\nSteps: 20", 29)), std::string::npos);
  EXPECT_EQ(read(latin).parameters, metadata.parameters);
  metadata.parameters = "水墨";
  const std::string wide = file_with(metadata, ImageFormat::png);
  EXPECT_NE(wide.find("iTXtparameters"), std::string::npos);
  EXPECT_LT(wide.find("iTXtparameters"), wide.find("IDAT"));
  EXPECT_EQ(read(wide).parameters, metadata.parameters);
}

TEST(Metadata, NothingIsWrittenUnlessGiven) {
  for (const auto format : {ImageFormat::png, ImageFormat::jpeg, ImageFormat::webp, ImageFormat::tiff, ImageFormat::avif}) {
    const std::string file = encode_image(pattern(24, 16), {.format = format});
    EXPECT_EQ(file.find("adobe:ns:meta"), std::string::npos) << format_name(format);
    Metadata none = read(file);
    none.exif.clear();
    EXPECT_EQ(none, Metadata{}) << format_name(format);
  }
}

TEST(Metadata, CameraAndPlaceAreDropped) {
  const std::string photo = photo_with_gps(".jpg");
  ASSERT_NE(photo.find("WGS"), std::string::npos);
  Metadata metadata = read(photo);
  EXPECT_FALSE(metadata.exif.empty());
  for (const auto format : {ImageFormat::png, ImageFormat::jpeg, ImageFormat::webp, ImageFormat::tiff, ImageFormat::avif}) {
    metadata.parameters = "Steps: 1";
    metadata.creator.clear();
    const std::string out = encode_image(decode_image(as_bytes(photo)), {.format = format, .metadata = metadata});
    EXPECT_EQ(out.find("WGS"), std::string::npos) << format_name(format);
    EXPECT_EQ(out.find("Alice"), std::string::npos) << format_name(format);
  }
}

TEST(Metadata, CameraAndPlaceAreKeptOnRequest) {
  const std::string photo = photo_with_gps(".jpg");
  Metadata metadata = read(photo);
  metadata.keep_private = true;
  metadata.parameters = "水墨\nSteps: 1";
  for (const auto format : {ImageFormat::png, ImageFormat::jpeg, ImageFormat::webp}) {
    const Image upright = decode_image(as_bytes(photo));
    const std::string out = encode_image(upright, {.format = format, .metadata = metadata});
    EXPECT_NE(out.find("WGS"), std::string::npos) << format_name(format);
    const ImageInfo info = probe_image(as_bytes(out));
    EXPECT_EQ(info.orientation, 1) << format_name(format);
    EXPECT_EQ(info.width, upright.width) << format_name(format);
    EXPECT_EQ(parse_exif(read(out).exif).user_comment, metadata.parameters) << format_name(format);
    EXPECT_EQ(parse_exif(read(out).exif).artist, "Alice") << format_name(format);
  }
}

TEST(Metadata, ReadsWhatLibvipsWrites) {
  vips::VImage picture = test::to_vips(pattern(8, 8)).copy();
  picture.set("png-comment-0-parameters", "水墨, Steps: 3");
  EXPECT_EQ(read(test::written(picture, ".png")).parameters, "水墨, Steps: 3");
}

TEST(Metadata, ReadsOtherPaintersComments) {
  for (const auto& [value, text] : {std::pair(std::string("ASCII\0\0\0Steps: 4", 16), "Steps: 4"),
                                    {std::string("UNICODE\0S\0t\0", 12), "St"},
                                    {std::string("UNICODE\0\0S\0t", 12), "St"}}) {
    std::string exif("MM\0*\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x1a\0\0\0\0\0\x01\x92\x86\0\x07\0\0\0", 35);
    exif += static_cast<char>(value.size());
    exif += std::string("\0\0\0\x2c\0\0\0\0", 8) + value;
    EXPECT_EQ(parse_exif(exif).user_comment, text);
  }
}

TEST(Metadata, DamagedExifGivesEmptyTexts) {
  const std::string exif = make_exif({"Steps: 1", "Inkstone", "A", "B"});
  EXPECT_EQ(parse_exif(exif).user_comment, "Steps: 1");
  for (std::size_t length = 0; length < exif.size(); ++length) parse_exif(exif.substr(0, length));
  for (std::size_t i = 0; i < exif.size(); ++i)
    for (const int flip : {0x01, 0x80, 0xff}) {
      std::string damaged = exif;
      damaged[i] = static_cast<char>(damaged[i] ^ flip);
      parse_exif(damaged);
      with_user_comment(damaged, "x");
    }
  EXPECT_EQ(parse_exif(with_user_comment("garbage", "x")).user_comment, "x");
}

TEST(Metadata, XmpAttributesAndEntities) {
  const XmpTexts texts = parse_xmp(
      "<rdf:Description xmp:CreatorTool='A &amp; B' Iptc4xmpExt:DigitalSourceType=\"x\"><dc:rights><rdf:Alt>"
      "<rdf:li xml:lang=\"x-default\">&#x43;C0</rdf:li></rdf:Alt></dc:rights>");
  EXPECT_EQ(texts.software, "A & B");
  EXPECT_EQ(texts.digital_source_type, "x");
  EXPECT_EQ(texts.licence, "CC0");
}

TEST(Metadata, HostileTextsAreBounded) {
  Metadata deep;
  std::string nested(100000, '[');
  Metadata metadata{.parameters = "p"};
  std::string file = encode_image(pattern(8, 8), {.metadata = metadata});
  // An `inkstone` chunk that nests 100000 deep, in place of `parameters`.
  const auto at = file.find("tEXtparameters") - 4;
  std::string chunk;
  append_number(chunk, 9 + nested.size(), 4, ByteOrder::big);
  chunk += std::string("tEXtinkstone\0", 13) + nested + "crc!";
  EXPECT_TRUE(read(file.insert(at, chunk)).recipe.is_null());
  EXPECT_EQ(read(file).parameters, "p");
  for (std::size_t length = 8; length < file.size(); length += 997) read(file.substr(0, length));
}

// file with these chunks behind its header; nobody looks at their checksums.
std::string with_chunks(std::string file, const std::string& type, const std::string& data, int count) {
  std::string chunk;
  append_number(chunk, data.size(), 4, ByteOrder::big);
  chunk += type + data + "crc!";
  std::string chunks;
  for (int i = 0; i < count; ++i) chunks += chunk;
  return file.insert(8 + 25, chunks);
}

TEST(Metadata, ManySmallTextsDoNotFillTheMemory) {
  const std::string text(16 << 20, 'a');
  std::string packed(::compressBound(text.size()), '\0');
  uLongf size = packed.size();
  ASSERT_EQ(::compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(text.data()), text.size()),
            Z_OK);
  packed.resize(size);
  const std::string file = with_chunks(file_with({}, ImageFormat::png), "zTXt", std::string("k\0\0", 3) + packed, 500);
  std::size_t unpacked = 0;
  for (const auto& [keyword, value] : read_png_parts(as_bytes(file)).texts) unpacked += value.size();
  EXPECT_GE(unpacked, std::size_t(16) << 20);
  EXPECT_LE(unpacked, std::size_t(80) << 20);
}

TEST(Metadata, EntitiesWithoutEndTakeNoTime) {
  const std::string xmp = "<dc:creator>" + std::string(8 << 20, '&') + "amp;</dc:creator>";
  const std::string file =
      with_chunks(file_with({}, ImageFormat::png), "iTXt", std::string("XML:com.adobe.xmp\0\0\0\0\0", 22) + xmp, 1);
  EXPECT_NEAR(double(read(file).creator.size()), double(8 << 20), 16);  // the square of that would take hours
}

TEST(Metadata, RecipeTooLongForJpegSaysSo) {
  Metadata metadata{.recipe = {{"prompt", std::string(70000, 'x')}}};
  EXPECT_EQ(test::error_of([&] { file_with(metadata, ImageFormat::jpeg); }).category(), ErrorCategory::bad_argument);
  EXPECT_EQ(read(file_with(metadata, ImageFormat::png)).recipe, metadata.recipe);
}

TEST(Metadata, NoPictureIsAnError) {
  EXPECT_EQ(test::error_of([] { read("text"); }).category(), ErrorCategory::corrupt_file);
}

TEST(Metadata, ExiftoolReadsTheSame) {
  if (!has_exiftool()) GTEST_SKIP() << "exiftool is not installed (libimage-exiftool-perl)";
  for (const std::string& name : std::vector<std::string>{"a.png", "a.jpg", "a.webp", "a.tiff", "a.avif"}) {
    const test::TemporaryFile file(name);
    save_image(file.path(), pattern(24, 16), {.metadata = painted()});
    const auto found = exiftool(file.path());
    EXPECT_EQ(found.value("XMP:DigitalSourceType", ""), kTrainedAlgorithmicMedia) << name;
    EXPECT_EQ(found.value("XMP:Rights", ""), "CC0 1.0") << name;
    EXPECT_EQ(found.value("XMP:Creator", ""), "Zoë") << name;
    EXPECT_EQ(found.value("XMP:CreatorTool", ""), "Inkstone 0.1.0") << name;
    EXPECT_FALSE(found.contains("ExifTool:Warning")) << name << found;
    EXPECT_FALSE(found.contains("ExifTool:Error")) << name << found;
    if (name == "a.png") {
      EXPECT_EQ(found.value("PNG:Parameters", ""), painted().parameters);
    }
    if (name == "a.tiff" || name == "a.avif") continue;
    EXPECT_EQ(found.value("EXIF:UserComment", ""), painted().parameters) << name;
    EXPECT_EQ(found.value("EXIF:ColorSpace", 0), 1) << name;
  }
}

TEST(Metadata, ExiftoolFindsNoPlaceUnlessKept) {
  if (!has_exiftool()) GTEST_SKIP() << "exiftool is not installed (libimage-exiftool-perl)";
  const std::string photo = photo_with_gps(".jpg");
  Metadata metadata = read(photo);
  metadata.parameters = "Steps: 1";
  for (const bool keep : {false, true}) {
    metadata.keep_private = keep;
    const test::TemporaryFile file("kept.jpg");
    save_image(file.path(), decode_image(as_bytes(photo)), {.metadata = metadata});
    const auto found = exiftool(file.path());
    EXPECT_EQ(found.value("EXIF:GPSMapDatum", ""), keep ? "WGS" : "");
    EXPECT_EQ(found.value("EXIF:Orientation", 1), 1);
    EXPECT_EQ(found.value("EXIF:UserComment", ""), "Steps: 1");
    EXPECT_FALSE(found.contains("ExifTool:Warning")) << found;
  }
}

TEST(Metadata, TravelsInTheCommentsOfAPpm) {
  const auto metadata = painted();
  const std::vector<std::uint8_t> samples(2 * 1 * 3, 7);
  const auto file = encode_ppm(2, 1, samples,
                               {{"parameters", metadata.parameters},
                                {"inkstone", metadata.recipe.dump()},
                                {"Software", metadata.software},
                                {kPpmDigitalSource, metadata.digital_source_type}});
  const auto read_back = read(file);
  EXPECT_EQ(read_back.parameters, metadata.parameters);
  EXPECT_EQ(read_back.recipe, metadata.recipe);
  EXPECT_EQ(read_back.software, metadata.software);
  EXPECT_EQ(read_back.digital_source_type, metadata.digital_source_type);
  EXPECT_EQ(decode_image(as_bytes(file)).width, 2);
  EXPECT_EQ(read(encode_ppm(2, 1, samples)), Metadata());
  EXPECT_EQ(read(std::string("P6\n# made by hand\n#\n# parameters: cut in the middle")).parameters, "cut in the middle");
}

}  // namespace
}  // namespace inkstone
