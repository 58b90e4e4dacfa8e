#include "ingest/import.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "data/loader.hpp"
#include "data/open.hpp"
#include "image/decode.hpp"
#include "image/metadata.hpp"
#include "ingest/collect.hpp"
#include "ingest/pictures.hpp"
#include "ingest/report_page.hpp"
#include "ingest/survey.hpp"
#include "unit/ingest/pictures.hpp"

namespace inkstone {
namespace {

using namespace test;

class ImportTest : public ::testing::Test {
 protected:
  // Nine pictures of three shapes in two classes, one file that is none and one that is cut.
  ImportTest() {
    for (int i = 0; i < 9; ++i)
      write_picture(folder_ / ((i % 2 == 0 ? "in/cats/" : "in/dogs/") + std::to_string(i) + ".png"),
                    picture(i, 40 + 10 * (i % 3), 36));
    write_text(folder_ / "in/cats/broken.png", "this is no picture");
    const auto whole = text_of(folder_ / "in/cats/0.png");
    write_text(folder_ / "in/dogs/cut.png", whole.substr(0, whole.size() / 2));
  }

  DatasetReport import(const ImportOptions& options, const std::string& output = "out.safetensors") {
    return import_pictures(folder_ / "in", (folder_ / output).string() + (output.ends_with('/') ? "/" : ""), options, observer_);
  }

  Scratch folder_;
  Recorder observer_;
};

ImportOptions square(int side = 24) {
  ImportOptions options;
  options.preparation.size = {side, side};
  return options;
}

TEST_F(ImportTest, PacksWhatCanBeReadAndListsTheRest) {
  const auto report = import(square());
  EXPECT_EQ(report.pictures, 9);
  ASSERT_EQ(report.skipped.size(), 2u);
  EXPECT_EQ(report.skipped[0].name, "cats/broken.png");
  EXPECT_TRUE(has(report.skipped[0].reason, "not a PNG"));
  EXPECT_EQ(report.skipped[1].name, "dogs/cut.png");
  EXPECT_EQ(report.classes[0], (std::pair<std::string, int64_t>("cats", 5)));
  const auto data = open_dataset((folder_ / "out.safetensors").string(), "train");
  EXPECT_EQ(data->size(), 9);
  EXPECT_EQ(data->get(8).picture.sizes(), at::IntArrayRef({3, 24, 24}));
  EXPECT_EQ(data->classes(), (std::vector<std::string>{"cats", "dogs"}));
  EXPECT_EQ(data->get(8).label, 1);
  EXPECT_TRUE(has(text_of(folder_ / "out.provenance.jsonl"), "\"name\":\"dogs/7.png\""));
}

TEST_F(ImportTest, DoesNotDependOnThreads) {
  auto options = square();
  options.threads = 1;
  import(options, "one.safetensors");
  options.threads = 3;
  import(options, "three.safetensors");
  EXPECT_EQ(text_of(folder_ / "one.safetensors"), text_of(folder_ / "three.safetensors"));
}

TEST_F(ImportTest, KeepsShapesWhereNoneIsAsked) {
  import({});
  const auto data = open_dataset((folder_ / "out.safetensors").string(), "train");
  std::set<int64_t> widths;
  for (int64_t i = 0; i < data->size(); ++i) widths.insert(data->picture_size(i).width);
  EXPECT_EQ(widths, (std::set<int64_t>{40, 50, 60}));
}

TEST_F(ImportTest, FolderOfPicturesCanBeImportedAgain) {
  write_text(folder_ / "in/cats/0.txt", "a cat, 猫");
  auto options = square();
  options.sha256 = [](Bytes) { return std::string("digest"); };
  import(options, "prepared/");
  const auto again = open_pictures(folder_ / "prepared", {}, observer_);
  EXPECT_EQ(again.dataset->size(), 9);
  EXPECT_EQ(again.dataset->classes(), (std::vector<std::string>{"cats", "dogs"}));
  EXPECT_EQ(again.dataset->get(0).caption, "a cat, 猫");
  import(square());
  const auto packed = open_dataset((folder_ / "out.safetensors").string(), "train");
  EXPECT_TRUE(at::equal(again.dataset->get(3).picture, packed->get(3).picture));
  EXPECT_TRUE(has(text_of(folder_ / "prepared/metadata.jsonl"), "\"sha256\":\"digest\""));
}

TEST_F(ImportTest, PrivateMetadataIsGone) {
  Metadata secret;
  secret.creator = "Ann Author";
  secret.licence = "CC-BY-4.0";
  secret.parameters = "where I live";
  EncodeOptions encode;
  encode.metadata = secret;
  save_image(folder_ / "in/cats/secret.png", picture(77), encode);
  const auto report = import(square(), "prepared/");
  EXPECT_EQ(report.licences.at("CC-BY-4.0"), 1);
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder_ / "prepared")) {
    if (file.path().extension() == ".png") {
      EXPECT_EQ(read_metadata(file.path()), Metadata());
    }
  }
  EXPECT_TRUE(has(text_of(folder_ / "prepared/metadata.jsonl"), "Ann Author"));
}

TEST_F(ImportTest, OptOutLicenceAndDuplicates) {
  write_picture(folder_ / "in/cats/zz-again.jpg", picture(2, 60, 36));
  write_text(
      folder_ / "in/metadata.jsonl",
      "{\"file_name\":\"cats/0.png\",\"licence\":\"CC0\"}\n{\"file_name\":\"cats/2.png\",\"licence\":\"CC-BY-4.0\"}\n"
      "{\"file_name\":\"cats/zz-again.jpg\",\"licence\":\"CC0\"}\n{\"file_name\":\"cats/4.png\",\"licence\":\"CC-BY-NC-4.0\"}\n");
  auto options = square();
  options.duplicates = 4;
  options.opt_out = OptOutList("dogs/**\n");
  options.licences = {"CC0", "CC-BY-?.?"};
  const auto report = import(options);
  EXPECT_EQ(report.pictures, 2);
  ASSERT_EQ(report.duplicates.size(), 1u);
  EXPECT_EQ(report.duplicates[0].name, "cats/zz-again.jpg");
  EXPECT_EQ(report.duplicates[0].of, "cats/2.png");
  std::map<std::string, std::string> reasons;
  for (const auto& picture : report.left_out) reasons[picture.name] = picture.reason;
  EXPECT_EQ(reasons["dogs/1.png"], "on the opt-out list (dogs/**)");
  EXPECT_EQ(reasons["cats/4.png"], "licence CC-BY-NC-4.0");
  EXPECT_EQ(reasons["cats/6.png"], "no licence is stated");
}

TEST_F(ImportTest, NothingIsOverwrittenOrLeftHalf) {
  write_text(folder_ / "out.safetensors", "mine");
  EXPECT_EQ(caught([&] { import(square()); })->category, ErrorCategory::bad_argument);
  EXPECT_EQ(text_of(folder_ / "out.safetensors"), "mine");
  observer_.stop = true;
  EXPECT_EQ(caught([&] { import(square(), "stopped/"); })->category, ErrorCategory::cancelled);
  EXPECT_EQ(caught([&] { import(square(), "shards"); })->category, ErrorCategory::cancelled);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "stopped"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "shards"));
}

TEST_F(ImportTest, MissingCaptionsAreCounted) {
  auto options = square();
  options.require_captions = true;
  write_text(folder_ / "in/cats/0.txt", "a cat");
  const auto error = caught([&] { import(options); });
  EXPECT_EQ(error->category, ErrorCategory::bad_argument);
  EXPECT_TRUE(has(error->message, "10 of the 11 pictures"));
  EXPECT_TRUE(has(error->message, "cats/2.png"));
}

TEST_F(ImportTest, AllCorruptIsOneClearLine) {
  const Scratch other;
  write_text(other / "a.png", "no");
  write_text(other / "b.jpg", "");
  const auto error = caught([&] { import_pictures(other.path(), (other / "x.safetensors").string(), {}, observer_); });
  EXPECT_EQ(error->category, ErrorCategory::corrupt_file);
  EXPECT_TRUE(has(error->message, "none of the 2 pictures in"));
  EXPECT_EQ(error->message.find('\n'), std::string::npos);
  EXPECT_EQ(caught([&] { open_pictures(other.path(), {}, observer_); })->category, ErrorCategory::corrupt_file);
  EXPECT_FALSE(std::filesystem::exists(other / "x.safetensors"));
}

TEST_F(ImportTest, PicturesFeedTheLoader) {
  PictureSetOptions options;
  options.memory = 3 * 60 * 36 * 3;  // room for some of them
  const auto pictures = open_pictures(folder_ / "in", options, observer_);
  EXPECT_EQ(pictures.skipped.size(), 2u);
  const auto all = open_pictures(folder_ / "in", {}, observer_);
  for (int64_t i = 0; i < 9; ++i) EXPECT_TRUE(at::equal(pictures.dataset->get(i).picture, all.dataset->get(i).picture));
  LoaderOptions loading;
  loading.batch = 4;
  loading.height = 20, loading.width = 28;
  const auto batch = make_loader(pictures.dataset, loading)->get(2);
  EXPECT_EQ(batch.pictures.sizes(), at::IntArrayRef({4, 3, 20, 28}));
}

TEST_F(ImportTest, ReportIsOnePageThatEscapesNames) {
  write_picture(folder_ / "in/cats/<b>.png", picture(40));
  const auto collection = open_collection(folder_ / "in");
  const auto report = survey_collection(*collection, "<script>", 4, 5, 2, observer_);
  EXPECT_EQ(report.thumbnails.size(), 4u);  // five over the twelve files, two of which cannot be read
  EXPECT_EQ(report.formats.at("PNG"), 10);
  const auto page = report_page(report);
  EXPECT_FALSE(has(page, "<script>"));
  EXPECT_FALSE(has(page, "<b>.png"));
  EXPECT_TRUE(has(page, "data:image/jpeg;base64,/9j/"));
  EXPECT_FALSE(has(page, "src=\"http"));
}

TEST_F(ImportTest, StatisticsOfADataset) {
  import(square());
  const auto data = open_dataset((folder_ / "out.safetensors").string(), "train");
  const auto report = survey_dataset(*data, "x", -1, 0, observer_);
  at::Tensor all = at::empty({0});
  for (int64_t i = 0; i < data->size(); ++i) all = at::cat({all, data->get(i).picture[1].to(at::kFloat).reshape({-1}) / 255});
  EXPECT_NEAR(report.mean[1], all.mean().item<float>(), 1e-4);
  EXPECT_NEAR(report.deviation[1], all.std(false).item<float>(), 1e-4);
}

TEST(Collect, TakesWhatIsThereAndGoesOn) {
  const Scratch folder;
  Recorder observer;
  write_picture(folder / "web/a.png", picture(1));
  write_text(folder / "list.tsv",
             "url\tauthor\tlicence\nhttps://e.org/a.png\tAnn\tCC0\nhttps://e.org/gone.png\tBob\t\nhttps://e.org/"
             "page\tEve\t\nhttps://e.org/private/x.png\t\t\nhttps://e.org/a.png?2\t\t\n");
  int asked = 0;
  CollectOptions options;
  options.pause = std::chrono::milliseconds(1);
  options.download = [&](const std::string& url, const std::filesystem::path& target) {
    ++asked;
    if (url.ends_with("robots.txt")) return write_text(target, "User-agent: *\nDisallow: /private\n");
    if (has(url, "gone")) throw Error(ErrorCategory::not_found, "there is no " + url);
    if (has(url, "page")) return write_text(target, "<html>sorry</html>");
    std::filesystem::copy_file(folder / "web/a.png", target);
  };
  auto report = collect_pictures(folder / "list.tsv", folder / "out", options, observer);
  EXPECT_EQ(report.pictures, 2);
  ASSERT_EQ(report.skipped.size(), 3u);
  EXPECT_TRUE(has(report.skipped[2].reason, "robots.txt"));
  EXPECT_EQ(asked, 5);
  EXPECT_TRUE(has(text_of(folder / "out/metadata.jsonl"),
                  R"({"file_name":"a.png","author":"Ann","licence":"CC0","source":"https://e.org/a.png"})"));
  EXPECT_TRUE(has(text_of(folder / "out/metadata.jsonl"), "000005-a.png"));
  report = collect_pictures(folder / "list.tsv", folder / "out", options, observer);
  EXPECT_EQ(report.pictures, 2);
  EXPECT_EQ(asked, 8);  // the three that are missing, and robots.txt once
  EXPECT_EQ(open_collection(folder / "out")->items()[0].caption, "");
}

}  // namespace
}  // namespace inkstone
