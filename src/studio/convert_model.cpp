#include <filesystem>

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "inkstone/models.hpp"
#include "studio/translate.hpp"
#include "weights/load.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {

void convert_model(const std::string& source, const std::filesystem::path& target) {
  if (target.extension() != ".safetensors")
    throw Error(ErrorCategory::bad_argument, fmt::format("{} must end in .safetensors, the format that is written", target.string()));
  studio::translated([&] {
    write_safetensors(target, load_weights(std::filesystem::exists(source) ? std::filesystem::path(source) : model_path(source)));
  });
}

}  // namespace inkstone
