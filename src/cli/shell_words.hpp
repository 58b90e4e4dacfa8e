// Words of a command that a person can copy and paste.
#pragma once

#include <string>

namespace inkstone {

// In single quotes where a POSIX shell would otherwise read it differently.
std::string shell_word(const std::string& word);

}  // namespace inkstone
