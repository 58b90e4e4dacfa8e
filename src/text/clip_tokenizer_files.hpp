// The built-in tokeniser as the files that other tools read: a diffusers folder is not whole without them.
#pragma once

#include <filesystem>

namespace inkstone {

enum class ClipPadding {
  end_mark,     // OpenAI's encoder
  exclamation,  // OpenCLIP's: token 0
};

// vocab.json, merges.txt, tokenizer_config.json and special_tokens_map.json as transformers' CLIPTokenizer reads them, into the
// folder, which exists. Throws io, unsupported (a build without zlib).
void write_clip_tokenizer(const std::filesystem::path& folder, ClipPadding padding);

}  // namespace inkstone
