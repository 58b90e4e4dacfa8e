#include "cli/token_command.hpp"

#include <ctime>
#include <memory>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "inkstone/server.hpp"

namespace inkstone {
namespace {

struct TokenArguments {
  TokenOrder order;
  std::string folder, id;

  std::filesystem::path place() const {
    ServeRequest request;
    request.folder = folder;
    return studio_folder(request);
  }
};

std::string day_of(std::int64_t milliseconds) {
  return milliseconds == 0 ? "never" : fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time_t(milliseconds / 1000)));
}

void create(const TokenArguments& arguments) {
  const auto token = create_token(arguments.place(), arguments.order);
  fmt::print(stderr, "token {} of {} with the scope {}; it is shown this once:\n", token.info.name, token.info.owner,
             token.info.scope);
  fmt::print("{}\n", token.secret);
}

void list(const TokenArguments& arguments) {
  for (const auto& token : list_tokens(arguments.place()))
    fmt::print("{:<10} {:<20} {:<20} {:<6} made {}  ends {}\n", token.id, token.name, token.owner, token.scope,
               day_of(token.created), day_of(token.expires));
}

}  // namespace

void add_token_command(CLI::App& app) {
  auto* tokens = app.add_subcommand("token", "tokens that open a server to its users");
  tokens->require_subcommand(1);
  const auto arguments = std::make_shared<TokenArguments>();
  const auto add = [&](const char* name, const char* help) {
    auto* command = tokens->add_subcommand(name, help);
    command->add_option("--folder", arguments->folder, "of the studio, as of `inkstone serve`");
    return command;
  };
  auto* create_command = add("create", "make one; it is printed once and kept nowhere");
  create_command->add_option("name", arguments->order.name, "to know it by")->required();
  create_command->add_option("--owner", arguments->order.owner, "whose jobs and pictures it opens; its name if absent");
  create_command->add_option("--scope", arguments->order.scope, "read, write, or admin, who sees everybody's [write]")
      ->check(CLI::IsMember({"read", "write", "admin"}));
  create_command->add_option("--days", arguments->order.days, "until it ends; 0: never")->check(CLI::Range(0, 36500));
  create_command->callback([arguments] { create(*arguments); });
  add("list", "those that there are")->callback([arguments] { list(*arguments); });
  auto* revoke_command = add("revoke", "end one at once");
  revoke_command->add_option("token", arguments->id, "its id or name")->required();
  revoke_command->callback([arguments] { revoke_token(arguments->place(), arguments->id); });
}

}  // namespace inkstone
