#include "studio/diffusion/orders.hpp"

#include <sstream>

#include <fmt/format.h>

#include "core/files.hpp"
#include "core/text.hpp"
#include "inkstone/error.hpp"
#include "text/prompt_variants.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargestList = std::uint64_t(16) << 20;  // bytes

// Lines that are neither blank nor comments.
std::vector<std::string> lines_of(const fs::path& path) {
  std::istringstream text(read_file(path, kLargestList));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);)
    if (auto words = trimmed(line); !words.empty() && words[0] != '#') lines.push_back(std::move(words));
  return lines;
}

Wildcards wildcards_in(const std::string& folder) {
  if (folder.empty()) return {};
  if (!fs::is_directory(folder))
    throw Error(ErrorCategory::not_found, fmt::format("--wildcards-dir names {}, which is no folder", folder));
  return [folder](const std::string& name) {
    const auto file = (fs::path(folder) / (name + ".txt")).lexically_normal();
    const bool below = file.lexically_relative(fs::path(folder).lexically_normal()).string().rfind("..", 0) != 0;
    if (!below || !fs::exists(file))
      throw Error(ErrorCategory::not_found,
                  fmt::format("the prompt draws from __{}__, and {} has no {}.txt", name, folder, name));
    return lines_of(file);
  };
}

std::vector<std::string> prompts_of(const PaintRequest& request) {
  if (request.prompt_file.empty()) return {request.prompt};
  if (!request.prompt.empty())
    throw Error(ErrorCategory::bad_argument,
                "a prompt and a --prompt-file are given; put all prompts into the file, or leave it out");
  auto prompts = lines_of(request.prompt_file);
  if (prompts.empty()) throw Error(ErrorCategory::bad_argument, fmt::format("{} has no prompt in it", request.prompt_file));
  return prompts;
}

}  // namespace

std::vector<PictureOrder> orders_of(const PaintRequest& request, const KnownFiles& known) {
  if (!known.orders.empty()) return known.orders;
  const auto wildcards = wildcards_in(request.wildcards_dir);
  const auto drawn = [&](const std::string& prompt, uint64_t seed) {
    return known.resolved ? prompt : prompt_variant(prompt, seed, wildcards);
  };
  std::vector<PictureOrder> orders;
  for (const auto& prompt : prompts_of(request))
    for (int k = 0; k < request.batch; ++k) {
      const auto seed = uint64_t(request.seed) + uint64_t(k);
      orders.push_back({drawn(prompt, seed), drawn(request.negative_prompt, seed), seed});
    }
  return orders;
}

bool draws_prompts(const PaintRequest& request) {
  return !request.prompt_file.empty() || has_variants(request.prompt) || has_variants(request.negative_prompt);
}

}  // namespace inkstone::studio
