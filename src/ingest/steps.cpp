#include "ingest/steps.hpp"

namespace inkstone {

void Steps::done(std::int64_t count) {
  const auto now = Clock::now();
  if (now < told_ + std::chrono::milliseconds(100)) return;
  told_ = now;
  const double spent = std::chrono::duration<double>(now - started_).count();
  const double left = count > 0 ? spent / static_cast<double>(count) * static_cast<double>(total_ - count) : -1;
  observer_.on_progress({.stage = stage_, .step = count, .total = total_, .values = {}, .seconds_left = left});
}

}  // namespace inkstone
