#include "models/stable_diffusion/layout/name_map.hpp"

#include <map>

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::sd {
namespace {

using Table = std::map<std::string, std::string, std::less<>>;

std::string carried(const std::string& name, const Table& table) {
  for (auto end = name.size(); end != std::string::npos && end > 0; end = name.rfind('.', end - 1))
    if (const auto part = table.find(std::string_view(name).substr(0, end)); part != table.end())
      return part->second + name.substr(end);
  return name;
}

}  // namespace

StateDict renamed(const StateDict& weights, const NameMap& map, Direction direction) {
  Table table;
  for (const auto& [canonical, original] : map)
    direction == Direction::to_canonical ? table.emplace(original, canonical) : table.emplace(canonical, original);
  StateDict result;
  result.metadata = weights.metadata;
  for (const auto& [name, tensor] : weights.tensors)
    if (!result.tensors.emplace(carried(name, table), tensor).second)
      throw Error(ErrorCategory::corrupt_file, fmt::format("the weights hold tensor '{}' under two names", carried(name, table)));
  return result;
}

StateDict part_of(const StateDict& weights, const std::string& prefix) {
  StateDict part;
  for (auto at = weights.tensors.lower_bound(prefix); at != weights.tensors.end() && at->first.starts_with(prefix); ++at)
    part.tensors.emplace(at->first.substr(prefix.size()), at->second);
  return part;
}

void add_part(StateDict& into, const std::string& prefix, const StateDict& part) {
  for (const auto& [name, tensor] : part.tensors) into.tensors.emplace(prefix + name, tensor);
}

}  // namespace inkstone::sd
