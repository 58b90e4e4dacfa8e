#include "families/personal/textual_inversion.hpp"

#include "families/personal/personal_family.hpp"
#include "inkstone/error.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace {

class TextualInversionFamily : public PersonalFamily {
 public:
  TextualInversionFamily(std::unique_ptr<PersonalBase> opened, const TextualInversionOptions& o)
      : PersonalFamily(std::move(opened), {o.token, o.kind}) {
    if (o.token.empty())
      throw Error(ErrorCategory::bad_argument,
                  "a textual inversion is a new word; say with --token which, \"<mine>\" for example");
    base().expect_text_to_change();
    word_ = base().add_word(o.token, o.start.empty() ? o.kind : o.start, o.vectors);
  }

  std::vector<Network> networks() override { return {{.name = "word", .module = word_.vectors}}; }

 protected:
  void take_off() override {}
  void put_on() override {}

  std::filesystem::path share(const StateDict& trained, const std::filesystem::path& folder) const override {
    const auto file = folder / (shared_name(folder) + ".safetensors");
    write_safetensors(file, shared_file(trained));
    return file;
  }

 private:
  StateDict shared_file(const StateDict& trained) const {
    StateDict file;
    for (const auto& [name, tensor] : trained.tensors) file.tensors[word_.key_is_token ? subject().token : name] = tensor;
    file.metadata["format"] = "pt";
    file.metadata["inkstone.token"] = subject().token;
    return file;
  }

  // Web UIs call it by the file's name; brackets are no part of one.
  std::string shared_name(const std::filesystem::path&) const {
    std::string name;
    for (const char c : subject().token)
      if (c != '<' && c != '>' && c != '/' && c != '\\') name += c;
    return name.empty() ? "word" : name;
  }

  OwnWord word_;
};

}  // namespace

std::unique_ptr<Family> make_textual_inversion(const TextualInversionOptions& options, const PictureShape& shape) {
  auto base = open_base({options.model, options.min_snr, options.sampling_steps, options.guidance}, shape);
  return std::make_unique<TextualInversionFamily>(std::move(base), options);
}

}  // namespace inkstone
