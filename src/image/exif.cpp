#include "image/exif.hpp"

#include <algorithm>
#include <vector>

#include "image/byte_reader.hpp"

namespace inkstone {
namespace {

constexpr int kSoftware = 0x0131, kOrientation = 0x0112, kArtist = 0x013B, kCopyright = 0x8298, kExifIfd = 0x8769;
constexpr int kVersion = 0x9000, kUserComment = 0x9286, kColourSpace = 0xA001;
constexpr int kAscii = 2, kShort = 3, kLong = 4, kUndefined = 7;
constexpr std::size_t kEntryBytes = 12, kHeaderBytes = 8;
constexpr std::string_view kUnicode{"UNICODE\0", 8}, kAsciiComment{"ASCII\0\0\0", 8};

std::size_t type_bytes(std::uint64_t type) {
  constexpr std::size_t kBytes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};
  return type < std::size(kBytes) ? kBytes[type] : 0;
}

struct Entry {
  int tag = 0, type = 0;
  std::uint32_t count = 0;
  std::string data;  // value bytes; for entries of a block that is kept: the 4 bytes of the value field
};

std::optional<ByteOrder> order_of(std::string_view exif) {
  if (exif.starts_with(std::string_view("MM\0*", 4))) return ByteOrder::big;
  if (exif.starts_with(std::string_view("II*\0", 4))) return ByteOrder::little;
  return std::nullopt;
}

// One directory of a block that somebody else wrote.
class Directory {
 public:
  Directory(std::string_view exif, std::uint64_t offset, ByteOrder order) : exif_(exif), offset_(offset), order_(order) {
    const auto count = number_at(exif, offset, 2, order);
    valid_ = count && slice(exif, offset + 2, *count * kEntryBytes + 4);
    count_ = valid_ ? *count : 0;
  }

  bool valid() const { return valid_; }
  std::uint64_t next_link() const { return offset_ + 2 + count_ * kEntryBytes; }

  // Where the entry of this tag lies.
  std::optional<std::uint64_t> find(int tag) const {
    for (std::uint64_t i = 0; i < count_; ++i)
      if (number(entry(i), 2) == static_cast<std::uint64_t>(tag)) return entry(i);
    return std::nullopt;
  }

  std::string_view value(int tag) const {
    const auto at = find(tag);
    if (!at) return {};
    const std::uint64_t bytes = number(*at + 4, 4) * type_bytes(number(*at + 2, 2));
    return slice(exif_, bytes <= 4 ? *at + 8 : number(*at + 8, 4), bytes).value_or(std::string_view{});
  }

  std::uint64_t link(int tag) const {
    const auto at = find(tag);
    return at ? number(*at + 8, 4) : 0;
  }

  std::vector<std::string_view> entries_without(int tag) const {
    std::vector<std::string_view> kept;
    for (std::uint64_t i = 0; i < count_; ++i)
      if (number(entry(i), 2) != static_cast<std::uint64_t>(tag)) kept.push_back(exif_.substr(entry(i), kEntryBytes));
    return kept;
  }

 private:
  std::uint64_t entry(std::uint64_t i) const { return offset_ + 2 + i * kEntryBytes; }
  std::uint64_t number(std::uint64_t at, int size) const { return number_at(exif_, at, size, order_).value_or(0); }

  std::string_view exif_;
  std::uint64_t offset_, count_ = 0;
  ByteOrder order_;
  bool valid_ = false;
};

std::string text_value(const Directory& directory, int tag) {
  const auto value = directory.value(tag);
  return clean_utf8(value.substr(0, value.find('\0')));
}

// Writers disagree with the standard on the byte order of UNICODE comments; NULs tell where the low bytes lie.
ByteOrder comment_order(std::string_view text, ByteOrder block) {
  std::size_t even = 0, odd = 0;
  for (std::size_t i = 0; i < text.size(); ++i) (i % 2 ? odd : even) += text[i] == 0;
  return even == odd ? block : even > odd ? ByteOrder::big : ByteOrder::little;
}

std::string decode_comment(std::string_view value, ByteOrder order) {
  if (value.size() < 8) return {};
  const auto text = value.substr(8);
  if (value.starts_with(kUnicode)) return utf16_to_utf8(text, comment_order(text, order));
  return clean_utf8(text);
}

std::string encode_comment(std::string_view comment, ByteOrder order) {
  return std::string(kUnicode) + utf8_to_utf16(comment, order);
}

void append_entry(std::string& out, const Entry& entry, ByteOrder order) {
  append_number(out, entry.tag, 2, order);
  append_number(out, entry.type, 2, order);
  append_number(out, entry.count, 4, order);
}

// A directory at offset, its long values right behind it.
std::string make_directory(const std::vector<Entry>& entries, std::size_t offset, ByteOrder order) {
  std::string table, values;
  append_number(table, entries.size(), 2, order);
  const std::size_t values_at = offset + 2 + entries.size() * kEntryBytes + 4;
  for (const auto& entry : entries) {
    append_entry(table, entry, order);
    if (entry.data.size() <= 4) {
      table += entry.data + std::string(4 - entry.data.size(), '\0');
      continue;
    }
    append_number(table, values_at + values.size(), 4, order);
    values += entry.data;
    if (values.size() % 2) values += '\0';
  }
  append_number(table, 0, 4, order);
  return table + values;
}

Entry ascii_entry(int tag, const std::string& text) {
  return {tag, kAscii, static_cast<std::uint32_t>(text.size() + 1), text + '\0'};
}

Entry number_entry(int tag, int type, std::uint64_t value) {
  Entry entry{tag, type, 1, {}};
  append_number(entry.data, value, static_cast<int>(type_bytes(type)), ByteOrder::big);
  return entry;
}

void put_number(std::string& exif, std::uint64_t at, std::uint64_t value, int size, ByteOrder order) {
  std::string bytes;
  append_number(bytes, value, size, order);
  std::copy(bytes.begin(), bytes.end(), exif.begin() + static_cast<std::ptrdiff_t>(at));
}

// The directory's entries without tag plus a new one, sorted by tag as the standard wants; link points to nothing.
std::string copy_with_entry(const Directory& directory, const std::string& entry, int tag, ByteOrder order) {
  std::vector<std::string> entries;
  for (const auto kept : directory.entries_without(tag)) entries.emplace_back(kept);
  entries.push_back(entry);
  std::stable_sort(entries.begin(), entries.end(),
                   [order](const auto& a, const auto& b) { return *number_at(a, 0, 2, order) < *number_at(b, 0, 2, order); });
  std::string out;
  append_number(out, entries.size(), 2, order);
  for (const auto& bytes : entries) out += bytes;
  append_number(out, 0, 4, order);
  return out;
}

std::string entry_with_offset(const Entry& entry, std::uint64_t offset, ByteOrder order) {
  std::string bytes;
  append_entry(bytes, entry, order);
  append_number(bytes, offset, 4, order);
  return bytes;
}

void pad_to_even(std::string& bytes) {
  if (bytes.size() % 2) bytes += '\0';
}

// Appends the comment and a new EXIF directory that lists it, and points the main directory there.
void append_comment(std::string& exif, std::string_view comment, ByteOrder order) {
  pad_to_even(exif);
  const std::string value = encode_comment(comment, order);
  const auto value_at = exif.size();
  exif += value;
  const std::uint64_t main_at = *number_at(exif, 4, 4, order);
  const std::uint64_t old_at = Directory(exif, main_at, order).link(kExifIfd);
  const Entry entry{kUserComment, kUndefined, static_cast<std::uint32_t>(value.size()), {}};
  // Offset 0 is the header: never a valid directory, so an absent one copies as empty.
  const Directory old(old_at != 0 ? std::string_view(exif) : std::string_view(), old_at, order);
  const std::string directory = copy_with_entry(old, entry_with_offset(entry, value_at, order), kUserComment, order);
  const auto directory_at = exif.size();
  exif += directory;
  if (const auto pointer = Directory(exif, main_at, order).find(kExifIfd))
    return put_number(exif, *pointer + 8, directory_at, 4, order);
  const std::string pointer = entry_with_offset({kExifIfd, kLong, 1, {}}, directory_at, order);
  const std::string main = copy_with_entry(Directory(exif, main_at, order), pointer, kExifIfd, order);
  put_number(exif, 4, exif.size(), 4, order);
  exif += main;
}

}  // namespace

std::string make_exif(const ExifTexts& texts) {
  if (texts.user_comment.empty() && texts.software.empty() && texts.artist.empty() && texts.copyright.empty()) return {};
  const auto order = ByteOrder::big;
  std::vector<Entry> main, exif{{kVersion, kUndefined, 4, "0232"}};
  for (const auto& [tag, text] : {std::pair(kSoftware, texts.software), {kArtist, texts.artist}, {kCopyright, texts.copyright}})
    if (!text.empty()) main.push_back(ascii_entry(tag, text));
  if (const auto comment = encode_comment(texts.user_comment, order); !texts.user_comment.empty())
    exif.push_back({kUserComment, kUndefined, static_cast<std::uint32_t>(comment.size()), comment});
  exif.push_back(number_entry(kColourSpace, kShort, 1));  // sRGB
  main.push_back(number_entry(kExifIfd, kLong, 0));
  const std::size_t exif_at = kHeaderBytes + make_directory(main, kHeaderBytes, order).size();
  main.back() = number_entry(kExifIfd, kLong, exif_at);
  return std::string("MM\0*\0\0\0\x08", kHeaderBytes) + make_directory(main, kHeaderBytes, order) +
         make_directory(exif, exif_at, order);
}

ExifTexts parse_exif(std::string_view exif) {
  const auto order = order_of(exif);
  if (!order) return {};
  const Directory main(exif, number_at(exif, 4, 4, *order).value_or(0), *order);
  const std::uint64_t exif_at = main.link(kExifIfd);
  const Directory details(exif_at != 0 ? exif : std::string_view(), exif_at, *order);
  return {decode_comment(details.value(kUserComment), *order), text_value(main, kSoftware), text_value(main, kArtist),
          text_value(main, kCopyright)};
}

std::string with_user_comment(std::string_view exif, std::string_view comment) {
  const auto order = order_of(exif);
  const std::uint64_t main_at = order ? number_at(exif, 4, 4, *order).value_or(0) : 0;
  const Directory main(order ? exif : std::string_view(), main_at, order.value_or(ByteOrder::big));
  if (main_at < kHeaderBytes || !main.valid()) return make_exif({std::string(comment), {}, {}, {}});
  std::string out(exif);
  if (const auto at = main.find(kOrientation)) put_number(out, *at + 8, 1, 2, *order);
  put_number(out, main.next_link(), 0, 4, *order);
  if (!comment.empty()) append_comment(out, comment, *order);
  return out;
}

}  // namespace inkstone
