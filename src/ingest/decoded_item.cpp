#include "ingest/decoded_item.hpp"

#include "inkstone/error.hpp"

namespace inkstone {

DecodedItem decode_item(const Collection& collection, std::size_t index, const Preparation& wish) {
  DecodedItem item;
  const auto& name = collection.items().at(index).name;
  try {
    item.file = collection.bytes(index);
    item.info = probe_image(item.file.bytes, name);
    DecodeOptions options;
    options.fit_within = enough_to_decode({item.info.width, item.info.height}, wish);
    item.picture = prepared(decode_image(item.file.bytes, options, name), wish, static_cast<std::int64_t>(index));
  } catch (const Error& error) {
    if (error.category() == ErrorCategory::out_of_memory || error.category() == ErrorCategory::cancelled) throw;
    item.reason = error.what();
    item.file = {};
  }
  return item;
}

}  // namespace inkstone
