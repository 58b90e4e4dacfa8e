#include "data/procedural/sdf.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "data/procedural/elements.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

[[noreturn]] void fail(int line, const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("line {} of the molecule: {}", line, what));
}

class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  int number() const { return number_; }
  std::string_view next() {
    ++number_;
    if (rest_.empty()) fail(number_, "the text ends here; a molecule has a header of three lines, counts, atoms and bonds");
    const auto end = std::min(rest_.find('\n'), rest_.size());
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
  }

 private:
  std::string_view rest_;
  int number_ = 0;
};

std::string_view column(std::string_view line, std::size_t from, std::size_t size) {
  if (from >= line.size()) return {};
  line = line.substr(from, size);
  while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
  while (!line.empty() && line.back() == ' ') line.remove_suffix(1);
  return line;
}

template <class Number>
Number parsed(std::string_view text, int line, const char* what) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size())
    fail(line, fmt::format("'{}' is no {}", std::string(text.substr(0, 12)), what));
  return value;
}

double coordinate(std::string_view line, std::size_t from, int number) {
  const double value = parsed<double>(column(line, from, 10), number, "coordinate");
  if (!(std::abs(value) <= 1000)) fail(number, "a coordinate is farther than 1000 angstrom from the origin");
  return value;
}

Atom atom_of(std::string_view line, int number) {
  Atom atom{std::string(column(line, 31, 3)),
            {coordinate(line, 0, number), coordinate(line, 10, number), coordinate(line, 20, number)}};
  if (!procedural::is_element(atom.element)) fail(number, fmt::format("'{}' is no element symbol", atom.element));
  return atom;
}

Bond bond_of(std::string_view line, int atoms, int number) {
  const auto end = [&](std::size_t from) {
    const int atom = parsed<int>(column(line, from, 3), number, "atom number");
    if (atom < 1 || atom > atoms) fail(number, fmt::format("a bond goes to atom {}, but there are {}", atom, atoms));
    return atom - 1;
  };
  const Bond bond{end(0), end(3), parsed<int>(column(line, 6, 3), number, "bond order")};
  if (bond.from == bond.to) fail(number, "a bond joins an atom to itself");
  if (bond.order < 1 || bond.order > 4) fail(number, fmt::format("a bond of order {}; orders are 1 to 4", bond.order));
  return bond;
}

void check_counts(int atoms, int bonds, int line) {
  constexpr int kMost = 999;
  if (atoms < 1 || atoms > kMost || bonds < 0 || bonds > kMost)
    fail(line, fmt::format("{} atoms and {} bonds; V2000 holds 1 to {} atoms", atoms, bonds, kMost));
}

// Names end up in captions.
std::string printable(std::string_view text) {
  std::string name;
  for (const char c : text.substr(0, 80))
    if (c >= 0x20 && c < 0x7f) name += c;
  return name;
}

}  // namespace

Molecule parse_sdf(std::string_view text) {
  Lines lines(text);
  Molecule molecule{printable(column(lines.next(), 0, 80)), {}, {}};
  lines.next();
  lines.next();
  const auto counts = lines.next();
  const int line = lines.number();
  if (counts.find("V3000") != std::string_view::npos)
    throw Error(ErrorCategory::unsupported, "this molecule is in the V3000 format; save it as V2000");
  const int atoms = parsed<int>(column(counts, 0, 3), line, "number of atoms"),
            bonds = parsed<int>(column(counts, 3, 3), line, "number of bonds");
  check_counts(atoms, bonds, line);
  for (int i = 0; i < atoms; ++i) {
    const auto row = lines.next();
    molecule.atoms.push_back(atom_of(row, lines.number()));
  }
  std::set<std::pair<int, int>> seen;
  for (int i = 0; i < bonds; ++i) {
    const auto row = lines.next();
    molecule.bonds.push_back(bond_of(row, atoms, lines.number()));
    const Bond& bond = molecule.bonds.back();
    if (!seen.insert(std::minmax({bond.from, bond.to})).second) fail(lines.number(), "a bond is stated twice");
  }
  return molecule;
}

}  // namespace inkstone
