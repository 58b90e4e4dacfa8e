// What a photograph says of its owner: dropped, and kept where the user asks for it.
#include <gtest/gtest.h>

#include "core/files.hpp"
#include "image/encode.hpp"
#include "image/metadata.hpp"
#include "inkstone/studio.hpp"
#include "unit/image/pictures.hpp"

namespace inkstone {
namespace {

const std::string kOwner = "Alice";

std::string owner_in(const std::filesystem::path& picture) {
  const auto bytes = read_file(picture);
  return bytes.find(kOwner) == std::string::npos ? "" : kOwner;
}

template <class Request>
Request about(const std::filesystem::path& photograph, bool keep) {
  Request request;
  if constexpr (requires { request.input; })
    request.input.value = photograph.string();
  else
    request.picture.value = photograph.string();
  request.keep_metadata = keep;
  return request;
}

TEST(KeepMetadata, IsUpToTheUser) {
  const test::TemporaryFile photograph("photo.jpg");
  save_image(photograph.path(), test::pattern(24, 16), {.metadata = {.creator = kOwner}});
  ASSERT_FALSE(read_metadata(photograph.path()).exif.empty());
  Observer observer;
  Studio studio;
  for (const char* name : {"out.png", "out.jpg", "out.webp"})
    for (const bool keep : {false, true}) {
      const test::TemporaryFile out(name);
      auto filtered = about<PostRequest>(photograph.path(), keep);
      filtered.chain = "contrast:0.1";
      studio.save(studio.post(filtered, observer), out.path());
      EXPECT_EQ(owner_in(out.path()), keep ? kOwner : "") << name << " by post";
      studio.save(studio.upscale(about<UpscaleRequest>(photograph.path(), keep), observer), out.path());
      EXPECT_EQ(owner_in(out.path()), keep ? kOwner : "") << name << " by upscale";
    }
}

}  // namespace
}  // namespace inkstone
