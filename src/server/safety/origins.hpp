// Which names the server answers to, and which web pages may call it. A page of somebody else that a browser on this machine
// shows can reach 127.0.0.1 too, and can point a name of its own at it (DNS rebinding): therefore Host and Origin of every
// request are checked.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inkstone::server {

struct Request;

class Origins {
 public:
  // Throws bad_argument where an origin is not scheme://host[:port].
  Origins(std::vector<std::string> hosts, std::vector<std::string> origins);

  // Addresses, localhost and the names that were given; nothing else can be a name that points here without being meant to.
  bool knows_host(std::string_view host_header) const;

  // The page that asks is one of ours, is on the list, or is no page at all.
  bool may_call(const Request& request) const;

  // What Access-Control-Allow-Origin says to request: its origin where that is on the list; empty: nothing.
  std::string allowed_origin(const Request& request) const;

 private:
  std::vector<std::string> hosts_, origins_;
};

// "example.org" of "example.org:80", "[::1]" of "[::1]:1234"; empty where it is malformed.
std::string host_name(std::string_view host_header);
bool is_address(std::string_view host_name);  // IPv4, or IPv6 in brackets

// 127.0.0.0/8, ::1, localhost.
bool is_own_address(std::string_view address);

}  // namespace inkstone::server
