#include "families/personal/lora.hpp"

#include <fmt/format.h>

#include "families/personal/low_rank_set.hpp"
#include "families/personal/personal_family.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace {

class LoraFamily : public PersonalFamily {
 public:
  LoraFamily(std::unique_ptr<PersonalBase> opened, const LoraOptions& o)
      : PersonalFamily(std::move(opened), {o.token, o.kind}, {o.prior_weight, o.prior_pictures}), options_(o) {
    auto parts = base().parts();
    if (o.train_text) base().expect_text_to_change();
    if (!o.train_text) std::erase_if(parts, [](const PersonalBase::Part& part) { return part.text; });
    changes_ = LowRankSet(parts, o.rank, alpha(), o.reach == "all" ? Reach::all : Reach::attention);
  }

  std::vector<Network> networks() override { return {{.name = "adapter", .module = changes_.ptr()}}; }

 protected:
  void take_off() override { changes_->take_off(); }
  void put_on() override { changes_->put_on(); }

  std::filesystem::path share(const StateDict& trained, const std::filesystem::path& folder) const override {
    const auto file = folder / (shared_name(folder) + ".safetensors");
    write_safetensors(file, shared_file(trained));
    return file;
  }

 private:
  StateDict shared_file(const StateDict& trained) const {
    auto file = trained;
    file.metadata = {{"ss_network_module", "networks.lora"},
                     {"ss_network_dim", std::to_string(options_.rank)},
                     {"ss_network_alpha", fmt::format("{}", alpha())},
                     {"ss_base_model_version", base().version()},
                     {"format", "pt"}};
    if (!options_.token.empty()) file.metadata["inkstone.token"] = options_.token;
    return file;
  }
  // The run's name, by which prompts call it.
  std::string shared_name(const std::filesystem::path& folder) const {
    const auto name = (folder.has_filename() ? folder : folder.parent_path()).filename().string();
    return name.empty() || name == "." || name == "model" ? "adapter" : name;
  }

  double alpha() const { return options_.alpha > 0 ? options_.alpha : options_.rank; }

  LoraOptions options_;
  LowRankSet changes_{nullptr};
};

}  // namespace

std::unique_ptr<Family> make_lora(const LoraOptions& options, const PictureShape& shape) {
  auto base = open_base({options.model, options.min_snr, options.sampling_steps, options.guidance}, shape);
  return std::make_unique<LoraFamily>(std::move(base), options);
}

}  // namespace inkstone
