#include "ingest/report_page.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace inkstone {
namespace {

constexpr const char* kStyle = R"(
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#222;background:#fff}
h1{font-size:1.5rem;overflow-wrap:anywhere}h2{font-size:1.1rem;margin-top:2rem}
table{border-collapse:collapse}td,th{padding:.15rem .8rem .15rem 0;text-align:left;vertical-align:top;overflow-wrap:anywhere}td.n{text-align:right;font-variant-numeric:tabular-nums}
.bar{background:#3a6ea5;height:.8rem;border-radius:2px}.grid{display:flex;flex-wrap:wrap;gap:.5rem}
figure{margin:0;width:104px;font-size:.72rem;line-height:1.25;overflow-wrap:anywhere}figure img{max-width:96px;display:block;border-radius:3px}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}.bar{background:#6ea0d8}}
)";

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  return result;
}

std::string base64(const std::string& bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) result += i + k > bytes.size() ? '=' : kDigits[group >> (18 - 6 * k) & 63];
  }
  return result;
}

using Counts = std::vector<std::pair<std::string, int64_t>>;

// A table of counts with bars; the most frequent first unless the order means something.
std::string histogram(const std::string& title, Counts counts, bool keep_order) {
  constexpr std::size_t kMost = 100;
  if (counts.empty()) return {};
  if (!keep_order)
    std::stable_sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  int64_t most = 1;
  for (const auto& [name, count] : counts) most = std::max(most, count);
  auto html = fmt::format("<h2>{}</h2><table>", title);
  for (std::size_t i = 0; i < std::min(counts.size(), kMost); ++i)
    html += fmt::format("<tr><td>{}</td><td class=n>{}</td><td><div class=bar style=\"width:{}px\"></div></td></tr>",
                        escaped(counts[i].first), counts[i].second, counts[i].second * 300 / most);
  if (counts.size() > kMost) html += fmt::format("<tr><td>and {} more</td></tr>", counts.size() - kMost);
  return html + "</table>";
}

Counts list_of(const std::map<std::string, int64_t>& counts) {
  return {counts.begin(), counts.end()};
}

std::string reasons(const std::string& title, const std::vector<SkippedPicture>& pictures) {
  if (pictures.empty()) return {};
  auto html = fmt::format("<h2>{} ({})</h2><table>", title, pictures.size());
  for (const auto& picture : pictures)
    html += fmt::format("<tr><td>{}</td><td>{}</td></tr>", escaped(picture.name), escaped(picture.reason));
  return html + "</table>";
}

std::string duplicates(const std::vector<DuplicatePicture>& pairs) {
  if (pairs.empty()) return {};
  auto html = fmt::format("<h2>Near-duplicates ({})</h2><table><tr><th>picture</th><th>is like</th><th>bits apart</th></tr>",
                          pairs.size());
  for (const auto& pair : pairs)
    html +=
        fmt::format("<tr><td>{}</td><td>{}</td><td class=n>{}</td></tr>", escaped(pair.name), escaped(pair.of), pair.distance);
  return html + "</table>";
}

std::string figures(const DatasetReport& r) {
  const auto row = [](const char* name, int64_t value) {
    return value > 0 ? fmt::format("<tr><td>{}</td><td class=n>{}</td></tr>", name, value) : std::string();
  };
  return "<table>" + row("pictures", r.pictures) + row("with a caption", r.captioned) +
         row("without a label", r.classes.empty() ? 0 : r.unlabelled) + row("grey", r.grey) +
         row("with transparency", r.transparent) + row("unreadable", static_cast<int64_t>(r.skipped.size())) +
         row("left out", static_cast<int64_t>(r.left_out.size())) +
         row("near-duplicates", static_cast<int64_t>(r.duplicates.size())) +
         fmt::format(
             "<tr><td>mean R, G, B</td><td class=n>{:.4f}, {:.4f}, {:.4f}</td></tr><tr><td>standard deviation</td><td "
             "class=n>{:.4f}, {:.4f}, {:.4f}</td></tr></table>",
             r.mean[0], r.mean[1], r.mean[2], r.deviation[0], r.deviation[1], r.deviation[2]);
}

std::string pictures(const std::vector<PictureThumbnail>& thumbnails) {
  if (thumbnails.empty()) return {};
  std::string html = "<h2>Pictures</h2><div class=grid>";
  for (const auto& t : thumbnails)
    html += fmt::format("<figure><img alt=\"\" title=\"{}\" src=\"data:image/jpeg;base64,{}\">{}{}</figure>", escaped(t.name),
                        base64(t.jpeg), t.label.empty() ? "" : "<b>" + escaped(t.label) + "</b> ", escaped(t.caption));
  return html + "</div>";
}

}  // namespace

std::string report_page(const DatasetReport& report) {
  return fmt::format(
             "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport "
             "content=\"width=device-width\"><title>{0}</title><style>{1}</style><h1>{0}</h1>",
             escaped(report.title), kStyle) +
         figures(report) + histogram("Classes", report.classes, true) + histogram("Licences", list_of(report.licences), false) +
         histogram("Sizes", list_of(report.sizes), false) + histogram("Formats", list_of(report.formats), false) +
         reasons("Unreadable", report.skipped) + reasons("Left out", report.left_out) + duplicates(report.duplicates) +
         pictures(report.thumbnails) + "</html>\n";
}

}  // namespace inkstone
