#include "data/procedural/sdf.hpp"

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "data/procedural/elements.hpp"
#include "data/procedural/molecules.hpp"
#include "data/procedural/random.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

std::string hydrogen(const std::string& counts = "  2  1  0  0  0  0  0  0  0  0999 V2000",
                     const std::string& atom = "    0.7400    0.0000    0.0000 H   0  0",
                     const std::string& bond = "  1  2  1  0") {
  return "hydrogen\n\n\n" + counts + "\n    0.0000    0.0000    0.0000 H   0  0\n" + atom + "\n" + bond + "\nM  END\n";
}

void expect_corrupt(const std::string& text, const std::string& part) {
  try {
    parse_sdf(text);
    FAIL() << "accepted; expected: " << part;
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::corrupt_file);
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

TEST(Sdf, ReadsAtomsAndBonds) {
  const auto molecule = parse_sdf(hydrogen());
  EXPECT_EQ(molecule.name, "hydrogen");
  ASSERT_EQ(molecule.atoms.size(), 2U);
  EXPECT_DOUBLE_EQ(molecule.atoms[1].place.x, 0.74);
  ASSERT_EQ(molecule.bonds.size(), 1U);
  EXPECT_EQ(molecule.bonds[0].to, 1);
}

TEST(Sdf, ReadsTheFirstOfSeveralAndForeignLineEnds) {
  std::string text = hydrogen() + "$$$$\nother\n";
  std::string dos;
  for (const char c : text) dos += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(parse_sdf(dos).atoms.size(), 2U);
}

TEST(Sdf, EveryBuiltInMoleculeHasItsValences) {
  const std::map<std::string, int> valence = {{"H", 1}, {"C", 4}, {"O", 2}, {"Cl", 1}, {"F", 1}};
  EXPECT_GE(procedural::built_in_molecules().size(), 20U);
  for (const auto text : procedural::built_in_molecules()) {
    const auto molecule = parse_sdf(text);
    std::vector<int> bonds(molecule.atoms.size());
    for (const auto& bond : molecule.bonds) {
      bonds[bond.from] += bond.order;
      bonds[bond.to] += bond.order;
    }
    for (std::size_t i = 0; i < bonds.size(); ++i)
      if (const auto known = valence.find(molecule.atoms[i].element); known != valence.end()) {
        EXPECT_EQ(bonds[i], known->second) << molecule.name << ' ' << i;
      }
  }
}

TEST(Sdf, SaysWhatIsWrong) {
  expect_corrupt("", "line 1");
  expect_corrupt("water\n\n\n", "line 4");
  expect_corrupt(hydrogen("  x  1  0  0  0  0  0  0  0  0999 V2000"), "'x' is no number of atoms");
  expect_corrupt(hydrogen("  0  0  0  0  0  0  0  0  0  0999 V2000"), "0 atoms");
  expect_corrupt(hydrogen(" -1  0  0  0  0  0  0  0  0  0999 V2000"), "-1 atoms");
  expect_corrupt(hydrogen("999999  0  0  0  0  0  0  0  0999 V2000"), "line 7");
  expect_corrupt(hydrogen("  2  1  0  0  0  0  0  0  0  0999 V2000", "    0.7400    0.0000    0.0000 Qq  0  0"),
                 "'Qq' is no element");
  expect_corrupt(hydrogen("  2  1  0  0  0  0  0  0  0  0999 V2000", "       nan    0.0000    0.0000 H   0  0"), "line 6");
  expect_corrupt(hydrogen("  2  1  0  0  0  0  0  0  0  0999 V2000", "      1e99    0.0000    0.0000 H   0  0"), "1000 angstrom");
  expect_corrupt(hydrogen("  2  1  0  0  0  0  0  0  0  0999 V2000", "short"), "line 6");
  const std::string atom = "    0.7400    0.0000    0.0000 H   0  0", counts = "  2  1  0  0  0  0  0  0  0  0999 V2000";
  expect_corrupt(hydrogen(counts, atom, "  1  3  1  0"), "atom 3");
  expect_corrupt(hydrogen(counts, atom, "  1  1  1  0"), "itself");
  expect_corrupt(hydrogen(counts, atom, "  1  2  9  0"), "order 9");
  expect_corrupt(hydrogen("  2  2  0  0  0  0  0  0  0  0999 V2000", atom, "  1  2  1  0\n  2  1  1  0"), "twice");
}

TEST(Sdf, RefusesV3000ByName) {
  try {
    parse_sdf("x\n\n\n  0  0  0     0  0            999 V3000\n");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::unsupported);
  }
}

// Cut anywhere or with bytes changed, the text is read or refused; nothing else.
TEST(Sdf, HostileTextGivesErrorsOnly) {
  const std::string good(procedural::built_in_molecules()[9]);
  for (std::size_t size = 0; size + 16 < good.size(); ++size)
    EXPECT_THROW(parse_sdf(std::string_view(good).substr(0, size)), Error) << size;
  procedural::Random random(1);
  int refused = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string text = good;
    for (int k = random.between(1, 6); k > 0; --k)
      text[static_cast<std::size_t>(random.below(static_cast<int>(text.size())))] = static_cast<char>(random.below(256));
    try {
      const auto molecule = parse_sdf(text);
      for (const auto& bond : molecule.bonds)
        ASSERT_TRUE(bond.from < static_cast<int>(molecule.atoms.size()) && bond.to < static_cast<int>(molecule.atoms.size()));
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 300);
}

TEST(Elements, KnowsSymbols) {
  for (const char* symbol : {"H", "He", "Cl", "Og", "W"}) EXPECT_TRUE(procedural::is_element(symbol)) << symbol;
  for (const char* symbol : {"", "h", "X", "Hx", "C ", "Cl ", "eB"}) EXPECT_FALSE(procedural::is_element(symbol)) << symbol;
}

TEST(Molecules, AnyMoleculeCanBePainted) {
  const procedural::Brief brief{24, 24, 1, "ice"};
  Molecule lone;
  lone.atoms.push_back({"Xe", {0, 0, 0}});
  EXPECT_EQ(procedural::paint_molecule(lone, brief).caption.find("a molecule as"), 0U);
  Molecule same = lone;
  same.atoms.push_back({"Xe", {0, 0, 0}});
  same.bonds.push_back({0, 1, 2});
  EXPECT_FALSE(procedural::paint_molecule(same, brief).caption.empty());
}

}  // namespace
}  // namespace inkstone
