#include "train/watch/report.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include <torch/types.h>

#include "train/watch/grid.hpp"
#include "train/watch/metrics_log.hpp"
#include "unit/train/watch/run_folder.hpp"

namespace inkstone {
namespace {

using test::RunFolder;

nlohmann::json data_of(const RunFolder& folder) {
  const auto page = folder.text("report.html");
  const std::string open = "id=\"run\">";
  const auto first = page.find(open) + open.size();
  return nlohmann::json::parse(page.substr(first, page.find("</script>", first) - first));
}

TEST(Report, holds_what_the_run_reported) {
  const RunFolder folder;
  Report report(folder.path());
  report.on_start({"digits", "gan", "steps = 300\n", 300, {{"generator", "main.0", "Linear", {1, 128}, 12928, 25600}}}, 0);
  report.on_scalars(100, {{"loss", 0.5}, {"seconds", 2}});
  report.on_message(100, "</script> & <b>");
  report.on_pictures(200, "samples", at::zeros({1, 4, 4}, at::kByte));
  EXPECT_TRUE(data_of(folder)["outcome"].is_null());
  report.on_finish(300, "finished");
  const auto data = data_of(folder);
  EXPECT_EQ(data["name"], "digits");
  EXPECT_EQ(data["curves"]["loss"], nlohmann::json::parse("[[100],[0.5]]"));
  EXPECT_EQ(data["messages"][0][1], "</script> & <b>");
  EXPECT_EQ(data["pictures"]["samples"][0][0], 200);
  EXPECT_TRUE(data["pictures"]["samples"][0][1].get<std::string>().starts_with("data:image/png;base64,iVBORw0KGgo"));
  EXPECT_EQ(data["modules"][0], nlohmann::json::parse("[\"generator.main.0\",\"Linear\",[1,128],12928,25600.0]"));
  EXPECT_EQ(data["outcome"], "finished");
}

TEST(Report, needs_nothing_from_a_network) {
  const auto page = report_page("run", "{}");
  for (const auto* reference : {"src=\"", "href=\"", "@import", "fetch(", "https://"})
    EXPECT_EQ(page.find(reference), std::string::npos) << reference;
}

TEST(Report, is_not_rewritten_for_every_scalar) {
  const RunFolder folder;
  Report report(folder.path(), std::chrono::hours(1));
  report.on_start({}, 0);
  const auto before = folder.text("report.html");
  report.on_scalars(1, {{"loss", 1}});
  EXPECT_EQ(folder.text("report.html"), before);
}

TEST(Report, reads_its_history_back_when_resumed) {
  const RunFolder folder;
  {
    MetricsLog log(folder.path());
    SampleFolder samples(folder.path());
    log.on_start({}, 0);
    for (const int64_t step : {100, 200, 300}) {
      log.on_scalars(step, {{"loss", 1.0 / double(step)}, {"rate", std::nan("")}});
      samples.on_pictures(step, "samples", at::full({1, 4, 4}, 7, at::kByte));
    }
    log.on_message(200, "well");
  }
  Report report(folder.path());
  report.on_start({"run", "gan", "", 300, {}}, 200);
  const auto data = data_of(folder);
  EXPECT_EQ(data["curves"]["loss"], nlohmann::json::parse("[[100,200],[0.01,0.005]]"));
  EXPECT_EQ(data["curves"]["rate"], nlohmann::json::parse("[[100,200],[null,null]]"));
  EXPECT_EQ(data["messages"], nlohmann::json::parse("[[200,\"well\"]]"));
  EXPECT_EQ(data["pictures"]["samples"].size(), 2u);
  EXPECT_EQ(data["step"], 200);
}

TEST(RunHistory, thins_old_pictures_and_keeps_the_ends) {
  RunHistory history(1000);
  for (int64_t step = 1; step <= 64; ++step) history.add_picture(step, "samples", std::string(100, 'x'));
  const auto pictures = history.to_json()["pictures"]["samples"];
  EXPECT_LE(pictures.size(), 10u);
  EXPECT_GE(pictures.size(), 4u);
  EXPECT_EQ(pictures.front()[0], 1);
  EXPECT_EQ(pictures.back()[0], 64);
}

TEST(Curve, thinned_keeps_spikes_and_order) {
  Curve curve;
  for (int64_t step = 0; step < 100000; ++step)
    curve.add(step, step == 31415 ? 9 : step == 27182 ? NAN : std::sin(double(step) * 1e-3));
  const auto thinned = curve.thinned(1000);
  EXPECT_LE(thinned.steps.size(), 1000u);
  EXPECT_TRUE(std::is_sorted(thinned.steps.begin(), thinned.steps.end()));
  EXPECT_EQ(*std::max_element(thinned.values.begin(), thinned.values.end()), 9);
}

}  // namespace
}  // namespace inkstone
