#include "studio/translate.hpp"

#include <filesystem>
#include <new>
#include <string>

#include <c10/util/Exception.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "inkstone/error.hpp"

namespace inkstone::studio {
namespace {

std::string first_line(std::string text) {
  return text.substr(0, text.find('\n'));
}

constexpr const char* kOutOfMemory = "not enough memory; try a smaller --size or --tile-size";

// torch has one exception type; only the text tells of the allocator.
[[noreturn]] void rethrow_torch(const c10::Error& error) {
  const std::string text = error.what_without_backtrace();
  for (const char* sign : {"can't allocate memory", "not enough memory", "out of memory"})
    if (text.find(sign) != std::string::npos) throw Error(ErrorCategory::out_of_memory, kOutOfMemory);
  throw Error(ErrorCategory::unsupported, fmt::format("the tensor library refused: {}", first_line(text)));
}

}  // namespace

void rethrow_translated() {
  try {
    throw;
  } catch (const Error&) {
    throw;
  } catch (const c10::Error& error) {
    rethrow_torch(error);
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCategory::out_of_memory, kOutOfMemory);
  } catch (const std::filesystem::filesystem_error& error) {
    throw Error(ErrorCategory::io, fmt::format("{}: {}", error.path1().string(), error.code().message()));
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorCategory::corrupt_file, fmt::format("cannot read the recipe: {}", first_line(error.what())));
  } catch (const std::exception& error) {
    throw Error(ErrorCategory::unsupported, fmt::format("unexpected failure: {}", first_line(error.what())));
  }
}

}  // namespace inkstone::studio
