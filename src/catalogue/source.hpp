// The forms a model's source may take, and what may become a file name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inkstone {

// npm:package@version/path-in-package, as in "npm:@scope/name@1.0.0/models/x2/model.json"
struct NpmSource {
  std::string package;  // "@scope/name@1.0.0": one exact version
  std::string path;     // inside the package: "models/x2/model.json"
};

std::optional<NpmSource> parse_npm_source(std::string_view source);

bool is_url(std::string_view source);  // https://, http:// or file://

// A path with what a URL may not hold as %XX: "a b/c" -> "a%20b/c".
std::string url_path(std::string_view path);

// A relative path without empty, '.' or '..' parts and without control characters: it stays in the folder it is put in.
bool is_inside(std::string_view path);

// One sentence, or nothing when the source can be used. Plain http is refused: a digest prefix would not stand against
// somebody on the way.
std::optional<std::string> what_is_wrong_with_source(const std::string& source);

}  // namespace inkstone
