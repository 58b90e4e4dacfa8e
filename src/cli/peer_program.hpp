// Another program that paints, timed as this one is: its clock and memory by the system, its parts from what it prints.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inkstone {

// Seconds of the parts of one picture; absent where a program does not tell.
struct PaintTimes {
  std::optional<double> evaluation;  // of the U-Net, mean over the walk
  std::optional<double> decode;
  std::optional<double> first_step;  // from the start of the process to that of the walk
  double whole = 0;
  std::int64_t peak_bytes = 0;  // the most memory that was resident
};

// Reads "evaluation seconds X", "decode seconds X", "first step seconds X", or what stable-diffusion.cpp logs ("sampling
// completed, taking 12.60s" for all steps, "decode_first_stage completed, taking 40.00s").
PaintTimes read_times(std::string_view output, int steps);

// Runs the command by the shell in folder and waits. Throws io with the end of its output where it fails.
PaintTimes time_program(const std::string& name, const std::string& command, const std::string& folder, int steps);

}  // namespace inkstone
