# The PyPI package webuiapi, as its users call it, against a server at HOST PORT.
import io
import sys

import webuiapi
from PIL import Image, ImageChops

api = webuiapi.WebUIApi(host=sys.argv[1], port=int(sys.argv[2]), sampler="Euler a", steps=4)

models = api.util_get_model_names()
assert "procedural/mountains" in models, models
api.util_set_model("procedural/mountains")
assert api.util_get_current_model() == "procedural/mountains"
assert any(sampler["name"] == "euler_a" for sampler in api.get_samplers())
assert any(scheduler["name"] == "karras" for scheduler in api.get_schedulers())
assert [lora["name"] for lora in api.get_loras()] == ["brush"], api.get_loras()
known = api.get_embeddings()
assert known["loaded"]["zfox"]["vectors"] == 2 and list(known["skipped"]) == ["broken"], known
for ask in (api.get_upscalers, api.get_loras, api.get_embeddings, api.get_sd_vae, api.get_hypernetworks, api.get_face_restorers,
            api.get_realesrgan_models, api.get_prompt_styles, api.get_latent_upscale_modes, api.get_cmd_flags, api.get_memory, api.get_scripts):
    ask()

result = api.txt2img(prompt="mountains at dawn", negative_prompt="people", seed=7, width=128, height=96, cfg_scale=5, batch_size=2)
assert len(result.images) == 2 and result.image.size == (128, 96), [picture.size for picture in result.images]
assert result.info["seed"] == 7 and result.info["all_seeds"] == [7, 8]
again = api.txt2img(prompt="mountains at dawn", seed=8, width=128, height=96)
assert again.image.tobytes() == result.images[1].tobytes(), "a seed is a picture"

# what a client sends by itself is refused by nobody
plain = webuiapi.WebUIApi(host=sys.argv[1], port=int(sys.argv[2]))
assert plain.txt2img(prompt="mountains").image.size == (512, 512)
plain.util_set_model("words")
drawing = plain.txt2img(prompt="a red fox", seed=3, width=64, height=64).image
assert drawing.size == (64, 64)
caption = plain.interrogate(image=drawing).info
assert "fox" in caption, caption
try:
    plain.txt2img(prompt="a red fox", enable_hr=True)
    raise SystemExit("what the painter cannot do was not refused")
except RuntimeError as error:
    assert error.args[0] == 422 and "enable_hr" in error.args[1], error

# over a picture, by a checkpoint: under the mask it is another, beside it is as it was
api.util_set_model("file:tiny.safetensors")
photo = result.image.resize((64, 64))
mask = Image.new("L", photo.size)
mask.paste(255, (0, 0, 32, 64))


def difference(a, b, box):
    channels = ImageChops.difference(a.convert("RGB").crop(box), b.convert("RGB").crop(box)).getextrema()
    return max(high for _, high in channels)


over = api.img2img(images=[photo], mask_image=mask, prompt="a fox", seed=5, width=64, height=64, denoising_strength=0.9,
                   mask_blur=0, inpaint_full_res=False)
assert difference(over.image, photo, (0, 0, 24, 64)) > 20, "nothing was painted under the mask"
assert difference(over.image, photo, (40, 0, 64, 64)) <= 2, "more was painted than the mask"
whole = api.img2img(images=[photo], prompt="a fox", seed=5, width=64, height=64)
assert difference(whole.image, photo, (40, 0, 64, 64)) > 20
called = api.txt2img(prompt="a zfox <lora:brush:0.8>", seed=5, width=64, height=64)
assert difference(called.image, api.txt2img(prompt="a zfox", seed=5, width=64, height=64).image, (0, 0, 64, 64)) > 0, "no adapter"
api.util_set_model("procedural/mountains")

larger = api.extra_single_image(image=result.image, upscaling_resize=2)
assert larger.image.size == (256, 192), larger.image.size
both = api.extra_batch_images(images=result.images, upscaling_resize=2)
assert [picture.size for picture in both.images] == [(256, 192)] * 2

stored = io.BytesIO()
result.image.save(stored, "PNG", pnginfo=None)
api.png_info(Image.open(stored))
assert api.get_progress()["progress"] >= 0
api.interrupt()
api.skip()
api.refresh_checkpoints()

try:
    api.txt2img(prompt="x", restore_faces=True)
    raise SystemExit("what is not here was not refused")
except RuntimeError as error:
    assert error.args[0] == 422 and "restore_faces" in error.args[1], error
print("webuiapi works unchanged")
