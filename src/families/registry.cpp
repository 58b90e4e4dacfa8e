#include "families/registry.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "families/adain/adain.hpp"
#include "families/autoencoder/autoencoder.hpp"
#include "families/captioner/captioner.hpp"
#include "families/captioner/vocabulary.hpp"
#include "families/cartoon/cartoon.hpp"
#include "families/classifier/classifier.hpp"
#include "families/contrastive/contrastive.hpp"
#include "families/dcgan/dcgan.hpp"
#include "families/ddpm/ddpm.hpp"
#include "families/enhancer/enhancer.hpp"
#include "families/fast_style/fast_style.hpp"
#include "families/first_stage/first_stage.hpp"
#include "families/gan/gan.hpp"
#include "families/personal/base.hpp"
#include "families/personal/finetune.hpp"
#include "families/personal/lora.hpp"
#include "families/personal/textual_inversion.hpp"
#include "families/stylegan/stylegan.hpp"
#include "families/unclip/decoder.hpp"
#include "families/unclip/prior.hpp"
#include "families/vae/vae.hpp"
#include "families/wgan/wgan.hpp"
#include "families/words/folder.hpp"
#include "families/words/words.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

template <class Options, std::unique_ptr<Family> (*make)(const Options&, const PictureShape&)>
std::unique_ptr<Family> make_from_json(const nlohmann::json& options, const PictureShape& shape) {
  return make(from_json<Options>(options), shape);
}

template <class Options, std::unique_ptr<Family> (*make)(const Options&, const PictureShape&)>
FamilyEntry entry(std::string name, std::string summary) {
  return {std::move(name), std::move(summary), &fields_of<Options>, &make_from_json<Options, make>};
}

nlohmann::json parsed(const std::string& options) try {
  return nlohmann::json::parse(options);
} catch (const nlohmann::json::exception& error) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("the model's 'inkstone.options' cannot be read: {}", error.what()));
}

// Of a family that goes on from a finished model, which its option `model` names.
FamilyEntry personal(FamilyEntry entry) {
  entry.native = [](const nlohmann::json& options) { return native_shape(options.value("model", std::string())); };
  return entry;
}

// Of a family whose words are those of its data.
FamilyEntry captioning(FamilyEntry entry) {
  entry.complete = &take_vocabulary;
  return entry;
}

// Of a family that may stand on a first stage, which its option `first-stage` names.
FamilyEntry second_stage(FamilyEntry entry) {
  entry.settled = &settled_words;
  return entry;
}

}  // namespace

const std::vector<FamilyEntry>& families() {
  static const std::vector<FamilyEntry> all = {
      entry<GanOptions, make_gan>("gan", "two small multilayer perceptrons (Goodfellow et al. 2014)"),
      entry<DcganOptions, make_dcgan>("dcgan", "convolutional GAN (Radford et al. 2016)"),
      entry<WganOptions, make_wgan>("wgan", "Wasserstein GAN with clipped weights (Arjovsky et al. 2017)"),
      entry<WganGpOptions, make_wgan_gp>("wgan-gp", "Wasserstein GAN with gradient penalty (Gulrajani et al. 2017)"),
      entry<StyleganOptions, make_stylegan>("stylegan", "StyleGAN2 with adaptive augmentation (Karras et al. 2020)"),
      entry<AutoencoderOptions, make_autoencoder>("autoencoder",
                                                  "convolutional autoencoder, plain or denoising (Vincent et al. 2008)"),
      entry<VaeOptions, make_vae>("vae", "variational autoencoder (Kingma and Welling 2014, Higgins et al. 2017)"),
      entry<DdpmOptions, make_ddpm>("ddpm", "denoising diffusion (Ho et al. 2020)"),
      entry<FirstStageOptions, make_first_stage>(
          "first-stage", "the autoencoder under latent diffusion, KL or VQ (Rombach et al. 2022, Esser et al. 2021)"),
      second_stage(entry<WordsOptions, make_words>("words",
                                                   "pictures from captions: a diffusion transformer or U-Net, on pixels or "
                                                   "latents (Peebles and Xie 2023, Li and He 2025)")),
      personal(entry<LoraOptions, make_lora>("lora",
                                             "one's own subject or style in low-rank matrices beside a finished painter (Hu et "
                                             "al. 2021; DreamBooth's prior, Ruiz et al. 2023)")),
      personal(entry<TextualInversionOptions, make_textual_inversion>(
          "textual-inversion", "one's own subject as a new word of a finished painter (Gal et al. 2022)")),
      personal(entry<FinetuneOptions, make_finetune>(
          "finetune",
          "all weights of a finished painter trained further, on one's own subject or style (DreamBooth, Ruiz et al. 2023)")),
      entry<EnhancerOptions, make_enhancer>(
          "enhancer", "super-resolution and blind restoration (Wang et al. 2021, Real-ESRGAN's compact network)"),
      entry<FastStyleOptions, make_fast_style_family>("fast-style",
                                                      "feed-forward style network of one painting (Johnson et al. 2016)"),
      entry<AdainOptions, make_adain>("adain", "any photograph in the style of any painting (Huang and Belongie 2017)"),
      entry<CartoonOptions, make_cartoon>("cartoon",
                                          "photographs as frames of an animated film (AnimeGANv2; CartoonGAN, Chen et al. 2018)"),
      entry<ContrastiveOptions, make_contrastive>("contrastive", "words and pictures in one space (CLIP, Radford et al. 2021)"),
      entry<UnclipPriorOptions, make_unclip_prior>(
          "unclip-prior", "unCLIP's prior: from words to the embedding of a picture (Ramesh et al. 2022)"),
      entry<UnclipDecoderOptions, make_unclip_decoder>(
          "unclip-decoder", "unCLIP's decoder: from the embedding of a picture to its like (Ramesh et al. 2022)"),
      entry<ClassifierOptions, make_classifier>("classifier", "small convolutional classifier, which measures the others"),
      captioning(entry<CaptionerOptions, make_captioner>(
          "captioner", "captions of pictures, in English and Chinese (Xu et al. 2015, Vaswani et al. 2017)")),
  };
  return all;
}

const FamilyEntry& find_family(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& family : families()) {
    if (family.name == name) return family;
    names.push_back(family.name);
  }
  throw Error(ErrorCategory::bad_argument,
              fmt::format("there is no family '{}'{}; see inkstone train --list", name, did_you_mean(name, names)));
}

StateDict read_trained(const std::filesystem::path& place) {
  return is_words_folder(place) ? read_words_folder(place) : read_model(place);
}

std::unique_ptr<Family> load_family(const StateDict& model) {
  const auto description = description_of(model);
  auto family = find_family(description.family).make(parsed(description.options), description.shape);
  fill_weights(family->networks(), model);
  for (auto& network : family->networks()) network.module->eval();
  return family;
}

}  // namespace inkstone
