// The web UI API that clients of AUTOMATIC1111's program speak: /sdapi/v1. Keys of its published schema that mean nothing here
// are ignored at their default and otherwise refused by name.
#pragma once

#include "server/http/message.hpp"
#include "server/service.hpp"

namespace inkstone::server::webui {

Response paint_text(Service& service, const Request& request);
Response paint_picture(Service& service, const Request& request);
Response extra_single(Service& service, const Request& request);
Response extra_batch(Service& service, const Request& request);
Response png_info(Service& service, const Request& request);
Response interrogate(Service& service, const Request& request);

Response get_progress(Service& service, const Request& request);
Response interrupt(Service& service, const Request& request);
Response get_options(Service& service, const Request& request);
Response set_options(Service& service, const Request& request);
Response get_memory(Service& service, const Request& request);

Response list_models(Service& service, const Request& request);
Response list_autoencoders(Service& service, const Request& request);
Response list_samplers(Service& service, const Request& request);
Response list_schedulers(Service& service, const Request& request);
Response list_upscalers(Service& service, const Request& request);
Response list_latent_modes(Service& service, const Request& request);
Response list_scripts(Service& service, const Request& request);
Response empty_list(Service& service, const Request& request);
Response empty_object(Service& service, const Request& request);
Response list_adapters(Service& service, const Request& request);
Response list_embeddings(Service& service, const Request& request);
Response nothing(Service& service, const Request& request);

}  // namespace inkstone::server::webui
