// What a request of the web UI API means as options of our tasks, key by key.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "server/painter.hpp"
#include "server/webui/choices.hpp"

namespace inkstone::server::webui {

enum class Kind { text, picture };  // txt2img, img2img

// Everything but pictures. Throws bad_argument naming a key that is unknown, of the wrong type, or set to what is not supported
// here.
PaintWish wish_of(const nlohmann::json& body, Kind kind, const WebUiChoice& choice);

// For txt2img, img2img and the extras: throws bad_argument unless every key is one of known, or is harmless as it is set.
void check_keys(const nlohmann::json& body, const std::vector<std::string>& known);

// Of a type, or the fallback where it is missing or null. Throws bad_argument.
double number_at(const nlohmann::json& body, const char* key, double fallback, double least, double most);
int whole_at(const nlohmann::json& body, const char* key, int fallback, int least, int most);
bool flag_at(const nlohmann::json& body, const char* key, bool fallback);
std::string text_at(const nlohmann::json& body, const char* key, const std::string& fallback = {});

// A picture in base 64. Throws bad_argument; addresses are never fetched.
std::string picture_bytes(const nlohmann::json& value, const std::string& key);

}  // namespace inkstone::server::webui
