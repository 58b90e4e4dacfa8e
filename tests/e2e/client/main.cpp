// A program that uses Inkstone as installed: filters a picture, and is told of a mistake by an exception.
#include <cstdio>

#include <inkstone/studio.hpp>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  inkstone::Studio studio;
  inkstone::Observer observer;
  inkstone::PostRequest request;
  request.input.value = argv[1];
  request.chain = "vignette";
  const auto painting = studio.post(request, observer);
  studio.save(painting, argv[2]);
  try {
    request.input.value = "no-such-picture.png";
    studio.post(request, observer);
  } catch (const inkstone::Error& error) {
    std::printf("%dx%d, %s\n", painting.picture.width, painting.picture.height, error.what());
    return error.category() == inkstone::ErrorCategory::not_found ? 0 : 1;
  }
  return 1;
}
