# The PyPI package openai against a server at URL.
import base64
import io
import sys

import openai
from PIL import Image, ImageChops

client = openai.OpenAI(base_url=sys.argv[1] + "/v1", api_key="not-needed-here", max_retries=0)
names = [model.id for model in client.models.list()]
assert "procedural/galaxies" in names, names
assert client.models.retrieve(names[0]).id == names[0]
result = client.images.generate(model="procedural/galaxies", prompt="a spiral", size="256x256", n=2, response_format="b64_json")
pictures = [Image.open(io.BytesIO(base64.b64decode(picture.b64_json))) for picture in result.data]
assert [picture.size for picture in pictures] == [(256, 256)] * 2 and result.created > 0
link = client.images.generate(model="procedural/galaxies", prompt="a spiral", size="256x256", response_format="url").data[0].url
assert link.startswith(sys.argv[1] + "/v1/pictures/"), link
try:
    client.images.generate(model="no-such-model", prompt="x")
    raise SystemExit("an unknown model was not refused")
except openai.NotFoundError as error:
    assert "no-such-model" in str(error), error
try:
    client.images.generate(prompt="x", size="7x7")
    raise SystemExit("a wrong size was not refused")
except openai.UnprocessableEntityError as error:
    assert "size" in str(error), error


def png(picture):
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def difference(a, b, box):
    channels = ImageChops.difference(a.convert("RGB").crop(box), b.convert("RGB").crop(box)).getextrema()
    return max(high for _, high in channels)


# a picture painted over where the mask is transparent, or where it is transparent itself
checkpoint = {"model": "file:tiny.safetensors", "size": "64x64", "response_format": "b64_json"}
small = pictures[0].convert("RGB").resize((64, 64))
holed = small.convert("RGBA")
holed.paste((0, 0, 0, 0), (0, 0, 32, 64))
opened = lambda answer: [Image.open(io.BytesIO(base64.b64decode(picture.b64_json))) for picture in answer.data]
for picture, more in ((small, {"mask": ("mask.png", png(holed))}), (holed, {})):
    [edited] = opened(client.images.edit(image=("a.png", png(picture)), prompt="a red fox", **more, **checkpoint))
    assert difference(edited, small, (0, 0, 24, 64)) > 20, "nothing was painted where the mask is transparent"
    assert difference(edited, small, (40, 0, 64, 64)) <= 2, "more was painted than the mask"
[edited] = opened(client.images.edit(image=("a.png", png(small)), prompt="a red fox", **checkpoint))
assert difference(edited, small, (40, 0, 64, 64)) > 20
varied = opened(client.images.create_variation(image=("a.png", png(small)), n=2, **checkpoint))
assert len(varied) == 2 and difference(*varied, (0, 0, 64, 64)) > 0 and difference(varied[0], small, (0, 0, 64, 64)) > 0
try:
    client.images.edit(image=("a.png", png(small)), mask=("m.png", png(small)), prompt="a red fox", **checkpoint)
    raise SystemExit("a mask that hides nothing was not refused")
except openai.UnprocessableEntityError as error:
    assert "mask" in str(error), error

photo = png(pictures[0])
for call in (lambda: client.images.edit(model="procedural/galaxies", image=("a.png", photo), prompt="x"),
             lambda: client.images.create_variation(model="procedural/galaxies", image=("a.png", photo))):
    try:
        call()
        raise SystemExit("a rule painted over a picture")
    except openai.UnprocessableEntityError as error:
        assert "init-img" in str(error) or "rule" in str(error), error
print("openai for Python works unchanged")
