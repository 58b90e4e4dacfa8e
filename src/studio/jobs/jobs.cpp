#include "inkstone/jobs.hpp"

#include "inkstone/tasks.hpp"

namespace inkstone {
namespace {

[[noreturn]] void not_ready() { throw Error(ErrorCategory::unsupported, "this build keeps no queue of jobs"); }

}  // namespace

struct Jobs::State {
  Settings settings;
};

std::vector<TaskInfo> tasks() { return {}; }

std::string_view state_name(JobState state) {
  constexpr std::string_view kNames[] = {"queued", "running", "paused", "done", "failed", "cancelled"};
  return kNames[int(state)];
}

std::optional<JobState> state_of(std::string_view name) {
  for (int k = 0; k <= int(JobState::cancelled); ++k)
    if (state_name(JobState(k)) == name) return JobState(k);
  return std::nullopt;
}

Jobs::Jobs(Settings settings) : state_(std::make_unique<State>(State{std::move(settings)})) {}
Jobs::~Jobs() = default;
const Jobs::Settings& Jobs::settings() const { return state_->settings; }
std::string Jobs::submit(const JobOrder&) { not_ready(); }
JobStatus Jobs::find(const std::string&) const { not_ready(); }
std::vector<JobStatus> Jobs::list(const JobQuery&) const { return {}; }
JobStatus Jobs::wait(const std::string&, std::int64_t) const { not_ready(); }
void Jobs::cancel(const std::string&) { not_ready(); }
void Jobs::pause(const std::string&) { not_ready(); }
void Jobs::resume(const std::string&) { not_ready(); }
void Jobs::retry(const std::string&) { not_ready(); }
void Jobs::set_priority(const std::string&, int) { not_ready(); }
void Jobs::erase(const std::string&) { not_ready(); }
std::int64_t Jobs::erase_owner(const std::string&) { not_ready(); }
StoredPicture Jobs::add_picture(std::string_view, const std::string&, const std::string&) { not_ready(); }
StoredPicture Jobs::picture(const std::string&, const std::string&) const { not_ready(); }
StoredFile Jobs::picture_file(const std::string&, const std::string&) const { not_ready(); }
StoredFile Jobs::thumbnail(const std::string&, int, const std::string&) const { not_ready(); }
PictureText Jobs::picture_text(const std::string&, const std::string&) const { not_ready(); }
std::string Jobs::bare_picture(const std::string&, const std::string&) const { not_ready(); }
void Jobs::forget_picture(const std::string&, const std::string&) { not_ready(); }
std::string Jobs::preview(const std::string&) const { return {}; }
std::vector<JobEvent> Jobs::events_since(std::int64_t, const std::string&, std::int64_t) const { return {}; }
std::int64_t Jobs::last_event() const { return 0; }
std::filesystem::path Jobs::run_folder(const std::string&) const { not_ready(); }
std::vector<UsableModel> Jobs::models(const std::string&) const { return {}; }
JobsSummary Jobs::summary() const { return {}; }
void Jobs::drain(std::int64_t) {}

}  // namespace inkstone
