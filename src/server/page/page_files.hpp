// The page as it lies in the program: made by cmake/embed_page.cmake from what npm built.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace inkstone::server {

struct PageFile {
  std::string_view path;      // "/assets/main-1a2b3c4d.js"
  std::string_view encoding;  // "", "br" or "gzip": the same file, compressed
  std::string_view digest;    // first 16 hex digits of its sha256
  const char* data;
  std::size_t size;

  std::string_view text() const { return {data, size}; }
};

// Empty where the program was built without its page.
std::span<const PageFile> page_files();

}  // namespace inkstone::server
