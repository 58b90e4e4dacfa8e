#include <charconv>
#include <cstdlib>

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "train/processes.hpp"

namespace inkstone {
namespace {

const char* first_set(std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const char* value = std::getenv(name); value && *value) return value;
  return nullptr;
}

int number(std::initializer_list<const char*> names, int fallback) {
  const char* text = first_set(names);
  if (!text) return fallback;
  const std::string value = text;
  int result = 0;
  const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), result);
  if (failed != std::errc() || end != value.data() + value.size())
    throw Error(ErrorCategory::bad_argument, fmt::format("{} is '{}', which is no number", *names.begin(), value));
  return result;
}

}  // namespace

ProcessPlace ProcessPlace::from_environment() {
  ProcessPlace place;
  place.size = number({"WORLD_SIZE", "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_NTASKS"}, 1);
  place.rank = number({"RANK", "OMPI_COMM_WORLD_RANK", "PMI_RANK", "SLURM_PROCID"}, 0);
  place.local_rank = number({"LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_RANK", "SLURM_LOCALID"}, 0);
  place.port = number({"MASTER_PORT"}, 29500);
  if (const char* address = first_set({"MASTER_ADDR"})) place.address = address;
  if (place.size < 1 || place.rank < 0 || place.rank >= place.size)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("RANK={} WORLD_SIZE={}: the rank must be from 0 to the size less one", place.rank, place.size));
  if (place.size > 1 && !first_set({"MASTER_ADDR"}))
    throw Error(ErrorCategory::bad_argument,
                fmt::format("WORLD_SIZE={} but MASTER_ADDR is not set; start with torchrun, or set both", place.size));
  return place;
}

}  // namespace inkstone
