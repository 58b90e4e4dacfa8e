#include "weights/pytorch.hpp"

#include <utility>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "inkstone/error.hpp"
#include "unit/weights/hostile.hpp"
#include "unit/weights/zip_writer.hpp"

namespace inkstone {
namespace {

using namespace std::string_literals;

void expect_golden(const StateDict& state) {
  const auto golden = nlohmann::json::parse(read_file(kData / "golden.json"));
  ASSERT_EQ(state.tensors.size(), golden.size());
  for (const auto& [name, expected] : golden.items()) {
    const at::Tensor tensor = state.at(name);
    EXPECT_EQ(tensor.sizes().vec(), expected["shape"].get<std::vector<std::int64_t>>()) << name;
    EXPECT_TRUE(tensor.is_contiguous()) << name;
    const auto values = expected["values"].get<std::vector<double>>();
    EXPECT_TRUE(at::equal(tensor.to(at::kDouble).flatten(), at::tensor(values, at::kDouble))) << name;
  }
}

// Only inkstone::Error may leave the reader, and only as one of these two.
void expect_refused(const std::string& bytes) {
  try {
    read_pytorch(as_bytes(bytes));
    ADD_FAILURE() << "accepted " << bytes.size() << " bytes";
  } catch (const Error& error) {
    EXPECT_TRUE(error.category() == ErrorCategory::corrupt_file || error.category() == ErrorCategory::unsupported)
        << error.what();
  }
}

std::string pickle_refusal(const std::string& pickle) {
  const std::string preamble = read_file(kData / "small_legacy.pth").substr(0, 15);  // the magic number
  try {
    read_pytorch(as_bytes(preamble + pickle));
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(PyTorch, ReadsEveryDtypeOfAZipFile) {
  expect_golden(read_pytorch(kData / "zip.pth"));
}

TEST(PyTorch, ReadsEveryDtypeOfALegacyFile) {
  expect_golden(read_pytorch(kData / "legacy.pth"));
}

TEST(PyTorch, KeepsDtypesAndMetadataOfAWrapper) {
  const StateDict state = read_pytorch(kData / "zip.pth");
  EXPECT_EQ(state.at("bf16").scalar_type(), at::kBFloat16);
  EXPECT_EQ(state.at("truth").scalar_type(), at::kBool);
  EXPECT_EQ(state.metadata.at("epoch"), "3");
}

TEST(PyTorch, TensorsOfOneStorageShareIt) {
  const StateDict state = read_pytorch(kData / "zip.pth");
  EXPECT_TRUE(state.at("f32").is_alias_of(state.at("row")));
}

TEST(PyTorch, HarvestsAPickledModule) {
  const StateDict state = read_pytorch(kData / "module_legacy.pth");
  EXPECT_EQ(state.at("0.weight", {1, 2}).scalar_type(), at::kFloat);
  EXPECT_TRUE(state.contains("1.running_var"));
}

// {"w": a tensor over a storage that is a file of its own within the pickle}.
std::string pickle_with_storage(const std::string& storage) {
  const auto size = [](std::size_t n) { return std::string{char(n & 255), char(n >> 8 & 255), 0, 0}; };
  return "\x80\x03}U\x01wctorch._utils\n_rebuild_tensor_v2\n(ctorch.storage\n_load_from_bytes\nB"s + size(storage.size()) +
         storage + "\x85RK\0K\x01\x85K\x01\x85tRs."s;
}

TEST(PyTorch, ReadsNetworksThatWerePickledWithTheirSource) {
  const StateDict state = read_pytorch(INKSTONE_SOURCE_DIR "/tests/golden/data/stylegan.pkl");
  EXPECT_EQ(state.at("G_ema.mapping.fc0.weight", {8, 14}).scalar_type(), at::kFloat);
  EXPECT_TRUE(state.contains("D.b16.conv0.bias"));
  EXPECT_EQ(state.metadata.at("G.init_kwargs.w_dim"), "8");
  EXPECT_EQ(state.metadata.count("G.module_src"), 0u);
}

TEST(PyTorch, RefusesPickledNetworksCutAnywhere) {
  const std::string whole = read_file(INKSTONE_SOURCE_DIR "/tests/golden/data/stylegan.pkl");
  for (std::size_t size = 0; size < whole.size(); size += 331) expect_refused(whole.substr(0, size));
}

TEST(PyTorch, RefusesStoragesWithinThePickleThatAreNone) {
  const std::string whole = read_file(kData / "small_legacy.pth");
  for (const std::string& storage : {""s, "junk"s, whole.substr(0, 15), whole, pickle_with_storage("junk")})
    expect_refused(pickle_with_storage(storage));
}

TEST(PyTorch, RefusesAFileCutAnywhere) {
  for (const char* name : {"small_zip.pth", "small_legacy.pth"}) {
    const std::string whole = read_file(kData / name);
    for (std::size_t size = 0; size < whole.size(); ++size) expect_refused(whole.substr(0, size));
  }
}

TEST(PyTorch, SurvivesEveryFlippedByte) {
  for (const char* name : {"small_zip.pth", "small_legacy.pth"}) {
    std::string bytes = read_file(kData / name);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const char was = std::exchange(bytes[i], char(bytes[i] ^ 0xff));
      try {
        read_pytorch(as_bytes(bytes));
      } catch (const Error&) {
      }
      bytes[i] = was;
    }
  }
}

TEST(PyTorch, RefusesToImportByName) {
  EXPECT_NE(pickle_refusal("\x80\x02"
                           "cos\nsystem\nX\x02\0\0\0id\x85R."s)
                .find("os.system"),
            std::string::npos);
  EXPECT_NE(pickle_refusal("\x80\x02"
                           "cbuiltins\neval\n."s)
                .find("builtins.eval"),
            std::string::npos);
  EXPECT_NE(pickle_refusal("\x80\x04\x8c\x02os\x8c\x05popen\x93."s).find("os.popen"), std::string::npos);
  EXPECT_NE(pickle_refusal("\x80\x02"
                           "cposix\nsystem\n)\x81."s)
                .find("posix.system"),
            std::string::npos);
  EXPECT_NE(pickle_refusal("\x80\x02"
                           "(ios\nsystem\n."s)
                .find("refused"),
            std::string::npos);
}

TEST(PyTorch, RefusesBrokenStacksAndMemos) {
  for (const std::string& pickle :
       {"\x80\x02."s, "\x80\x02t."s, "\x80\x02h\x07."s, "\x80\x02(0."s, "\x80\x02NNs."s, "\x80\x02Kb."s, "\x80\x09N."s})
    EXPECT_NE(pickle_refusal(pickle), "accepted");
}

std::string with_storage_shape(const std::string& shape_and_strides) {
  std::string bytes = read_file(kData / "small_legacy.pth");
  const std::string original = "K\x02\x85q\x08K\x01\x85q\x09"s;
  const auto at = bytes.find(original);
  EXPECT_NE(at, std::string::npos);
  return bytes.replace(at, original.size(), shape_and_strides);
}

TEST(PyTorch, RefusesShapesOutsideTheStorage) {
  expect_refused(with_storage_shape("K\x03\x85K\x01\x85"s));
  expect_refused(with_storage_shape("K\x02\x85K\x02\x85"s));
  expect_refused(with_storage_shape("\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f\x85K\x01\x85"s));
  expect_refused(with_storage_shape("\x8a\x08\xff\xff\xff\xff\xff\xff\x00\x00\x85K\x00\x85"s));  // one number, 2^48 times
  expect_refused(with_storage_shape("J\xff\xff\xff\xff\x85K\x01\x85"s));
  expect_refused(with_storage_shape("K\x02\x85J\xff\xff\xff\xff\x85"s));
}

TEST(PyTorch, RefusesCyclesAndExponentialNesting) {
  const std::string bytes = read_file(kData / "small_legacy.pth");
  const auto begin = bytes.find("\x80\x02}"s, bytes.find("type_sizes"));
  ASSERT_NE(begin, std::string::npos);
  expect_refused(bytes.substr(0, begin) + "\x80\x02]q\0h\0a."s + "\x80\x02]."s);
  std::string laughs = "\x80\x02]";
  for (int i = 0; i < 60; ++i) laughs += "q"s + char(i) + "]h"s + char(i) + "ah"s + char(i) + "a";
  expect_refused(bytes.substr(0, begin) + laughs + "." + "\x80\x02].");
}

// {"w": tensor}, the tensor by this pickle program, over one storage of four bytes.
std::string zip_of_tensor(const std::string& program) {
  return zip_of({{"archive/data.pkl", "\x80\x02}X\1\0\0\0w"s + program + "s."}, {"archive/data/0", "\1\0\xfe\xff"s}});
}

// _rebuild_tensor_v3 on `bytes` of the storage: how torch 2 saves dtypes that have no storage class.
std::string typed_tensor(char bytes, char elements, const std::string& dtype) {
  return "ctorch._utils\n_rebuild_tensor_v3\n((X\7\0\0\0storagectorch.storage\nUntypedStorage\nX\1\0\0\0"s + "0X\3\0\0\0cpuK"s +
         bytes + "tQK\0K"s + elements +
         "\x85K\1\x85\x89"
         "ccollections\nOrderedDict\n)R"s +
         "ctorch\n" + dtype + "\ntR";
}

TEST(PyTorch, ReadsTensorsOverUntypedStorage) {
  const StateDict state = read_pytorch(as_bytes(zip_of_tensor(typed_tensor(4, 2, "int16"))));
  EXPECT_TRUE(state.at("w").equal(at::tensor({1, -2}, at::kShort)));
  EXPECT_EQ(read_pytorch(as_bytes(zip_of_tensor(typed_tensor(4, 1, "int32")))).at("w").item<int>(), -131071);
}

TEST(PyTorch, ReadsParametersWithAState) {
  const std::string parameter = "ctorch._utils\n_rebuild_parameter_with_state\n("s + typed_tensor(4, 2, "int16") + "\x88}}tR"s;
  EXPECT_TRUE(read_pytorch(as_bytes(zip_of_tensor(parameter))).at("w").equal(at::tensor({1, -2}, at::kShort)));
}

TEST(PyTorch, RefusesUntypedStorageThatDoesNotFit) {
  for (const std::string& dtype : {"uint16"s, "float8_e4m3fn"s, "complex64"s})
    EXPECT_EQ(category_of([&] { read_pytorch(as_bytes(zip_of_tensor(typed_tensor(4, 1, dtype)))); }), ErrorCategory::unsupported)
        << dtype;
  for (const auto& program :
       {typed_tensor(3, 1, "int16"), typed_tensor(8, 2, "int16"), typed_tensor(4, 3, "int16"), typed_tensor(4, 1, "int64")})
    EXPECT_EQ(category_of([&] { read_pytorch(as_bytes(zip_of_tensor(program))); }), ErrorCategory::corrupt_file);
  EXPECT_EQ(category_of([&] { read_pytorch(as_bytes(zip_of_tensor("ctorch._utils\n_rebuild_parameter\n(NtR"s))); }),
            ErrorCategory::corrupt_file);
}

// A hundred thousand objects, each of which would copy a name of a mebibyte.
TEST(PyTorch, RefusesToCopyLongNamesOverAndOver) {
  const std::string length("\0\0\x10\0", 4), text(1 << 20, 'k');
  const std::string whole = read_file(kData / "small_legacy.pth");
  const std::string start = whole.substr(0, whole.find("\x80\x02}"s, whole.find("type_sizes")));
  std::string storages = "\x80\x02(ctorch\nFloatStorage\nq\1X"s + length + text + "q\2X\7\0\0\0storageq\0"s;
  std::string modules = "\x80\x02(ctorch.nn.modules."s + text + "\nx\nq\0"s;
  for (int i = 0; i < 100000; ++i) storages += "(h\0h\1h\2h\2K\1tQ"s, modules += "h\0)\x81"s;
  EXPECT_EQ(category_of([&] { read_pytorch(as_bytes(start + storages + "t.\x80\x02]."s)); }), ErrorCategory::corrupt_file);
  EXPECT_EQ(category_of([&] { read_pytorch(as_bytes(start + modules + "t.\x80\x02]."s)); }), ErrorCategory::unsupported);
}

// Thirty dictionaries, each holding the one before it under two keys of 20 bytes: 2^30 names of 600 bytes.
TEST(PyTorch, RefusesNamesThatMultiply) {
  const std::string whole = read_file(kData / "small_legacy.pth");
  std::string bytes = whole.substr(0, whole.find("\x80\x02}"s, whole.find("type_sizes"))) + "\x80\x02}K\1K\1s"s;
  for (int i = 0; i < 30; ++i) {
    const std::string inner = "q"s + char(i) + "0}"s;
    const std::string first = "X\x14\0\0\0"s + std::string(20, 'a') + "h"s + char(i) + "s"s,
                      second = "X\x14\0\0\0"s + std::string(20, 'b') + "h"s + char(i) + "s"s;
    bytes += inner + first + second;
  }
  EXPECT_EQ(category_of([&] { read_pytorch(as_bytes(bytes + ".\x80\x02]."s)); }), ErrorCategory::corrupt_file);
}

// The checksums of the zip form: a damaged file is refused, or what was damaged is of no account.
TEST(PyTorch, NoFlippedByteGoesUnnoticed) {
  std::string bytes = read_file(kData / "small_zip.pth");
  for (std::size_t i = 0; i < bytes.size(); ++i)
    for (const char flip : {'\x01', '\x40', '\xff'}) {
      const char was = std::exchange(bytes[i], char(bytes[i] ^ flip));
      try {
        const StateDict read = read_pytorch(as_bytes(bytes));
        EXPECT_TRUE(read.tensors.size() == 1 && read.at("w").equal(at::tensor({1.f, 2.f}))) << i;
      } catch (const Error&) {
      }
      bytes[i] = was;
    }
}

}  // namespace
}  // namespace inkstone
