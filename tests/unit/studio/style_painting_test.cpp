// Styles of a StyleGAN through the Studio: grids of mixed styles, projected pictures painted again, directions by name, walks,
// and what is refused.
#include "studio/style_painting.hpp"

#include <unistd.h>

#include <gtest/gtest.h>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "core/options.hpp"
#include "families/dcgan/dcgan.hpp"
#include "families/stylegan/stylegan.hpp"
#include "families/stylegan/styles.hpp"
#include "image/decode.hpp"
#include "inkstone/error.hpp"
#include "inkstone/models.hpp"
#include "inkstone/studio.hpp"
#include "inkstone/tasks.hpp"
#include "studio/style_directions.hpp"
#include "studio/style_latents.hpp"
#include "studio/style_words.hpp"
#include "tensor/noise.hpp"
#include "tensor/picture.hpp"
#include "weights/safetensors.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

constexpr int kHigh = 16, kWide = 24, kGap = 2;

class StylePaintingTest : public testing::Test {
 protected:
  StylePaintingTest() : folder_(fs::temp_directory_path() / ("inkstone-styles-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
    net_ = small_stylegan_file("net.safetensors", 8);
  }
  ~StylePaintingTest() override { fs::remove_all(folder_); }

  template <class Options>
  std::string model_file(const std::string& name, const std::string& family, const Options& options, Family& networks,
                         const PictureShape& shape) {
    StateDict state;
    collect_weights(state, networks.networks());
    describe(state, {family, to_json(options).dump(), shape});
    write_safetensors(folder_ / name, state);
    return (folder_ / name).string();
  }

  std::string small_stylegan_file(const std::string& name, int style, std::vector<std::string> classes = {}) {
    at::manual_seed(style);
    StyleganOptions options;
    options.latent = 6, options.style = style, options.channel_base = 128, options.channel_max = 16;
    options.conditional = !classes.empty();
    const PictureShape shape{3, kHigh, kWide, classes};
    const auto family = make_stylegan(options, shape);
    const at::NoGradGuard frozen;
    auto& generator = *style_generator(*family);
    for (int k = 0; k < 20; ++k) generator.mapping->track(generator.map(at::randn({64, 6}), at::zeros({64}, at::kLong)));
    return model_file(name, "stylegan", options, *family, shape);
  }

  PaintRequest request() const {
    PaintRequest request;
    request.model.value = net_;
    return request;
  }

  std::vector<Painting> paint(const PaintRequest& request) { return studio_.paint(request, silent_); }
  at::Tensor pixels(const PaintRequest& request) { return to_tensor(paint(request).at(0).picture); }

  Painting project(const std::string& picture, int steps = 4, const std::string& space = "w") {
    ProjectRequest request;
    request.picture.value = picture, request.model.value = net_;
    request.steps = steps, request.space = space, request.distance = "embedded";
    return studio_.project(request, silent_);
  }

  std::string saved(const Painting& painting, const std::string& name) {
    studio_.save(painting, folder_ / name);
    return (folder_ / name).string();
  }

  std::string told(const PaintRequest& request) {
    try {
      paint(request);
    } catch (const Error& error) {
      return error.what();
    }
    return "painted";
  }

  // What seeds paint, by hand.
  at::Tensor styles(const std::vector<uint64_t>& seeds, double truncation = 1) {
    LoadedModels models(0);
    painter_ = trained_painter({net_}, {}, models);
    generator_ = style_generator(*painter_->family);
    const at::NoGradGuard frozen;
    return generator_->truncated(generator_->map(latents_of(seeds, {6}), {}), truncation);
  }
  at::Tensor by_hand(const at::Tensor& ws) {
    const at::NoGradGuard frozen;
    return (generator_->synthesise(ws).clamp(-1, 1) + 1) / 2;
  }

  fs::path folder_;
  std::string net_;
  Studio studio_{1};
  Observer silent_;
  std::shared_ptr<TrainedPainter> painter_;
  stylegan::Generator* generator_ = nullptr;
};

at::Tensor cell(const at::Tensor& grid, int64_t row, int64_t column) {
  return grid.narrow(2, row * (kHigh + kGap), kHigh).narrow(3, column * (kWide + kGap), kWide);
}

double apart(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

constexpr double kByte = 1.01 / 255;

Painting picture_alone(const at::Tensor& rgb) {
  Painting painting;
  painting.picture = to_image(rgb);
  return painting;
}

TEST_F(StylePaintingTest, MixingGridIsTheSynthesisOfMixedStyles) {
  auto asked = request();
  asked.mix_rows = {"3", "5"}, asked.mix_columns = {"7-9"}, asked.mix_layers = "1-3", asked.truncation = 0.7;
  const auto paintings = paint(asked);
  ASSERT_EQ(paintings.size(), 1u);
  const auto grid = to_tensor(paintings[0].picture);
  ASSERT_EQ(grid.sizes(), (std::vector<int64_t>{1, 3, 3 * (kHigh + kGap) - kGap, 4 * (kWide + kGap) - kGap}));
  const auto rows = styles({3, 5}, 0.7), columns = styles({7, 8, 9}, 0.7);
  for (int64_t c = 0; c < 3; ++c) EXPECT_LT(apart(cell(grid, 0, c + 1), by_hand(columns.narrow(0, c, 1))), kByte);
  for (int64_t r = 0; r < 2; ++r) {
    EXPECT_LT(apart(cell(grid, r + 1, 0), by_hand(rows.narrow(0, r, 1))), kByte);
    for (int64_t c = 0; c < 3; ++c) {
      auto ws = rows.narrow(0, r, 1).clone();
      for (const int64_t layer : {1, 2, 3}) ws.select(1, layer).copy_(columns.narrow(0, c, 1).select(1, layer));
      EXPECT_LT(apart(cell(grid, r + 1, c + 1), by_hand(ws)), kByte);
    }
  }
  EXPECT_GT(apart(cell(grid, 1, 1), cell(grid, 1, 0)), 0.05);
}

TEST_F(StylePaintingTest, ProjectedPictureIsPaintedAgain) {
  auto seed = request();
  seed.seed = 5;
  for (const std::string space : {"w", "w+"}) {
    const auto found = project(saved(paint(seed).at(0), "photo.png"), 4, space);
    EXPECT_EQ(found.picture.width, 2 * kWide + kGap);
    auto again = request();
    again.latents = {{saved(found, "found.png")}};
    const auto from_picture = pixels(again);
    studio_.save_style(found, folder_ / "found.projected_w.safetensors");
    again.latents = {{(folder_ / "found.projected_w.safetensors").string()}};
    EXPECT_TRUE(pixels(again).equal(from_picture));
    EXPECT_LT(apart(from_picture, to_tensor(found.picture).narrow(3, kWide + kGap, kWide)), kByte);
    EXPECT_EQ(read_safetensors(folder_ / "found.projected_w.safetensors").at("w").sizes(), (std::vector<int64_t>{1, 6, 8}));
  }
}

TEST_F(StylePaintingTest, ProjectionTakesAnyShapeAndIsReplayed) {
  const auto photo = saved(picture_alone(at::rand({1, 3, 90, 31})), "tall.png");
  const auto found = project(photo);
  const auto file = saved(found, "tall-found.png");
  EXPECT_EQ(nlohmann::json::parse(found.recipe).at("request").at("distance"), "embedded");
  const auto again = studio_.replay(file, {folder_}, silent_);
  EXPECT_EQ(again.picture.pixels, found.picture.pixels);
  auto painted = request();
  painted.latents = {{file}};
  const auto painting = paint(painted).at(0);
  const auto replayed = studio_.replay(saved(painting, "painted.png"), {folder_}, silent_);
  EXPECT_EQ(replayed.picture.pixels, painting.picture.pixels);
}

TEST_F(StylePaintingTest, DirectionsMoveByDeviations) {
  auto asked = request();
  asked.seed = 3;
  asked.directions = {"pca1=1.5", "sefa0=-1:2-4"};
  const auto painted = pixels(asked);
  auto ws = styles({3}).clone();
  const auto spread = stylegan::style_spread(*generator_, 50'000, 123);
  const auto pca = stylegan::principal_directions(spread.covariance);
  const auto sefa = stylegan::factorised_directions(stylegan::style_weights(*generator_, {2, 4}), spread.covariance);
  ws += 1.5 * pca.deviations[1] * pca.axes[1];
  ws.narrow(1, 2, 3) -= sefa.deviations[0] * sefa.axes[0];
  EXPECT_LT(apart(painted, by_hand(ws)), 1e-4);
  asked.directions = {"pca1=0"};
  EXPECT_LT(apart(pixels(asked), by_hand(styles({3}))), 1e-5);
}

TEST_F(StylePaintingTest, DirectionsHaveNamesOfOnesOwnAndAFile) {
  write_file_atomic(folder_ / "net.directions.toml", as_bytes("smile = \"pca2=2:0-3\"\nold = [\"pca0=-1\", \"sefa1=0.5\"]\n"));
  auto named = request(), plain = request();
  named.directions = {"smile=1.5", "old=2:1-2"};
  plain.directions = {"pca2=3:0-3", "pca0=-2:1-2", "sefa1=1:1-2"};
  const auto painting = paint(named).at(0);
  EXPECT_TRUE(to_tensor(painting.picture).equal(pixels(plain)));
  EXPECT_EQ(nlohmann::json::parse(painting.recipe).at("request").at("direction"), nlohmann::json(plain.directions));
  const auto listed = write_directions(net_);
  EXPECT_EQ(listed.front().name, "pca0");
  EXPECT_EQ(listed.size(), 16u);  // both kinds of a style of eight numbers
  EXPECT_TRUE(fs::exists(folder_ / "net.directions.safetensors"));
  Studio fresh(1);
  EXPECT_TRUE(to_tensor(fresh.paint(plain, silent_).at(0).picture).equal(to_tensor(painting.picture)));
}

TEST_F(StylePaintingTest, WalksAreStraightLinesOfStyles) {
  auto asked = request();
  asked.batch = 2, asked.interpolate = 4, asked.seed = 11;
  const auto frames = paint(asked);
  ASSERT_EQ(frames.size(), 5u);
  const auto stops = styles({11, 12});
  EXPECT_LT(apart(to_tensor(frames[1].picture), by_hand(at::lerp(stops.narrow(0, 0, 1), stops.narrow(0, 1, 1), 0.25))), 1e-5);
  EXPECT_LT(apart(to_tensor(frames[4].picture), by_hand(stops.narrow(0, 1, 1))), 1e-5);
  const auto first = saved(project(saved(frames[0], "a.png")), "a-found.png"),
             last = saved(project(saved(frames[4], "b.png")), "b-found.png");
  auto between = request();
  between.latents = {{first}, {last}};
  between.interpolate = 2;
  EXPECT_EQ(paint(between).size(), 3u);
}

TEST_F(StylePaintingTest, SheetShowsDirectionsFromEndToEnd) {
  auto asked = request();
  asked.direction_sheet = 2;
  asked.directions = {"pca0=1"};
  const auto sheet = paint(asked).at(0).picture;
  EXPECT_GT(sheet.width, 7 * (kWide + kGap));
  EXPECT_GT(sheet.height, 4 * (kHigh + kGap));
}

TEST_F(StylePaintingTest, ClassesTakeTurnsInAGrid) {
  auto asked = request();
  asked.model.value = small_stylegan_file("classes.safetensors", 7, {"cat", "dog"});
  asked.mix_rows = {"3", "3"}, asked.mix_columns = {"4"}, asked.classes = {"cat", "dog"};
  const auto grid = pixels(asked);
  EXPECT_GT(apart(cell(grid, 1, 0), cell(grid, 2, 0)), 0.01);
}

TEST_F(StylePaintingTest, MistakesAreToldInOneLine) {
  const auto says = [&](auto&& change) {
    auto asked = request();
    change(asked);
    return told(asked);
  };
  using R = PaintRequest&;
  EXPECT_NE(says([](R r) { r.mix_rows = {"1"}; }).find("go together"), std::string::npos);
  EXPECT_NE(says([](R r) { r.mix_rows = r.mix_columns = {"1"}, r.mix_layers = "4-9"; }).find("0 to 5"), std::string::npos);
  EXPECT_NE(says([](R r) { r.mix_rows = r.mix_columns = {"1"}, r.mix_layers = "4-2"; }).find("takes layers"), std::string::npos);
  EXPECT_NE(says([](R r) { r.mix_rows = {"one"}, r.mix_columns = {"1"}; }).find("takes seeds"), std::string::npos);
  EXPECT_NE(says([](R r) { r.mix_rows = {"0-9999999"}, r.mix_columns = {"1"}; }).find("at most 64"), std::string::npos);
  EXPECT_NE(says([](R r) { r.mix_layers = "1"; }).find("--mix-rows"), std::string::npos);
  EXPECT_NE(says([](R r) { r.direction_layers = "1"; }).find("--direction"), std::string::npos);
  EXPECT_NE(says([](R r) { r.directions = {"pca8=1"}; }).find("pca0 to pca7"), std::string::npos);
  EXPECT_NE(says([](R r) { r.directions = {"pac0=1"}; }).find("did you mean 'pca0'"), std::string::npos);
  EXPECT_NE(says([](R r) { r.directions = {"pca0=high"}; }).find("NAME=STRENGTH"), std::string::npos);
  EXPECT_NE(says([](R r) { r.directions = {"pca0=1:3-7"}; }).find("0 to 5"), std::string::npos);
  EXPECT_NE(says([](R r) { r.direction_sheet = 2, r.interpolate = 3; }).find("exclude each other"), std::string::npos);
  EXPECT_NE(says([&](R r) { r.latents = {{saved(paint(r).at(0), "plain.png")}}; }).find("carries no style"), std::string::npos);
  write_file_atomic(folder_ / "net.directions.toml", as_bytes("smile = \"pca2\"\nsad = 3\n"));
  EXPECT_NE(says([](R r) { r.directions = {"smile=1"}; }).find("net.directions.toml, line 2"), std::string::npos);
}

TEST_F(StylePaintingTest, OtherNetworksAreTold) {
  const auto found = saved(project(saved(paint(request()).at(0), "a.png")), "found.png");
  auto asked = request();
  asked.model.value = small_stylegan_file("wide.safetensors", 9);
  asked.latents = {{found}};
  EXPECT_NE(told(asked).find("of another network"), std::string::npos);
  const DcganOptions options;
  const PictureShape shape{3, 32, 32, {}};
  asked = {};
  asked.model.value = model_file("dcgan.safetensors", "dcgan", options, *make_dcgan(options, shape), shape);
  asked.directions = {"pca0=1"};
  EXPECT_NE(told(asked).find("no StyleGAN"), std::string::npos);
  net_ = asked.model.value;
  EXPECT_THROW(project(found), Error);
}

TEST(StyleTasks, AreOfferedToClients) {
  std::map<std::string, nlohmann::json> schemas;
  for (const auto& task : tasks()) schemas[task.name] = nlohmann::json::parse(task.schema).at("properties");
  EXPECT_EQ(schemas.at("project").at("picture").at("x-kind"), "picture");
  EXPECT_EQ(schemas.at("project").at("model").at("x-kind"), "model");
  EXPECT_FALSE(schemas.at("project").contains("output"));
  EXPECT_EQ(schemas.at("paint").at("latent").at("items").at("x-kind"), "picture");
  for (const char* option : {"direction", "direction-layers", "direction-sheet", "mix-rows", "mix-columns", "mix-layers"})
    EXPECT_TRUE(schemas.at("paint").contains(option)) << option;
}

TEST(StyleRecords, DamagedOnesAreRefused) {
  const KeptStyle style{at::randn({1, 2, 3}), 2, "abc"};
  const auto record = record_of(style);
  EXPECT_TRUE(style_file({{kKeptStyle, record}}).at("w").equal(style.w));
  for (const auto& [key, value] : std::vector<std::pair<std::string, nlohmann::json>>{{"layers", 0},
                                                                                      {"layers", 5},
                                                                                      {"styles", 900},
                                                                                      {"styles", 3},
                                                                                      {"values", "text"},
                                                                                      {"values", nlohmann::json::array()},
                                                                                      {"layers", nullptr}}) {
    auto damaged = record;
    damaged[key] = value;
    EXPECT_THROW(style_file({{kKeptStyle, damaged}}), Error) << key << " " << value;
  }
  EXPECT_THROW(style_file(nlohmann::json::object()), Error);
}

}  // namespace
}  // namespace inkstone::studio
