// The report of a data set on the terminal, as text or JSON.
#pragma once

#include <string>

#include "inkstone/datasets.hpp"

namespace inkstone {

std::string dataset_text(const DatasetReport& report);
std::string dataset_json(const DatasetReport& report);

}  // namespace inkstone
