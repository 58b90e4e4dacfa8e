// What a table says about pictures: metadata.jsonl (one object per line, as Hugging Face's imagefolder has it) or CSV with
// a header (RFC 4180). Column names of the common tools are understood.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace inkstone {

struct PictureNotes {
  std::string caption, label, author, licence, source;
};

struct TableRow {
  std::string file;  // as written, '/' between parts; may be empty where the column is not required
  PictureNotes notes;
};

using CaptionTable = std::map<std::string, PictureNotes>;  // by file

// By extension: .jsonl, .csv or .tsv. The picture's column is one of file_name, filename, file, image, path; the caption's text,
// caption, prompt; further label or class, author or creator, licence or license, source or url. Throws not_found, io,
// unsupported (another extension); corrupt_file naming the line.
CaptionTable read_caption_table(const std::filesystem::path& path);
CaptionTable parse_caption_table(std::string_view text, const std::string& extension, const std::string& name);

// The rows themselves, each with a file (or a source, where `sources` asks for that column instead).
std::vector<TableRow> parse_table(std::string_view text, const std::string& extension, const std::string& name,
                                  bool sources = false);

}  // namespace inkstone
