// The little of a database that the queue needs: statements with numbered parameters in transactions, and word of changes, from
// whatever process they come. One text of SQL serves SQLite and PostgreSQL; where they differ, Dialect says how.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace inkstone::studio {

using Parameter = std::variant<std::int64_t, std::string>;

// Columns as text; a number is asked for by integer().
class Row {
 public:
  explicit Row(std::vector<std::string> columns) : columns_(std::move(columns)) {}
  const std::string& text(std::size_t column) const { return columns_.at(column); }
  std::int64_t integer(std::size_t column) const;  // 0 where it is empty

 private:
  std::vector<std::string> columns_;
};
using Rows = std::vector<Row>;

struct Dialect {
  std::string_view name;         // "sqlite"
  std::string_view numbered;     // a column that counts up and never goes back
  std::string_view skip_locked;  // behind a SELECT whose rows are about to be taken
  // Held from here to the end of the transaction, so that what is numbered appears in the order of its numbers; empty:
  // transactions exclude one another.
  std::string_view in_order;
};

// Inside a transaction. Statements are prepared once per connection and text.
class Transaction {
 public:
  virtual ~Transaction() = default;
  virtual const Dialect& dialect() const = 0;
  // $1, $2 ... in sql are the parameters.
  virtual Rows run(std::string_view sql, const std::vector<Parameter>& parameters = {}) = 0;
  // Several statements without parameters, not kept.
  virtual void run_script(const std::string& sql) = 0;
};

// Whether a commit waits for the disk. One that does not survives a crash of the program all the same, and a failing power supply
// unless that comes within moments; a later one that waits takes it along.
enum class Durability { waits, soon };

// Thread-safe. Every call throws Error(io) where the database does not answer or has no room; the next one tries again.
class Database {
 public:
  using Work = std::function<void(Transaction&)>;

  virtual ~Database() = default;
  virtual const Dialect& dialect() const = 0;
  // Commits, or rolls back where work throws. Work that lost against another transaction is done again, so it must leave nothing
  // behind.
  virtual void write(const Work& work, Durability durability = Durability::waits) = 0;
  virtual void read(const Work& work) = 0;
  // What was committed to be on the disk soon, is then; nothing where a commit that waited has come since.
  virtual void settle() = 0;
  // Blocks until something was written, here or elsewhere, or the time is over; may return early.
  virtual void await_change(std::int64_t milliseconds) = 0;
  // Ends await_change.
  virtual void wake() = 0;
};

std::unique_ptr<Database> open_sqlite(const std::string& file);
// url: postgresql://...; throws unsupported where this build has no libpqxx.
std::unique_ptr<Database> open_postgres(const std::string& url);

}  // namespace inkstone::studio
