// robots.txt (RFC 9309): which addresses a server asks programs to leave alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inkstone {

class Robots {
 public:
  Robots() = default;  // everything is allowed
  // text: of the file; agent: our name. The groups for our name count, else those for '*'.
  Robots(std::string_view text, std::string_view agent);

  // path: with its query, "/a/b.png?x=1". The longest rule wins; at equal length, allow.
  bool allows(std::string_view path) const;

 private:
  struct Rule {
    std::string pattern;  // '*' any characters, '$' at the end: the end
    bool allow;
  };
  std::vector<Rule> rules_;
};

}  // namespace inkstone
