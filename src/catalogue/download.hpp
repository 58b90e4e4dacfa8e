// One file over HTTP(S) or from a file:// URL: resumed where it was cut, retried with growing pauses, checked before it
// gets its name. RFC 9110, section 14 (range requests).
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "catalogue/part_file.hpp"
#include "catalogue/transfer.hpp"

namespace inkstone {

struct DownloadOptions {
  int attempts = 4;                            // without a byte gained in between
  std::chrono::milliseconds first_pause{500};  // doubled each time
  std::chrono::seconds connect_timeout{15};
  std::chrono::seconds stall_timeout{30};  // without a byte
};

// Blocks until target stands complete and verified. Throws
//   not_found     the source says that there is no such file
//   corrupt_file  wrong size or digest; what came is deleted
//   io            no network, the transfer broke too often (the .part stays), the disk is full
//   cancelled     the observer asked to stop (the .part stays)
void download(const std::string& url, const std::filesystem::path& target, const Expected& expected, Transfer& transfer,
              const DownloadOptions& options = {});

}  // namespace inkstone
