// Jobs over HTTP: Inkstone's own API, those of other programs, the page; and the tokens that open them (docs/server.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "inkstone/jobs.hpp"
#include "inkstone/serve_request.hpp"

namespace inkstone {

struct TokenOrder {
  std::string name;             // to know it by
  std::string owner;            // whose jobs it sees; empty: name
  std::string scope = "write";  // "read", "write", or "admin", who sees everybody's
  int days = 0;                 // until it runs out; 0: never
};

struct TokenInfo {
  std::string id, name, owner, scope;
  std::int64_t created = 0, expires = 0;  // milliseconds since 1970; 0: never
};

struct NewToken {
  TokenInfo info;
  std::string secret;  // shown once, kept nowhere
};

// folder: of the studio (ServeRequest::folder). All three throw io, and bad_argument or not_found as said there.
NewToken create_token(const std::filesystem::path& folder, const TokenOrder& order);  // bad_argument: no name, unknown scope
std::vector<TokenInfo> list_tokens(const std::filesystem::path& folder);
void revoke_token(const std::filesystem::path& folder, const std::string& id_or_name);  // not_found

// The folder that request names, or the usual one. Throws bad_argument where there is no home.
std::filesystem::path studio_folder(const ServeRequest& request);

// Listens from the constructor to the destructor, with threads of its own.
class Server {
 public:
  // jobs outlives it. Throws bad_argument: other addresses than this machine's own without a token, a certificate without its
  // key; io: the port is taken; corrupt_file: no certificate.
  Server(Jobs& jobs, const ServeRequest& request);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::string address() const;  // "http://127.0.0.1:1234/"

  // No new jobs; the running one gets up to milliseconds before it gives itself back. Then event streams end and no more is
  // answered.
  void drain(std::int64_t milliseconds);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace inkstone
