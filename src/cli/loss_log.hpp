// The losses of every step as a table that spreadsheets and plotting programs read (CSV, RFC 4180).
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "inkstone/observer.hpp"

namespace inkstone {

class LossLog {
 public:
  // Begins the file anew. Throws io.
  explicit LossLog(const std::filesystem::path& path);

  // A line "step,stage,value,...", flushed, so that a run that is killed leaves its losses; the first call heads the columns.
  // Progress without values is passed over. Throws io.
  void add(const Progress& progress);

 private:
  void write(const std::string& line);

  std::filesystem::path path_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  bool headed_ = false;
};

}  // namespace inkstone
