// Base64 (RFC 4648), for pictures inside a page.
#pragma once

#include <string>

#include "core/files.hpp"

namespace inkstone {

std::string to_base64(Bytes bytes);

}  // namespace inkstone
