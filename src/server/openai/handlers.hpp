// The images of OpenAI's API: /v1/images. GET /v1/models is shared with our own (api/models.cpp).
#pragma once

#include "server/http/message.hpp"
#include "server/service.hpp"

namespace inkstone::server::openai {

Response generate(Service& service, const Request& request);
Response edit(Service& service, const Request& request);
Response vary(Service& service, const Request& request);

}  // namespace inkstone::server::openai
