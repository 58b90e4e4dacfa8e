#include "ingest/faces/cascade.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <gtest/gtest.h>

#include "core/files.hpp"
#include "image/decode.hpp"
#include "ingest/faces/find_faces.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

// Accepts a window of 8x8 whose left half is clearly brighter than its right.
constexpr const char* kLeftIsBright = R"(<?xml version="1.0"?><opencv_storage><cascade type_id="opencv-cascade-classifier">
<stageType>BOOST</stageType><featureType>HAAR</featureType><height>8</height><width>8</width>
<stages><_><maxWeakCount>1</maxWeakCount><stageThreshold>0.5</stageThreshold><weakClassifiers>
<_><internalNodes>0 -1 0 0.4</internalNodes><leafValues>-1. 1.</leafValues></_></weakClassifiers></_></stages>
<features><_><rects><_>0 0 4 8 1.</_><_>4 0 4 8 -1.</_></rects><tilted>0</tilted></_></features></cascade></opencv_storage>)";

fs::path written(const std::string& xml) {
  const auto path = fs::temp_directory_path() / "inkstone-cascade.xml";
  write_file_atomic(path, as_bytes(xml));
  return path;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST(Cascade, SumsRectangles) {
  std::vector<float> grey(12);
  for (int i = 0; i < 12; ++i) grey[i] = float(i);
  const auto areas = SummedAreas::of(grey, 4, 3);
  EXPECT_EQ(areas.sum(0, 0, 4, 3), 66);
  EXPECT_EQ(areas.sum(1, 1, 2, 2), 5 + 6 + 9 + 10);
  EXPECT_EQ(areas.square_sum(3, 2, 1, 1), 121);
}

TEST(Cascade, AcceptsWhatItsFeatureSees) {
  const Cascade cascade(written(kLeftIsBright));
  EXPECT_EQ(cascade.window_width(), 8);
  std::vector<float> grey(16 * 8);
  for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 16; ++x) grey[y * 16 + x] = x < 4 || x >= 12 ? 200 : 40;
  const auto areas = SummedAreas::of(grey, 16, 8);
  EXPECT_TRUE(cascade.accepts(areas, 0, 0));   // bright, then dark
  EXPECT_FALSE(cascade.accepts(areas, 8, 0));  // dark, then bright
  EXPECT_FALSE(cascade.accepts(areas, 4, 0));  // all dark
}

TEST(Cascade, RefusesDamagedFiles) {
  const std::string good = kLeftIsBright;
  for (const auto& wrong : {std::string("no xml"), good.substr(0, 300), replaced(good, "HAAR", "LBP"),
                            replaced(good, "0 -1 0 0.4", "0 -1 7 0.4"), replaced(good, "0 -1 0 0.4", "0 -2 0 0.4"),
                            replaced(good, "0 -1 0 0.4", "5 -1 0 0.4"), replaced(good, "4 0 4 8 -1.", "4 0 9 8 -1."),
                            replaced(good, "<width>8", "<width>x"), replaced(good, "<tilted>0", "<tilted>1")})
    EXPECT_THROW(Cascade(written(wrong)), Error) << wrong.substr(0, 80);
  EXPECT_THROW(Cascade("/nowhere.xml"), Error);
}

TEST(Faces, BlurringKeepsWhatIsOutside) {
  Image picture(60, 40, 3);
  for (std::size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = float(i * 7919 % 256) / 255;
  const auto covered = with_faces_blurred(picture, {{20, 12, 12, 12, 5}});
  EXPECT_EQ(covered.at(0, 0, 0), picture.at(0, 0, 0));
  EXPECT_EQ(covered.at(59, 39, 2), picture.at(59, 39, 2));
  EXPECT_EQ(with_faces_blurred(picture, {}).pixels, picture.pixels);
  double before = 0, after = 0;
  for (int x = 21; x < 31; ++x) {
    before += std::abs(picture.at(x, 18, 1) - picture.at(x + 1, 18, 1));
    after += std::abs(covered.at(x, 18, 1) - covered.at(x + 1, 18, 1));
  }
  EXPECT_LT(after, before / 4);
}

// A face of Berkeley's portraits, found with Debian's cascade.
TEST(Faces, AreFoundInPortraits) {
  const auto xml = installed_face_cascade();
  const fs::path photos = INKSTONE_SOURCE_DIR "/../shared/images/bsds500";
  if (!xml) GTEST_SKIP() << "Debian's opencv-data is not installed";
  if (!fs::exists(photos)) GTEST_SKIP() << "no photographs beside the source";
  const Cascade cascade(*xml);
  struct Portrait {
    const char* name;
    int x, y;  // the bridge of the nose
  };
  for (const auto& [name, x, y] : {Portrait{"302008.jpg", 155, 185}}) {  // he tilts his head
    const auto faces = find_faces(cascade, decode_image(photos / name));
    ASSERT_FALSE(faces.empty()) << name;
    const bool covered = std::any_of(faces.begin(), faces.end(), [x = x, y = y](const FaceBox& face) {
      return face.x < x && x < face.x + face.width && face.y < y && y < face.y + face.height;
    });
    EXPECT_TRUE(covered) << name;
  }
}

}  // namespace
}  // namespace inkstone
