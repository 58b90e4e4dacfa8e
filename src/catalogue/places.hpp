// Where models live on this machine, and where they are looked for before the network.
#pragma once

#include <filesystem>
#include <string>

namespace inkstone {

struct Places {
  std::filesystem::path home;  // $INKSTONE_HOME, else $XDG_DATA_HOME/inkstone, else ~/.local/share/inkstone
  std::string mirror;          // $INKSTONE_MIRROR: a folder or an http(s) or file URL; empty: none

  std::filesystem::path models() const { return home / "models"; }
  std::filesystem::path user_catalogue() const { return home / "catalogue.toml"; }

  // Throws bad_argument when none of the three variables says where home is.
  static Places from_environment();
};

}  // namespace inkstone
