// One spelling for the names that tools give the same solver: "DPM++ 2M", "dpm++2m", "dpmpp_2m" and "DPM-pp 2m" are one.
#pragma once

#include <string>
#include <string_view>

namespace inkstone {

// Lower case, letters and digits alone, "++" as "pp".
std::string spelling_of(std::string_view name);

}  // namespace inkstone
