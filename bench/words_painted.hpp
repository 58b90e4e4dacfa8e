// What the measures of a painter of words share: pictures of prompts, and what a classifier says of pictures.
#pragma once

#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "families/registry.hpp"
#include "families/words/folder.hpp"
#include "inkstone/observer.hpp"
#include "models/classifier/classifier.hpp"
#include "tensor/compute.hpp"
#include "tensor/noise.hpp"
#include "train/autocast.hpp"
#include "weights/load.hpp"

namespace inkstone {

// model: a folder, a run or a model file. guidance 0 and an empty sampler: the model's own. -> [N,3,H,W] in [-1,1].
inline at::Tensor painted(const std::string& model, const std::vector<std::string>& prompts, double guidance,
                          const std::string& sampler = {}) {
  const auto family = load_family(read_trained(model));
  PaintSpec spec;
  for (std::size_t k = 0; k < prompts.size(); ++k) spec.seeds.push_back(k);
  spec.latents = latents_of(spec.seeds, family->latent_shape());
  spec.labels = at::full({int64_t(prompts.size())}, -1, at::kLong);
  spec.prompts = prompts;
  spec.guidance = guidance;
  spec.sampler = sampler;
  spec.bf16 = has_fast_bf16();
  Observer silent;
  return family->paint(spec, silent);
}

// What a classifier answers for each picture, logits [N,classes]. pictures: [N,3,H,W] in [-1,1], of the size that the classifier
// knows.
inline at::Tensor logits(const std::string& classifier_file, const at::Tensor& pictures) {
  auto classifier = to_classifier(load_weights(classifier_file));
  std::vector<at::Tensor> parts;
  for (const auto& part : pictures.split(50)) parts.push_back(classifier.net->forward(part));
  return at::cat(parts);
}

}  // namespace inkstone
