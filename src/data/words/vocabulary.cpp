#include "data/words/vocabulary.hpp"

#include <set>

#include "data/words/caption.hpp"

namespace inkstone::words {
namespace {

constexpr Object kObjects[] = {
    // those that a small painter learns first
    {"1F431", "cat", "cats", "猫", "只"},
    {"1F436", "dog", "dogs", "狗", "只"},
    {"1F98A", "fox", "foxes", "狐狸", "只"},
    {"1F43C", "panda", "pandas", "熊猫", "只"},
    {"1F981", "lion", "lions", "狮子", "头"},
    {"1F438", "frog", "frogs", "青蛙", "只"},
    {"1F437", "pig", "pigs", "猪", "头"},
    {"1F430", "rabbit", "rabbits", "兔子", "只"},
    {"1F989", "owl", "owls", "猫头鹰", "只"},
    {"1F427", "penguin", "penguins", "企鹅", "只"},
    {"1F41F", "fish", "fish", "鱼", "条"},
    {"1F419", "octopus", "octopuses", "章鱼", "只"},
    {"1F98B", "butterfly", "butterflies", "蝴蝶", "只"},
    {"1F426", "bird", "birds", "鸟", "只"},
    {"1F422", "turtle", "turtles", "乌龟", "只"},
    {"1F986", "duck", "ducks", "鸭子", "只"},
    {"1F34E", "apple", "apples", "苹果", "个"},
    {"1F34B", "lemon", "lemons", "柠檬", "个"},
    {"1F34C", "banana", "bananas", "香蕉", "根"},
    {"1F353", "strawberry", "strawberries", "草莓", "颗"},
    {"1F955", "carrot", "carrots", "胡萝卜", "根"},
    {"1F344", "mushroom", "mushrooms", "蘑菇", "个"},
    {"1F354", "hamburger", "hamburgers", "汉堡", "个"},
    {"1F355", "pizza", "pizzas", "披萨", "块"},
    {"1F369", "donut", "donuts", "甜甜圈", "个"},
    {"1F382", "cake", "cakes", "蛋糕", "个"},
    {"1F366", "ice cream", "ice creams", "冰淇淋", "个"},
    {"1F95A", "egg", "eggs", "鸡蛋", "个"},
    {"1F339", "rose", "roses", "玫瑰", "朵"},
    {"1F337", "tulip", "tulips", "郁金香", "朵"},
    {"1F33B", "sunflower", "sunflowers", "向日葵", "朵"},
    {"1F333", "tree", "trees", "树", "棵"},
    {"1F335", "cactus", "cacti", "仙人掌", "棵"},
    {"1F697", "car", "cars", "汽车", "辆"},
    {"1F68C", "bus", "buses", "公交车", "辆"},
    {"1F682", "train", "trains", "火车", "列"},
    {"2708-FE0F", "airplane", "airplanes", "飞机", "架"},
    {"1F680", "rocket", "rockets", "火箭", "枚"},
    {"26F5", "sailboat", "sailboats", "帆船", "艘"},
    {"1F3E0", "house", "houses", "房子", "座"},
    {"2B50", "star", "stars", "星星", "颗"},
    {"2764-FE0F", "heart", "hearts", "爱心", "颗"},
    {"1F319", "moon", "moons", "月亮", "个"},
    {"2600-FE0F", "sun", "suns", "太阳", "个"},
    {"1F388", "balloon", "balloons", "气球", "个"},
    {"2602-FE0F", "umbrella", "umbrellas", "雨伞", "把"},
    {"1F3A9", "hat", "hats", "帽子", "顶"},
    {"1F511", "key", "keys", "钥匙", "把"},
    // more animals
    {"1F42F", "tiger", "tigers", "老虎", "只"},
    {"1F43B", "bear", "bears", "熊", "头"},
    {"1F428", "koala", "koalas", "考拉", "只"},
    {"1F435", "monkey", "monkeys", "猴子", "只"},
    {"1F42D", "mouse", "mice", "老鼠", "只"},
    {"1F42E", "cow", "cows", "牛", "头"},
    {"1F434", "horse", "horses", "马", "匹"},
    {"1F418", "elephant", "elephants", "大象", "头"},
    {"1F424", "chick", "chicks", "小鸡", "只"},
    {"1F433", "whale", "whales", "鲸鱼", "头"},
    {"1F42C", "dolphin", "dolphins", "海豚", "只"},
    {"1F980", "crab", "crabs", "螃蟹", "只"},
    {"1F40C", "snail", "snails", "蜗牛", "只"},
    {"1F41D", "bee", "bees", "蜜蜂", "只"},
    {"1F41E", "ladybug", "ladybugs", "瓢虫", "只"},
    {"1F994", "hedgehog", "hedgehogs", "刺猬", "只"},
    {"1F992", "giraffe", "giraffes", "长颈鹿", "只"},
    {"1F411", "sheep", "sheep", "羊", "只"},
    {"1F40D", "snake", "snakes", "蛇", "条"},
    // more food
    {"1F34A", "tangerine", "tangerines", "橘子", "个"},
    {"1F349", "watermelon", "watermelons", "西瓜", "块"},
    {"1F351", "peach", "peaches", "桃子", "个"},
    {"1F350", "pear", "pears", "梨", "个"},
    {"1F34D", "pineapple", "pineapples", "菠萝", "个"},
    {"1F345", "tomato", "tomatoes", "西红柿", "个"},
    {"1F346", "eggplant", "eggplants", "茄子", "个"},
    {"1F966", "broccoli", "broccolis", "西兰花", "棵"},
    {"1F951", "avocado", "avocados", "牛油果", "个"},
    {"1F36A", "cookie", "cookies", "饼干", "块"},
    {"1F9C1", "cupcake", "cupcakes", "纸杯蛋糕", "个"},
    {"1F36D", "lollipop", "lollipops", "棒棒糖", "根"},
    {"2615", "cup", "cups", "杯子", "个"},
    {"1FAD6", "teapot", "teapots", "茶壶", "个"},
    // more plants
    {"1F338", "flower", "flowers", "花", "朵"},
    {"1F334", "palm tree", "palm trees", "棕榈树", "棵"},
    {"1F384", "christmas tree", "christmas trees", "圣诞树", "棵"},
    {"1F341", "maple leaf", "maple leaves", "枫叶", "片"},
    // more vehicles
    {"1F69A", "truck", "trucks", "卡车", "辆"},
    {"1F69C", "tractor", "tractors", "拖拉机", "辆"},
    {"1F6B2", "bicycle", "bicycles", "自行车", "辆"},
    {"1F681", "helicopter", "helicopters", "直升机", "架"},
    {"1F6F8", "ufo", "ufos", "飞碟", "个"},
    // more things
    {"2601-FE0F", "cloud", "clouds", "云", "朵"},
    {"1F381", "gift", "gifts", "礼物", "个"},
    {"1F451", "crown", "crowns", "皇冠", "顶"},
    {"1F455", "shirt", "shirts", "衬衫", "件"},
    {"1F457", "dress", "dresses", "裙子", "条"},
    {"1F514", "bell", "bells", "铃铛", "个"},
    {"1F56F-FE0F", "candle", "candles", "蜡烛", "根"},
    {"1F4D5", "book", "books", "书", "本"},
    {"1F3B8", "guitar", "guitars", "吉他", "把"},
    {"23F0", "clock", "clocks", "闹钟", "个"},
    {"26BD", "ball", "balls", "足球", "个"},
    {"1F3C6", "trophy", "trophies", "奖杯", "座"},
    {"1F4A1", "light bulb", "light bulbs", "灯泡", "个"},
    {"1F9F8", "teddy bear", "teddy bears", "泰迪熊", "只"},
    {"1FA91", "chair", "chairs", "椅子", "把"},
    {"26C4", "snowman", "snowmen", "雪人", "个"},
    {"1F48E", "diamond", "diamonds", "钻石", "颗"},
    {"1F4F7", "camera", "cameras", "相机", "台"},
};

constexpr Colour kColours[] = {
    {"red", "红", {222, 38, 38}},    {"orange", "橙", {245, 130, 25}}, {"yellow", "黄", {250, 212, 40}},
    {"green", "绿", {58, 165, 70}},  {"blue", "蓝", {45, 110, 225}},   {"purple", "紫", {140, 66, 190}},
    {"pink", "粉", {247, 130, 182}}, {"brown", "棕", {130, 84, 48}},   {"black", "黑", {44, 44, 50}},
    {"grey", "灰", {146, 148, 152}},
};

constexpr std::string_view kEnglishNumbers[] = {"one", "two", "three", "four"};
constexpr std::string_view kChineseNumbers[] = {"一", "两", "三", "四"};

// Adds what is not there yet, in order of appearance.
class Collected {
 public:
  void add(std::string token) {
    if (seen_.insert(token).second) tokens_.push_back(std::move(token));
  }
  void add_words(std::string_view text) {
    while (!text.empty()) {
      const auto end = text.find(' ');
      if (end != 0) add(std::string(text.substr(0, end)));
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
  }
  // Chinese characters are three bytes of UTF-8 each.
  void add_characters(std::string_view text) {
    for (; text.size() >= 3; text.remove_prefix(3)) add(std::string(text.substr(0, 3)));
  }
  std::vector<std::string> take() { return std::move(tokens_); }

 private:
  std::set<std::string> seen_;
  std::vector<std::string> tokens_;
};

}  // namespace

std::span<const Object> objects() {
  return kObjects;
}
std::span<const Colour> colours() {
  return kColours;
}
std::string_view english_number(int64_t count) {
  return kEnglishNumbers[count - 1];
}
std::string_view chinese_number(int64_t count) {
  return kChineseNumbers[count - 1];
}

std::vector<std::string> caption_tokens() {
  Collected tokens;
  for (const auto& phrase : english_phrases()) tokens.add_words(phrase);
  for (const auto& phrase : chinese_phrases()) tokens.add_characters(phrase);
  for (int64_t count = 1; count <= kMostOfAKind; ++count) {
    tokens.add(std::to_string(count));
    tokens.add_words(english_number(count));
    tokens.add_characters(chinese_number(count));
  }
  for (const auto& colour : colours()) {
    tokens.add_words(colour.english);
    tokens.add_characters(colour.chinese);
  }
  for (const auto& object : objects()) {
    tokens.add_words(object.singular);
    tokens.add_words(object.plural);
    tokens.add_characters(object.chinese);
    tokens.add_characters(object.measure);
  }
  return tokens.take();
}

}  // namespace inkstone::words
