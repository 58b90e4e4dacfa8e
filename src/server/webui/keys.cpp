#include "server/webui/keys.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "core/text.hpp"
#include "inkstone/error.hpp"
#include "server/base64.hpp"

namespace inkstone::server::webui {
namespace {

using nlohmann::json;

// Keys that mean nothing here, and the values at which that does not matter; "*": whatever it is.
constexpr std::pair<const char*, const char*> kHarmless[] = {{"styles", "[[]]"},
                                                             {"seed_resize_from_h", "[0,-1]"},
                                                             {"seed_resize_from_w", "[0,-1]"},
                                                             {"restore_faces", "[false]"},
                                                             {"do_not_save_samples", "*"},
                                                             {"do_not_save_grid", "*"},
                                                             {"s_min_uncond", "[0]"},
                                                             {"s_tmin", "[0]"},
                                                             {"s_tmax", "[0]"},
                                                             {"override_settings_restore_afterwards", "*"},
                                                             {"refiner_checkpoint", "[\"\"]"},
                                                             {"refiner_switch_at", "[0]"},
                                                             {"disable_extra_networks", "[false]"},
                                                             {"firstpass_image", "[\"\"]"},
                                                             {"comments", "*"},
                                                             {"firstphase_width", "[0]"},
                                                             {"firstphase_height", "[0]"},
                                                             {"hr_resize_x", "[0]"},
                                                             {"hr_resize_y", "[0]"},
                                                             {"hr_checkpoint_name", "[\"\"]"},
                                                             {"hr_sampler_name", "[\"\"]"},
                                                             {"hr_scheduler", "[\"\"]"},
                                                             {"hr_prompt", "[\"\"]"},
                                                             {"hr_negative_prompt", "[\"\"]"},
                                                             {"hr_cfg", "[1]"},
                                                             {"force_task_id", "*"},
                                                             {"script_name", "[\"\"]"},
                                                             {"script_args", "[[]]"},
                                                             {"send_images", "*"},
                                                             {"save_images", "*"},
                                                             {"infotext", "[\"\"]"},
                                                             {"resize_mode", "[0]"},
                                                             {"initial_noise_multiplier", "[1]"},
                                                             {"inpainting_fill", "[0,1]"},
                                                             {"include_init_images", "*"},
                                                             {"latent_mask", "[\"\"]"},
                                                             {"mask_round", "[true]"},
                                                             {"enable_hr", "[false]"},
                                                             {"hr_scale", "*"},
                                                             {"hr_upscaler", "*"},
                                                             {"hr_second_pass_steps", "*"},
                                                             {"show_extras_results", "*"},
                                                             {"gfpgan_visibility", "[0]"},
                                                             {"codeformer_visibility", "[0]"},
                                                             {"codeformer_weight", "*"},
                                                             {"upscaling_crop", "*"},
                                                             {"upscaler_2", "[\"None\",\"\"]"},
                                                             {"extras_upscaler_2_visibility", "[0]"},
                                                             {"upscale_first", "[false]"}};

[[noreturn]] void refuse_key(const std::string& key, const std::string& why) {
  throw Error(ErrorCategory::bad_argument, fmt::format("'{}' {}", key.substr(0, 100), why));
}

bool is_harmless(const std::string& key, const json& value) {
  if (value.is_null()) return true;
  for (const auto& [known, values] : kHarmless) {
    if (key != known) continue;
    if (std::string_view(values) == "*") return true;
    const auto list = json::parse(values);
    return std::any_of(list.begin(), list.end(), [&](const json& allowed) { return allowed == value; });
  }
  return false;
}

bool is_known_key(const std::string& key) {
  return std::any_of(std::begin(kHarmless), std::end(kHarmless), [&](const auto& entry) { return key == entry.first; });
}

// Scripts that are switched off say so by an empty list or by a first argument of false.
void check_scripts(const json& body) {
  const auto scripts = body.value("alwayson_scripts", json::object());
  if (!scripts.is_object()) refuse_key("alwayson_scripts", "must be an object");
  for (const auto& [name, script] : scripts.items()) {
    const auto arguments = script.is_object() ? script.value("args", json::array()) : json::array({true});
    const bool off = arguments.empty() || (arguments.is_array() && arguments[0] == false);
    if (!off) refuse_key("alwayson_scripts", fmt::format("names the script '{}', which is not here", name.substr(0, 100)));
  }
}

void take_overrides(const json& body, WebUiChoice& choice) {
  const auto overrides = body.value("override_settings", json::object());
  if (!overrides.is_object()) refuse_key("override_settings", "must be an object");
  for (const auto& [key, value] : overrides.items()) {
    if (value.is_null()) continue;
    if (key == "sd_model_checkpoint")
      choice.model = text_at(overrides, "sd_model_checkpoint");
    else if (key == "sd_vae")
      choice.vae = text_at(overrides, "sd_vae");
    else if (key == "CLIP_stop_at_last_layers")
      choice.clip_skip = whole_at(overrides, "CLIP_stop_at_last_layers", 1, 1, 12);
    else
      refuse_key("override_settings", fmt::format("sets '{}', which is not here", key.substr(0, 100)));
  }
}

std::string hires_upscaler(const std::string& name) {
  const auto plain = lower_ascii(name);
  if (plain == "latent" || plain == "latent (antialiased)") return "latent";
  if (plain == "latent (nearest)" || plain == "latent (nearest-exact)") return "latent-nearest";
  if (plain == "latent (bicubic)" || plain == "latent (bicubic antialiased)") return "latent-bicubic";
  if (plain == "lanczos" || plain == "none" || plain == "picture") return "picture";
  refuse_key("hr_upscaler",
             fmt::format("is '{}', which is not here; `latent-upscale-modes` and Lanczos are", name.substr(0, 100)));
}

void take_sampling(const json& body, json& more) {
  auto sampler = text_at(body, "sampler_name");
  if (sampler.empty() && body.contains("sampler_index") && body["sampler_index"].is_string())
    sampler = text_at(body, "sampler_index");
  if (!sampler.empty() && lower_ascii(sampler) != "automatic") more["sampling-method"] = sampler;
  if (const auto scheduler = lower_ascii(text_at(body, "scheduler")); !scheduler.empty() && scheduler != "automatic")
    more["scheduler"] = scheduler;
  if (body.contains("steps")) more["steps"] = whole_at(body, "steps", 50, 1, 10000);
  if (body.contains("cfg_scale")) more["cfg-scale"] = number_at(body, "cfg_scale", 7, 0, 100);
  const double eta = number_at(body, "eta", 0, 0, 1);
  if (lower_ascii(sampler) == "ddim")
    more["eta"] = eta;
  else if (eta != 0 && eta != 1)
    refuse_key("eta", "is supported for DDIM alone");
  if (const double churn = number_at(body, "s_churn", 0, 0, 1000); churn != 0) more["s-churn"] = churn;
  if (const double noise = number_at(body, "s_noise", 1, 0, 10); noise != 1) more["s-noise"] = noise;
  if (const double strength = number_at(body, "subseed_strength", 0, 0, 1); strength > 0) {
    more["subseed-strength"] = strength;
    more["subseed"] = std::max(0.0, number_at(body, "subseed", 0, -1, 9e15));
    more["subseed"] = std::int64_t(more["subseed"].get<double>());
  }
  if (flag_at(body, "tiling", false)) more["tile"] = "xy";
}

void take_hires(const json& body, json& more) {
  if (!flag_at(body, "enable_hr", false)) return;
  more["hires-fix"] = true;
  more["hires-scale"] = number_at(body, "hr_scale", 2, 1, 8);
  more["hires-steps"] = whole_at(body, "hr_second_pass_steps", 0, 0, 10000);
  more["hires-denoising-strength"] = number_at(body, "denoising_strength", 0.7, 0, 1);
  more["hires-upscaler"] = hires_upscaler(text_at(body, "hr_upscaler", "Latent"));
}

void take_picture_keys(const json& body, json& more) {
  more["strength"] = number_at(body, "denoising_strength", 0.75, 0, 1);
  if (const double guidance = number_at(body, "image_cfg_scale", 1.5, 0, 100); guidance != 1.5) more["img-cfg-scale"] = guidance;
  if (!body.contains("mask") || body["mask"].is_null()) return;
  more["mask-blur"] = whole_at(body, "mask_blur", 4, 0, 64);
  more["invert-mask"] = whole_at(body, "inpainting_mask_invert", 0, 0, 1) == 1;
  more["only-masked"] = flag_at(body, "inpaint_full_res", true);
  more["masked-padding"] = whole_at(body, "inpaint_full_res_padding", 32, 0, 1024);
}

const std::vector<std::string>& painting_keys(Kind kind) {
  static const std::vector<std::string> kBoth = {"prompt",
                                                 "negative_prompt",
                                                 "seed",
                                                 "subseed",
                                                 "subseed_strength",
                                                 "sampler_name",
                                                 "sampler_index",
                                                 "scheduler",
                                                 "batch_size",
                                                 "n_iter",
                                                 "steps",
                                                 "cfg_scale",
                                                 "width",
                                                 "height",
                                                 "tiling",
                                                 "eta",
                                                 "s_churn",
                                                 "s_noise",
                                                 "denoising_strength",
                                                 "override_settings",
                                                 "alwayson_scripts"};
  static const auto with = [](std::vector<std::string> more) {
    more.insert(more.end(), kBoth.begin(), kBoth.end());
    return more;
  };
  static const auto kText = with({"enable_hr", "hr_scale", "hr_upscaler", "hr_second_pass_steps"});
  static const auto kPicture = with({"init_images", "mask", "mask_blur", "mask_blur_x", "mask_blur_y", "inpaint_full_res",
                                     "inpaint_full_res_padding", "inpainting_mask_invert", "image_cfg_scale"});
  return kind == Kind::text ? kText : kPicture;
}

}  // namespace

void check_keys(const json& body, const std::vector<std::string>& known) {
  for (const auto& [key, value] : body.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end() || is_harmless(key, value)) continue;
    if (!is_known_key(key)) refuse_key(key, fmt::format("is no key of this request{}", did_you_mean(key.substr(0, 100), known)));
    refuse_key(key, fmt::format("is not supported as {}; leave it out",
                                value.dump(-1, ' ', true, json::error_handler_t::replace).substr(0, 60)));
  }
}

double number_at(const json& body, const char* key, double fallback, double least, double most) {
  const auto found = body.find(key);
  if (found == body.end() || found->is_null()) return fallback;
  if (!found->is_number()) refuse_key(key, "must be a number");
  const double value = found->get<double>();
  if (!(value >= least && value <= most)) refuse_key(key, fmt::format("must be {} to {}", least, most));
  return value;
}

int whole_at(const json& body, const char* key, int fallback, int least, int most) {
  const double value = number_at(body, key, fallback, least, most);
  if (value != std::floor(value)) refuse_key(key, "must be a whole number");
  return int(value);
}

bool flag_at(const json& body, const char* key, bool fallback) {
  const auto found = body.find(key);
  if (found == body.end() || found->is_null()) return fallback;
  if (found->is_number_integer() && (*found == 0 || *found == 1)) return *found == 1;
  if (!found->is_boolean()) refuse_key(key, "must be true or false");
  return found->get<bool>();
}

std::string text_at(const json& body, const char* key, const std::string& fallback) {
  const auto found = body.find(key);
  if (found == body.end() || found->is_null()) return fallback;
  if (!found->is_string()) refuse_key(key, "must be text");
  return found->get<std::string>();
}

std::string picture_bytes(const json& value, const std::string& key) {
  if (!value.is_string()) refuse_key(key, "must be a picture in base 64");
  auto bytes = base64_decoded(value.get_ref<const std::string&>());
  if (!bytes || bytes->empty()) refuse_key(key, "is no picture in base 64");
  return std::move(*bytes);
}

PaintWish wish_of(const json& body, Kind kind, const WebUiChoice& chosen) {
  check_keys(body, painting_keys(kind));
  check_scripts(body);
  auto choice = chosen;
  take_overrides(body, choice);
  PaintWish wish;
  wish.model = choice.model;
  wish.prompt = text_at(body, "prompt");
  wish.negative_prompt = text_at(body, "negative_prompt");
  wish.seed = std::int64_t(number_at(body, "seed", -1, -1, 9e15));
  wish.count = whole_at(body, "batch_size", 1, 1, 64) * whole_at(body, "n_iter", 1, 1, 64);
  wish.width = whole_at(body, "width", 512, 1, 4096);
  wish.height = whole_at(body, "height", 512, 1, 4096);
  take_sampling(body, wish.more);
  if (kind == Kind::text)
    take_hires(body, wish.more);
  else
    take_picture_keys(body, wish.more);
  if (choice.clip_skip > 1) wish.more["clip-skip"] = choice.clip_skip;
  if (const auto vae = lower_ascii(choice.vae); !vae.empty() && vae != "automatic" && vae != "none")
    wish.more["vae"] = choice.vae;
  return wish;
}

}  // namespace inkstone::server::webui
