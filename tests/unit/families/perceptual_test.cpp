#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/files.hpp"
#include "families/perceptual/distill.hpp"
#include "families/perceptual/losses.hpp"
#include "families/perceptual/regression.hpp"
#include "models/vgg/vgg.hpp"

namespace inkstone::perceptual {
namespace {

at::Generator seeded(uint64_t seed) {
  return at::make_generator<at::CPUGeneratorImpl>(seed);
}

// Scales that differ from channel to channel.
ChannelScales some_scales() {
  ChannelScales scales;
  for (const char* layer : {"relu1_1", "relu1_2"}) scales[layer] = at::linspace(1, 5, 64);
  for (const char* layer : {"relu2_1", "relu2_2", "relu4_1", "relu4_2", "relu4_3", "relu5_1"})
    scales[layer] = at::linspace(1, 5, 128);
  for (const char* layer : {"relu3_1", "relu3_2", "relu3_3", "relu3_4"}) scales[layer] = at::linspace(1, 5, 256);
  return scales;
}

TEST(PerceptualStudent, FinishedNetworkComputesWhatWasTrained) {
  const at::NoGradGuard frozen;
  const Student student(some_scales(), seeded(1));
  const auto rgb = at::rand({1, 3, 48, 32}, seeded(2));
  const auto outputs = student.run(rgb);
  const auto network = student.finished();
  for (std::size_t b = 0; b < outputs.size(); ++b) {
    const auto& layer = student.blocks()[b].layer;
    auto expected = at::relu(outputs[b]) * student.scale(layer).view({1, -1, 1, 1});
    auto found = features(network, rgb, {layer})[0];
    if (layer >= "relu4") expected = expected / expected.norm(), found = found / found.norm();  // up to its unit
    EXPECT_LT(((found - expected).norm() / expected.norm()).item<double>(), 1e-5) << layer;
  }
}

std::vector<TeacherSample> samples_of(const Student& teacher) {
  std::vector<TeacherSample> samples;
  for (int i = 0; i < 2; ++i) {
    const auto rgb = at::rand({2, 3, 64, 64}, seeded(10 + i));
    TeacherSample sample{teacher.input(rgb), {}};
    const auto outputs = teacher.run(rgb);
    for (std::size_t b = 0; b < outputs.size(); ++b) {
      const auto& layer = teacher.blocks()[b].layer;
      sample.before_rectifiers[layer] = outputs[b] * teacher.scale(layer).view({1, -1, 1, 1});
    }
    samples.push_back(sample);
  }
  return samples;
}

// Solved against a teacher of its own form that looks through the principal directions, as the student does, it sees the same.
TEST(PerceptualRegression, RecoversATeacherOfItsOwnRank) {
  const at::NoGradGuard frozen;
  const Student random(some_scales(), seeded(3));
  Student teacher(some_scales(), seeded(4)), student(some_scales(), seeded(5));
  solve_blocks(teacher, samples_of(random));
  solve_blocks(student, samples_of(teacher));
  const auto rgb = at::rand({1, 3, 64, 64}, seeded(20));
  const auto wanted = teacher.run(rgb), found = student.run(rgb);
  for (std::size_t b = 0; b < 5; ++b)
    EXPECT_LT(((found[b] - wanted[b]).norm() / wanted[b].norm()).item<double>(), 0.05) << teacher.blocks()[b].layer;
}

TEST(PerceptualLosses, AreZeroForEqualFeaturesAndRelative) {
  const auto t = at::randn({2, 8, 6, 6}, seeded(5)), ones = at::ones({8});
  EXPECT_EQ(feature_loss(t, t, ones).item<double>(), 0);
  EXPECT_EQ(gram_loss(at::relu(t), at::relu(t), ones).item<double>(), 0);
  const double once = feature_loss(t * 1.1, t, ones).item<double>(),
               scaled = feature_loss(t * 1.1 * 7, t * 7, ones).item<double>();
  EXPECT_NEAR(once, scaled, 1e-6);
  EXPECT_GT(once, 0.009);
}

// Teachers with random weights in the layouts that VGG19 and its sixteenth come in.
FeatureNetwork random_sixteenth() {
  const std::vector<std::pair<std::string, int64_t>> layers = {{"11", 16},  {"12", 16},  {"21", 32}, {"22", 32},  {"31", 64},
                                                               {"32", 64},  {"33", 64},  {"34", 64}, {"41", 128}, {"42", 128},
                                                               {"43", 128}, {"44", 128}, {"51", 128}};
  StateDict weights;
  const auto generator = seeded(6);
  int64_t in = 3;
  for (const auto& [name, out] : layers) {
    weights.tensors["conv" + name + ".weight"] =
        at::empty({out, in, 3, 3}).normal_(0, std::sqrt(2.0 / (9.0 * static_cast<double>(in))), generator);
    weights.tensors["conv" + name + ".bias"] = at::zeros({out});
    in = out;
  }
  return make_vgg(weights);
}

class Distillation : public testing::Test {
 protected:
  static PictureStore random_pictures() {
    const auto folder = std::filesystem::path(testing::TempDir()) / "perceptual_pictures";
    std::filesystem::create_directories(folder);
    for (int i = 0; i < 3; ++i) {
      const auto pixels = at::randint(0, 256, {40, 50, 3}, seeded(30 + i), at::TensorOptions(at::kByte));
      std::string ppm = "P6\n50 40\n255\n";
      ppm.append(static_cast<const char*>(pixels.data_ptr()), static_cast<std::size_t>(pixels.numel()));
      write_file_atomic(folder / fmt::format("{}.ppm", i), as_bytes(ppm));
    }
    return PictureStore({folder}, 64);
  }

  Distiller distiller() const {
    return Distiller(teachers, pictures, pictures, {.steps = 8, .batch = 1, .canvases = 1, .side = 32});
  }

  const Teachers teachers{random_vgg19(1), random_sixteenth()};
  const PictureStore pictures = random_pictures();
};

TEST_F(Distillation, ResumedEqualsUninterrupted) {
  auto whole = distiller(), first = distiller(), second = distiller();
  for (int i = 0; i < 2; ++i) first.step();
  second.resume(first.checkpoint());
  for (int i = 0; i < 4; ++i) whole.step();
  for (int i = 0; i < 2; ++i) second.step();
  const auto expected = whole.checkpoint().tensors, found = second.checkpoint().tensors;
  ASSERT_EQ(expected.size(), found.size());
  for (const auto& [name, tensor] : expected) EXPECT_TRUE(at::equal(tensor, found.at(name))) << name;
}

}  // namespace
}  // namespace inkstone::perceptual
