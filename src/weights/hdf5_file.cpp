#include "weights/hdf5_file.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "weights/hdf5_cursor.hpp"

namespace inkstone::hdf5 {
namespace {

constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";
constexpr int kMaxNameTreeLevel = 64;

// Addresses and lengths are of eight bytes in every file that h5py writes.
void require_wide(Cursor& cursor) {
  if (cursor.number<std::uint8_t>() != 8 || cursor.number<std::uint8_t>() != 8)
    unsupported("has addresses that are not of 64 bits");
}

Address root_before_1_10(Cursor& cursor, int version) {
  cursor.take(4);  // versions of parts
  require_wide(cursor);
  cursor.take(version == 0 ? 9 : 13);  // sizes of nodes, consistency flags
  if (cursor.number<Address>() != 0) unsupported("begins inside another file");
  cursor.take(24 + 8);  // free space, end of file, driver; the name of the root
  return cursor.number<Address>();
}

Address root_since_1_10(Cursor& cursor) {
  require_wide(cursor);
  cursor.take(1);
  if (cursor.number<Address>() != 0) unsupported("begins inside another file");
  cursor.take(16);
  return cursor.number<Address>();
}

// Up to the null.
std::string name_at(Bytes names, std::uint64_t offset) {
  if (offset >= names.size()) corrupt("points to a name outside its names");
  const Bytes rest = names.subspan(offset);
  const auto end = std::find(rest.begin(), rest.end(), std::byte(0));
  if (end == rest.end()) corrupt("has a name without an end");
  return {reinterpret_cast<const char*>(rest.data()), std::size_t(end - rest.begin())};
}

void add_link(std::map<std::string, Address>& into, const std::string& name, Address object) {
  if (!into.emplace(name, object).second) corrupt(fmt::format("holds '{}' twice", name));
}

// The segment of a local heap: the names of one group.
Bytes local_heap(const File& file, Address address) {
  Cursor heap(file.from(address));
  heap.expect("HEAP");
  heap.take(4);
  const auto size = heap.number<std::uint64_t>();
  heap.take(8);
  return file.range(heap.number<Address>(), size);
}

}  // namespace

File::File(Bytes bytes) : bytes_(bytes) {
  Cursor cursor(bytes);
  cursor.expect(kSignature);
  const int version = cursor.number<std::uint8_t>();
  if (version > 3) unsupported(fmt::format("is of version {}", version));
  root_ = version < 2 ? root_before_1_10(cursor, version) : root_since_1_10(cursor);
}

Bytes File::from(Address address) const {
  if (address > bytes_.size()) corrupt("points outside itself");
  return bytes_.subspan(address);
}

Bytes File::range(Address address, std::uint64_t size) const {
  const Bytes rest = from(address);
  if (size > rest.size()) corrupt("points outside itself");
  return rest.first(size);
}

void File::visit_once(Address address) {
  if (!visited_.insert(address).second) corrupt("reaches one of its parts in two ways");
}

// ---- object headers ------------------------------------------------------------------------------------------------

namespace {

// How the messages of one header are laid out.
struct HeaderForm {
  bool old = true, creation_order = false;
  std::uint64_t head_size() const { return old ? 8 : creation_order ? 6 : 4; }
};

Message read_message(Cursor& cursor, const HeaderForm& form) {
  constexpr int kShared = 2;
  const auto type = MessageType(form.old ? cursor.number<std::uint16_t>() : cursor.number<std::uint8_t>());
  const auto size = cursor.number<std::uint16_t>();
  const int flags = cursor.number<std::uint8_t>();
  cursor.take(form.head_size() - (form.old ? 5 : 4));
  if ((flags & kShared) != 0 && (type == MessageType::datatype || type == MessageType::dataspace))
    unsupported("shares a datatype between datasets");
  return {type, cursor.take(size)};
}

// The block that a header goes on in, without its signature and checksum.
Bytes continued_block(File& file, Bytes place, const HeaderForm& form) {
  Cursor cursor(place);
  const auto address = cursor.number<Address>();
  const Bytes block = file.range(address, cursor.number<std::uint64_t>());
  file.visit_once(address);
  if (form.old) return block;
  Cursor(block).expect("OCHK");
  return block.subspan(4, std::max<std::size_t>(block.size(), 8) - 8);
}

std::vector<Message> read_messages(File& file, Bytes first_block, const HeaderForm& form) {
  std::vector<Message> result;
  std::vector<Bytes> blocks = {first_block};
  for (std::size_t i = 0; i < blocks.size(); ++i)
    for (Cursor cursor(blocks[i]); cursor.left() >= form.head_size();) {
      const Message message = read_message(cursor, form);
      if (message.type == MessageType::continuation)
        blocks.push_back(continued_block(file, message.body, form));
      else
        result.push_back(message);
    }
  return result;
}

}  // namespace

std::vector<Message> File::read_header(Address object) {
  visit_once(object);
  Cursor cursor(from(object));
  if (cursor.number<std::uint8_t>() == 1) {
    cursor.take(7);
    const auto size = cursor.number<std::uint32_t>();
    cursor.take(4);
    return read_messages(*this, cursor.take(size), {});
  }
  cursor = Cursor(from(object));
  cursor.expect("OHDR");
  if (cursor.number<std::uint8_t>() != 2) unsupported("has object headers of an unknown version");
  const int flags = cursor.number<std::uint8_t>();
  cursor.take(((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0));
  const auto size = cursor.number_of(std::uint64_t(1) << (flags & 3));
  return read_messages(*this, cursor.take(size), {.old = false, .creation_order = (flags & 4) != 0});
}

const std::vector<Message>& File::messages(Address object) {
  const auto known = headers_.find(object);
  return known != headers_.end() ? known->second : headers_.emplace(object, read_header(object)).first->second;
}

const Message* File::message(Address object, MessageType type) {
  const auto& all = messages(object);
  const auto found = std::find_if(all.begin(), all.end(), [type](const Message& m) { return m.type == type; });
  return found != all.end() ? &*found : nullptr;
}

// ---- groups --------------------------------------------------------------------------------------------------------

void File::read_symbols(Address node, Bytes names, std::map<std::string, Address>& into) {
  constexpr std::uint32_t kSoftLink = 2;
  visit_once(node);
  Cursor cursor(from(node));
  cursor.expect("SNOD");
  cursor.take(2);
  for (int left = cursor.number<std::uint16_t>(); left > 0; --left) {
    const std::string name = name_at(names, cursor.number<std::uint64_t>());
    const auto object = cursor.number<Address>();
    if (cursor.number<std::uint32_t>() == kSoftLink) corrupt(fmt::format("has '{}' as a link to elsewhere", name));
    cursor.take(20);
    add_link(into, name, object);
  }
}

void File::read_name_tree(Address node, Bytes names, int parent_level, std::map<std::string, Address>& into) {
  visit_once(node);
  Cursor cursor(from(node));
  cursor.expect("TREE");
  if (cursor.number<std::uint8_t>() != 0) corrupt("has another tree where its names must be");
  const int level = cursor.number<std::uint8_t>();
  if (level >= parent_level) corrupt("has a tree that does not end");
  const int count = cursor.number<std::uint16_t>();
  cursor.take(16);  // siblings
  for (int i = 0; i < count; ++i) {
    cursor.take(8);  // key
    const auto child = cursor.number<Address>();
    if (level == 0)
      read_symbols(child, names, into);
    else
      read_name_tree(child, names, level, into);
  }
}

void File::read_link(Bytes message, std::map<std::string, Address>& into) const {
  Cursor cursor(message);
  if (cursor.number<std::uint8_t>() != 1) unsupported("has links of an unknown version");
  const int flags = cursor.number<std::uint8_t>();
  const int type = (flags & 0x08) != 0 ? cursor.number<std::uint8_t>() : 0;
  cursor.take(((flags & 0x04) != 0 ? 8 : 0) + ((flags & 0x10) != 0 ? 1 : 0));
  const std::string name = cursor.text(cursor.number_of(std::uint64_t(1) << (flags & 3)));
  if (type != 0) corrupt(fmt::format("has '{}' as a link to elsewhere", name));
  add_link(into, name, cursor.number<Address>());
}

std::map<std::string, Address> File::read_links(Address group) {
  constexpr auto kLinkInfo = MessageType(0x02);
  std::map<std::string, Address> result;
  for (const Message& message : messages(group)) {
    if (message.type == MessageType::link) read_link(message.body, result);
    if (message.type == kLinkInfo) {
      Cursor info(message.body);
      info.take(1);
      if ((info.number<std::uint8_t>() & 1) != 0) info.take(8);
      if (info.number<Address>() != kUndefined) unsupported("keeps a large group in a fractal heap");
    }
    if (message.type != MessageType::symbol_table) continue;
    Cursor cursor(message.body);
    const auto tree = cursor.number<Address>();
    read_name_tree(tree, local_heap(*this, cursor.number<Address>()), kMaxNameTreeLevel, result);
  }
  return result;
}

const std::map<std::string, Address>& File::links(Address group) {
  const auto known = groups_.find(group);
  return known != groups_.end() ? known->second : groups_.emplace(group, read_links(group)).first->second;
}

Address File::follow(Address group, const std::string& path) {
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string name = path.substr(begin, end - begin);
    begin = end + 1;
    if (name.empty()) continue;  // as in "/a//b"
    const auto& entries = links(group);
    const auto found = entries.find(name);
    if (found == entries.end()) corrupt(fmt::format("names '{}' but does not hold it", path));
    group = found->second;
  }
  return group;
}

// ---- global heap ---------------------------------------------------------------------------------------------------

namespace {

std::map<std::uint32_t, Bytes> read_heap(const File& file, Address collection) {
  Cursor head(file.from(collection));
  head.expect("GCOL");
  head.take(4);
  Cursor cursor(file.range(collection, head.number<std::uint64_t>()));
  cursor.take(16);
  std::map<std::uint32_t, Bytes> result;
  while (cursor.left() >= 16) {
    const auto index = cursor.number<std::uint16_t>();
    cursor.take(6);
    const auto size = cursor.number<std::uint64_t>();
    if (index == 0) break;  // the free space at the end
    result.emplace(index, cursor.take(size));
    cursor.pad(size);
  }
  return result;
}

}  // namespace

Bytes File::heap_object(Address collection, std::uint32_t index) {
  auto known = heaps_.find(collection);
  if (known == heaps_.end()) known = heaps_.emplace(collection, read_heap(*this, collection)).first;
  const auto found = known->second.find(index);
  if (found == known->second.end()) corrupt("lacks a text that it points to");
  return found->second;
}

}  // namespace inkstone::hdf5
