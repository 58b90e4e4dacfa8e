#include "studio/jobs/database.hpp"

#include "inkstone/error.hpp"

#ifdef INKSTONE_POSTGRESQL

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <pqxx/pqxx>

#include "studio/jobs/connection_pool.hpp"

namespace inkstone::studio {
namespace {

constexpr int kMostTries = 20;  // of a transaction that others got in the way of
constexpr const char* kChannel = "inkstone_jobs";

constexpr Dialect kPostgres = {.name = "postgresql",
                               .numbered = "BIGSERIAL PRIMARY KEY",
                               .skip_locked = "FOR UPDATE SKIP LOCKED",
                               .in_order = "SELECT pg_advisory_xact_lock(7310341)"};

// A password must not come into a message or a log.
std::string without_password(const std::string& url) {
  const auto scheme = url.find("://"), at = url.find('@');
  if (scheme == std::string::npos || at == std::string::npos) return url;
  const auto colon = url.find(':', scheme + 3);
  return colon < at ? url.substr(0, colon) + url.substr(at) : url;
}

struct PostgresConnection {
  explicit PostgresConnection(const std::string& url) : link(url) {}
  pqxx::connection link;
  std::map<std::string, std::string, std::less<>> statements;  // text to name
};

class PostgresTransaction : public Transaction {
 public:
  PostgresTransaction(PostgresConnection& connection, pqxx::transaction_base& work) : connection_(connection), work_(work) {}

  const Dialect& dialect() const override { return kPostgres; }

  Rows run(std::string_view sql, const std::vector<Parameter>& parameters) override {
    std::vector<std::string> texts;
    for (const auto& parameter : parameters)
      texts.push_back(std::holds_alternative<std::string>(parameter) ? std::get<std::string>(parameter)
                                                                     : std::to_string(std::get<std::int64_t>(parameter)));
    Rows rows;
    for (const auto& row : work_.exec_prepared(name_of(sql), pqxx::prepare::make_dynamic_params(texts))) {
      std::vector<std::string> columns;
      for (const auto& field : row)
        columns.emplace_back(field.is_null() ? std::string() : std::string(field.c_str(), field.size()));
      rows.emplace_back(std::move(columns));
    }
    return rows;
  }

  void run_script(const std::string& sql) override { work_.exec(sql); }

 private:
  std::string name_of(std::string_view sql) {
    auto known = connection_.statements.find(sql);
    if (known == connection_.statements.end()) {
      const auto name = fmt::format("s{}", connection_.statements.size());
      connection_.link.prepare(name, std::string(sql));
      known = connection_.statements.emplace(std::string(sql), name).first;
    }
    return known->second;
  }

  PostgresConnection& connection_;
  pqxx::transaction_base& work_;
};

class ChangeReceiver : public pqxx::notification_receiver {
 public:
  explicit ChangeReceiver(pqxx::connection& link) : pqxx::notification_receiver(link, kChannel) {}
  void operator()(const std::string&, int) override {}
};

// LISTEN wants a connection of its own.
struct Listening {
  explicit Listening(const std::string& url) : link(url), receiver(link) {}
  pqxx::connection link;
  ChangeReceiver receiver;
};

class PostgresDatabase : public Database {
 public:
  explicit PostgresDatabase(std::string url) : url_(std::move(url)) {
    try {
      pool_.give_back(std::make_unique<PostgresConnection>(url_));
    } catch (const pqxx::broken_connection& error) {
      throw Error(ErrorCategory::io,
                  fmt::format("the database {} does not answer: {}", without_password(url_), first_line(error.what())));
    }
  }

  const Dialect& dialect() const override { return kPostgres; }

  void write(const Work& work, Durability durability) override {
    for (int attempt = 1;; ++attempt) try {
        return translated([&] { reconnecting([&] { write_once(work, durability); }); });
      } catch (const pqxx::transaction_rollback&) {  // a deadlock or a lost race: the others have what they wanted
        if (attempt == kMostTries) throw Error(ErrorCategory::io, "the database of jobs is too busy; try again");
        std::this_thread::sleep_for(std::chrono::milliseconds(5 * attempt));
      }
  }

  void read(const Work& work) override {
    translated(
        [&] { reconnecting([&] { inside<pqxx::read_transaction>(work, [](auto& transaction) { transaction.commit(); }); }); });
  }

  void settle() override {
    if (unsettled_)
      write([](Transaction& transaction) { transaction.run("UPDATE schema_version SET version = version"); }, Durability::waits);
  }

  // The loop wakes often enough that wake() needs no way into the wait for the socket.
  void await_change(std::int64_t milliseconds) override {
    constexpr std::int64_t kSlice = 50;
    translated([&] {
      if (!listening_) listening_ = std::make_unique<Listening>(url_);
      try {
        for (std::int64_t waited = 0; waited < milliseconds && !woken_; waited += kSlice)
          if (listening_->link.await_notification(0, kSlice * 1000) > 0) break;
      } catch (...) {
        listening_.reset();
        throw;
      }
    });
    woken_ = false;
  }

  void wake() override { woken_ = true; }

 private:
  void write_once(const Work& work, Durability durability) {
    inside<pqxx::work>(work, [durability](auto& transaction) {
      if (durability == Durability::soon) transaction.exec("SET LOCAL synchronous_commit TO off");
      transaction.exec(fmt::format("NOTIFY {}", kChannel));
      transaction.commit();
    });
    unsettled_ = durability == Durability::soon;
    woken_ = true;
  }

  // A connection that fails is dropped: its statements and locks are gone with it. Work that refuses keeps it.
  template <class Kind, class Finish>
  void inside(const Work& work, Finish&& finish) {
    auto connection = taken();
    std::exception_ptr refused;
    {
      Kind transaction(connection->link);
      PostgresTransaction steps(*connection, transaction);
      try {
        work(steps);
      } catch (const Error&) {
        refused = std::current_exception();
      }
      if (!refused) finish(transaction);
    }
    pool_.give_back(std::move(connection));
    if (refused) std::rethrow_exception(refused);
  }

  // Connections that were idle while the database started anew fail at their first use. A commit that was on its way is another
  // error, in_doubt_error, and is not repeated.
  template <class Task>
  void reconnecting(Task&& task) {
    try {
      task();
    } catch (const pqxx::broken_connection&) {
      pool_.clear();
      task();
    }
  }

  std::unique_ptr<PostgresConnection> taken() {
    auto connection = pool_.take();
    return connection ? std::move(connection) : std::make_unique<PostgresConnection>(url_);
  }

  template <class Task>
  void translated(Task&& task) {
    try {
      task();
    } catch (const pqxx::transaction_rollback&) {
      throw;
    } catch (const pqxx::broken_connection&) {  // where it lies is not for those who ask for pictures
      pool_.clear();
      throw Error(ErrorCategory::io, "the database of jobs does not answer; try again in a moment");
    } catch (const pqxx::failure& error) {
      throw Error(ErrorCategory::io, fmt::format("the database of jobs refuses a statement: {}", first_line(error.what())));
    }
  }

  static std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

  const std::string url_;
  ConnectionPool<PostgresConnection> pool_;
  std::unique_ptr<Listening> listening_;  // of the one thread that waits
  std::atomic<bool> woken_ = false, unsettled_ = false;
};

}  // namespace

std::unique_ptr<Database> open_postgres(const std::string& url) {
  return std::make_unique<PostgresDatabase>(url);
}

}  // namespace inkstone::studio

#else

namespace inkstone::studio {

std::unique_ptr<Database> open_postgres(const std::string&) {
  throw Error(ErrorCategory::unsupported,
              "this build has no PostgreSQL; install libpqxx-dev and build again, or leave --database out");
}

}  // namespace inkstone::studio

#endif
