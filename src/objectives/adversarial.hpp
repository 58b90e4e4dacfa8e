// Losses of two networks that play against each other. D(x) is the probability that x is real; the functions take its
// log-odds ("logits"), whose softplus is the loss without overflow. All means are over the batch; every result is a float32
// scalar (float64 for float64 logits).
#pragma once

#include <functional>
#include <string>

#include <ATen/core/Tensor.h>

namespace inkstone::objectives {

// V(D, G) = E log D(x) + E log(1 - D(G(z))), which D maximises and G minimises (Goodfellow et al. 2014, equation 1). Of
// probabilities.
at::Tensor value_function(const at::Tensor& d_real, const at::Tensor& d_fake);

enum class AdversarialLoss {
  minimax,         // D: -V; G: V
  non_saturating,  // D: -V, which is the summed binary cross entropy; G: -E log D(G(z)), cross entropy with real labels (ibid.,
                   // section 3)
  hinge,           // D: E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))); G: -E D(G(z)) (Lim and Ye 2017; Miyato et al. 2018)
  least_squares,   // D: (E (D(x) - 1)^2 + E D(G(z))^2) / 2; G: E (D(G(z)) - 1)^2 / 2 (Mao et al., ICCV 2017)
  wasserstein,     // D: E D(G(z)) - E D(x); G: -E D(G(z)) (Arjovsky et al., ICML 2017)
};
// "minimax", "non-saturating", "hinge", "least-squares", "wasserstein". Throws bad_argument.
AdversarialLoss adversarial_loss(const std::string& name);

// To be minimised. logits [N].
at::Tensor discriminator_loss(AdversarialLoss kind, const at::Tensor& real, const at::Tensor& fake);
at::Tensor generator_loss(AdversarialLoss kind, const at::Tensor& fake);

// E (|grad D(x^)|_2 - 1)^2 at x^ = e x + (1 - e) G(z), e [N,1,1,1] uniform in [0,1] (Gulrajani et al., NeurIPS 2017). judge:
// pictures -> [N]. Differentiable in the parameters of the judge; computed in full precision.
at::Tensor gradient_penalty(const std::function<at::Tensor(const at::Tensor&)>& judge, const at::Tensor& real,
                            const at::Tensor& fake, const at::Tensor& e);

// The weight of an adversarial loss beside another that makes both pull as hard at one layer (Esser, Rombach and Ommer, CVPR
// 2021, equation 7, with the bounds of their code): |d loss / d layer| / (|d adversarial / d layer| + 1e-4), at most 1e4. Scalar,
// a constant; both graphs are kept.
at::Tensor adaptive_weight(const at::Tensor& loss, const at::Tensor& adversarial, const at::Tensor& layer);

// Root mean square difference per pixel between two pictures of a batch, on average over the pairs: near zero when a
// generator always paints the same. x [N,...], N > 1.
at::Tensor pairwise_distance(const at::Tensor& x);

}  // namespace inkstone::objectives
