// What is said of styles in words: seeds, layers, and directions as dials ("pca0=2.5", "sefa1=-1:0-3"), with names of one's own
// for them in a small TOML file beside the model:
//     smile = "pca3=2:0-3"
//     older = ["pca1=-1", "sefa4=0.5:2-5"]
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/stylegan/generator.hpp"

namespace inkstone::studio {

// "3", "10-14": all of them in order. option: for messages. Throws bad_argument.
std::vector<uint64_t> seeds_in(const std::vector<std::string>& texts, const char* option);

// "0-3" or "2", of so many layers. Throws bad_argument where it is neither, or the network has no such layers.
stylegan::Layers layers_in(const std::string& text, int64_t layers, const char* option);

struct Dial {
  std::string kind;     // "pca" or "sefa"
  int64_t number = 0;   // 0: the one that changes most
  double strength = 1;  // in deviations
  std::string layers;   // "0-3"; empty: not said

  bool operator==(const Dial&) const = default;
};

// As it is typed, in full.
std::string text_of(const Dial& dial);

// What a name stands for.
using DialNames = std::map<std::string, std::vector<Dial>>;

// MODEL.directions.toml; no file: no names. Throws bad_argument naming file and line.
DialNames read_dial_names(const std::filesystem::path& file);

// Dials, named ones taken apart. Throws bad_argument with the nearest name.
std::vector<Dial> dials_in(const std::vector<std::string>& texts, const DialNames& names);

}  // namespace inkstone::studio
