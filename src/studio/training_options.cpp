#include "core/options.hpp"
#include "data/augment.hpp"
#include "families/plan.hpp"
#include "families/registry.hpp"
#include "inkstone/studio.hpp"

namespace inkstone {
namespace {

std::string kind_name(FieldKind kind) {
  switch (kind) {
    case FieldKind::boolean:
      return "boolean";
    case FieldKind::integer:
      return "integer";
    case FieldKind::number:
      return "number";
    default:
      return "text";
  }
}

void append(std::vector<TrainingOption>& options, const std::string& section, const std::vector<Field>& fields) {
  for (const auto& field : fields)
    options.push_back({field.option.name, field.option.help, field.option.group, section, allowed_values(field),
                       field.fallback.dump(), kind_name(field.kind), field.list});
}

}  // namespace

std::vector<FamilyInfo> training_families() {
  std::vector<FamilyInfo> all;
  for (const auto& family : families())
    append(all.emplace_back(FamilyInfo{family.name, family.summary, {}}).options, "model", family.fields());
  return all;
}

std::vector<TrainingOption> training_options() {
  std::vector<TrainingOption> options;
  append(options, "train", fields_of<LoopOptions>());
  append(options, "pictures", fields_of<DataOptions>());
  append(options, "pictures", fields_of<AugmentOptions>());
  return options;
}

std::vector<std::string> training_configs() {
  return built_in_configs();
}

}  // namespace inkstone
