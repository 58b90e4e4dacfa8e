// The feature networks that metrics look through: FID's Inception, and small classifiers trained by this program.
#pragma once

#include <memory>

#include "eval/feature_extractor.hpp"
#include "models/classifier/classifier.hpp"
#include "models/inception/inception.hpp"

namespace inkstone {

// 2048 features, 1008 probabilities. Name: "inception-v3/<fingerprint of the weights>/<resize>".
std::unique_ptr<FeatureExtractor> make_inception_extractor(const StateDict& weights,
                                                           InceptionResize resize = InceptionResize::bilinear,
                                                           at::Device device = at::kCPU);

// The classifier's penultimate features and its probabilities. Colour becomes grey for a classifier of grey pictures (Rec. 601
// luma), grey is repeated for one of colour; other sizes are resized to the one that it was trained on (bicubic, antialiased).
// Name: "classifier-<name>/<fingerprint>".
std::unique_ptr<FeatureExtractor> make_classifier_extractor(Classifier classifier, at::Device device = at::kCPU);

}  // namespace inkstone
