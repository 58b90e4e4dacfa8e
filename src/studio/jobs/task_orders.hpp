// Requests of jobs that the command line has no struct for: what it takes from files, a client takes from the store.
#pragma once

#include <string>
#include <vector>

#include "inkstone/option.hpp"

namespace inkstone::studio {

// Beside these every option of the loop, the data and the families is a field of task train.
struct TrainOrder {
  std::string config;
  std::string data;
  std::vector<PictureRef> pictures;
  ModelRef from;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* what = "What";
    visit(self.config, Option{.name = "config", .help = "recipe to train by", .group = what});
    visit(
        self.data,
        Option{.name = "data",
               .help = "data set to train on: mnist, fashion-mnist, cifar10, emoji or procedural:KIND; empty takes the recipe's",
               .group = what});
    visit(self.pictures, Option{.name = "pictures", .help = "pictures of one's own to train on instead", .group = what});
    visit(self.from,
          Option{.name = "from", .help = "model or run whose weights are started from; empty starts afresh", .group = what});
  }
};

struct ReplayOrder {
  PictureRef picture;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.picture, Option{.name = "picture", .help = "picture whose recipe is painted again", .positional = true});
  }
};

struct PullOrder {
  std::string name;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.name, Option{.name = "name", .help = "model or data set of the catalogue that is fetched", .positional = true});
  }
};

}  // namespace inkstone::studio
