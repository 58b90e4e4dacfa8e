#include "studio/diffusion/guides.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "image/decode.hpp"
#include "inkstone/error.hpp"
#include "post/chain.hpp"
#include "studio/stylize_task.hpp"
#include "tensor/picture.hpp"

namespace inkstone::studio {
namespace {

struct Preprocessor {
  const char *name, *filter, *then;
  const char* second = "";  // what a second value without a name is
};

constexpr Preprocessor kPreprocessors[] = {{"none", "", ""},
                                           {"canny", "canny", "", "high"},
                                           {"soft-edge", "soft-edge", ""},
                                           {"softedge", "soft-edge", ""},
                                           {"scribble", "scribble", ""},
                                           {"lineart", "lineart", ",invert"},  // drawn black on white, shown white on black
                                           {"tile", "coarsen", ""},
                                           {"depth", "stretch", ""},
                                           {"invert", "invert", ""}};

void check_count(const char* option, std::size_t given, std::size_t networks) {
  if (given > networks)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("--{} is given {} times for {} networks; give --control-net for each", option, given, networks));
}

// ":100:200" with the second value named, as the filter wants it.
std::string named_values(const std::string& values, const Preprocessor& known) {
  const auto second = values.find(':', 1);
  if (second == std::string::npos || *known.second == 0 ||
      values.substr(0, values.find(':', second + 1)).find('=') != std::string::npos)
    return values;
  return values.substr(0, second + 1) + known.second + "=" + values.substr(second + 1);
}

const std::string& picture_for(const PaintRequest& request, std::size_t i) {
  if (!request.control_image.empty()) return own_value(request.control_image, i).value;
  if (!request.init.empty()) return request.init.value;
  throw Error(ErrorCategory::bad_argument, "a network that steers needs a picture; give one with --control-image");
}

}  // namespace

std::string preprocessing_chain(const std::string& name) {
  const auto colon = name.find(':');
  const auto word = name.substr(0, colon), values = colon == std::string::npos ? std::string() : name.substr(colon);
  std::vector<std::string> names;
  for (const auto& known : kPreprocessors) {
    if (word == known.name) {
      const auto chain = *known.filter == 0 ? std::string() : known.filter + named_values(values, known) + known.then;
      parse_post_chain(chain);  // before any work: wrong values
      return chain;
    }
    names.push_back(known.name);
  }
  throw Error(ErrorCategory::bad_argument,
              fmt::format("--control-preprocess does not know '{}'{}", word, did_you_mean(word, names)));
}

std::vector<sd::Steering> steering_of(const PaintRequest& request, std::vector<sd::Steering> networks, const Canvas& canvas,
                                      Observer& observer) {
  check_count("control-image", request.control_image.size(), networks.size());
  check_count("control-preprocess", request.control_preprocess.size(), networks.size());
  for (const auto* list : {&request.control_strength, &request.control_start, &request.control_end})
    check_count("control-strength, -start or -end", list->size(), std::max<std::size_t>(1, networks.size()));
  for (std::size_t i = 0; i < networks.size(); ++i) {
    const auto framed = canvas.framed(decode_image(picture_for(request, i)));
    const auto chain =
        request.control_preprocess.empty() ? std::string() : preprocessing_chain(own_value(request.control_preprocess, i));
    networks[i].picture = to_tensor(chain.empty() ? framed : run_chain(framed, chain, request.seed, observer));
    networks[i].strength = own_value(request.control_strength, i);
    networks[i].start = own_value(request.control_start, i);
    networks[i].end = own_value(request.control_end, i);
  }
  return networks;
}

}  // namespace inkstone::studio
