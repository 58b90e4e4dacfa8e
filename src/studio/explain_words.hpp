// Why this picture: what each place looked at in the prompt while it was painted, and the training pictures that it is most like.
#pragma once

#include "inkstone/explain_request.hpp"
#include "inkstone/studio.hpp"
#include "studio/loaded_models.hpp"

namespace inkstone::studio {

// Whether the request asks for this explanation: by its method, or because its model paints from words.
bool explains_words(const ExplainRequest& request);

// request: checked, its seed drawn. What it names is a picture, whose recipe paints it again, or a prompt. The painting is the
// sheet of all words; with request.report a page and the single words are written too. Throws unsupported for a picture that was
// not painted from words, not_found naming a file of its recipe, and what painting throws.
Painting run_explain_words(ExplainRequest request, LoadedModels& models, Observer& observer);

}  // namespace inkstone::studio
