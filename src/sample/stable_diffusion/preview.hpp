// Pictures on their way: latents turned into colours without a decoder, and the observer who shows them.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include <ATen/core/Tensor.h>

#include "inkstone/observer.hpp"
#include "models/stable_diffusion/checkpoint.hpp"

namespace inkstone::sd {

// Latents [N,4,h,w] -> [N,3,8h,8w] about [-1,1] by one matrix over the channels (keturn, "Decoding latents to RGB without
// upscaling", 2022; the numbers that web UIs use), enlarged. Latents of other widths give grey from their mean.
at::Tensor projected(const at::Tensor& latents, Version version, int64_t downscale);

// Passes on what a walk reports, with its rate, the time left over all walks of a task, and previews where they are wanted.
class WalkObserver : public Observer {
 public:
  using MakePicture = std::function<at::Tensor(const at::Tensor& latents)>;  // latents of one picture -> [1,3,H,W] in [-1,1]

  // steps: of all walks together. make: empty for no previews.
  WalkObserver(Observer& inner, int64_t steps, MakePicture make);

  void begin(std::string stage) { stage_ = std::move(stage); }
  // The decoder's turn: stage "decode", step 0 of 1, then 1 of 1.
  void decoding(bool done) { inner_.on_progress({"decode", int64_t(done), 1, {}}); }
  // The estimate of the present step.
  void see(const at::Tensor& x0) { seen_ = x0; }

  void on_progress(const Progress& progress) override;
  void on_message(std::string_view message) override { inner_.on_message(message); }
  bool stop_requested() override { return inner_.stop_requested(); }

 private:
  void preview(int64_t step);

  Observer& inner_;
  int64_t steps_, done_ = 0;
  MakePicture make_;
  std::string stage_;
  at::Tensor seen_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace inkstone::sd
