#include "image/libvips.hpp"

#include <algorithm>
#include <mutex>
#include <thread>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

void say_nothing(const gchar*, GLogLevelFlags, const gchar*, gpointer) {}

void allow_only_listed_loaders() {
  vips_block_untrusted_set(TRUE);
  vips_operation_block_set("VipsForeignLoad", TRUE);
  for (const char* loader :
       {"VipsForeignLoadPng", "VipsForeignLoadJpeg", "VipsForeignLoadWebp", "VipsForeignLoadTiff", "VipsForeignLoadHeif"})
    vips_operation_block_set(loader, FALSE);
}

void start() {
  if (VIPS_INIT("inkstone") != 0) {
    vips_error_clear();
    throw Error(ErrorCategory::unsupported, "the picture library libvips does not start; reinstall libvips42");
  }
  g_log_set_handler("VIPS", static_cast<GLogLevelFlags>(G_LOG_LEVEL_MASK | G_LOG_FLAG_RECURSION), say_nothing, nullptr);
  // A cached operation would show an old picture after its file has been replaced, and hold its memory.
  vips_cache_set_max(0);
  vips_concurrency_set(static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, 8u)));
  allow_only_listed_loaders();
}

}  // namespace

void use_libvips() {
  static std::once_flag started;
  std::call_once(started, start);
}

std::string vips_cause(const vips::VError& error) {
  std::string cause = error.what();
  vips_error_clear();
  // Errors pile up innermost first; the first line is the cause, the rest its consequences.
  cause = cause.substr(0, cause.find('\n'));
  return cause.empty() ? "unknown cause" : cause;
}

}  // namespace inkstone
