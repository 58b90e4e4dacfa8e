// Caffe's trained networks: NetParameter messages with `layer` (V2) or `layers` (V1), the forms in which VGG19 and
// GoogLeNet were first published. Schema: BVLC/caffe, src/caffe/proto/caffe.proto.
#pragma once

#include <filesystem>

#include "core/files.hpp"
#include "tensor/state_dict.hpp"

namespace inkstone {

// Blob i of a layer becomes tensor "<layer>.<i>" (0 the weights, OIHW; 1 the bias), float32 or float64. Legacy blobs keep
// their four dimensions num, channels, height, width. Throws not_found, io, corrupt_file.
StateDict read_caffemodel(const std::filesystem::path& path);
StateDict read_caffemodel(Bytes file);

}  // namespace inkstone
