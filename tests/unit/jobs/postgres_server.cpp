#include "unit/jobs/postgres_server.hpp"

#include <unistd.h>

#include <cstdlib>

#include <fmt/format.h>

namespace inkstone::test {
namespace {

namespace fs = std::filesystem;

// The newest of Debian's.
fs::path installed_programs() {
  fs::path newest;
  std::error_code missing;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", missing))
    if (fs::exists(version.path() / "bin/initdb") && version.path() > newest) newest = version.path();
  return newest.empty() ? newest : newest / "bin";
}

}  // namespace

PostgresServer& PostgresServer::instance() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer() : programs_(installed_programs()) {
  if (programs_.empty()) {
    absence_ = "PostgreSQL is not installed (apt-get install postgresql)";
    return;
  }
  folder_ = fs::temp_directory_path() / fmt::format("inkstone-postgresql-{}", ::getpid());
  fs::remove_all(folder_);
  fs::create_directories(folder_);
  if (::geteuid() == 0 && std::system(fmt::format("chown postgres {}", folder_.string()).c_str()) != 0)
    absence_ = "there is no user postgres to run it as";
  else if (!run(fmt::format("{}/initdb -D {}/data -A trust -U inkstone --no-sync -E UTF8 --locale=C", programs_.string(),
                            folder_.string())))
    absence_ = "initdb fails; see its log";
  else
    start();
}

PostgresServer::~PostgresServer() {
  if (absence_.empty()) stop();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string PostgresServer::as_owner(const std::string& command) const {
  return ::geteuid() == 0 ? fmt::format("setpriv --reuid=postgres --regid=postgres --clear-groups {}", command) : command;
}

bool PostgresServer::run(const std::string& command) const {
  return std::system(fmt::format("cd {0} && {1} >> {0}/log 2>&1 < /dev/null", folder_.string(), as_owner(command)).c_str()) == 0;
}

void PostgresServer::start() {
  if (!run(fmt::format("{0}/pg_ctl -D {1}/data -w -l {1}/server.log -o \"-k {1} -c listen_addresses='' -c fsync=off\" start",
                       programs_.string(), folder_.string())))
    absence_ = "pg_ctl cannot start it; see server.log";
}

void PostgresServer::stop() {
  run(fmt::format("{}/pg_ctl -D {}/data -m immediate -w stop", programs_.string(), folder_.string()));
}

std::string PostgresServer::make_database() {
  const auto name = fmt::format("jobs{}", ++databases_);
  if (!run(fmt::format("{}/createdb -h {} -U inkstone {}", programs_.string(), folder_.string(), name)))
    absence_ = "createdb fails; see its log";
  return fmt::format("postgresql:///{}?host={}&user=inkstone", name, folder_.string());
}

}  // namespace inkstone::test
