// Writes the small unCLIP model of tests/golden/make_unclip.py as a folder: make_unclip words|pictures|both FOLDER.
#include <cstdio>
#include <exception>
#include <map>
#include <string>

#include "golden/unclip_reference.hpp"

int main(int count, char** arguments) {
  const std::map<std::string, const char*> kinds = {
      {"words", "UnCLIPPipeline"}, {"pictures", "UnCLIPImageVariationPipeline"}, {"both", "UnCLIPPipeline"}};
  if (count != 3 || !kinds.contains(arguments[1])) return std::fputs("make_unclip words|pictures|both FOLDER\n", stderr), 2;
  try {
    inkstone::unclip::write_unclip_folder(arguments[2], kinds.at(arguments[1]), arguments[1] == std::string("both"));
  } catch (const std::exception& error) {
    return std::fprintf(stderr, "%s\n", error.what()), 1;
  }
  return 0;
}
