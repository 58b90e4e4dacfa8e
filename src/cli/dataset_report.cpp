#include "cli/dataset_report.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace inkstone {
namespace {

using Counts = std::vector<std::pair<std::string, int64_t>>;
using nlohmann::json;

constexpr std::size_t kMostLines = 20;

std::string table(const char* title, Counts counts, bool keep_order) {
  if (counts.empty()) return {};
  if (!keep_order)
    std::stable_sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::size_t width = 0;
  for (const auto& [name, count] : counts) width = std::max(width, name.size());
  auto text = fmt::format("{}\n", title);
  for (std::size_t i = 0; i < std::min(counts.size(), kMostLines); ++i)
    text += fmt::format("  {:<{}}  {}\n", counts[i].first, width, counts[i].second);
  return counts.size() > kMostLines ? text + fmt::format("  and {} more\n", counts.size() - kMostLines) : text;
}

Counts list_of(const std::map<std::string, int64_t>& counts) {
  return {counts.begin(), counts.end()};
}

std::string reasons(const char* title, const std::vector<SkippedPicture>& pictures) {
  if (pictures.empty()) return {};
  auto text = fmt::format("{}: {}\n", title, pictures.size());
  for (std::size_t i = 0; i < std::min(pictures.size(), kMostLines); ++i)
    text += fmt::format("  {}: {}\n", pictures[i].name, pictures[i].reason);
  return pictures.size() > kMostLines ? text + fmt::format("  and {} more\n", pictures.size() - kMostLines) : text;
}

std::string duplicates(const std::vector<DuplicatePicture>& pairs) {
  if (pairs.empty()) return {};
  auto text = fmt::format("near-duplicates: {}\n", pairs.size());
  for (std::size_t i = 0; i < std::min(pairs.size(), kMostLines); ++i)
    text += fmt::format("  {}  is like  {}  ({} bits)\n", pairs[i].name, pairs[i].of, pairs[i].distance);
  return pairs.size() > kMostLines ? text + fmt::format("  and {} more\n", pairs.size() - kMostLines) : text;
}

std::string figures(const DatasetReport& r) {
  auto text = fmt::format("{}\npictures: {}\n", r.title, r.pictures);
  const auto add = [&](const char* name, int64_t count) {
    if (count > 0) text += fmt::format("{}: {}\n", name, count);
  };
  add("with a caption", r.captioned);
  add("without a label", r.classes.empty() ? 0 : r.unlabelled);
  add("grey", r.grey);
  add("with transparency", r.transparent);
  if (r.deviation[0] > 0 || r.mean[0] > 0)
    text += fmt::format("mean R G B: {:.4f} {:.4f} {:.4f}\nstandard deviation: {:.4f} {:.4f} {:.4f}\n", r.mean[0], r.mean[1],
                        r.mean[2], r.deviation[0], r.deviation[1], r.deviation[2]);
  return text;
}

json reasons_json(const std::vector<SkippedPicture>& pictures) {
  auto list = json::array();
  for (const auto& picture : pictures) list.push_back({{"name", picture.name}, {"reason", picture.reason}});
  return list;
}

}  // namespace

std::string dataset_text(const DatasetReport& report) {
  return figures(report) + table("classes", report.classes, true) + table("sizes", list_of(report.sizes), false) +
         table("formats", list_of(report.formats), false) + table("licences", list_of(report.licences), false) +
         reasons("unreadable", report.skipped) + reasons("left out", report.left_out) + duplicates(report.duplicates);
}

std::string dataset_json(const DatasetReport& r) {
  json object = {{"title", r.title}, {"pictures", r.pictures},       {"captioned", r.captioned}, {"unlabelled", r.unlabelled},
                 {"grey", r.grey},   {"transparent", r.transparent}, {"mean", r.mean},           {"deviation", r.deviation},
                 {"sizes", r.sizes}, {"formats", r.formats},         {"licences", r.licences}};
  object["classes"] = json::array();
  for (const auto& [name, count] : r.classes) object["classes"].push_back({{"name", name}, {"pictures", count}});
  object["unreadable"] = reasons_json(r.skipped);
  object["left_out"] = reasons_json(r.left_out);
  object["duplicates"] = json::array();
  for (const auto& pair : r.duplicates)
    object["duplicates"].push_back({{"name", pair.name}, {"of", pair.of}, {"distance", pair.distance}});
  object["outputs"] = json::array();
  for (const auto& path : r.outputs) object["outputs"].push_back(path.string());
  return object.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace inkstone
