#include "weights/safetensors_dtype.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr std::array<std::pair<const char*, at::ScalarType>, 10> kDtypes = {{{"F64", at::kDouble},
                                                                             {"F32", at::kFloat},
                                                                             {"F16", at::kHalf},
                                                                             {"BF16", at::kBFloat16},
                                                                             {"I64", at::kLong},
                                                                             {"I32", at::kInt},
                                                                             {"I16", at::kShort},
                                                                             {"I8", at::kChar},
                                                                             {"U8", at::kByte},
                                                                             {"BOOL", at::kBool}}};

}  // namespace

at::ScalarType safetensors_dtype(const std::string& spelling, const std::string& tensor) {
  for (const auto& [name, dtype] : kDtypes)
    if (name == spelling) return dtype;
  throw Error(ErrorCategory::unsupported,
              fmt::format("tensor '{}' has dtype '{}', which cannot be read; convert it to F32", tensor, spelling));
}

std::string safetensors_spelling(at::ScalarType dtype, const std::string& tensor) {
  for (const auto& [name, known] : kDtypes)
    if (known == dtype) return name;
  throw Error(ErrorCategory::unsupported,
              fmt::format("tensor '{}' has dtype {}, which safetensors cannot hold; convert it to float32", tensor,
                          c10::toString(dtype)));
}

}  // namespace inkstone
