// Molecules from MOL and SDF files of version V2000: fixed columns of coordinates and bonds. A. Dalby et al., "Description of
// several chemical structure file formats", J. Chem. Inf. Comput. Sci. 32, 1992. The text is not trusted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/procedural/geometry.hpp"

namespace inkstone {

struct Atom {
  std::string element;     // "C", "Cl"
  procedural::Vec3 place;  // angstrom
};

struct Bond {
  int from = 0, to = 0;  // places in atoms
  int order = 1;         // 1, 2, 3; 4 aromatic
};

struct Molecule {
  std::string name;  // the first line; may be empty
  std::vector<Atom> atoms;
  std::vector<Bond> bonds;
};

// The first molecule of the text. Lines end in \n or \r\n. Throws corrupt_file naming the line: truncated, a count, number or
// element that is none, more than 999 atoms or bonds, none at all, coordinates beyond 1000 angstrom, a bond to an atom that is
// not there, to itself or stated twice; unsupported for V3000.
Molecule parse_sdf(std::string_view text);

}  // namespace inkstone
