// Everything that can be asked for, one line each.
#include "server/api/handlers.hpp"
#include "server/openai/handlers.hpp"
#include "server/route.hpp"
#include "server/webui/handlers.hpp"

namespace inkstone::server {
namespace {

constexpr auto kNone = Scope::none, kRead = Scope::read, kWrite = Scope::write, kAdmin = Scope::admin;
constexpr const char *kEvents = "text/event-stream", *kAny = "image/*";

// clang-format off
constexpr Route kRoutes[] = {
    // method, path, scope, handler, tag, summary, query, takes, gives, status
    {"GET", "/healthz", kNone, get_health, "operation", "Whether the process lives", "", "", "Status"},
    {"GET", "/readyz", kNone, get_readiness, "operation", "Whether it takes work: the database answers and nobody is stopping it", "", "", "Status"},
    {"GET", "/metrics", kRead, get_metrics, "operation", "Counters for Prometheus", "", "", "text/plain"},

    {"GET", "/v1/session", kNone, get_session, "session", "Whether a token is needed, and whose is used", "", "", "Session"},
    {"POST", "/v1/session", kNone, open_session, "session", "Keep a token in a cookie, for pages", "", "Token", "", 204},
    {"DELETE", "/v1/session", kNone, close_session, "session", "Forget that cookie", "", "", "", 204},
    {"DELETE", "/v1/me", kWrite, erase_me, "session", "Erase everything that the caller submitted, made and sent", "", "", "Erased"},

    {"GET", "/v1/capabilities", kRead, get_capabilities, "studio", "Tasks with the JSON Schema of their requests, limits, formats", "", "", "Capabilities"},
    {"GET", "/v1/openapi.json", kNone, get_openapi, "studio", "This document", "", "", "Object"},
    {"GET", "/v1/recipes", kRead, get_recipes, "studio", "Requests to start from", "", "", "Recipes"},
    {"GET", "/v1/recipes/pictures/{name}", kRead, get_shipped_picture, "studio", "A picture that recipes name", "", "", kAny},
    {"GET", "/v1/models", kRead, list_usable_models, "studio", "Models that requests may name; also in the shape of OpenAI's API", "", "", "Models"},
    {"GET", "/v1/models/{name}", kRead, get_usable_model, "studio", "One of them, in the shape of OpenAI's API", "", "", "Object"},
    {"GET", "/v1/models/{folder}/{name}", kRead, get_usable_model, "studio", "One whose name has two parts", "", "", "Object"},
    {"POST", "/v1/models/{name}/pull", kAdmin, pull_one_model, "studio", "Fetch a model of the catalogue", "", "", "Job", 201},
    {"POST", "/v1/models/{folder}/{name}/pull", kAdmin, pull_one_model, "studio", "Fetch a model of the catalogue whose name has two parts", "", "", "Job", 201},
    {"GET", "/v1/hand-tracker/{file}", kRead, get_hand_tracker_file, "studio", "A file of the catalogue's hand-tracker, which the page's canvas runs", "", "", "application/octet-stream"},
    {"GET", "/v1/datasets", kRead, list_datasets, "studio", "Data sets to train on", "", "", "Datasets"},

    {"POST", "/v1/jobs", kWrite, submit_job, "jobs", "Submit a task; as multipart/form-data with files, part `job` holds this JSON and fields name files as part:NAME", "", "JobOrder", "Job", 201},
    {"GET", "/v1/jobs", kRead, list_jobs, "jobs", "Jobs, newest first", "state task model q before limit", "", "Jobs"},
    {"GET", "/v1/jobs/{id}", kRead, get_job, "jobs", "One job", "", "", "Job"},
    {"PATCH", "/v1/jobs/{id}", kWrite, change_job, "jobs", "Another place in the queue, among the jobs of its owner, or another priority", "", "JobChange", "Job"},
    {"DELETE", "/v1/jobs/{id}", kWrite, erase_job, "jobs", "Erase it with the pictures that no other job names", "", "", "", 204},
    {"POST", "/v1/jobs/{id}/cancel", kWrite, cancel_job, "jobs", "Stop it within a step; twice is once", "", "", "Job"},
    {"POST", "/v1/jobs/{id}/pause", kWrite, pause_job, "jobs", "Set it aside", "", "", "Job"},
    {"POST", "/v1/jobs/{id}/resume", kWrite, resume_job, "jobs", "Go on, training from its checkpoint", "", "", "Job"},
    {"POST", "/v1/jobs/{id}/retry", kWrite, retry_job, "jobs", "Again, where it failed or was cancelled", "", "", "Job"},
    {"GET", "/v1/jobs/{id}/preview", kRead, get_preview, "jobs", "The picture on its way", "step", "", "image/jpeg"},
    {"GET", "/v1/jobs/{id}/events", kRead, follow_job, "jobs", "What happens to it, until it ends", "after", "", kEvents},
    {"GET", "/v1/events", kRead, follow_all, "jobs", "What happens to all of the caller's jobs; Last-Event-ID is honoured", "after", "", kEvents},

    {"POST", "/v1/pictures", kWrite, add_picture, "pictures", "Send a picture, as the body or as a form with one file", "", kAny, "Picture", 201},
    {"GET", "/v1/pictures/{id}", kRead, get_picture, "pictures", "The file; ranges and ETag are honoured, recipe=0 leaves out how it was made", "download recipe", "", kAny},
    {"GET", "/v1/pictures/{id}/thumbnail", kRead, get_thumbnail, "pictures", "Within size x size pixels", "size", "", kAny},
    {"GET", "/v1/pictures/{id}/recipe", kRead, get_recipe, "pictures", "How it was made", "", "", "Recipe"},
    {"DELETE", "/v1/pictures/{id}", kWrite, forget_picture, "pictures", "Forget it", "", "", "", 204},

    {"GET", "/v1/runs", kRead, list_runs, "training", "Runs of training with their sample grids", "before limit", "", "Runs"},
    {"GET", "/v1/runs/{id}/metrics", kRead, get_run_metrics, "training", "Losses and rates by step", "after", "", "Metrics"},
    {"GET", "/v1/runs/{id}/samples/{name}", kRead, get_run_sample, "training", "One grid of samples", "", "", kAny},

    {"POST", "/v1/images/generations", kWrite, openai::generate, "openai", "Pictures from words, as OpenAI's API has it", "", "Object", "Object"},
    {"POST", "/v1/images/edits", kWrite, openai::edit, "openai", "A picture painted over after words", "", "multipart/form-data", "Object"},
    {"POST", "/v1/images/variations", kWrite, openai::vary, "openai", "A picture painted over freely", "", "multipart/form-data", "Object"},

    {"POST", "/sdapi/v1/txt2img", kWrite, webui::paint_text, "web UI", "Pictures from words, as web UIs have it", "", "Object", "Object"},
    {"POST", "/sdapi/v1/img2img", kWrite, webui::paint_picture, "web UI", "Pictures from a picture", "", "Object", "Object"},
    {"POST", "/sdapi/v1/extra-single-image", kWrite, webui::extra_single, "web UI", "Enlarge a picture", "", "Object", "Object"},
    {"POST", "/sdapi/v1/extra-batch-images", kWrite, webui::extra_batch, "web UI", "Enlarge pictures", "", "Object", "Object"},
    {"POST", "/sdapi/v1/png-info", kWrite, webui::png_info, "web UI", "What a picture says of its making", "", "Object", "Object"},
    {"POST", "/sdapi/v1/interrogate", kWrite, webui::interrogate, "web UI", "What is in a picture", "", "Object", "Object"},
    {"GET", "/sdapi/v1/progress", kRead, webui::get_progress, "web UI", "How far the running job is", "skip_current_image", "", "Object"},
    {"POST", "/sdapi/v1/interrupt", kWrite, webui::interrupt, "web UI", "Stop the running job", "", "", "Object"},
    {"POST", "/sdapi/v1/skip", kWrite, webui::interrupt, "web UI", "Stop the running job", "", "", "Object"},
    {"GET", "/sdapi/v1/options", kRead, webui::get_options, "web UI", "Model and settings that requests go by", "", "", "Object"},
    {"POST", "/sdapi/v1/options", kWrite, webui::set_options, "web UI", "Choose them", "", "Object", ""},
    {"GET", "/sdapi/v1/sd-models", kRead, webui::list_models, "web UI", "Models that paint", "", "", "List"},
    {"GET", "/sdapi/v1/sd-vae", kRead, webui::list_autoencoders, "web UI", "Autoencoders", "", "", "List"},
    {"GET", "/sdapi/v1/samplers", kRead, webui::list_samplers, "web UI", "Solvers", "", "", "List"},
    {"GET", "/sdapi/v1/schedulers", kRead, webui::list_schedulers, "web UI", "Schedules", "", "", "List"},
    {"GET", "/sdapi/v1/upscalers", kRead, webui::list_upscalers, "web UI", "Networks that enlarge", "", "", "List"},
    {"GET", "/sdapi/v1/latent-upscale-modes", kRead, webui::list_latent_modes, "web UI", "How latents are enlarged", "", "", "List"},
    {"GET", "/sdapi/v1/loras", kRead, webui::list_adapters, "web UI", "Adapters", "", "", "List"},
    {"GET", "/sdapi/v1/embeddings", kRead, webui::list_embeddings, "web UI", "Textual inversions", "", "", "Object"},
    {"GET", "/sdapi/v1/hypernetworks", kRead, webui::empty_list, "web UI", "None", "", "", "List"},
    {"GET", "/sdapi/v1/face-restorers", kRead, webui::empty_list, "web UI", "None", "", "", "List"},
    {"GET", "/sdapi/v1/realesrgan-models", kRead, webui::empty_list, "web UI", "None", "", "", "List"},
    {"GET", "/sdapi/v1/prompt-styles", kRead, webui::empty_list, "web UI", "None", "", "", "List"},
    {"GET", "/sdapi/v1/scripts", kRead, webui::list_scripts, "web UI", "None", "", "", "Object"},
    {"GET", "/sdapi/v1/script-info", kRead, webui::empty_list, "web UI", "None", "", "", "List"},
    {"GET", "/sdapi/v1/cmd-flags", kRead, webui::empty_object, "web UI", "None", "", "", "Object"},
    {"GET", "/sdapi/v1/memory", kRead, webui::get_memory, "web UI", "Memory of the machine", "", "", "Object"},
    {"POST", "/sdapi/v1/refresh-checkpoints", kWrite, webui::nothing, "web UI", "Nothing: models are looked up when they are asked for", "", "", ""},
    {"POST", "/sdapi/v1/refresh-vae", kWrite, webui::nothing, "web UI", "Nothing", "", "", ""},
    {"POST", "/sdapi/v1/refresh-loras", kWrite, webui::nothing, "web UI", "Nothing", "", "", ""},
};
// clang-format on

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

}  // namespace inkstone::server
