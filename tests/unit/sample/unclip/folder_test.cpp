// What is wrong with a folder is said in one sentence that names the part.
#include "models/unclip/folder.hpp"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "golden/unclip_reference.hpp"
#include "inkstone/error.hpp"
#include "sample/unclip/painter.hpp"

namespace inkstone::unclip {
namespace {

namespace fs = std::filesystem;

class UnclipFolder : public testing::Test {
 protected:
  static void SetUpTestSuite() { write_unclip_folder(whole(), "UnCLIPPipeline"); }
  static fs::path whole() { return fs::path(testing::TempDir()) / "unclip-whole"; }

  void SetUp() override {
    fs::remove_all(folder_);
    fs::copy(whole(), folder_, fs::copy_options::recursive);
  }

  void set(const char* file, const char* key, const Json& value) {
    auto json = Json::parse(read_file(folder_ / file));
    json[key] = value;
    write_text(folder_ / file, json.dump());
  }

  void change_tensor(const char* file, const std::function<void(StateDict&)>& change) {
    auto weights = read_safetensors(folder_ / file);
    for (auto& [name, tensor] : weights.tensors) tensor = tensor.clone();
    change(weights);
    write_safetensors(folder_ / file, weights);
  }

  void refuses(ErrorCategory category, const std::string& words) {
    try {
      load_unclip(folder_, at::kFloat);
      FAIL() << "loaded, where '" << words << "' was expected";
    } catch (const Error& error) {
      EXPECT_EQ(error.category(), category) << error.what();
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
  }

  fs::path folder_ = fs::path(testing::TempDir()) / "unclip-broken";
};

TEST_F(UnclipFolder, IsRecognisedByItsIndex) {
  EXPECT_TRUE(is_unclip(folder_));
  EXPECT_TRUE(is_unclip(folder_ / "model_index.json"));
  EXPECT_EQ(decoder_file(folder_).filename(), "diffusion_pytorch_model.safetensors");
  set("model_index.json", "_class_name", "StableDiffusionPipeline");
  EXPECT_FALSE(is_unclip(folder_));
  write_text(folder_ / "model_index.json", "{");
  EXPECT_FALSE(is_unclip(folder_));
  EXPECT_FALSE(is_unclip("no such folder"));
}

TEST_F(UnclipFolder, WithoutAPartIsRefusedByItsName) {
  for (const char* part : {"prior", "text_encoder", "text_proj", "decoder", "super_res_first", "super_res_last",
                           "prior_scheduler", "decoder_scheduler", "super_res_scheduler"}) {
    SetUp();
    fs::remove_all(folder_ / part);
    refuses(ErrorCategory::not_found, std::string("lacks its ") + part);
  }
}

TEST_F(UnclipFolder, WithoutWeightsIsRefused) {
  fs::remove(folder_ / "prior/diffusion_pytorch_model.safetensors");
  refuses(ErrorCategory::not_found, "prior holds no weights");
}

TEST_F(UnclipFolder, PartsOfOtherKindsAreRefused) {
  set("decoder/config.json", "class_embed_type", "projection");
  refuses(ErrorCategory::unsupported, "class_embed_type");
  SetUp();
  set("super_res_last/config.json", "resnet_time_scale_shift", "default");
  refuses(ErrorCategory::unsupported, "resnet_time_scale_shift");
  SetUp();
  set("decoder/config.json", "down_block_types", {"DownBlock2D", "SimpleCrossAttnDownBlock2D", "SimpleCrossAttnDownBlock2D"});
  refuses(ErrorCategory::unsupported, "DownBlock2D");
  SetUp();
  set("prior/config.json", "added_emb_type", "none");
  refuses(ErrorCategory::unsupported, "added_emb_type");
  SetUp();
  set("prior/config.json", "_class_name", "UNet1DModel");
  refuses(ErrorCategory::unsupported, "UNet1DModel");
  SetUp();
  set("decoder_scheduler/scheduler_config.json", "_class_name", "DDIMScheduler");
  refuses(ErrorCategory::unsupported, "DDIMScheduler");
}

TEST_F(UnclipFolder, MisshapenTensorsAreRefusedByName) {
  change_tensor("decoder/diffusion_pytorch_model.safetensors",
                [](StateDict& weights) { weights.tensors["conv_in.bias"] = at::zeros({3}); });
  refuses(ErrorCategory::corrupt_file, "conv_in.bias");
  SetUp();
  change_tensor("prior/diffusion_pytorch_model.safetensors", [](StateDict& weights) { weights.tensors.erase("prd_embedding"); });
  refuses(ErrorCategory::corrupt_file, "prd_embedding");
  SetUp();
  change_tensor("text_proj/diffusion_pytorch_model.safetensors",
                [](StateDict& weights) { weights.tensors["embedding_proj.bias"][0] = NAN; });
  refuses(ErrorCategory::corrupt_file, "NaN");
}

TEST_F(UnclipFolder, PartsThatContradictEachOtherAreRefused) {
  set("decoder_scheduler/scheduler_config.json", "variance_type", "fixed_small_log");
  refuses(ErrorCategory::corrupt_file, "disagree about the variance");
  SetUp();
  set("super_res_last/config.json", "sample_size", 64);
  refuses(ErrorCategory::corrupt_file, "other sizes");
}

TEST_F(UnclipFolder, PaintsFromWordsAloneWithoutAPictureEncoder) {
  Painter painter(load_unclip(folder_, at::kFloat), at::kFloat);
  EXPECT_THROW(painter.see(at::zeros({1, 3, 30, 30})), Error);
}

TEST_F(UnclipFolder, PaintsFromPicturesAloneWithoutAPrior) {
  struct Silence : Observer {
  } silence;
  write_unclip_folder(folder_, "UnCLIPImageVariationPipeline");
  Painter painter(load_unclip(folder_, at::kFloat), at::kFloat);
  Brief brief;
  brief.prompt = "a fox";
  EXPECT_THROW(painter.paint(brief, silence), Error);
}

TEST_F(UnclipFolder, AStoppedPictureIsWhatThereWas) {
  struct Impatient : Observer {
    int left;
    explicit Impatient(int steps) : left(steps) {}
    bool stop_requested() override { return --left < 0; }
  };
  Painter painter(load_unclip(folder_, at::kFloat), at::kFloat);
  Brief brief;
  brief.prompt = "a fox";
  brief.prior_steps = brief.decoder_steps = brief.upsampler_steps = 2;
  Impatient at_once(0), later(1), last(2), never(100);
  EXPECT_THROW(painter.paint(brief, at_once), Error);
  const auto stopped = painter.paint(brief, later);
  EXPECT_TRUE(stopped.stopped);
  EXPECT_EQ(stopped.picture.size(3), painter.side());
  EXPECT_TRUE(painter.paint(brief, last).stopped);
  EXPECT_FALSE(painter.paint(brief, never).stopped);
}

}  // namespace
}  // namespace inkstone::unclip
