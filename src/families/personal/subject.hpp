// Whom or what a model is to learn: the token that calls it, what kind of thing it is, and the captions of its pictures.
#pragma once

#include <string>
#include <vector>

#include "families/personal/base.hpp"

namespace inkstone {

struct Subject {
  std::string token;  // "<mine>"; empty: the captions of the data say all, as for a style
  std::string kind;   // "fox": what it is one of; may be empty
};

// Throws bad_argument where the token is not words at all, or means something to the base already.
void check_subject(const Subject& subject, const PersonalBase& base);

// The captions with the subject's own in place of missing ones. Throws bad_argument where one is missing and there is no token.
std::vector<std::string> captions_of(const Batch& batch, const Subject& subject, const PersonalBase& base);

// Tells what is worth knowing of the pictures before training: that they are few, that captions are longer than is read, or
// never name the token. Throws bad_argument for pictures without captions where no token is given.
void look_over(const Dataset& data, const Subject& subject, const PersonalBase& base, Observer& observer);

}  // namespace inkstone
