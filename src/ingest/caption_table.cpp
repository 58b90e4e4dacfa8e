#include "ingest/caption_table.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "core/text.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t(1) << 30;

enum class Column { file, caption, label, author, licence, source, other };

Column column_of(std::string name) {
  name = lower_ascii(std::move(name));
  static const std::map<std::string, Column> known = {
      {"file_name", Column::file},  {"filename", Column::file},   {"file", Column::file},       {"image", Column::file},
      {"path", Column::file},       {"text", Column::caption},    {"caption", Column::caption}, {"prompt", Column::caption},
      {"label", Column::label},     {"class", Column::label},     {"author", Column::author},   {"creator", Column::author},
      {"licence", Column::licence}, {"license", Column::licence}, {"source", Column::source},   {"url", Column::source}};
  const auto found = known.find(name);
  return found == known.end() ? Column::other : found->second;
}

[[noreturn]] void corrupt_table(const std::string& name, std::size_t line, const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("{}, line {}: {}", name, line, what));
}

void set(TableRow& row, Column column, std::string value) {
  switch (column) {
    case Column::file:
      row.file = std::move(value);
      break;
    case Column::caption:
      row.notes.caption = std::move(value);
      break;
    case Column::label:
      row.notes.label = std::move(value);
      break;
    case Column::author:
      row.notes.author = std::move(value);
      break;
    case Column::licence:
      row.notes.licence = std::move(value);
      break;
    case Column::source:
      row.notes.source = std::move(value);
      break;
    case Column::other:
      break;
  }
}

// A table being read.
struct Reading {
  const std::string& name;
  bool sources;
  std::vector<TableRow> rows = {};

  void add(TableRow row, std::size_t line) {
    if (sources ? row.notes.source.empty() : row.file.empty())
      corrupt_table(name, line, sources ? "names no URL" : "names no picture");
    std::replace(row.file.begin(), row.file.end(), '\\', '/');
    if (row.file.starts_with("./")) row.file.erase(0, 2);
    rows.push_back(std::move(row));
  }
};

std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line.substr(0, line.find_last_not_of(" \t\r") + 1);
}

void read_jsonl(std::string_view text, Reading& reading) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto line = take_line(text);
    if (line.empty()) continue;
    const auto object = nlohmann::json::parse(line, nullptr, false);
    if (!object.is_object()) corrupt_table(reading.name, number, "is no JSON object");
    TableRow row;
    for (const auto& [key, value] : object.items())
      if (value.is_string())
        set(row, column_of(key), value.get<std::string>());
      else if (value.is_number_integer())
        set(row, column_of(key), value.dump());
    reading.add(std::move(row), number);
  }
}

// The fields of one record, quotes resolved; takes the record from text and counts its lines.
std::vector<std::string> take_record(std::string_view& text, char separator, std::size_t& line, const std::string& name) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  const auto first = line;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n') ++line;
    if (quoted && c == '"' && at + 1 < text.size() && text[at + 1] == '"')
      fields.back() += text[++at];
    else if (c == '"' && (quoted || fields.back().empty()))
      quoted = !quoted;
    else if (!quoted && c == separator)
      fields.emplace_back();
    else if (!quoted && c == '\n')
      break;
    else
      fields.back() += c;
  }
  if (quoted) corrupt_table(name, first, "a quote is opened and never closed");
  text.remove_prefix(std::min(at + 1, text.size()));
  if (!fields.back().empty() && fields.back().back() == '\r') fields.back().pop_back();
  return fields;
}

std::vector<Column> take_titles(std::string_view& text, char separator, std::size_t& line, const Reading& reading) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  std::vector<Column> columns;
  for (const auto& title : take_record(text, separator, line, reading.name)) columns.push_back(column_of(title));
  const auto wanted = reading.sources ? Column::source : Column::file;
  if (std::find(columns.begin(), columns.end(), wanted) == columns.end())
    corrupt_table(reading.name, 1,
                  fmt::format("no column is called {}; the first line must name the columns",
                              reading.sources ? "url or source" : "file_name, filename, file, image or path"));
  return columns;
}

void read_csv(std::string_view text, char separator, Reading& reading) {
  std::size_t line = 1;
  const auto columns = take_titles(text, separator, line, reading);
  while (!text.empty()) {
    const auto first = line;
    const auto fields = take_record(text, separator, line, reading.name);
    if (fields.size() == 1 && fields.front().empty()) continue;
    if (fields.size() != columns.size())
      corrupt_table(reading.name, first,
                    fmt::format("has {} fields where the first line names {}", fields.size(), columns.size()));
    TableRow row;
    for (std::size_t i = 0; i < fields.size(); ++i) set(row, columns[i], fields[i]);
    reading.add(std::move(row), first);
  }
}

// One URL per line.
void read_list(std::string_view text, Reading& reading) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto line = take_line(text);
    if (line.empty() || line.front() == '#') continue;
    TableRow row;
    row.notes.source = line;
    reading.add(std::move(row), number);
  }
}

}  // namespace

std::vector<TableRow> parse_table(std::string_view text, const std::string& extension, const std::string& name, bool sources) {
  Reading reading{name, sources};
  if (extension == ".jsonl")
    read_jsonl(text, reading);
  else if (extension == ".csv")
    read_csv(text, ',', reading);
  else if (extension == ".tsv")
    read_csv(text, '\t', reading);
  else if (extension == ".txt" && sources)
    read_list(text, reading);
  else
    throw Error(ErrorCategory::unsupported, fmt::format("{} is no table; those are .jsonl, .csv and .tsv{}", name,
                                                        sources ? ", and .txt with one URL per line" : ""));
  return std::move(reading.rows);
}

CaptionTable parse_caption_table(std::string_view text, const std::string& extension, const std::string& name) {
  CaptionTable table;
  for (auto& row : parse_table(text, extension, name)) table[row.file] = std::move(row.notes);
  return table;
}

CaptionTable read_caption_table(const std::filesystem::path& path) {
  return parse_caption_table(read_file(path, kMostBytes), path.extension().string(), path.string());
}

}  // namespace inkstone
