#include "studio/listening.hpp"

#include "inkstone/error.hpp"

namespace inkstone::studio {

void refuse_listening() {
  throw Error(
      ErrorCategory::unsupported,
      "this model reads no words whose traces could be shown; name a painter of words or a Stable Diffusion checkpoint with -m");
}

void listen(PaintSpec& spec, const Family& family, Listening& listening) {
  if (!family.reads()) refuse_listening();
  listening.words = family.token_spans(spec.prompts.at(0));
  spec.listener = &listening.listener;
}

}  // namespace inkstone::studio
