#include "families/personal/subject.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr int64_t kFewPictures = 3;
constexpr int64_t kMostLookedAt = 1000;
constexpr std::size_t kLettersToAToken = 12;  // at most, in words that people write
constexpr std::size_t kLongestToken = 100;

[[noreturn]] void nothing_said() {
  throw Error(ErrorCategory::bad_argument,
              "there are pictures without a caption, and no --token says what they show; give --token \"<mine>\", or put a .txt "
              "beside each picture");
}

struct CaptionSurvey {
  int64_t missing = 0, naming = 0, counted = 0;
  std::size_t longest = 0;
};

CaptionSurvey survey_of(const Dataset& data, const std::string& token) {
  CaptionSurvey survey;
  survey.counted = std::min(data.size(), kMostLookedAt);
  for (int64_t k = 0; k < survey.counted; ++k) {
    const auto caption = data.get(k).caption;
    survey.missing += caption.empty();
    survey.naming += !token.empty() && caption.find(token) != std::string::npos;
    survey.longest = std::max(survey.longest, caption.size());
  }
  return survey;
}

}  // namespace

void check_subject(const Subject& subject, const PersonalBase& base) {
  if (subject.token.empty()) return;
  if (subject.token.size() > kLongestToken || trimmed(subject.token) != subject.token)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("--token '{}': give one short word, such as <mine>", subject.token.substr(0, kLongestToken)));
  if (base.knows(subject.token))
    throw Error(
        ErrorCategory::bad_argument,
        fmt::format("--token {}: the model knows this word already, and would forget what it means; choose a new one, such "
                    "as <mine>",
                    subject.token));
}

std::vector<std::string> captions_of(const Batch& batch, const Subject& subject, const PersonalBase& base) {
  auto captions = batch.captions;
  captions.resize(std::size_t(batch.size()));
  for (auto& caption : captions) {
    if (!caption.empty()) continue;
    if (subject.token.empty()) nothing_said();
    caption = base.caption(subject.token, subject.kind);
  }
  return captions;
}

void look_over(const Dataset& data, const Subject& subject, const PersonalBase& base, Observer& observer) {
  const auto survey = survey_of(data, subject.token);
  if (survey.missing > 0 && subject.token.empty()) nothing_said();
  if (data.size() < kFewPictures)
    observer.on_message(fmt::format("{} to learn from: the model will rather repeat {} than learn what {}; 5 to 20 are better",
                                    data.size() == 1 ? "only 1 picture" : fmt::format("only {} pictures", data.size()),
                                    data.size() == 1 ? "it" : "them", data.size() == 1 ? "it shows" : "they share"));
  if (survey.longest > std::size_t(base.most_tokens()) * kLettersToAToken)
    observer.on_message(fmt::format("the longest caption has {} letters, of which the first {} tokens are read", survey.longest,
                                    base.most_tokens()));
  if (!subject.token.empty() && survey.missing == 0 && survey.naming == 0)
    observer.on_message(fmt::format("no caption says {}; the pictures will not be called by it", subject.token));
  if (survey.missing > 0)
    observer.on_message(fmt::format("pictures without a caption are called \"{}\"", base.caption(subject.token, subject.kind)));
}

}  // namespace inkstone
