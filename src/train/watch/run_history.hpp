// What a report shows of a run so far, in bounded memory: curves thinned to what a screen resolves, fewer and fewer of the old
// pictures.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace inkstone {

// Values over steps; not finite where the run reported that.
struct Curve {
  std::vector<int64_t> steps;
  std::vector<double> values;

  void add(int64_t step, double value);
  // At most `most` points: of each stretch its lowest and its highest, so that spikes stay.
  Curve thinned(std::size_t most) const;
};

struct DatedPicture {
  int64_t step = 0;
  std::string png;
};

class RunHistory {
 public:
  explicit RunHistory(std::size_t most_picture_bytes) : most_picture_bytes_(most_picture_bytes) {}

  // What a run's folder (metrics.jsonl, samples/) holds up to and with a step; instead of what is here.
  void read(const std::filesystem::path& run, int64_t last_step);

  void add_scalars(int64_t step, const std::map<std::string, double>& values);
  void add_picture(int64_t step, const std::string& tag, std::string png);  // drops others when there are too many bytes
  void add_message(int64_t step, const std::string& message);

  int64_t latest_step() const { return latest_step_; }
  // {"curves":{name:[[steps],[values]]},"messages":[[step,text]],"pictures":{tag:[[step,"data:..."]]}}
  nlohmann::json to_json() const;

 private:
  void read_line(const nlohmann::ordered_json& line);

  std::size_t most_picture_bytes_;
  int64_t latest_step_ = 0;
  std::map<std::string, Curve> curves_;
  std::map<std::string, std::vector<DatedPicture>> pictures_;  // by tag
  std::vector<std::pair<int64_t, std::string>> messages_;
};

}  // namespace inkstone
