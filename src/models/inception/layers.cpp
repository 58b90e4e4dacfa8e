#include "models/inception/layers.hpp"

namespace inkstone::inception {
namespace {

// Collects the convolutions of one block.
class Block {
 public:
  Block(std::vector<Convolution>& all, std::string prefix) : all_(all), prefix_(std::move(prefix)) {}
  Block& add(const char* name, int64_t in, int64_t out, int64_t height = 1, int64_t width = 1) {
    all_.push_back({prefix_ + name, in, out, height, width});
    return *this;
  }

 private:
  std::vector<Convolution>& all_;
  std::string prefix_;
};

void add_a(std::vector<Convolution>& all, const char* prefix, int64_t in, int64_t pooled) {
  Block(all, prefix)
      .add("branch1x1", in, 64)
      .add("branch5x5_1", in, 48)
      .add("branch5x5_2", 48, 64, 5, 5)
      .add("branch3x3dbl_1", in, 64)
      .add("branch3x3dbl_2", 64, 96, 3, 3)
      .add("branch3x3dbl_3", 96, 96, 3, 3)
      .add("branch_pool", in, pooled);
}

void add_c(std::vector<Convolution>& all, const char* prefix, int64_t c) {
  Block(all, prefix)
      .add("branch1x1", 768, 192)
      .add("branch7x7_1", 768, c)
      .add("branch7x7_2", c, c, 1, 7)
      .add("branch7x7_3", c, 192, 7, 1)
      .add("branch7x7dbl_1", 768, c)
      .add("branch7x7dbl_2", c, c, 7, 1)
      .add("branch7x7dbl_3", c, c, 1, 7)
      .add("branch7x7dbl_4", c, c, 7, 1)
      .add("branch7x7dbl_5", c, 192, 1, 7)
      .add("branch_pool", 768, 192);
}

void add_e(std::vector<Convolution>& all, const char* prefix, int64_t in) {
  Block(all, prefix)
      .add("branch1x1", in, 320)
      .add("branch3x3_1", in, 384)
      .add("branch3x3_2a", 384, 384, 1, 3)
      .add("branch3x3_2b", 384, 384, 3, 1)
      .add("branch3x3dbl_1", in, 448)
      .add("branch3x3dbl_2", 448, 384, 3, 3)
      .add("branch3x3dbl_3a", 384, 384, 1, 3)
      .add("branch3x3dbl_3b", 384, 384, 3, 1)
      .add("branch_pool", in, 192);
}

void add_reductions(std::vector<Convolution>& all, bool first) {
  if (first)
    Block(all, "Mixed_6a.")
        .add("branch3x3", 288, 384, 3, 3)
        .add("branch3x3dbl_1", 288, 64)
        .add("branch3x3dbl_2", 64, 96, 3, 3)
        .add("branch3x3dbl_3", 96, 96, 3, 3);
  else
    Block(all, "Mixed_7a.")
        .add("branch3x3_1", 768, 192)
        .add("branch3x3_2", 192, 320, 3, 3)
        .add("branch7x7x3_1", 768, 192)
        .add("branch7x7x3_2", 192, 192, 1, 7)
        .add("branch7x7x3_3", 192, 192, 7, 1)
        .add("branch7x7x3_4", 192, 192, 3, 3);
}

}  // namespace

std::vector<Convolution> convolutions() {
  std::vector<Convolution> all;
  Block(all, "")
      .add("Conv2d_1a_3x3", 3, 32, 3, 3)
      .add("Conv2d_2a_3x3", 32, 32, 3, 3)
      .add("Conv2d_2b_3x3", 32, 64, 3, 3)
      .add("Conv2d_3b_1x1", 64, 80)
      .add("Conv2d_4a_3x3", 80, 192, 3, 3);
  add_a(all, "Mixed_5b.", 192, 32);
  add_a(all, "Mixed_5c.", 256, 64);
  add_a(all, "Mixed_5d.", 288, 64);
  add_reductions(all, true);
  add_c(all, "Mixed_6b.", 128);
  add_c(all, "Mixed_6c.", 160);
  add_c(all, "Mixed_6d.", 160);
  add_c(all, "Mixed_6e.", 192);
  add_reductions(all, false);
  add_e(all, "Mixed_7b.", 1280);
  add_e(all, "Mixed_7c.", 2048);
  return all;
}

}  // namespace inkstone::inception
