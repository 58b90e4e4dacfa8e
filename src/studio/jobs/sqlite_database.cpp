#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "inkstone/error.hpp"
#include "studio/jobs/connection_pool.hpp"
#include "studio/jobs/database.hpp"

namespace inkstone::studio {
namespace {

constexpr int kBusyMilliseconds = 20000;                  // for other processes that write
constexpr auto kGlance = std::chrono::milliseconds(100);  // between looks at what other processes wrote

constexpr Dialect kSqlite = {
    .name = "sqlite", .numbered = "INTEGER PRIMARY KEY AUTOINCREMENT", .skip_locked = "", .in_order = ""};

struct CloseSqlite {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
struct FinishStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

class SqliteConnection : public Transaction {
 public:
  explicit SqliteConnection(const std::string& file) {
    sqlite3* handle = nullptr;
    const int code =
        sqlite3_open_v2(file.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    handle_.reset(handle);
    if (code != SQLITE_OK) fail("cannot be opened");
    sqlite3_busy_timeout(handle, kBusyMilliseconds);
    sqlite3_extended_result_codes(handle, 1);
    run_script("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF");
  }

  const Dialect& dialect() const override { return kSqlite; }

  Rows run(std::string_view sql, const std::vector<Parameter>& parameters) override {
    auto* statement = prepared(sql);
    bind(statement, parameters);
    Rows rows;
    int code = 0;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) rows.push_back(row_of(statement));
    sqlite3_reset(statement);
    if (code != SQLITE_DONE) fail("refuses a statement");
    return rows;
  }

  void run_script(const std::string& sql) override {
    if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail("refuses a statement");
  }

  // With the write-ahead log NORMAL leaves the database whole in any case.
  void commit_as(Durability durability) {
    if (std::exchange(durability_, durability) != durability)
      run_script(durability == Durability::waits ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
  }

  // Errors aside: a transaction that has failed may be gone already.
  void roll_back() noexcept { sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr); }

  // Changes when another connection commits.
  std::int64_t data_version() { return run("PRAGMA data_version", {}).at(0).integer(0); }

 private:
  [[noreturn]] void fail(const char* what) {
    const auto code = handle_ ? sqlite3_errcode(handle_.get()) : SQLITE_NOMEM;
    const auto why = code == SQLITE_FULL ? "the disk is full" : handle_ ? sqlite3_errmsg(handle_.get()) : "no memory";
    throw Error(code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? ErrorCategory::corrupt_file : ErrorCategory::io,
                fmt::format("the database of jobs {}: {}", what, why));
  }

  sqlite3_stmt* prepared(std::string_view sql) {
    auto& slot = statements_[std::string(sql)];
    if (!slot) {
      sqlite3_stmt* statement = nullptr;
      if (sqlite3_prepare_v2(handle_.get(), sql.data(), int(sql.size()), &statement, nullptr) != SQLITE_OK)
        fail("does not understand a statement");
      slot.reset(statement);
    }
    return slot.get();
  }

  // SQLite takes $1 for a name, not for a place.
  static void bind(sqlite3_stmt* statement, const std::vector<Parameter>& parameters) {
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      const int place = sqlite3_bind_parameter_index(statement, fmt::format("${}", k + 1).c_str());
      if (place == 0) continue;
      if (const auto* number = std::get_if<std::int64_t>(&parameters[k]))
        sqlite3_bind_int64(statement, place, *number);
      else {
        const auto& text = std::get<std::string>(parameters[k]);
        sqlite3_bind_text(statement, place, text.data(), int(text.size()), SQLITE_TRANSIENT);
      }
    }
  }

  static Row row_of(sqlite3_stmt* statement) {
    std::vector<std::string> columns;
    for (int k = 0; k < sqlite3_column_count(statement); ++k) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, k));
      columns.emplace_back(text ? std::string(text, std::size_t(sqlite3_column_bytes(statement, k))) : std::string());
    }
    return Row(std::move(columns));
  }

  std::unique_ptr<sqlite3, CloseSqlite> handle_;
  Durability durability_ = Durability::waits;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, FinishStatement>, std::less<>> statements_;
};

class SqliteDatabase : public Database {
 public:
  explicit SqliteDatabase(std::string file) : file_(std::move(file)), watching_(file_) { seen_ = watching_.data_version(); }

  const Dialect& dialect() const override { return kSqlite; }

  void write(const Work& work, Durability durability) override {
    {
      const std::lock_guard one_writer(writing_);
      inside("BEGIN IMMEDIATE", work, durability);
      unsettled_ = durability == Durability::soon;
    }
    wake();
  }

  void read(const Work& work) override { inside("BEGIN", work, Durability::soon); }

  void settle() override {
    if (unsettled_)
      write([](Transaction& transaction) { transaction.run("UPDATE schema_version SET version = version"); }, Durability::waits);
  }

  void await_change(std::int64_t milliseconds) override {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    std::unique_lock lock(mutex_);
    while (!woken_ && std::chrono::steady_clock::now() < end) {
      const auto version = watching_.data_version();
      if (std::exchange(seen_, version) != version) break;
      changed_.wait_until(lock, std::min(end, std::chrono::steady_clock::now() + kGlance), [this] { return woken_; });
    }
    woken_ = false;
  }

  void wake() override {
    {
      const std::lock_guard lock(mutex_);
      woken_ = true;
    }
    changed_.notify_all();
  }

 private:
  void inside(const char* begin, const Work& work, Durability durability) {
    auto connection = pool_.take();
    if (!connection) connection = std::make_unique<SqliteConnection>(file_);
    connection->commit_as(durability);
    connection->run_script(begin);
    try {
      work(*connection);
      connection->run_script("COMMIT");
    } catch (...) {
      connection->roll_back();
      pool_.give_back(std::move(connection));
      throw;
    }
    pool_.give_back(std::move(connection));
  }

  const std::string file_;
  std::mutex writing_;
  std::atomic<bool> unsettled_ = false;
  ConnectionPool<SqliteConnection> pool_;

  std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  SqliteConnection watching_;
  std::int64_t seen_ = 0;
  bool woken_ = false;
};

}  // namespace

std::unique_ptr<Database> open_sqlite(const std::string& file) {
  return std::make_unique<SqliteDatabase>(file);
}

}  // namespace inkstone::studio
