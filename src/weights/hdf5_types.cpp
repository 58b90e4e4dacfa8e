#include "weights/hdf5_cursor.hpp"
#include "weights/hdf5_values.hpp"

namespace inkstone::hdf5 {

Datatype parse_datatype(Bytes message) {
  Cursor cursor(message);
  Datatype type;
  type.kind = Datatype::Class(cursor.number<std::uint8_t>() & 0x0F);
  type.bits = static_cast<std::uint32_t>(cursor.number_of(3));
  type.size = cursor.number<std::uint32_t>();
  type.properties = cursor.take(cursor.left());
  return type;
}

Shape parse_dataspace(Bytes message) {
  constexpr int kNull = 2;
  Cursor cursor(message);
  const int version = cursor.number<std::uint8_t>();
  const int rank = cursor.number<std::uint8_t>();
  cursor.take(1);
  if (version == 1)
    cursor.take(5);
  else if (version != 2)
    unsupported("has dataspaces of an unknown version");
  else if (cursor.number<std::uint8_t>() == kNull)
    corrupt("has a dataset without a shape");
  Shape shape;
  for (int i = 0; i < rank; ++i)
    shape.push_back(static_cast<std::int64_t>(cursor.number<std::uint64_t>()));  // 2^63 turns negative, which is refused
  return shape;
}

}  // namespace inkstone::hdf5
