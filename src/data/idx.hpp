// IDX, the format in which MNIST and its likes are published: a magic number with the element type and the number of
// dimensions, the dimensions big-endian, the bytes. LeCun, Cortes and Burges, yann.lecun.com/exdb/mnist.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "data/tensor_dataset.hpp"

namespace inkstone {

// One file of unsigned bytes, plain or gzip -> uint8 tensor of its shape. Throws not_found, io; corrupt_file for a header
// that is none, asks for more than 4 GiB or disagrees with the size of the file; unsupported for other element types.
at::Tensor read_idx(const std::filesystem::path& path);

// place: a folder with {train,t10k}-images-idx3-ubyte and -labels-idx1-ubyte, each perhaps .gz (EMNIST's "test-..." and
// "name-train-..." too), or one file of pictures, whose labels are looked for beside it and may be missing. split: "train" or
// "test". classes: names of the labels; empty: "0", "1", ... Throws as read_idx, and corrupt_file where labels and pictures
// differ in number.
std::shared_ptr<const TensorDataset> open_idx(const std::filesystem::path& place, const std::string& split,
                                              std::vector<std::string> classes = {});

}  // namespace inkstone
