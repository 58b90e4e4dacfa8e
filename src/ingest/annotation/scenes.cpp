#include "ingest/annotation/scenes.hpp"

#include <algorithm>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr std::size_t kClasses = 1000, kMostScenes = 2;

struct Grouping {
  const char *name, *chinese;
  std::vector<int> classes;  // by number, as in models/imagenet/class_names.hpp; each is of one scene
};

const std::vector<Grouping>& groupings() {
  // clang-format off
  static const std::vector<Grouping> table = {
    {"seashore", "海边", {437, 460, 972, 976, 977, 978}},
    {"harbour", "港口", {484, 510, 536, 540, 554, 625, 628, 718, 780, 814, 871, 913, 914}},
    {"lake or river", "湖河", {449, 472, 525, 576, 693, 694, 975}},
    {"mountains", "山地", {672, 970, 974, 979, 980}},
    {"snow", "雪地", {450, 537, 795, 802, 803}},
    {"under water", "水下", {107, 108, 109, 115, 329, 392, 393, 396, 397, 801, 973, 983}},
    {"forest", "森林", {988, 990, 991, 992, 993, 994, 995, 996, 997}},
    {"garden", "花园", {448, 562, 580, 621, 646, 703, 706, 716, 738, 835, 985, 986}},
    {"countryside", "乡村", {410, 425, 595, 603, 634, 690, 730, 853, 856, 866, 912, 958, 984, 987, 998}},
    {"street", "街道", {407, 468, 480, 569, 612, 627, 637, 640, 654, 665, 670, 675, 704, 707, 734, 779, 829, 864, 874, 919, 920}},
    {"railway", "铁路", {466, 547, 565, 705, 820}},
    {"bridge", "桥", {821, 839, 888}},
    {"old building", "古建筑", {483, 500, 538, 649, 682, 698, 858, 873}},
    {"church or temple", "教堂或寺庙", {406, 442, 497, 663, 668, 832, 884}},
    {"sky", "天空", {404, 405, 417, 701, 812, 895, 908}},
    {"restaurant", "餐馆", {532, 762, 922, 923}},
    {"food", "食物", {924, 925, 926, 927, 928, 929, 930, 931, 932, 933, 934, 935, 936, 937, 938, 939, 943, 945, 948, 949, 950, 951, 952, 953, 954, 957, 959, 960, 961, 962, 963, 964, 965, 966, 967, 968, 969}},
    {"shop", "商店", {415, 424, 454, 467, 509, 582, 788, 790, 791, 860, 865, 886}},
    {"living room", "客厅", {453, 495, 548, 556, 559, 598, 619, 765, 789, 831, 846, 851, 905}},
    {"bedroom", "卧室", {431, 493, 516, 520, 564, 669, 721, 750, 894}},
    {"kitchen", "厨房", {469, 521, 534, 544, 550, 567, 651, 659, 729, 760, 766, 827, 859, 891, 909}},
    {"bathroom", "浴室", {434, 435, 648, 794, 804, 861, 876, 896, 999}},
    {"office", "办公室", {508, 526, 527, 553, 620, 664, 673, 681, 713, 742, 782, 878}},
    {"library", "图书馆", {624}},
    {"stage", "舞台", {401, 402, 486, 541, 546, 579, 650, 776, 818, 819, 854, 875}},
    {"sports ground", "运动场", {416, 429, 430, 522, 560, 574, 575, 602, 702, 752, 768, 781, 805, 890, 981}},
  };
  // clang-format on
  return table;
}

}  // namespace

std::vector<Scene> scenes_in(std::span<const float> probabilities, double least) {
  if (probabilities.size() != kClasses)
    throw Error(ErrorCategory::unsupported, "scenes are told from the thousand classes of ImageNet");
  std::vector<Scene> scenes;
  for (const auto& grouping : groupings()) {
    double sum = 0;
    for (const int index : grouping.classes) sum += probabilities[std::size_t(index)];
    if (sum >= least) scenes.push_back({grouping.name, grouping.chinese, sum});
  }
  std::stable_sort(scenes.begin(), scenes.end(), [](const Scene& a, const Scene& b) { return a.probability > b.probability; });
  if (scenes.size() > kMostScenes) scenes.resize(kMostScenes);
  return scenes;
}

}  // namespace inkstone
