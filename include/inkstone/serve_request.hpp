// A studio for one person or many over HTTP: `inkstone serve` (docs/server.md).
#pragma once

#include <string>
#include <vector>

#include "inkstone/option.hpp"

namespace inkstone {

struct ServeRequest {
  std::string listen_ip = "127.0.0.1";
  int listen_port = 1234;
  std::string folder, database, models;
  std::string model, vae, lora_dir, embeddings_dir;
  std::string precision = "auto";
  bool worker = false, queue_only = false;
  std::string certificate, key;
  std::vector<std::string> hosts, origins;
  int body_megabytes = 64, megapixels = 50;
  int requests_per_minute = 6000, connections = 1024;
  int jobs_per_user = 200, running_per_user = 0;
  double storage_gigabytes = 0;
  double lease = 30, drain = 30;
  double model_memory = -1;
  bool no_reuse = false;
  int share_batch = 1;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* where = "Where";
    const char* work = "Work";
    const char* safety = "Safety";
    const char* limits = "Limits";
    // clang-format off
    visit(self.listen_ip, Option{.name = "listen-ip", .help = "address to listen on; others than this machine's own need a token (`inkstone token create`)", .group = where, .letter = 'l'});
    visit(self.listen_port, Option{.name = "listen-port", .help = "0 takes a free one", .min = 0, .max = 65535, .group = where});
    visit(self.folder, Option{.name = "folder", .help = "where jobs, pictures, runs and tokens are kept; empty: studio in the folder that INKSTONE_HOME names", .group = where});
    visit(self.database, Option{.name = "database", .help = "postgresql://... for a queue that many machines share; empty: SQLite in the folder", .group = where});
    visit(self.models, Option{.name = "models-dir", .help = "folder whose model files may be asked for as file:NAME", .group = where});

    visit(self.model, Option{.name = "model", .help = "what paints where a request names no model; empty takes the one that comes with the program", .group = work, .letter = 'm'});
    visit(self.vae, Option{.name = "vae", .help = "autoencoder, a file or folder, of Stable Diffusion checkpoints where a request names none; empty: the checkpoint's own", .group = work});
    visit(self.precision, Option{.name = "type", .help = "arithmetic of Stable Diffusion checkpoints where a request says none, as of `inkstone paint`", .choices = {"auto", "f32", "bf16", "q8_0"}, .group = work});
    visit(self.lora_dir, Option{.name = "lora-model-dir", .help = "folder of the adapters that prompts name; empty: lora in --models-dir", .group = work, .aliases = {"lora-dir"}});
    visit(self.embeddings_dir, Option{.name = "embd-dir", .help = "folder of textual inversions, which prompts call by the names of their files; empty: embeddings in --models-dir", .group = work, .aliases = {"embeddings-dir"}});
    visit(self.worker, Option{.name = "worker", .help = "work on the queue of --database without listening", .group = work});
    visit(self.queue_only, Option{.name = "queue-only", .help = "listen and keep the queue, leave the work to workers", .group = work});
    visit(self.lease, Option{.name = "lease", .help = "seconds without a sign of life after which a worker's job goes to another", .min = 2, .max = 3600, .group = work});
    visit(self.drain, Option{.name = "drain", .help = "seconds that a running job may take to end when the server is asked to", .min = 0, .max = 86400, .group = work});
    visit(self.model_memory, Option{.name = "model-memory", .help = "gigabytes of models that stay loaded between jobs, those used last; 0: none, -1: a quarter of the memory that is free at the start", .min = -1, .max = 1000000, .group = work});
    visit(self.no_reuse, Option{.name = "no-reuse", .help = "paint a request again that was painted before with its seed, rather than answer it by the same pictures", .group = work});
    visit(self.share_batch, Option{.name = "share-batch", .help = "so many waiting jobs of words that differ in their seeds alone are painted as one batch, their pixels to 60 dB as alone; 1: each alone", .min = 1, .max = 256, .group = work});

    visit(self.certificate, Option{.name = "tls-certificate", .help = "PEM file with the certificate and its chain; HTTPS instead of HTTP", .group = safety});
    visit(self.key, Option{.name = "tls-key", .help = "PEM file with its private key", .group = safety});
    visit(self.hosts, Option{.name = "allow-host", .help = "name under which the server may be asked, besides localhost and addresses", .group = safety});
    visit(self.origins, Option{.name = "allow-origin", .help = "web page that may call the server from a browser, as https://host:port", .group = safety});

    visit(self.body_megabytes, Option{.name = "max-body", .help = "megabytes of one request", .min = 1, .max = 4096, .group = limits});
    visit(self.megapixels, Option{.name = "max-megapixels", .help = "of one picture that is sent", .min = 1, .max = 1000, .group = limits});
    visit(self.requests_per_minute, Option{.name = "max-requests-per-minute", .help = "of one user at one address; 0: any number", .min = 0, .max = 10000000, .group = limits});
    visit(self.connections, Option{.name = "max-connections", .help = "at the same time", .min = 4, .max = 100000, .group = limits});
    visit(self.jobs_per_user, Option{.name = "max-jobs-per-user", .help = "queued, paused and running; 0: any number", .min = 0, .max = 1000000, .group = limits});
    visit(self.running_per_user, Option{.name = "max-running-per-user", .help = "at the same time; 0: any number", .min = 0, .max = 10000, .group = limits});
    visit(self.storage_gigabytes, Option{.name = "max-storage-per-user", .help = "gigabytes of pictures; 0: any", .min = 0, .max = 1000000, .group = limits});
    // clang-format on
  }
};

}  // namespace inkstone
