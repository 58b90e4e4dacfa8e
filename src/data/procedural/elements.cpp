#include "data/procedural/elements.hpp"

#include <algorithm>
#include <array>

namespace inkstone::procedural {

bool is_element(std::string_view symbol) {
  constexpr std::string_view kSymbols =
      " H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru "
      "Rh Pd Ag Cd"
      " In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac "
      "Th Pa U Np Pu"
      " Am Cm Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og ";
  if (symbol.empty() || symbol.size() > 2 || symbol.find(' ') != std::string_view::npos) return false;
  std::array<char, 4> padded = {' ', symbol[0], ' ', ' '};
  if (symbol.size() == 2) padded[2] = symbol[1];
  return kSymbols.find(std::string_view(padded.data(), symbol.size() + 2)) != std::string_view::npos;
}

Element element(std::string_view symbol) {
  static constexpr std::array kTable = {
      Element{"H", 0xf2f2f2, 0.31, 1.10},  Element{"C", 0x3c4046, 0.76, 1.70},  Element{"N", 0x3355e0, 0.71, 1.55},
      Element{"O", 0xe02222, 0.66, 1.52},  Element{"F", 0x5fcf5a, 0.57, 1.47},  Element{"Na", 0xab5cf2, 1.66, 2.27},
      Element{"Mg", 0x4fb14f, 1.41, 1.73}, Element{"Si", 0xd9b08c, 1.11, 2.10}, Element{"P", 0xf08a1a, 1.07, 1.80},
      Element{"S", 0xf0cf2a, 1.05, 1.80},  Element{"Cl", 0x2fbf3f, 1.02, 1.75}, Element{"K", 0x8f40d4, 2.03, 2.75},
      Element{"Ca", 0x3dbf3d, 1.76, 2.31}, Element{"Fe", 0xd06a33, 1.32, 2.00}, Element{"Cu", 0xc88033, 1.32, 1.40},
      Element{"Zn", 0x7d80b0, 1.22, 1.39}, Element{"Br", 0x9a2f2f, 1.20, 1.85}, Element{"I", 0x8a1f9a, 1.39, 1.98},
  };
  const auto found = std::find_if(kTable.begin(), kTable.end(), [&](const Element& e) { return e.symbol == symbol; });
  return found != kTable.end() ? *found : Element{"?", 0xd980b0, 1.3, 1.9};
}

}  // namespace inkstone::procedural
