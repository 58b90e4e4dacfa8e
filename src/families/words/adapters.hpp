// What is put on a finished painter of words without training it again: low-rank changes of its layers (LoRA) and words of one's
// own (textual inversion). Both are changes of the model as its file holds it, so what paints knows nothing of them.
#pragma once

#include <string>

#include "models/stable_diffusion/adapters/adapter.hpp"
#include "tensor/state_dict.hpp"
#include "text/textual_inversion.hpp"

namespace inkstone {

// model: as read_words_folder or read_model gives it, of family `words`. Layers are called lora_unet_... (the transformer) and
// lora_te_... (the text encoder) in kohya's way. Throws bad_argument where the adapter changes a layer that the model lacks or
// has in another size.
StateDict with_adapter(const StateDict& model, const sd::Adapter& adapter, double painter_strength = 1, double text_strength = 1);

// The model with one word more, which the vector stands for: float32 [1,D]. Throws bad_argument where the word is none (word_of),
// is known already, or the vector is of another model's width.
StateDict with_word(const StateDict& model, const std::string& token, const at::Tensor& vector);

// The same for a file of textual inversion, called by the last of its names, which is the word in the file.
StateDict with_inversion(const StateDict& model, const TextualInversion& inversion);

// What a painter of words reads of a token: "<mine>" -> "mine". Throws bad_argument unless that is one word of letters and
// digits, or one Chinese character.
std::string word_of(const std::string& token);

// Whether every word of the token is in the model's vocabulary.
bool knows_token(const StateDict& model, const std::string& token);

// The vector that stands for a word in the model, [1,D]; the mean of all words where the vocabulary lacks it.
at::Tensor vector_of(const StateDict& model, const std::string& word);

}  // namespace inkstone
