// Pictures named in a list, downloaded politely: one at a time, with a pause between two requests to a server, leaving
// alone what its robots.txt asks for, going on where an earlier run broke off, and keeping who made each and under which licence.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>

#include "inkstone/datasets.hpp"
#include "inkstone/observer.hpp"

namespace inkstone {

struct CollectOptions {
  std::chrono::milliseconds pause{1000};
  bool robots = true;
  // Gets url into target, whole or not at all. Throws Error; not_found and corrupt_file are the picture's fault.
  std::function<void(const std::string& url, const std::filesystem::path& target)> download;
};

// list: ingest/caption_table.hpp with a column url, or .txt with one URL per line. Into folder: pictures under the name in the
// list, else that of the URL, made unique by their place in the list; metadata.jsonl with a line per picture that is there. What
// is there is not asked for again. Throws not_found, io (the list, the folder, no network at all), corrupt_file (the list),
// bad_argument (a list without URLs), cancelled.
DatasetReport collect_pictures(const std::filesystem::path& list, const std::filesystem::path& folder,
                               const CollectOptions& options, Observer& observer);

// Where a picture of the list goes: its name in the list if that stays inside the folder, else the last part of its URL.
std::string collected_name(const std::string& file, const std::string& url, std::size_t place);

}  // namespace inkstone
