// What can be asked for as a job: every task of the studio by its name, with the JSON Schema of its request. The schema is made
// from the declarations in *_request.hpp, so that a server, a form or a script needs to know of a task nothing but this table.
#pragma once

#include <string>
#include <vector>

namespace inkstone {

struct TaskInfo {
  std::string name;     // "paint"
  std::string summary;  // one line
  // JSON Schema (draft 2020-12) of the request, an object. Beside type, description, default, minimum, maximum and enum a
  // property has x-group (the heading of a form) and, where it names something that is kept here, x-kind: "picture" (64 hex
  // digits of StoredPicture::id) or "model" (UsableModel::id). x-order holds the properties as they are declared. What names a
  // place on this machine or leaves the result as it is (output, previews, folders, threads) is not in it, and is refused as an
  // unknown key.
  std::string schema;
  std::string gives;  // "pictures", "film", "run" (a trained model) or "report" (JSON)
};

// In the order in which they are best shown. Never throws for want of a model, a network or a disk.
std::vector<TaskInfo> tasks();

}  // namespace inkstone
