// A contact sheet of procedural pictures: procedural_sheet OUT.ppm SIZE COLUMNS KIND:SEED[:PALETTE]...
// One line per picture on standard output: milliseconds of one thread, specification, caption.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include "data/procedural/procedural.hpp"
#include "tensor/compute.hpp"

namespace {

using namespace inkstone;

ProceduralSpec spec_from(const std::string& text, int size) {
  ProceduralSpec spec;
  const auto first = text.find(':'), second = text.find(':', first + 1);
  spec.kind = text.substr(0, first);
  spec.width = spec.height = size;
  spec.seed = std::strtoull(text.c_str() + first + 1, nullptr, 10);
  if (second != std::string::npos) spec.palette = text.substr(second + 1);
  return spec;
}

void paste(const at::Tensor& picture, std::vector<char>& sheet, int size, int columns, int place) {
  const auto* bytes = picture.data_ptr<std::uint8_t>();
  const std::size_t left = std::size_t(place % columns) * size, top = std::size_t(place / columns) * size,
                    width = std::size_t(columns) * size;
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x)
      for (int c = 0; c < 3; ++c)
        sheet[((top + y) * width + left + x) * 3 + c] = static_cast<char>(bytes[(std::size_t(c) * size + y) * size + x]);
}

ProceduralPicture painted(const std::string& text, int size) {
  const std::clock_t start = std::clock();  // of the processor: the machine may be busy with other things
  auto picture = paint_procedural(spec_from(text, size));
  const double spent = 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::printf("%8.1f ms  %-28s %s\n", spent, text.c_str(), picture.caption.c_str());
  return picture;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  start_compute(1);
  const int size = std::atoi(argv[2]), columns = std::atoi(argv[3]), count = argc - 4, rows = (count + columns - 1) / columns;
  std::vector<char> sheet(std::size_t(rows) * columns * size * size * 3);
  for (int i = 0; i < count; ++i) paste(painted(argv[4 + i], size).picture, sheet, size, columns, i);
  std::ofstream file(argv[1], std::ios::binary);
  file << "P6\n" << columns * size << ' ' << rows * size << "\n255\n";
  file.write(sheet.data(), static_cast<std::streamsize>(sheet.size()));
  return file ? 0 : 1;
}
