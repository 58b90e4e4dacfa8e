// Weights in the layouts that oneDNN's plans have chosen: what the packed layers share. Only where oneDNN was found.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "kernels/onednn.hpp"
#include "tensor/mapped.hpp"

namespace inkstone::kernels {

inline dnnl::memory::desc plain(at::IntArrayRef sizes, dnnl::memory::data_type type, dnnl::memory::format_tag tag) {
  return dnnl::memory::desc(dnnl::memory::dims(sizes.begin(), sizes.end()), type, tag);
}

// The weights in the layouts that plans have chosen: one for each dtype as a rule, since a plan takes what is there unless oneDNN
// has nothing but its reference loops for it, a thousand times slower.
class PackedWeight {
  using memory = dnnl::memory;

 public:
  // make(layout) -> the description of a primitive whose weights lie so. Returns the one to use, and its weights.
  template <class Make>
  auto plan(const Make& make, const memory::desc& any, const at::Tensor& weight, at::ScalarType type,
            memory::format_tag plain_tag) {
    for (const auto& packed : packed_) {
      if (packed.type != type) continue;
      auto desc = make(packed.weight.get_desc());
      if (!is_reference(desc)) return std::pair(desc, packed.weight);
    }
    auto desc = make(any);
    return std::pair(desc, pack(desc.weights_desc(), weight, type, plain_tag));
  }

 private:
  template <class Desc>
  static bool is_reference(const Desc& desc) {
    return std::string_view(desc.impl_info_str()).find("ref") != std::string_view::npos;
  }

  memory pack(const memory::desc& wanted, const at::Tensor& weight, at::ScalarType type, memory::format_tag plain_tag) {
    const auto dense = weight.to(type).contiguous();
    auto source = wrap(plain(dense.sizes(), data_type(dense), plain_tag), dense);
    const auto bytes = at::empty({static_cast<int64_t>(wanted.get_size())}, at::kByte);
    memory packed(wanted, cpu_engine(), bytes.data_ptr());
    dnnl::stream stream(cpu_engine());
    dnnl::reorder(source, packed).execute(stream, source, packed);
    stream.wait();
    release_pages(weight);
    packed_.push_back({type, packed, bytes});
    return packed;
  }

  struct Packed {
    at::ScalarType type;
    memory weight;
    at::Tensor bytes;  // where it lies
  };
  std::vector<Packed> packed_;
};

}  // namespace inkstone::kernels
