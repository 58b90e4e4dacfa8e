// The studio's page: files of the program, with caching for ever where a name holds a hash, compressed where that was done
// beforehand.
#pragma once

#include <string_view>

#include "server/http/message.hpp"

namespace inkstone::server {

// "/" is always there: without a page it says why.
bool has_page_file(std::string_view path);

// For GET and HEAD of a path that is there.
Response page_response(const Request& request);

// By the ending of its name: "/main.js" is text/javascript.
std::string_view media_type_of(std::string_view path);

}  // namespace inkstone::server
