// The contributions of style and content to a painted picture as a person reads them: the picture washed orange where the
// painting pulls and blue where the photograph pulls back, over a small map for each layer with its share in words.
#pragma once

#include <cstdint>
#include <string>

#include "inkstone/explain_request.hpp"
#include "inkstone/image.hpp"
#include "inkstone/observer.hpp"
#include "studio/feature_networks.hpp"

namespace inkstone::studio {

struct ContributionSheet {
  Image picture;
  std::string legend;
  bool scale = false;  // the legend wants the colours of heat before it
  std::int64_t steps = 0;
  bool stopped = false;
};

// request.picture is a painting of request.content in the style of request.style; request.layer: of that layer alone. What the
// losses come to is told to the observer. Throws bad_argument for pictures of different shapes and for a layer that is neither of
// style nor of content.
ContributionSheet style_contribution_sheet(const ExplainRequest& request, const FeatureNetwork& network, Observer& observer);

}  // namespace inkstone::studio
