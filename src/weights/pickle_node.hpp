// What a pickle may hold here: plain values, containers, and descriptions of tensors. Nodes live in one arena and
// point at each other freely, so cycles and a million levels of nesting cost nothing to build or to free.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <ATen/core/Tensor.h>

namespace inkstone::pickle {

struct Node;
using Ref = const Node*;

struct None {};
struct BigInteger {
  std::string little_endian;
};  // what does not fit 64 bits
struct ByteString {
  std::string bytes;
};
struct Sequence {
  std::vector<Ref> items;
};  // tuple, list or set
struct Dictionary {
  std::vector<std::pair<Ref, Ref>> items;
};
struct Global {
  std::string name;
};  // "module.name", one of those that are allowed

struct Storage {
  at::ScalarType dtype = at::kFloat;
  std::string key;
  std::int64_t size = 0;         // elements
  std::int64_t root_offset = 0;  // elements; legacy files may save a view of a storage
  Ref embedded = nullptr;        // the bytes of a legacy file of its own that hold it; its dtype and size are told there
};

// A tensor as the file describes it; nothing in it is checked against the storage yet.
struct TensorView {
  Storage storage;
  std::int64_t offset = 0;
  std::vector<std::int64_t> shape, strides;
};

// An object of a class in torch.nn.modules, or one that carries the source text of its class: its attributes, none of its
// behaviour.
struct Module {
  std::string name;
  Ref state = nullptr;
};

struct Node {
  std::variant<None, bool, std::int64_t, double, std::string, BigInteger, ByteString, Sequence, Dictionary, Global, Storage,
               TensorView, Module>
      value;

  template <class T>
  const T* as() const {
    return std::get_if<T>(&value);
  }
};

// One unpickled object and all that it is made of.
struct Tree {
  std::deque<Node> nodes;
  Ref root = nullptr;
};

// The value under a text key of a dictionary; null where there is none.
Ref find(const Dictionary& dictionary, const std::string& key);

}  // namespace inkstone::pickle
