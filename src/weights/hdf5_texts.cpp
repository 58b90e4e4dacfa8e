#include "weights/hdf5_cursor.hpp"
#include "weights/hdf5_values.hpp"

namespace inkstone::hdf5 {
namespace {

constexpr std::uint32_t kMaxNameBytes = 4096;  // thousands of names may share one text

struct Attribute {
  std::string name;
  Datatype type;
  Shape shape;
  Bytes data;
};

std::string up_to_null(const std::string& text) {
  return text.substr(0, text.find('\0'));
}

Attribute parse_attribute(Bytes message) {
  Cursor cursor(message);
  const int version = cursor.number<std::uint8_t>();
  if (version < 1 || version > 3) unsupported("has attributes of an unknown version");
  if (cursor.number<std::uint8_t>() != 0 && version > 1) unsupported("shares the datatype of an attribute");
  const auto name_size = cursor.number<std::uint16_t>(), type_size = cursor.number<std::uint16_t>(),
             space_size = cursor.number<std::uint16_t>();
  if (version == 3) cursor.take(1);  // character set
  const auto padded = [&](std::uint16_t size) {
    const Bytes part = cursor.take(size);
    if (version == 1) cursor.pad(size);
    return part;
  };
  Attribute attribute;
  const Bytes name = padded(name_size);
  attribute.name = up_to_null({reinterpret_cast<const char*>(name.data()), name.size()});
  attribute.type = parse_datatype(padded(type_size));
  attribute.shape = parse_dataspace(padded(space_size));
  attribute.data = cursor.take(cursor.left());
  return attribute;
}

std::vector<std::string> fixed_texts(const Attribute& attribute, std::int64_t count) {
  constexpr int kPaddingBits = 0x0F, kSpacePadded = 2;
  std::vector<std::string> texts;
  Cursor cursor(attribute.data);
  for (std::int64_t i = 0; i < count; ++i) {
    std::string text = up_to_null(cursor.text(attribute.type.size));
    if ((attribute.type.bits & kPaddingBits) == kSpacePadded) text.erase(text.find_last_not_of(' ') + 1);
    texts.push_back(std::move(text));
  }
  return texts;
}

std::vector<std::string> variable_texts(File& file, const Attribute& attribute, std::int64_t count) {
  std::vector<std::string> texts;
  Cursor cursor(attribute.data);
  for (std::int64_t i = 0; i < count; ++i) {
    const auto length = cursor.number<std::uint32_t>();
    const auto collection = cursor.number<Address>();
    const auto index = cursor.number<std::uint32_t>();
    if (length > kMaxNameBytes) corrupt("has a name that is impossibly long");
    if (length == 0)
      texts.emplace_back();
    else
      texts.push_back(up_to_null(Cursor(file.heap_object(collection, index)).text(length)));
  }
  return texts;
}

}  // namespace

std::optional<std::vector<std::string>> read_texts(File& file, Address object, const std::string& name) {
  constexpr std::uint32_t kVariableText = 1;
  for (const Message& message : file.messages(object)) {
    if (message.type != MessageType::attribute) continue;
    const Attribute attribute = parse_attribute(message.body);
    if (attribute.name != name) continue;
    const std::int64_t count = element_count(attribute.shape, name);
    if (count == 0) return std::vector<std::string>{};  // of no matter what
    if (attribute.type.kind == Datatype::Class::text && attribute.type.size > 0) return fixed_texts(attribute, count);
    const bool variable = attribute.type.kind == Datatype::Class::variable && (attribute.type.bits & 0x0F) == kVariableText;
    if (!variable || attribute.type.size != 16) corrupt(fmt::format("has no list of names in \"{}\"", name));
    return variable_texts(file, attribute, count);
  }
  return std::nullopt;
}

}  // namespace inkstone::hdf5
