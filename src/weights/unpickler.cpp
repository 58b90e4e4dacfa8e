#include "weights/unpickler.hpp"

#include <algorithm>
#include <bit>
#include <unordered_map>

#include <fmt/format.h>

#include "weights/pickle_globals.hpp"

namespace inkstone::pickle {
namespace {

// A large checkpoint with its optimiser needs about a hundred thousand.
constexpr std::size_t kMaxOperations = 4'000'000;
constexpr std::size_t kMaxReducedItems = 16'000'000;
constexpr int kNewestProtocol = 4;

[[noreturn]] void corrupt_pickle(const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("the PyTorch file's pickle {}; get the file again", what));
}

class Machine {
 public:
  explicit Machine(Cursor& cursor) : cursor_(cursor) {}

  Tree run() {
    for (std::size_t operations = 0; operations < kMaxOperations; ++operations) {
      const auto opcode = cursor_.number<unsigned char>();
      if (opcode == '.') {
        tree_.root = pop();
        return std::move(tree_);
      }
      step(opcode);
    }
    corrupt_pickle(fmt::format("has more than {} operations", kMaxOperations));
  }

 private:
  void step(unsigned char opcode) {
    if (!value(opcode) && !text(opcode) && !container(opcode) && !memory(opcode) && !object(opcode))
      throw Error(ErrorCategory::unsupported, fmt::format("the PyTorch file's pickle uses opcode 0x{:02x}, which is refused; "
                                                          "save only its state_dict, best as safetensors",
                                                          opcode));
  }

  // The opcodes fall into five groups; each function says whether the opcode was one of its own.

  bool value(unsigned char opcode) {
    switch (opcode) {
      case 0x80:
        return protocol(cursor_.number<std::uint8_t>());
      case 0x95:
        return cursor_.number<std::uint64_t>(), true;  // FRAME: its length is a hint
      case 'N':
        return push(None{});
      case 0x88:
        return push(true);
      case 0x89:
        return push(false);
      case 'J':
        return push(std::int64_t(cursor_.number<std::int32_t>()));
      case 'K':
        return push(std::int64_t(cursor_.number<std::uint8_t>()));
      case 'M':
        return push(std::int64_t(cursor_.number<std::uint16_t>()));
      case 0x8a:
        return long_integer(cursor_.number<std::uint8_t>());
      case 0x8b:
        return long_integer(cursor_.number<std::uint32_t>());
      case 'G':
        return big_endian_double();
      default:
        return false;
    }
  }

  bool text(unsigned char opcode) {
    switch (opcode) {
      case 'X':
      case 'T':
        return push(cursor_.text(cursor_.number<std::uint32_t>()));
      case 0x8c:
      case 'U':
        return push(cursor_.text(cursor_.number<std::uint8_t>()));
      case 0x8d:
        return push(cursor_.text(cursor_.number<std::uint64_t>()));
      case 'B':
        return push(ByteString{cursor_.text(cursor_.number<std::uint32_t>())});
      case 'C':
        return push(ByteString{cursor_.text(cursor_.number<std::uint8_t>())});
      case 0x8e:
        return push(ByteString{cursor_.text(cursor_.number<std::uint64_t>())});
      default:
        return false;
    }
  }

  bool container(unsigned char opcode) {
    switch (opcode) {
      case '(':
        return marks_.push_back(stack_.size()), true;
      case ')':
      case ']':
      case 0x8f:
        return push(Sequence{});
      case 't':
      case 'l':
      case 0x91:
        return push(Sequence{above_mark()});
      case 0x85:
        return push(Sequence{top(1)});
      case 0x86:
        return push(Sequence{top(2)});
      case 0x87:
        return push(Sequence{top(3)});
      case 'a':
        return append(top(1));
      case 'e':
      case 0x90:
        return append(above_mark());
      case '}':
        return push(Dictionary{});
      case 'd':
        return dictionary(above_mark());
      case 's':
        return set_items(top(2));
      case 'u':
        return set_items(above_mark());
      default:
        return false;
    }
  }

  bool memory(unsigned char opcode) {
    switch (opcode) {
      case 'q':
        return put(cursor_.number<std::uint8_t>());
      case 'r':
        return put(cursor_.number<std::uint32_t>());
      case 0x94:
        return put(std::uint32_t(memo_.size()));
      case 'h':
        return get(cursor_.number<std::uint8_t>());
      case 'j':
        return get(cursor_.number<std::uint32_t>());
      case '0':
        return pop(), true;
      case '1':
        return above_mark(), true;
      case '2':
        return stack_.push_back(peek()), true;
      default:
        return false;
    }
  }

  bool object(unsigned char opcode) {
    switch (opcode) {
      case 'c':
        return named_global();
      case 0x93:
        return stack_global();
      case 'R':
      case 0x81:
        return reduce();
      case 'b':
        return build();
      case 'Q':
        return persistent(expect<Sequence>(pop()));
      default:
        return false;
    }
  }

  template <class T>
  bool push(T&& value) {
    stack_.push_back(&tree_.nodes.emplace_back(Node{std::forward<T>(value)}));
    return true;
  }

  Node* peek() const {
    if (stack_.empty() || (!marks_.empty() && marks_.back() >= stack_.size())) corrupt_pickle("takes from an empty stack");
    return stack_.back();
  }

  Node* pop() {
    Node* node = peek();
    stack_.pop_back();
    return node;
  }

  std::vector<Ref> top(std::size_t count) {
    std::vector<Ref> items(count);
    for (std::size_t i = count; i-- > 0;) items[i] = pop();
    return items;
  }

  std::vector<Ref> above_mark() {
    if (marks_.empty()) corrupt_pickle("lacks a mark");
    std::vector<Ref> items(stack_.begin() + std::ptrdiff_t(marks_.back()), stack_.end());
    stack_.resize(marks_.back());
    marks_.pop_back();
    return items;
  }

  template <class T>
  static const T& expect(Ref node) {
    const T* value = node->as<T>();
    if (value == nullptr) corrupt_pickle("holds another type than its operation needs");
    return *value;
  }

  bool protocol(int version) {
    if (version > kNewestProtocol)
      throw Error(ErrorCategory::unsupported,
                  fmt::format("the PyTorch file uses pickle protocol {}; save it with protocol 2 to 4", version));
    return true;
  }

  bool long_integer(std::uint64_t size) {
    std::string bytes = cursor_.text(size);
    if (size > 8) return push(BigInteger{std::move(bytes)});
    std::uint64_t value = !bytes.empty() && (bytes.back() & 0x80) ? ~std::uint64_t(0) : 0;  // sign extension
    for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return push(std::int64_t(value));
  }

  bool big_endian_double() {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | cursor_.number<std::uint8_t>();
    return push(std::bit_cast<double>(value));
  }

  bool append(const std::vector<Ref>& items) {
    auto* sequence = std::get_if<Sequence>(&peek()->value);
    if (sequence == nullptr) corrupt_pickle("appends to what is no list");
    sequence->items.insert(sequence->items.end(), items.begin(), items.end());
    return true;
  }

  bool set_items(const std::vector<Ref>& items) {
    auto* dictionary = std::get_if<Dictionary>(&peek()->value);
    if (dictionary == nullptr || items.size() % 2 != 0) corrupt_pickle("sets items of what is no dictionary");
    for (std::size_t i = 0; i < items.size(); i += 2) dictionary->items.emplace_back(items[i], items[i + 1]);
    return true;
  }

  bool dictionary(const std::vector<Ref>& items) {
    push(Dictionary{});
    return set_items(items);
  }

  bool put(std::uint32_t index) {
    memo_[index] = peek();
    return true;
  }

  bool get(std::uint32_t index) {
    const auto found = memo_.find(index);
    if (found == memo_.end()) corrupt_pickle("recalls what it never stored");
    stack_.push_back(found->second);
    return true;
  }

  bool global(const std::string& module, const std::string& name) {
    require_allowed(module + "." + name);
    return push(Global{module + "." + name});
  }

  // Legacy files name the class of a module this way, with its source text, which is left unread.
  bool persistent(const Sequence& id) {
    if (id.items.size() < 2 || expect<std::string>(id.items[0]) != "module") return push(storage_of(id));
    return push(expect<Global>(id.items[1]));
  }

  bool named_global() {
    const std::string module = cursor_.line();
    return global(module, cursor_.line());
  }

  bool stack_global() {
    const std::vector<Ref> names = top(2);
    return global(expect<std::string>(names[0]), expect<std::string>(names[1]));
  }

  // Calling a function and making an object are one here: both only build what the name stands for. What is copied is
  // counted, for a short program may pass one long list to many calls.
  bool reduce() {
    const std::vector<Ref> operands = top(2);
    const auto& arguments = expect<Sequence>(operands[1]);
    for (const Ref item : arguments.items)
      if (const auto* sequence = item->as<Sequence>())
        reduced_items_ += sequence->items.size();
      else if (const auto* text = item->as<std::string>())
        reduced_items_ += text->size();
    reduced_items_ += arguments.items.size();
    if (reduced_items_ > kMaxReducedItems) corrupt_pickle("copies its lists too often");
    return push(call(expect<Global>(operands[0]).name, arguments).value);
  }

  // Only modules have a state worth keeping; that of an OrderedDict is torch's version notes.
  bool build() {
    const Ref state = pop();
    if (auto* module = std::get_if<Module>(&peek()->value))
      module->state = state;
    else if (!peek()->as<Dictionary>() && !peek()->as<TensorView>())
      corrupt_pickle("gives a state to what has none");
    return true;
  }

  Cursor& cursor_;
  Tree tree_;
  std::vector<Node*> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint32_t, Node*> memo_;
  std::size_t reduced_items_ = 0;
};

}  // namespace

Tree unpickle(Cursor& cursor) {
  return Machine(cursor).run();
}

}  // namespace inkstone::pickle
