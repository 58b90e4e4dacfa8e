// What the objects of an HDF5 file hold: tensors in datasets, lists of names in attributes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "weights/extent.hpp"
#include "weights/hdf5_file.hpp"

namespace inkstone::hdf5 {

struct Datatype {
  enum class Class { integer = 0, real = 1, text = 3, variable = 9 };
  Class kind = Class::integer;
  std::uint32_t size = 0;  // bytes
  std::uint32_t bits = 0;  // flags, by class
  Bytes properties;
};

// Throw corrupt_file, unsupported.
Datatype parse_datatype(Bytes message);
Shape parse_dataspace(Bytes message);  // scalar: no dimensions

// What the tensors of a file may still take. Both throw corrupt_file, naming the dataset.
class Allowance {
 public:
  explicit Allowance(std::uint64_t file_size) : stored_left_(file_size) {}

  // Bytes of the file: no range of them serves two datasets.
  void claim(std::uint64_t stored, const std::string& dataset);

  // Memory for what is packed in so many bytes: at most 4096 times these, and 16 GiB in all.
  void reserve(std::uint64_t bytes, std::uint64_t stored, const std::string& dataset);

 private:
  std::uint64_t stored_left_, memory_left_ = std::uint64_t(16) << 30;
};

// float32 (also from float16), float64, uint8, int8 to int64, contiguous, in the file's layout. Throws corrupt_file,
// unsupported, naming the dataset.
at::Tensor read_dataset(File& file, Address object, Allowance& allowance, const std::string& dataset);

// An attribute that lists texts, of fixed or variable length; absent if the object has none of that name.
std::optional<std::vector<std::string>> read_texts(File& file, Address object, const std::string& attribute);

}  // namespace inkstone::hdf5
