// The classifiers inside the program (assets/classifiers): what pictures of digits and garments are measured with, without a
// download.
#pragma once

#include <string>
#include <vector>

#include "models/classifier/classifier.hpp"

namespace inkstone {

// "fashion-mnist", "mnist"
std::vector<std::string> embedded_classifiers();

// Throws not_found, naming the nearest.
Classifier embedded_classifier(const std::string& name);

}  // namespace inkstone
