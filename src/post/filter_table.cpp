#include "post/filter_table.hpp"

#include <type_traits>

#include "inkstone/error.hpp"
#include "post/adjust.hpp"
#include "post/colour_match.hpp"
#include "post/detail.hpp"
#include "post/edges.hpp"
#include "post/filter_options.hpp"
#include "post/finish.hpp"
#include "post/levels.hpp"
#include "post/lineart.hpp"
#include "post/mosaic.hpp"
#include "post/oil.hpp"
#include "post/pencil.hpp"
#include "post/watercolour.hpp"
#include "post/watermark.hpp"

namespace inkstone::post {
namespace {

// A filter's function takes the picture and its options, and where it draws lots also a seed.
template <class Options, class Function>
Image call(const Function& function, const Image& picture, const Options& options, const PostContext& context) {
  if constexpr (std::is_invocable_v<Function, const Image&, const Options&, const PostContext&>)
    return function(picture, options, context);
  else if constexpr (std::is_invocable_v<Function, const Image&, const Options&, std::uint64_t>)
    return function(picture, options, context.seed);
  else
    return function(picture, options);
}

template <class Options, class Function>
Filter filter(const std::string& name, const char* group, const char* help, Function function, bool canvas = false) {
  const auto bind = [name, function, canvas](const std::vector<Argument>& arguments) {
    const auto options = parse_options<Options>(name, arguments);
    return PostStep{name, spelt_out(name, options), references_of(options), canvas,
                    [options, function](const Image& picture, const PostContext& context) {
                      return call(function, picture, options, context);
                    }};
  };
  return {{name, group, help, parameters_of<Options>()}, bind};
}

Image match_to_reference(const Image& picture, const ColourMatchOptions& options, const PostContext& context) {
  if (!context.reference)
    throw Error(ErrorCategory::unsupported, "match-color needs a reference picture, and none can be read here");
  const Image reference = context.reference(options.reference().value);
  if (reference.empty()) throw Error(ErrorCategory::bad_argument, "the reference picture of match-color is empty");
  return match_colour(picture, reference, options);
}

std::vector<Filter> make_table() {
  const char* colour = "Colour";
  const char* structure = "Detail";
  const char* end = "Finish";
  const char* drawing = "Drawing";
  const char* guide = "Guide";  // what a ControlNet is shown
  return {
      filter<ColourMatchOptions>("match-color", colour, "give the picture the colours of another one", match_to_reference),
      filter<WhiteBalanceOptions>("white-balance", colour, "remove a colour cast", white_balance),
      filter<LevelsOptions>("levels", colour, "stretch faded tones over the whole range", levels),
      filter<TemperatureOptions>("temperature", colour, "warmer or colder light, and tint", temperature),
      filter<ExposureOptions>("exposure", colour, "more or less light, in stops", exposure),
      filter<ContrastOptions>("contrast", colour, "steeper or flatter tones, without clipping", contrast),
      filter<SaturationOptions>("saturation", colour, "stronger or weaker colours", saturation),
      filter<GammaOptions>("gamma", colour, "lift or press the middle tones", gamma_curve),
      filter<DetailOptions>("detail", structure, "bring out fine structure at two scales, without halos", detail),
      filter<SharpenOptions>("sharpen", structure, "unsharp mask on brightness", sharpen),
      filter<DenoiseOptions>("denoise", structure, "non-local means", denoise),
      filter<GrainOptions>("grain", end, "film grain", grain),
      filter<VignetteOptions>("vignette", end, "darker corners", vignette),
      filter<SeamlessOptions>("seamless", end, "make opposite edges fit, for tiling", seamless),
      filter<BorderOptions>("border", end, "passe-partout, solid or mirrored border", border, true),
      filter<WatermarkOptions>("watermark", end, "invisible mark in the pixels, which other programs read", watermark),
      filter<PencilOptions>("pencil", drawing, "pencil drawing with hatched tones", pencil),
      filter<LineartOptions>("lineart", drawing, "ink lines along the forms", lineart),
      filter<OilOptions>("oil", drawing, "oil painting by curved brush strokes", oil),
      filter<WatercolourOptions>("watercolour", drawing, "washes on paper", watercolour),
      filter<MosaicOptions>("mosaic", drawing, "stones laid along the contours", mosaic),
      filter<CannyOptions>("canny", guide, "thin edges, white on black", canny),
      filter<SoftEdgeOptions>("soft-edge", guide, "soft edges at three scales, white on black", soft_edge),
      filter<ScribbleOptions>("scribble", guide, "strokes where it is dark, white on black", scribble),
      filter<CoarsenOptions>("coarsen", guide, "take fine structure away", coarsen),
      filter<StretchOptions>("stretch", guide, "grey from black to white, as depth maps want", stretch),
      filter<InvertOptions>("invert", guide, "the negative", invert),
  };
}

}  // namespace

const std::vector<Filter>& filter_table() {
  static const std::vector<Filter> table = make_table();
  return table;
}

}  // namespace inkstone::post

namespace inkstone {

const std::vector<PostFilterInfo>& post_filters() {
  static const std::vector<PostFilterInfo> infos = [] {
    std::vector<PostFilterInfo> list;
    for (const auto& filter : post::filter_table()) list.push_back(filter.info);
    return list;
  }();
  return infos;
}

}  // namespace inkstone
