// The events of TensorBoard's files, as bytes: tensorboard/compat/proto/{event,summary,graph}.proto, framed as TFRecord.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "train/watcher.hpp"

namespace inkstone {

// When and where in the run; seconds since 1970.
struct EventTime {
  double seconds = 0;
  int64_t step = 0;
};

// Counts of values in (limits[k-1], limits[k]].
struct Histogram {
  double minimum = 0, maximum = 0, sum = 0, sum_of_squares = 0;
  std::vector<double> limits, counts;
};

// Of the finite values, in 64 equal bins; absent where there are none.
std::optional<Histogram> histogram_of(const at::Tensor& values);

std::string version_event(double seconds);  // the first of every file
std::string restart_event(EventTime time);  // readers drop what they have from this step on
std::string scalars_event(EventTime time, const std::map<std::string, double>& values);
std::string picture_event(EventTime time, const std::string& tag, int64_t channels, int64_t height, int64_t width,
                          const std::string& png);
std::string histograms_event(EventTime time, const std::map<std::string, Histogram>& histograms);
std::string text_event(EventTime time, const std::string& tag, const std::string& markdown);

// One node per module in the order of the calls, a chain within each network; names with dots become nested scopes.
std::string graph_event(EventTime time, const std::vector<RunDescription::Module>& modules);

// An event as it stands in the file: length and content, each with its checksum.
std::string framed_record(const std::string& event);

}  // namespace inkstone
