// The data set `words`: pictures composed by rule of drawings of single objects, with captions composed by the same rule in
// English and Chinese, so that counts, colours and places are learnt and not only names. As many as one says, each made when it
// is asked for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/dataset.hpp"

namespace inkstone {

// options: "" or "size=64,count=200000,seed=0,objects=48,pairs=25,label=object,captions=plain" by comma; size in pixels, count of
// pictures, of the objects the first so many. The split "train" never shows a combination that words::is_held_out; "test" shows
// nothing else, one kind of object to a picture. label (object, colour or count) gives pictures of one kind of object in any
// combination labels, for classifiers; colour's last class is "as drawn". captions=plain says everything in one way alone.
// sprites: of words::Drawings. Throws bad_argument.
std::shared_ptr<const Dataset> open_words(const std::string& options, const std::string& split, const at::Tensor& sprites);

// Of a data set that open_words gave: the first `most` of its pictures that show these objects and no others, in any number,
// colour and place. objects: into words::objects(), rising. Composes without drawing; empty for other data sets.
std::vector<int64_t> pictures_showing(const Dataset& data, const std::vector<int64_t>& objects, std::size_t most);

}  // namespace inkstone
