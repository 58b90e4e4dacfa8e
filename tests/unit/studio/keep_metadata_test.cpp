// What a photograph says of its owner: dropped, and kept where the user asks for it.
#include <unistd.h>

#include <gtest/gtest.h>

#include "core/files.hpp"
#include "image/encode.hpp"
#include "image/metadata.hpp"
#include "inkstone/studio.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

class KeepMetadata : public testing::Test {
 protected:
  KeepMetadata() {
    fs::create_directories(folder_);
    Metadata metadata;
    metadata.creator = "Alice";
    save_image(photograph_, Image(24, 16, 3), {.metadata = metadata});
  }
  ~KeepMetadata() override { fs::remove_all(folder_); }

  bool names_the_owner(const Painting& painting, const std::string& name) {
    studio_.save(painting, folder_ / name);
    return read_file(folder_ / name).find("Alice") != std::string::npos;
  }

  const fs::path folder_ = fs::temp_directory_path() / ("inkstone-metadata-" + std::to_string(::getpid()));
  const fs::path photograph_ = folder_ / "photo.jpg";
  Observer observer_;
  Studio studio_;
};

TEST_F(KeepMetadata, IsUpToTheUser) {
  ASSERT_FALSE(read_metadata(photograph_).exif.empty());
  for (const bool keep : {false, true}) {
    PostRequest filters;
    filters.input.value = photograph_.string(), filters.chain = "contrast:0.1", filters.keep_metadata = keep;
    UpscaleRequest enlarge;
    enlarge.picture.value = photograph_.string(), enlarge.keep_metadata = keep;
    for (const char* name : {"out.png", "out.jpg", "out.webp"}) {
      EXPECT_EQ(names_the_owner(studio_.post(filters, observer_), name), keep) << name;
      EXPECT_EQ(names_the_owner(studio_.upscale(enlarge, observer_), name), keep) << name;
    }
  }
}

}  // namespace
}  // namespace inkstone
