// Chosen files out of a .tar.gz that may be hostile: no links, no path that leaves the folder, no archive bomb.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace inkstone {

struct ArchiveLimits {
  std::uint64_t entries = 100'000;
  std::uint64_t total_bytes = std::uint64_t(64) << 30;  // unpacked, whether wanted or not
};

// Writes each wanted file (path in the archive -> its exact size in bytes) to folder/path. The whole archive is read:
// links, devices and escaping paths are refused even among files that nobody asked for.
// Throws corrupt_file (also when a wanted file is absent, comes twice or has another size), io.
void extract_tar_gz(const std::filesystem::path& archive, const std::filesystem::path& folder,
                    const std::map<std::string, std::uint64_t>& wanted, const ArchiveLimits& limits = {});

}  // namespace inkstone
