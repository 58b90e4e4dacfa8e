// Which pictures a request asks for: prompts from the command line or a file, lots drawn, a seed for each.
#pragma once

#include <string>
#include <vector>

#include "inkstone/paint_request.hpp"
#include "studio/diffusion/known_files.hpp"

namespace inkstone::studio {

// In the order in which they are painted: every prompt with every seed. Throws not_found, bad_argument (a list that does not
// exist, a prompt too long), corrupt_file.
std::vector<PictureOrder> orders_of(const PaintRequest& request, const KnownFiles& known);

// Whether the request draws lots or reads a file, so that its prompts must be remembered as they came out.
bool draws_prompts(const PaintRequest& request);

}  // namespace inkstone::studio
