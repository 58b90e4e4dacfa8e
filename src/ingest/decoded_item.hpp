// One item of a collection as pixels, or the reason why it cannot be had: an unreadable picture is never fatal.
#pragma once

#include <optional>
#include <string>

#include "image/decode.hpp"
#include "ingest/collection.hpp"
#include "ingest/preparation.hpp"

namespace inkstone {

struct DecodedItem {
  std::optional<Image> picture;  // prepared
  std::string reason;            // why there is none
  ImageInfo info = {};           // of the file, upright
  PictureBytes file;             // while there is a picture
};

// Throws only what is not the picture's fault: out_of_memory.
DecodedItem decode_item(const Collection& collection, std::size_t index, const Preparation& wish);

}  // namespace inkstone
