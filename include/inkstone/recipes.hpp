// Requests to start from, each with a picture that it made: what the start page and `inkstone recipes` show.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace inkstone {

// {"recipes": [{name, task, request, needs, example, title: {en, zh}, summary: {en, zh}, picture}]}. needs: the fields of the
// task that want a picture of one's own; example: a shipped picture for the first of them; values that start with "shipped:" name
// one too; picture: where the page has what was painted.
std::string_view recipes();

// A WebP file that comes with the program, such as "home.webp". Throws not_found.
std::string_view shipped_picture(const std::string& name);

// The same as a file among the program's data, written when it is first asked for. Throws not_found, io.
std::filesystem::path shipped_picture_file(const std::string& name);

}  // namespace inkstone
