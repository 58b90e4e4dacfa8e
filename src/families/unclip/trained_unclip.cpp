#include "families/unclip/trained_unclip.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "families/registry.hpp"
#include "inkstone/error.hpp"
#include "nn/memory.hpp"
#include "sample/stable_diffusion/preview.hpp"
#include "tensor/noise.hpp"
#include "train/model_file.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

constexpr const char *kSpace = "clip", *kDecoder = "decoder", *kPrior = "prior";
constexpr int64_t kCandidates = 2;  // embeddings imagined, of which the one nearer to the words is taken (section 2.2)
constexpr uint64_t kPriorDraws = 1;

template <class Wanted>
Wanted* run_of(const fs::path& run, std::unique_ptr<Family>& family, const char* wanted) {
  const auto model = read_model(run);
  family = load_family(model);
  auto* found = dynamic_cast<Wanted*>(family.get());
  if (found == nullptr)
    throw Error(ErrorCategory::bad_argument, fmt::format("{} is a model of the family {}, and one of {} is wanted there",
                                                         run.string(), description_of(model).family, wanted));
  return found;
}

}  // namespace

bool is_unclip_runs(const fs::path& folder) {
  std::error_code unreadable;
  const auto part = [&](const char* name) { return fs::is_directory(folder / name, unreadable); };
  return part(kSpace) && part(kDecoder) && !fs::exists(folder / "model_index.json", unreadable);
}

fs::path unclip_runs_file(const fs::path& folder) {
  const auto file = folder / kDecoder / "model.safetensors";
  return fs::exists(file) ? file : newest_checkpoint(folder / kDecoder);
}

TrainedUnclip::TrainedUnclip(const fs::path& folder, bool bf16)
    : name_(folder.filename().empty() ? folder.parent_path().filename().string() : folder.filename().string()),
      bf16_(bf16),
      space_(open_paired_space(folder / kSpace)),
      decoder_(run_of<UnclipDecoder>(folder / kDecoder, decoder_run_, "unclip-decoder")) {
  decoder_->take_space(space_);
  if (!fs::exists(folder / kPrior)) return;
  prior_ = run_of<UnclipPrior>(folder / kPrior, prior_run_, "unclip-prior");
  prior_->take_space(space_);
}

unclip::Brief TrainedUnclip::usual() const {
  unclip::Brief brief;
  const auto decoding = decoder_->usual();
  brief.decoder_steps = decoding.steps;
  brief.decoder_guidance = decoding.guidance;
  brief.upsampler_steps = 0;
  if (prior_ == nullptr) return brief;
  const auto imagining = prior_->usual();
  brief.prior_steps = imagining.steps;
  brief.prior_guidance = imagining.guidance;
  return brief;
}

at::Tensor TrainedUnclip::imagined(const unclip::Brief& brief) {
  if (prior_ == nullptr)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} has no prior, so it paints from pictures alone; give one with --init-img", name_));
  auto generator = generator_of(mix_seed(brief.seed, kPriorDraws));
  const auto draw = [&] { return at::randn({kCandidates, decoder_->embedding()}, generator, at::kFloat); };
  const auto words = space_->read_whole({brief.prompt});
  const auto z =
      prior_->imagined(words, space_->read_whole({brief.negative_prompt}), {brief.prior_steps, brief.prior_guidance}, draw);
  return z.narrow(0, at::mv(z, words.direction[0]).argmax().item<int64_t>(), 1);
}

unclip::BriefResult TrainedUnclip::paint(const unclip::Brief& brief, Observer& observer) {
  const at::NoGradGuard inference;
  sd::WalkObserver watching(observer, brief.decoder_steps,
                            brief.preview ? [](const at::Tensor& x) { return x; } : sd::WalkObserver::MakePicture());
  watching.begin("decode");
  const auto z = brief.embedding.defined() ? brief.embedding : imagined(brief);
  int64_t estimates = 0;
  const auto look = [&](const at::Tensor& x0) {
    ++estimates;
    watching.see(x0);
  };
  const auto picture = decoder_->decoded(z, latents_of({brief.seed}, decoder_->latent_shape()),
                                         {brief.decoder_steps, brief.decoder_guidance, bf16_}, watching, look);
  return {picture.clamp(-1, 1), estimates < brief.decoder_steps};
}

uint64_t TrainedUnclip::bytes() const {
  uint64_t bytes = nn::bytes_of(*space_->encoder());
  for (auto* family : {decoder_run_.get(), prior_run_.get()})
    if (family != nullptr)
      for (const auto& network : family->networks()) bytes += nn::bytes_of(*network.module);
  return bytes;
}

}  // namespace inkstone
