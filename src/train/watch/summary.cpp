#include "train/watch/summary.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "train/watch/module_trace.hpp"
#include "train/watch/operator_tap.hpp"

namespace inkstone {
namespace {

using Module = RunDescription::Module;

std::string shape_text(const std::vector<int64_t>& shape) {
  return shape.empty() ? "-" : fmt::format("[{}]", fmt::join(shape, ", "));
}

std::string title_of(const Module& module) {
  return module.path.empty() ? module.network : module.network + "." + module.path;
}

struct Widths {
  std::size_t name = 6, kind = 4, shape = 12;
};

Widths widths_of(const std::vector<Module>& modules) {
  Widths widths;
  for (const auto& module : modules) {
    widths.name = std::max(widths.name, title_of(module).size());
    widths.kind = std::max(widths.kind, module.kind.size());
    widths.shape = std::max(widths.shape, shape_text(module.output).size());
  }
  return widths;
}

std::string line(const Widths& w, const std::string& name, const std::string& kind, const std::string& shape,
                 const std::string& parameters, const std::string& flops) {
  return fmt::format("{:<{}}  {:<{}}  {:<{}}  {:>12}  {:>10}\n", name, w.name, kind, w.kind, shape, w.shape, parameters, flops);
}

std::string flops_text(double flops) {
  return flops > 0 ? short_number(flops) : "-";
}

std::string total_line(const Widths& widths, const std::string& name, const std::vector<Module>& modules,
                       const std::string& network) {
  int64_t parameters = 0;
  double flops = 0;
  for (const auto& module : modules)
    if (network.empty() || module.network == network) parameters += module.parameters, flops += module.flops;
  return line(widths, name, "", "", fmt::format("{}", parameters), flops_text(flops));
}

}  // namespace

std::vector<Module> describe_modules(const std::vector<std::pair<std::string, torch::nn::Module*>>& networks,
                                     const std::function<void()>& pass, int64_t pictures) {
  ModuleTrace trace;
  for (const auto& [name, module] : networks) trace.add(name, *module);
  {
    const at::NoGradGuard no_gradient;
    const OperatorTap tap(trace, {.outputs = true});
    pass();
  }
  auto modules = trace.modules();
  for (auto& module : modules) module.flops /= double(std::max<int64_t>(pictures, 1));
  return modules;
}

std::string short_number(double value) {
  if (!std::isfinite(value)) return fmt::format("{}", value);
  const char* units[] = {"", "k", "M", "G", "T", "P"};
  std::size_t unit = 0;
  for (; std::abs(value) >= 999.5 && unit + 1 < std::size(units); ++unit) value /= 1000;
  return unit == 0 && value == std::round(value) ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}{}", value, units[unit]);
}

std::string summary_table(const std::vector<Module>& modules) {
  const auto widths = widths_of(modules);
  auto table = line(widths, "module", "kind", "output", "parameters", "FLOPs");
  const std::string rule(table.size() - 1, '-');
  table += rule + "\n";
  std::vector<std::string> networks;
  for (const auto& module : modules) {
    table += line(widths, title_of(module), module.kind, shape_text(module.output), fmt::format("{}", module.parameters),
                  flops_text(module.flops));
    if (std::find(networks.begin(), networks.end(), module.network) == networks.end()) networks.push_back(module.network);
  }
  table += rule + "\n";
  if (networks.size() > 1)
    for (const auto& network : networks) table += total_line(widths, network, modules, network);
  return table + total_line(widths, "total", modules, "") +
         "FLOPs: of one picture forward; a multiplication and an addition are two.\n";
}

}  // namespace inkstone
