// libvips, set up once for a program that reads strangers' pictures: only the loaders of the formats we list are
// allowed, nothing is cached between operations, and nothing is written to stderr. Private to the image layer.
#pragma once

#include <string>

#include <vips/vips8>

namespace inkstone {

// Call before any use of libvips; any thread, any number of times. Throws unsupported if libvips cannot start.
void use_libvips();

// The cause of a libvips error as one line; empties libvips's error buffer. The buffer is one for all threads, so
// with several failures at once the line may tell of another picture's cause.
std::string vips_cause(const vips::VError& error);

}  // namespace inkstone
