// Paints at once, then through a queue that outlives the program:  paint PHOTO FOLDER
#include <fstream>
#include <iostream>
#include <iterator>

#include <inkstone/jobs.hpp>
#include <inkstone/studio.hpp>

// Tells how far it is.
class Teller : public inkstone::Observer {
  void on_progress(const inkstone::Progress& progress) override {
    std::cerr << '\r' << progress.stage << ' ' << progress.step << " of " << progress.total << std::flush;
  }
};

int main(int argc, char** argv) try {
  if (argc != 3) return std::cerr << "usage: paint PHOTO FOLDER\n", 2;
  const std::string photo = argv[1], folder = argv[2];

  inkstone::Studio studio;
  Teller teller;
  inkstone::PostRequest request;
  request.input.value = photo;
  request.chain = "oil,vignette";
  studio.save(studio.post(request, teller), folder + "/at-once.png");

  inkstone::JobsSettings settings;
  settings.folder = folder;
  inkstone::Jobs jobs(settings);
  std::ifstream file(photo, std::ios::binary);
  const auto sent = jobs.add_picture(std::string(std::istreambuf_iterator<char>(file), {}), photo);
  inkstone::JobOrder order;
  order.task = "post";
  order.request = R"({"input": ")" + sent.id + R"(", "chain": "pencil"})";
  const auto job = jobs.wait(jobs.submit(order), 60'000);
  for (const auto& picture : job.pictures) std::cout << jobs.picture_file(picture.id).path.string() << '\n';
  return job.state == inkstone::JobState::done ? 0 : 1;
} catch (const inkstone::Error& error) {
  return std::cerr << error.what() << '\n', 1;
}
