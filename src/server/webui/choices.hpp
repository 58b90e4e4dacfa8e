// What POST /sdapi/v1/options chose, per user, until the server ends: there the model is no part of a request.
#pragma once

#include <map>
#include <mutex>
#include <string>

namespace inkstone::server::webui {

struct WebUiChoice {
  std::string model, vae;
  int clip_skip = 1;  // as A1111 counts: 1 is the last layer
};

class WebUiChoices {
 public:
  WebUiChoice of(const std::string& owner) const {
    const std::lock_guard lock(mutex_);
    const auto found = choices_.find(owner);
    return found == choices_.end() ? WebUiChoice() : found->second;
  }
  void set(const std::string& owner, WebUiChoice choice) {
    const std::lock_guard lock(mutex_);
    choices_[owner] = std::move(choice);
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, WebUiChoice> choices_;
};

}  // namespace inkstone::server::webui
