// Fills what a mask covers with what could have been there: MI-GAN (Sargsyan, Navasardyan, Xu and Shi, ICCV 2023), published as
// one ONNX pipeline that cuts out the surroundings, paints at 512 pixels and lays the result back.
#pragma once

#include <filesystem>
#include <memory>

#include <ATen/core/Tensor.h>

namespace inkstone::transform {

class Inpainter {
 public:
  // path: an ONNX file that takes a picture and a mask as bytes. Throws not_found, corrupt_file, unsupported for another graph.
  explicit Inpainter(const std::filesystem::path& path);
  ~Inpainter();
  Inpainter(const Inpainter&) = delete;
  Inpainter& operator=(const Inpainter&) = delete;

  // picture float32 [1,3,H,W] in [0,1]; holes float32 [1,1,H,W], above one half where something is to be made up -> the picture
  // with it, its other pixels as they were. Without holes the picture itself.
  at::Tensor fill(const at::Tensor& picture, const at::Tensor& holes);

 private:
  struct Graph;
  std::unique_ptr<Graph> graph_;
};

}  // namespace inkstone::transform
