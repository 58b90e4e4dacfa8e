#include "studio/annotate_task.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/files.hpp"
#include "families/contrastive/paired_space.hpp"
#include "image/decode.hpp"
#include "image/encode.hpp"
#include "image/keywords.hpp"
#include "ingest/annotation/colour_names.hpp"
#include "ingest/annotation/dominant_colours.hpp"
#include "ingest/annotation/picture_figures.hpp"
#include "ingest/annotation/scenes.hpp"
#include "ingest/collection.hpp"
#include "ingest/faces/find_faces.hpp"
#include "ingest/perceptual_hash.hpp"
#include "ingest/steps.hpp"
#include "inkstone/error.hpp"
#include "models/clip/clip_model.hpp"
#include "models/imagenet/classes.hpp"
#include "studio/captioning.hpp"
#include "studio/source_picture.hpp"
#include "tensor/picture.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

constexpr int kLookedAt = 1024;  // longer side that everything but blurred copies is found on

// A file of its own, or a folder or zip.
struct Sources {
  std::unique_ptr<Collection> collection;
  std::vector<std::string> names;
  bool single = false;
};

Sources sources_of(const std::string& source) {
  if (!fs::exists(source)) throw Error(ErrorCategory::not_found, fmt::format("there is no picture or folder {}", source));
  Sources sources;
  sources.single = fs::is_regular_file(source) && fs::path(source).extension() != ".zip";
  if (sources.single) {
    sources.names = {source};
    return sources;
  }
  sources.collection = open_collection(source, {.captions = {}, .labels = false});
  for (const auto& item : sources.collection->items()) sources.names.push_back(item.name);
  return sources;
}

// A model as transformers saves it says so in its config.json; a run of the family `contrastive` has none.
std::shared_ptr<JointSpace> space_of(const ModelRef& model, LoadedModels& models) {
  const fs::path path = model.value;
  const auto key = model_key({path});
  return models.get<JointSpace>(key, [&]() -> Loaded<JointSpace> {
    if (fs::exists(path / "config.json")) return {std::make_shared<ClipModel>(path), 2 * key.bytes};
    return {open_paired_space(path), key.bytes};
  });
}

// Tags out of words that were given: zero-shot classification (Radford et al. 2021, section 3.1).
class Labels {
 public:
  Labels(const AnnotateRequest& request, LoadedModels& models) : model_(space_of(request.clip, models)), names_(request.labels) {
    std::vector<std::string> texts;
    for (const auto& name : names_) texts.push_back(model_->captioned(name));
    directions_ = model_->read(texts);
  }

  std::vector<PictureTag> tags(const Image& picture, const AnnotateRequest& request) {
    const auto probabilities = model_->probabilities(model_->see(to_tensor(picture).clamp(0, 1)), directions_);
    std::vector<PictureTag> tags;
    for (std::size_t i = 0; i < names_.size(); ++i)
      if (const auto p = probabilities[std::int64_t(i)].item<double>(); p >= request.threshold) tags.push_back({names_[i], p});
    std::stable_sort(tags.begin(), tags.end(), [](const auto& a, const auto& b) { return a.probability > b.probability; });
    if (tags.size() > std::size_t(request.tags)) tags.resize(std::size_t(request.tags));
    return tags;
  }

 private:
  std::shared_ptr<JointSpace> model_;
  std::vector<std::string> names_;
  at::Tensor directions_;
};

class Annotator {
 public:
  Annotator(const AnnotateRequest& request, const LoadedNetwork* network, LoadedModels& models, Observer& observer)
      : request_(request), network_(network), observer_(observer), sources_(sources_of(request.source)) {
    if (request.faces || request.blur_faces) cascade_.emplace(cascade_file());
    check_outputs();
    if (!request.clip.empty()) labels_.emplace(request, models);
    if (request.caption || !request.caption_model.empty()) captioner_ = captioner_of(request.caption_model, models);
  }

  AnnotationReport run() {
    Steps steps(observer_, "annotate", static_cast<std::int64_t>(sources_.names.size()));
    for (std::size_t i = 0; i < sources_.names.size() && !report_.stopped; ++i) {
      report_.pictures.push_back(note(i));
      if (report_.pictures.back().reason.empty()) deliver(i, report_.pictures.back());
      steps.done(static_cast<std::int64_t>(i + 1));
      report_.stopped = observer_.stop_requested();
    }
    if (sources_.single && !report_.pictures.empty() && !report_.pictures.front().reason.empty())
      throw Error(ErrorCategory::corrupt_file, report_.pictures.front().reason);
    return std::move(report_);
  }

 private:
  fs::path cascade_file() const {
    if (!request_.cascade.empty()) return request_.cascade;
    const auto file = installed_face_cascade();
    if (!file)
      throw Error(ErrorCategory::not_found,
                  "no face detector; install Debian's opencv-data, or name a cascade with --cascade FILE.xml");
    return *file;
  }

  // What can be known to be wrong before hours of work.
  void check_outputs() const {
    const bool in_place = request_.format == "xmp" || request_.format.starts_with("sidecar");
    const bool archive = !sources_.single && !fs::is_directory(request_.source);
    if (request_.blur_faces && request_.output.empty())
      throw Error(ErrorCategory::bad_argument, "--blur-faces writes copies; name a folder for them with --output");
    if (archive && in_place && request_.output.empty())
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("--format {} cannot write into a zip; name a folder with --output", request_.format));
    if ((in_place || request_.blur_faces) && fs::exists(request_.output) && !fs::is_directory(request_.output))
      throw Error(ErrorCategory::bad_argument, fmt::format("--output {} must be a folder", request_.output));
  }

  PictureBytes bytes_of(std::size_t index) const {
    if (!sources_.single) return sources_.collection->bytes(index);
    const auto file = std::make_shared<MappedFile>(sources_.names[index]);
    return {file->bytes(), file};
  }

  PictureNotes note(std::size_t index) {
    PictureNotes notes;
    notes.name = sources_.names[index];
    try {
      const auto file = bytes_of(index);
      const auto info = probe_image(file.bytes, notes.name);
      DecodeOptions options;
      options.fit_within = kLookedAt;
      const Image picture = decode_image(file.bytes, options, notes.name);
      notes.width = info.width;
      notes.height = info.height;
      notes.format = format_name(info.format);
      describe(picture, notes);
    } catch (const Error& error) {
      if (error.category() == ErrorCategory::out_of_memory || error.category() == ErrorCategory::cancelled) throw;
      notes.reason = error.what();
    }
    return notes;
  }

  void describe(const Image& picture, PictureNotes& notes) {
    const Image rgb = on_white(picture);
    const auto figures = picture_figures(rgb);
    notes.brightness = figures.brightness;
    notes.contrast = figures.contrast;
    notes.sharpness = figures.sharpness;
    notes.colourfulness = figures.colourfulness;
    notes.words = words_for(figures, notes.width, notes.height);
    if (request_.colours > 0)
      for (const auto& colour : dominant_colours(picture, request_.colours))
        notes.colours.push_back({colour_name(colour.rgb), hex_text(colour.rgb), colour.share});
    const auto hash = perceptual_hash(rgb);
    notes.hash = hash_text(hash);
    if (request_.duplicates >= 0) notes.duplicate_of = duplicate_of(hash, notes.name);
    if (cascade_) notes.faces = int(find_faces(*cascade_, rgb).size());
    if (captioner_) {
      const auto caption = caption_of(*captioner_, rgb, request_.caption_language);
      notes.caption = {caption.text, caption.probability};
    }
    if (labels_ && request_.tags > 0)
      notes.tags = labels_->tags(rgb, request_);
    else if (network_ != nullptr && request_.tags > 0)
      tell_classes(network_->network, rgb, notes);
  }

  void tell_classes(const FeatureNetwork& network, const Image& rgb, PictureNotes& notes) const {
    const auto probabilities = class_probabilities(network, to_tensor(rgb).clamp(0, 1));
    for (const auto& tag : top_tags(network, probabilities, request_.tags))
      if (tag.probability >= request_.threshold) notes.tags.push_back({tag.name, tag.probability});
    if (network.classes != imagenet_classes()) return;
    const auto of_class = probabilities.contiguous();
    for (const auto& scene : scenes_in({of_class.data_ptr<float>(), std::size_t(of_class.numel())})) {
      notes.scenes.push_back({scene.name, scene.chinese, scene.probability});
      notes.words.push_back(scene.name);
    }
  }

  std::string duplicate_of(std::uint64_t hash, const std::string& name) {
    const auto earlier = hashes_.nearest_within(hash, request_.duplicates);
    hashes_.add(hash, static_cast<std::int64_t>(hashed_.size()));
    hashed_.push_back(name);
    return earlier < 0 ? "" : hashed_[static_cast<std::size_t>(earlier)];
  }

  // Where something that belongs to a picture goes: beside it, or at its place in the folder --output.
  fs::path place_of(const PictureNotes& notes) const {
    const fs::path name = sources_.single && !request_.output.empty() ? fs::path(notes.name).filename() : fs::path(notes.name);
    const fs::path base =
        request_.output.empty() ? (sources_.single ? fs::path() : fs::path(request_.source)) : fs::path(request_.output);
    const fs::path place = base / name;
    if (!request_.output.empty()) fs::create_directories(place.parent_path());
    return place;
  }

  void write(const fs::path& path, const std::string& text) {
    write_file_atomic(path, as_bytes(text));
    report_.outputs.push_back(path);
  }

  void deliver(std::size_t index, const PictureNotes& notes) {
    if (request_.blur_faces) blur(index, notes);
    std::vector<std::string> names;
    for (const auto& tag : notes.tags) names.push_back(tag.name);
    if (request_.format == "sidecar") write(place_of(notes).replace_extension(".txt"), sidecar_text(notes, names));
    if (request_.format == "sidecar-json") write(place_of(notes).replace_extension(".json"), annotation_json(notes) + "\n");
    if (request_.format == "xmp") write_keywords(index, notes, std::move(names));
  }

  // The sentence before the tags, as trainers of painters take both.
  static std::string sidecar_text(const PictureNotes& notes, std::vector<std::string> names) {
    if (!notes.caption.text.empty()) names.insert(names.begin(), notes.caption.text);
    return fmt::format("{}\n", fmt::join(names, ", "));
  }

  void write_keywords(std::size_t index, const PictureNotes& notes, std::vector<std::string> keywords) {
    for (const auto& colour : notes.colours) keywords.push_back(colour.name);
    keywords.insert(keywords.end(), notes.words.begin(), notes.words.end());
    try {
      write(place_of(notes), with_keywords(bytes_of(index).bytes, keywords, notes.name, notes.caption.text));
    } catch (const Error& error) {
      if (error.category() != ErrorCategory::unsupported || sources_.single) throw;
      observer_.on_message(error.what());
    }
  }

  // A copy at full size, in the picture's own format where it can be written.
  void blur(std::size_t index, const PictureNotes& notes) {
    const Image picture = decode_image(bytes_of(index).bytes, {}, notes.name);
    auto place = place_of(notes);
    if (const auto extension = place.extension(); extension == ".heic" || extension == ".heif") place.replace_extension(".jpg");
    save_image(place, with_faces_blurred(picture, find_faces(*cascade_, on_white(picture))));
    report_.outputs.push_back(place);
  }

  const AnnotateRequest& request_;
  const LoadedNetwork* network_;
  Observer& observer_;
  Sources sources_;
  std::optional<Cascade> cascade_;
  std::optional<Labels> labels_;
  std::shared_ptr<captioner::Captioner> captioner_;
  HashIndex hashes_;
  std::vector<std::string> hashed_;
  AnnotationReport report_;
};

// All of it in one file, where --output names one.
void write_whole(const AnnotateRequest& request, AnnotationReport& report) {
  const bool table = request.format == "text" || request.format == "json" || request.format == "jsonl";
  if (!table || request.output.empty() || request.blur_faces) return;
  std::string text = request.format == "json" ? annotation_json(report) : "";
  if (request.format != "json")
    for (const auto& notes : report.pictures)
      text += request.format == "text" ? annotation_text(notes) : annotation_json(notes) + "\n";
  write_file_atomic(request.output, as_bytes(text));
  report.outputs.push_back(request.output);
}

}  // namespace

AnnotationReport run_annotate(const AnnotateRequest& request, const LoadedNetwork* network, LoadedModels& models,
                              Observer& observer) {
  auto report = Annotator(request, network, models, observer).run();
  write_whole(request, report);
  return report;
}

}  // namespace inkstone::studio
