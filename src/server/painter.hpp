// What paints for clients of other programs' APIs, which send words and a size and expect a picture, whatever model is here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "server/service.hpp"

namespace inkstone::server {

struct PaintWish {
  std::string model;  // id; empty: the server's (--model), else the one that comes with the program
  std::string prompt, negative_prompt;
  std::int64_t seed = -1;  // negative: drawn here, so that the answer can name it
  int count = 1;
  int width = 0, height = 0;                       // 0: the model's
  nlohmann::json more = nlohmann::json::object();  // other options of task paint, for models that read
};

// The request of task paint. seed of wish becomes the one that was drawn.
nlohmann::json paint_request(Service& service, PaintWish& wish);

// The model where none is named.
std::string default_painter(const Service& service);

// What clients of those APIs may name: the models of jobs, and the painter that comes with the program.
std::vector<UsableModel> offered_models(const Service& service, const std::string& owner);

}  // namespace inkstone::server
