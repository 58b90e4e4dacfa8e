// Names in a packed shard. Either "pictures" uint8 [N,C,H,W], or, where sizes differ, "pixels" uint8 [bytes], "offsets" int64
// [N+1] and "shapes" int64 [N,3]. Perhaps "labels" int64 [N], "captions" uint8 [bytes] and "caption_offsets" int64 [N+1].
#pragma once

namespace inkstone::packed_layout {

inline constexpr const char* kVersionKey = "inkstone.dataset";
inline constexpr const char* kVersion = "1";
inline constexpr const char* kClasses = "inkstone.classes";  // JSON array of names
inline constexpr const char* kPictures = "pictures";
inline constexpr const char* kPixels = "pixels";
inline constexpr const char* kOffsets = "offsets";
inline constexpr const char* kShapes = "shapes";
inline constexpr const char* kLabels = "labels";
inline constexpr const char* kCaptions = "captions";
inline constexpr const char* kCaptionOffsets = "caption_offsets";

}  // namespace inkstone::packed_layout
