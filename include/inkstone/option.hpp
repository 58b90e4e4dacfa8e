// One declaration per option. A request is a plain struct with
//     template <class Self, class Visitor> static void for_each_field(Self& self, Visitor&& visit)
// that calls visit(self.member, Option{...}) once per field. From that one place come the command-line flag, the
// JSON and TOML key, the schema, the docs table and the recipe in the picture.
#pragma once

#include <limits>
#include <string>
#include <vector>

namespace inkstone {

struct Option {
  const char* name;  // long flag and key: "content-weight"
  const char* help;  // one line, no full stop
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices = {};  // for strings: the allowed values
  const char* group = "Options";          // heading in help, form and docs
  char letter = 0;                        // short flag
  bool positional = false;                // stands alone; with a letter also as a flag
  std::vector<std::string> aliases = {};  // names of the same in other tools, understood wherever the name is
  bool recipe = true;                     // false: does not change the picture (output path, previews, threads)
};

// A picture, model or data set: a path on the command line, an id over HTTP.
struct PictureRef {
  std::string value;
  bool empty() const { return value.empty(); }
  bool operator==(const PictureRef&) const = default;
};
struct ModelRef {
  std::string value;
  bool empty() const { return value.empty(); }
  bool operator==(const ModelRef&) const = default;
};

}  // namespace inkstone
