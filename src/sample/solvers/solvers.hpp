// The solvers, one file each; table.hpp knows them by name. Formulas are in the files, with the symbols of the papers.
#pragma once

#include "sample/solvers/solver.hpp"

namespace inkstone::solvers {

at::Tensor ddpm(const Sampling& s, at::Tensor x);          // Ho et al. 2020
at::Tensor ddim(const Sampling& s, at::Tensor x);          // Song, Meng and Ermon 2021; eta 0
at::Tensor pndm(const Sampling& s, at::Tensor x);          // Liu et al. 2022, pseudo linear multistep
at::Tensor ipndm(const Sampling& s, at::Tensor x);         // Zhang and Chen 2022: the same, warmed up by lower orders
at::Tensor euler(const Sampling& s, at::Tensor x);         // Karras et al. 2022, algorithm 2 without its correction
at::Tensor euler_a(const Sampling& s, at::Tensor x);       // with eta 1 of ancestral noise
at::Tensor heun(const Sampling& s, at::Tensor x);          // Karras et al. 2022, algorithm 2
at::Tensor dpm2(const Sampling& s, at::Tensor x);          // DPM-Solver-2 (Lu et al. 2022)
at::Tensor dpm2_a(const Sampling& s, at::Tensor x);        //
at::Tensor dpmpp_2s_a(const Sampling& s, at::Tensor x);    // DPM-Solver++(2S) (Lu et al. 2022b), ancestral
at::Tensor dpmpp_2s(const Sampling& s, at::Tensor x);      // the same in pairs of given levels
at::Tensor dpmpp_2m(const Sampling& s, at::Tensor x);      // DPM-Solver++(2M)
at::Tensor dpmpp_2m_v2(const Sampling& s, at::Tensor x);   // a variant of sd-cli
at::Tensor dpmpp_3m(const Sampling& s, at::Tensor x);      // DPM-Solver++(3M)
at::Tensor dpmpp_sde(const Sampling& s, at::Tensor x);     // SDE-DPM-Solver++, single step
at::Tensor dpmpp_2m_sde(const Sampling& s, at::Tensor x);  // SDE-DPM-Solver++(2M)
at::Tensor dpmpp_3m_sde(const Sampling& s, at::Tensor x);  //
at::Tensor unipc(const Sampling& s, at::Tensor x);         // Zhao et al. 2023; predicts in order 2, corrects in 3
at::Tensor lms(const Sampling& s, at::Tensor x);           // Adams and Bashforth on the levels given; order 4
at::Tensor deis(const Sampling& s, at::Tensor x);          // Zhang and Chen 2022, in log rho; order 2
at::Tensor lcm(const Sampling& s, at::Tensor x);           // Luo et al. 2023
at::Tensor tcd(const Sampling& s, at::Tensor x);           // Zheng et al. 2024; eta is its gamma, 0.3
at::Tensor restart(const Sampling& s, at::Tensor x);       // Xu et al. 2023
// Flow matching (Lipman et al. 2022; Esser et al. 2024): sigma is the time t in [0,1] of x = (1 - t) x0 + t epsilon, the denoiser
// is flow_denoiser.
at::Tensor flow_euler(const Sampling& s, at::Tensor x);
at::Tensor flow_heun(const Sampling& s, at::Tensor x);

}  // namespace inkstone::solvers
