// The report of a data set as one HTML file: figures, classes, what was left out and why, and thumbnails, nothing from
// the network.
#pragma once

#include <string>

#include "inkstone/datasets.hpp"

namespace inkstone {

std::string report_page(const DatasetReport& report);

}  // namespace inkstone
