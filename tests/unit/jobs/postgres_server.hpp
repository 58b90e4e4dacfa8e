// A PostgreSQL of the test's own, on a socket in a temporary folder: started as another user where the test is root, stopped with
// the test.
#pragma once

#include <filesystem>
#include <string>

namespace inkstone::test {

class PostgresServer {
 public:
  // The one of this program, started when first asked for.
  static PostgresServer& instance();
  ~PostgresServer();

  // Why there is none; empty: it runs.
  const std::string& absence() const { return absence_; }
  // The address of a fresh, empty database.
  std::string make_database();

  void stop();   // at once, as a crash would
  void start();  // again

 private:
  PostgresServer();
  bool run(const std::string& command) const;
  std::string as_owner(const std::string& command) const;

  std::filesystem::path programs_, folder_;
  std::string absence_;
  int databases_ = 0;
};

}  // namespace inkstone::test
