#include "data/loader.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "data/assembler.hpp"

namespace inkstone {
namespace {

class DirectLoader : public BatchSource {
 public:
  explicit DirectLoader(Assembler assembler) : assembler_(std::move(assembler)) {}

  Batch get(int64_t number) override { return assembler_.assemble(number); }
  int64_t batches_per_epoch() const override { return assembler_.batches_per_epoch(); }

 private:
  Assembler assembler_;
};

// Workers claim batches in order within a window that begins at the batch expected next.
class PrefetchingLoader : public BatchSource {
 public:
  PrefetchingLoader(Assembler assembler, int workers, int64_t prefetch) : assembler_(std::move(assembler)), prefetch_(prefetch) {
    for (int i = 0; i < workers; ++i) threads_.emplace_back([this] { work(); });
  }

  ~PrefetchingLoader() override {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    to_do_.notify_all();
    for (auto& thread : threads_) thread.join();
  }

  Batch get(int64_t number) override;
  int64_t batches_per_epoch() const override { return assembler_.batches_per_epoch(); }

 private:
  struct Made {
    Batch batch;
    std::exception_ptr error;
  };

  void work();
  Made make(int64_t number) const;
  void move_window(int64_t number);
  bool has_work() const { return started_ && next_ < window_ + prefetch_; }

  Assembler assembler_;
  const int64_t prefetch_;
  std::mutex mutex_;
  std::condition_variable to_do_, done_;
  int64_t window_ = 0, next_ = 0;  // first batch that may still be asked for, and the first that nobody makes yet
  std::map<int64_t, Made> made_;
  bool started_ = false, closing_ = false;
  std::vector<std::thread> threads_;
};

PrefetchingLoader::Made PrefetchingLoader::make(int64_t number) const {
  try {
    return {assembler_.assemble(number), nullptr};
  } catch (...) {
    return {{}, std::current_exception()};
  }
}

void PrefetchingLoader::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    to_do_.wait(lock, [this] { return closing_ || has_work(); });
    if (closing_) return;
    const int64_t number = next_++;
    lock.unlock();
    auto made = make(number);
    lock.lock();
    // after a jump the batch may be of no use, or another worker may make it again: equal in either case
    if (number >= window_ && number < window_ + prefetch_) made_.insert_or_assign(number, std::move(made));
    done_.notify_all();
  }
}

// Asking for the next batch keeps what is under way; any other number starts a new window there.
void PrefetchingLoader::move_window(int64_t number) {
  if (!started_ || number < window_ || number >= next_) {
    made_.clear();
    next_ = number;
  }
  started_ = true;
  window_ = number;
  made_.erase(made_.begin(), made_.lower_bound(number));
}

Batch PrefetchingLoader::get(int64_t number) {
  std::unique_lock lock(mutex_);
  move_window(number);
  to_do_.notify_all();
  done_.wait(lock, [&] { return made_.contains(number); });
  auto made = std::move(made_.at(number));
  made_.erase(number);
  window_ = number + 1;
  next_ = std::max(next_, window_);
  to_do_.notify_all();
  if (made.error) std::rethrow_exception(made.error);
  return std::move(made.batch);
}

}  // namespace

std::unique_ptr<BatchSource> make_loader(std::shared_ptr<const Dataset> dataset, LoaderOptions options) {
  const int workers = options.workers;
  const int64_t prefetch = options.prefetch;
  Assembler assembler(std::move(dataset), std::move(options));
  if (workers == 0 || prefetch == 0 || assembler.is_instant()) return std::make_unique<DirectLoader>(std::move(assembler));
  return std::make_unique<PrefetchingLoader>(std::move(assembler), workers, prefetch);
}

}  // namespace inkstone
