// From an AnnotateRequest to notes about pictures, and into the files that they are asked for.
#pragma once

#include "inkstone/annotate_request.hpp"
#include "inkstone/annotation.hpp"
#include "inkstone/observer.hpp"
#include "studio/feature_networks.hpp"

namespace inkstone::studio {

// network: null where there is none; everything but the tags is noted then. Pictures that cannot be read are noted as that.
AnnotationReport run_annotate(const AnnotateRequest& request, const LoadedNetwork* network, LoadedModels& models,
                              Observer& observer);

}  // namespace inkstone::studio
