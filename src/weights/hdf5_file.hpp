// The objects of an HDF5 file and the links between them, as far as h5py and Keras use the format. libhdf5 itself is
// not fit for files of strangers: a minute of fuzzing finds reads of freed memory in it. Nothing here allocates by a
// size that the file claims, and no part of the file is parsed twice, so the work is bounded by the file's size.
// Format: The HDF Group, "HDF5 File Format Specification Version 3.0".
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/files.hpp"

namespace inkstone::hdf5 {

using Address = std::uint64_t;
inline constexpr Address kUndefined = ~Address(0);

enum class MessageType : std::uint16_t {
  dataspace = 0x01,
  datatype = 0x03,
  link = 0x06,
  external_files = 0x07,
  layout = 0x08,
  filters = 0x0B,
  attribute = 0x0C,
  continuation = 0x10,
  symbol_table = 0x11,
};

struct Message {
  MessageType type;
  Bytes body;
};

// All throw corrupt_file, and unsupported for what h5py writes only when asked to (dense groups, shared datatypes).
class File {
 public:
  // Views the bytes; they must outlive it.
  explicit File(Bytes bytes);

  Address root() const { return root_; }
  std::uint64_t size() const { return bytes_.size(); }

  Bytes range(Address address, std::uint64_t size) const;
  Bytes from(Address address) const;

  // The object header at the address; null where it has no such message.
  const std::vector<Message>& messages(Address object);
  const Message* message(Address object, MessageType type);

  // Name -> object, of a group; empty for a dataset. Soft and external links are refused.
  const std::map<std::string, Address>& links(Address group);

  // The object at the end of the path of links. Throws corrupt_file where there is none.
  Address follow(Address group, const std::string& path);

  // An object of the global heap: where texts of variable length are.
  Bytes heap_object(Address collection, std::uint32_t index);

  // Throws corrupt_file at the second visit: trees that share or contain each other.
  void visit_once(Address address);

 private:
  std::vector<Message> read_header(Address object);
  std::map<std::string, Address> read_links(Address group);
  void read_link(Bytes message, std::map<std::string, Address>& into) const;
  void read_name_tree(Address node, Bytes names, int parent_level, std::map<std::string, Address>& into);
  void read_symbols(Address node, Bytes names, std::map<std::string, Address>& into);

  Bytes bytes_;
  Address root_ = 0;
  std::set<Address> visited_;
  std::map<Address, std::vector<Message>> headers_;
  std::map<Address, std::map<std::string, Address>> groups_;
  std::map<Address, std::map<std::uint32_t, Bytes>> heaps_;
};

}  // namespace inkstone::hdf5
