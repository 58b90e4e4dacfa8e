// CIFAR-10 in its binary version: records of one label byte and 3072 bytes of pixels, red plane first.
// Krizhevsky 2009, "Learning multiple layers of features from tiny images"; cs.toronto.edu/~kriz/cifar.html.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "data/tensor_dataset.hpp"

namespace inkstone {

// "airplane", "automobile", ... in the order of the labels.
const std::vector<std::string>& cifar10_classes();

// place: a folder with data_batch_1.bin to data_batch_5.bin (split "train") or test_batch.bin ("test"), or one such file.
// Throws not_found, io; corrupt_file for a size that is no multiple of a record and labels above 9.
std::shared_ptr<const TensorDataset> open_cifar(const std::filesystem::path& place, const std::string& split);

}  // namespace inkstone
