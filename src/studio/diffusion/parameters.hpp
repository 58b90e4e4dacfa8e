// The settings of a picture as the AUTOMATIC1111 interface writes them, which other programs read back: the prompts, then one
// line of "Name: value", hashes as it computes them.
#pragma once

#include <filesystem>
#include <string>

#include "sample/stable_diffusion/brief.hpp"
#include "studio/diffusion/orders.hpp"
#include "studio/diffusion/session.hpp"

namespace inkstone::studio {

// Of one picture; request is the whole one.
std::string parameters_of(const PaintRequest& request, const PictureOrder& order, const sd::Brief& brief,
                          const sd::BriefResult& result, Session& session, const std::filesystem::path& model_file);

// What that interface calls an adapter by: sha256 of what follows a safetensors header ("sshs_model_hash" where the file says
// it), of other files of all; its first 12 digits. Throws not_found, io.
std::string adapter_hash(const std::filesystem::path& file);

// Its older name for a model: sha256 of 64 KiB at the first MiB, the first 8 digits.
std::string short_model_hash(const std::filesystem::path& file);

}  // namespace inkstone::studio
