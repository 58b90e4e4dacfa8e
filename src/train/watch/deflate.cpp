#include "train/watch/deflate.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "train/watch/checksum.hpp"
#include "train/watch/huffman.hpp"

namespace inkstone {
namespace {

constexpr int kWindow = 32768, kShortest = 3, kLongest = 258, kEndOfBlock = 256;
constexpr int kHashBits = 15, kTries = 16;
constexpr std::size_t kBlock = 1 << 16;  // tokens that share a code

// A literal (distance 0) or a copy of `value` bytes from `distance` back.
struct Token {
  uint16_t value = 0, distance = 0;
};

class BitWriter {
 public:
  void put(uint32_t bits, int count) {
    held_ |= static_cast<uint64_t>(bits) << filled_;
    for (filled_ += count; filled_ >= 8; filled_ -= 8, held_ >>= 8) bytes_.push_back(static_cast<char>(held_));
  }
  std::string take() {
    if (filled_ > 0) put(0, 8 - filled_);
    return std::move(bytes_);
  }

 private:
  std::string bytes_;
  uint64_t held_ = 0;
  int filled_ = 0;
};

// How deflate writes a number: a symbol and a few bits behind it.
struct Coded {
  int symbol, extra_bits;
  uint32_t extra;
};

// Steps double every `per_step` symbols: 4 for lengths, 2 for distances; offset counts from the smallest value.
Coded coded(uint32_t offset, int log_per_step) {
  if (offset < (2u << log_per_step)) return {static_cast<int>(offset), 0, 0};
  const int extra = std::bit_width(offset) - 1 - log_per_step;
  const auto symbol = (static_cast<uint32_t>(extra) << log_per_step) + (offset >> extra);
  return {static_cast<int>(symbol), extra, offset & ((1u << extra) - 1)};
}

Coded coded_length(int length) {
  if (length == kLongest) return {285, 0, 0};
  auto code = coded(static_cast<uint32_t>(length - kShortest), 2);
  code.symbol += 257;
  return code;
}

Coded coded_distance(int distance) {
  return coded(static_cast<uint32_t>(distance - 1), 1);
}

class Matcher {
 public:
  explicit Matcher(Bytes bytes) : bytes_(bytes), head_(1 << kHashBits, -1), previous_(bytes.size(), -1) {}

  // The longest of the latest earlier occurrences; distance 0 where none is worth a copy.
  Token longest(int64_t at) const {
    Token best{static_cast<uint16_t>(kShortest - 1), 0};
    if (at + kShortest > size()) return best;
    int64_t candidate = head_[hash(at)];
    for (int tries = 0; tries < kTries && candidate >= 0 && at - candidate <= kWindow;
         ++tries, candidate = previous_[candidate]) {
      const int length = common(candidate, at);
      if (length > best.value) best = {static_cast<uint16_t>(length), static_cast<uint16_t>(at - candidate)};
    }
    return best;
  }

  void insert(int64_t at) {
    if (at + kShortest > size()) return;
    auto& head = head_[hash(at)];
    previous_[at] = static_cast<int32_t>(head);
    head = static_cast<int32_t>(at);
  }

  int64_t size() const { return static_cast<int64_t>(bytes_.size()); }

 private:
  uint32_t byte(int64_t at) const { return static_cast<uint8_t>(bytes_[at]); }
  uint32_t hash(int64_t at) const {
    return (byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2)) * 2654435761u >> (32 - kHashBits);
  }
  int common(int64_t earlier, int64_t at) const {
    const int limit = static_cast<int>(std::min<int64_t>(kLongest, size() - at));
    int length = 0;
    while (length < limit && bytes_[earlier + length] == bytes_[at + length]) ++length;
    return length;
  }

  Bytes bytes_;
  std::vector<int32_t> head_, previous_;
};

std::vector<Token> tokens_of(Bytes bytes) {
  std::vector<Token> tokens;
  Matcher matcher(bytes);
  for (int64_t at = 0; at < matcher.size();) {
    const auto match = matcher.longest(at);
    const int64_t step = match.distance > 0 ? match.value : 1;
    tokens.push_back(match.distance > 0 ? match : Token{static_cast<uint8_t>(bytes[at]), 0});
    for (int64_t k = 0; k < step; ++k) matcher.insert(at + k);
    at += step;
  }
  return tokens;
}

struct Codes {
  std::vector<int> lengths;
  std::vector<uint32_t> codes;

  Codes(const std::vector<uint64_t>& counts, int limit)
      : lengths(huffman_lengths(counts, limit)), codes(huffman_codes(lengths)) {}
  void put(BitWriter& out, int symbol) const { out.put(codes[symbol], lengths[symbol]); }
};

// The header of a block: the lengths of both codes, themselves coded, without the run lengths that the format also offers.
void put_lengths(BitWriter& out, const std::vector<int>& lengths) {
  constexpr std::array<int, 19> kOrder = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  std::vector<uint64_t> counts(19, 0);
  for (const int length : lengths) ++counts[length];
  const Codes codes(counts, 7);
  out.put(19 - 4, 4);
  for (const int symbol : kOrder) out.put(static_cast<uint32_t>(codes.lengths[symbol]), 3);
  for (const int length : lengths) codes.put(out, length);
}

void put_block(BitWriter& out, std::span<const Token> tokens, bool last) {
  std::vector<uint64_t> literal_counts(286, 0), distance_counts(30, 0);
  literal_counts[kEndOfBlock] = 1;
  for (const auto& token : tokens) {
    ++literal_counts[token.distance == 0 ? token.value : coded_length(token.value).symbol];
    if (token.distance > 0) ++distance_counts[coded_distance(token.distance).symbol];
  }
  const Codes literals(literal_counts, 15), distances(distance_counts, 15);
  out.put(last, 1);
  out.put(2, 2);
  out.put(286 - 257, 5);
  out.put(30 - 1, 5);
  auto lengths = literals.lengths;
  lengths.insert(lengths.end(), distances.lengths.begin(), distances.lengths.end());
  put_lengths(out, lengths);
  for (const auto& token : tokens) {
    if (token.distance == 0) {
      literals.put(out, token.value);
      continue;
    }
    const auto length = coded_length(token.value), distance = coded_distance(token.distance);
    literals.put(out, length.symbol);
    out.put(length.extra, length.extra_bits);
    distances.put(out, distance.symbol);
    out.put(distance.extra, distance.extra_bits);
  }
  literals.put(out, kEndOfBlock);
}

}  // namespace

std::string zlib_compress(Bytes bytes) {
  const auto tokens = tokens_of(bytes);
  BitWriter out;
  out.put(0x78, 8);  // deflate, window of 32 KiB
  out.put(0x9c, 8);  // default level; makes the header a multiple of 31
  for (std::size_t first = 0; first == 0 || first < tokens.size(); first += kBlock) {
    const auto count = std::min(kBlock, tokens.size() - first);
    put_block(out, std::span(tokens).subspan(first, count), first + count >= tokens.size());
  }
  auto stream = out.take();
  const auto checksum = adler32(bytes);
  for (int shift = 24; shift >= 0; shift -= 8) stream.push_back(static_cast<char>(checksum >> shift));
  return stream;
}

}  // namespace inkstone
