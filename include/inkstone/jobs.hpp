// A durable queue of tasks with the worker that runs them: what is submitted survives crashes, full disks and restarts, and no
// picture is kept twice. One person's queue lies in an SQLite file; that of many machines in PostgreSQL, with pictures in a
// shared folder (docs/jobs.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inkstone/error.hpp"
#include "inkstone/model_memory.hpp"

namespace inkstone {

enum class QueueMove { sooner, later };
enum class JobState { queued, running, paused, done, failed, cancelled };

// "queued" and so on; nullopt for a name that is none.
std::string_view state_name(JobState state);
std::optional<JobState> state_of(std::string_view name);

// Too many jobs, bytes or pixels for one owner (HTTP 429 or 413).
class LimitReached : public Error {
 public:
  explicit LimitReached(const std::string& message) : Error(ErrorCategory::bad_argument, message) {}
};

// What was asked does not go with the state of the job: pausing what is done, say (HTTP 409).
class JobConflict : public Error {
 public:
  explicit JobConflict(const std::string& message) : Error(ErrorCategory::bad_argument, message) {}
};

struct JobOrder {
  std::string task;     // name of a TaskInfo
  std::string request;  // JSON object after its schema; pictures and models by id
  std::string owner = "local";
  int priority = 0;        // higher goes first; -1000 to 1000
  std::string client_key;  // a job of the same owner with the same key is given back instead of a second one; empty: none
};

// A file of the store. Films are kept as pictures are.
struct StoredPicture {
  std::string id;          // sha256 of the file, 64 hex digits
  std::string media_type;  // "image/png"
  std::string name;        // what it was called, without folders; may be empty
  int width = 0, height = 0;
  std::uint64_t bytes = 0;
};

struct JobStatus {
  std::string id;  // 26 letters and digits (ULID)
  std::string task, owner;
  JobState state = JobState::queued;
  bool stopping = false;  // running, and asked to cancel or pause: it will within a step
  int priority = 0;
  std::int64_t place = 0;                               // among jobs of its priority: the lowest goes first
  int attempts = 0;                                     // times it was started
  std::string request;                                  // JSON, as submitted
  std::int64_t created = 0, started = 0, finished = 0;  // milliseconds since 1970 (UTC); 0: not yet

  std::string stage;                     // of the running task: "stylize 512 px"
  std::int64_t step = 0, total = 0;      // total 0: unknown
  double seconds_left = -1;              // negative: unknown
  std::map<std::string, double> values;  // losses and rates
  std::int64_t preview_step = -1;        // of preview(); -1: there is none

  std::string error_category, error;    // of failed: "out_of_memory" and one sentence
  std::vector<StoredPicture> pictures;  // of done, and of cancelled what there was
  std::string report;       // JSON: what a task found that gives no picture, or tells beside its pictures; may be empty
  bool from_store = false;  // the same had been painted before: these are its pictures

  std::string model, prompt;         // out of the request, to show and to search
  std::string tags;                  // what annotations found in its pictures: captions and tags, in lower case
  std::vector<std::string> parents;  // pictures that the request names
};

struct JobQuery {
  std::string owner;  // empty: of everybody
  std::string task, model;
  std::string text;    // every word of it in prompt, model, task or tags, whatever its case
  std::string before;  // id: only jobs submitted before this one
  std::optional<JobState> state;
  int limit = 50;  // 1 to 500
};

struct JobEvent {
  std::int64_t number = 0;  // rises, also over restarts
  std::string job, owner;
  // "state", "progress", "preview", "message", "picture" or "removed"
  std::string kind;
  std::string data;  // JSON object: state {state, stopping, error}, progress {stage, step, total, seconds_left, values}, preview
                     // {step}, message {text}, picture {id}
};

// A file to hand out.
struct StoredFile {
  std::filesystem::path path;
  std::string media_type;
};

// What a picture says of itself; empty where it says nothing.
struct PictureText {
  std::string parameters;  // the settings as other painters write them
  std::string recipe;      // JSON
};

// What a request may name as its model.
struct UsableModel {
  std::string id;  // what the request says: a name of the catalogue, "file:NAME", "run:JOB", or a rule's name
  std::string title, purpose, licence;
  std::string source;  // "catalogue", "file", "run" or "rule"
  std::uint64_t bytes = 0;
  bool present = true;  // false: of the catalogue, not pulled yet
};

// A textual inversion: a word that prompts may say.
struct PromptWord {
  std::string name;
  std::int64_t vectors = 0, width = 0;  // 0: it cannot be read
};

struct JobLimits {
  int unfinished = 200;                                  // jobs of one owner that are queued, paused or running; 0: any number
  int running = 0;                                       // of them at the same time; 0: any number
  std::uint64_t stored_bytes = 0;                        // pictures of one owner; 0: any
  std::uint64_t upload_bytes = std::uint64_t(64) << 20;  // of one file
  std::uint64_t upload_pixels = 50'000'000;              // of one picture
  std::uint64_t request_bytes = std::uint64_t(1) << 20;  // of one request
};

// Empty: those of the models folder (lora/, embeddings/).
struct PromptFolders {
  std::filesystem::path adapters, embeddings;
};

// What Stable Diffusion checkpoints are painted with where a request leaves it out.
struct CheckpointDefaults {
  std::filesystem::path autoencoder;  // empty: the checkpoint's own
  std::string precision = "auto";     // as `type` of task paint
};

struct JobsSettings {
  std::filesystem::path folder;                // queue, pictures, runs; made where it is missing
  std::string database;                        // empty: SQLite in folder; else postgresql://...
  std::filesystem::path models;                // folder whose model files may be named as "file:NAME"; empty: none
  PromptFolders prompt_folders;                // of what prompts name
  CheckpointDefaults checkpoints;              // where a request says nothing of these
  bool work = true;                            // false: keep the queue, leave the work to other processes
  int threads = 0;                             // of the work; 0: one per core
  double lease_seconds = 30;                   // a worker that shows no life for so long gives its job back
  double model_memory = kModelMemoryByItself;  // bytes of models that stay loaded between jobs; 0: none
  bool answer_from_store = true;  // a request with a fixed seed that was painted for its owner is done with those pictures
  int share_batch = 1;  // so many jobs of words that differ in their seeds alone are painted as one batch; 1: each alone
  int attempts = 3;     // a job that took its worker with it so often has failed
  JobLimits limits;
  // Wall clock in milliseconds since 1970, for the times that are shown; nothing hangs on it. Empty: the system's.
  std::function<std::int64_t()> clock;
};

// How the queue stands, for health checks and metrics.
struct JobsSummary {
  std::map<JobState, std::int64_t> jobs;  // of the states that occur
  std::uint64_t pictures = 0, picture_bytes = 0;
  std::string database;   // "sqlite" or "postgresql"
  bool reachable = true;  // the database answers
  bool draining = false;
  ModelMemory models;  // of this process
};

// Thread-safe. Throws Error alone: not_found for an id that is none, bad_argument for a request that does not fit its schema, io
// where disk or database fail. An owner of "" means everybody's.
class Jobs {
 public:
  using Settings = JobsSettings;

  // Opens or makes the queue, takes back what a dead worker held, and starts to work. Throws unsupported for a database that
  // this build does not have.
  explicit Jobs(Settings settings);
  // Stops the running job at its next step and gives it back to the queue.
  ~Jobs();
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

  const Settings& settings() const;

  // Checked at once, painted later; the id. Where the same request with the same seed has been painted for this owner, the job is
  // done at once, unless settings say otherwise.
  std::string submit(const JobOrder& order);
  JobStatus find(const std::string& id) const;
  std::vector<JobStatus> list(const JobQuery& query = {}) const;  // newest first
  // Blocks until the job is done, failed, cancelled or paused, or milliseconds have passed.
  JobStatus wait(const std::string& id, std::int64_t milliseconds) const;

  // A running job ends within a step; a picture that was on its way is kept where the task can give it. Twice is once.
  void cancel(const std::string& id);
  // Training goes on from its checkpoint when it is resumed, everything else from its start.
  void pause(const std::string& id);
  void resume(const std::string& id);
  void retry(const std::string& id);  // of failed and cancelled jobs
  void set_priority(const std::string& id, int priority);
  // Before the job of the same owner that goes before it, or after the one that follows; at the end of the queue it stays. Throws
  // JobConflict unless it is queued.
  void move(const std::string& id, QueueMove move);
  // With the pictures that no other job names; a running job is cancelled.
  void erase(const std::string& id);
  // Everything that owner submitted, made and sent; the number of jobs.
  std::int64_t erase_owner(const std::string& owner);

  // Decoded once to be sure that it is a picture. Throws corrupt_file, unsupported, LimitReached.
  StoredPicture add_picture(std::string_view bytes, const std::string& name = "", const std::string& owner = "local");
  // The transparency of a picture as a mask: white where nothing is seen, black where it is opaque. nullopt: it is opaque all
  // over. Throws as add_picture does.
  std::optional<StoredPicture> add_transparency(std::string_view bytes, const std::string& name = "",
                                                const std::string& owner = "local");
  StoredPicture picture(const std::string& id, const std::string& owner = "") const;
  StoredFile picture_file(const std::string& id, const std::string& owner = "") const;
  // Within size x size pixels (16 to 2048); made when first asked for.
  StoredFile thumbnail(const std::string& id, int size, const std::string& owner = "") const;
  PictureText picture_text(const std::string& id, const std::string& owner = "") const;
  // The file without recipe and settings.
  std::string bare_picture(const std::string& id, const std::string& owner = "") const;
  void forget_picture(const std::string& id, const std::string& owner = "local");

  // The running picture as a JPEG; empty where there is none. Nobody keeps it.
  std::string preview(const std::string& id) const;

  // Events after number, oldest first; blocks up to milliseconds until there is one. A number older than what is kept starts with
  // what is.
  std::vector<JobEvent> events_since(std::int64_t number, const std::string& owner = "", std::int64_t milliseconds = 0) const;
  std::int64_t last_event() const;

  // Where a job of task "train" keeps its metrics.jsonl, samples and checkpoints.
  std::filesystem::path run_folder(const std::string& id) const;
  // What requests of this owner may name as their model.
  std::vector<UsableModel> models(const std::string& owner = "") const;
  // What prompts may call besides, out of the prompt folders: adapters as <lora:NAME:0.8>, and words.
  std::vector<std::string> adapters() const;
  std::vector<PromptWord> prompt_words() const;

  JobsSummary summary() const;

  // No new work here: the running job ends or, where that takes more than milliseconds, gives itself back. Submitting goes on.
  void drain(std::int64_t milliseconds);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace inkstone
