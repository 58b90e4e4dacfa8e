# The PyPI package openai against a server at URL.
import base64
import io
import sys

import openai
from PIL import Image

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
photo = io.BytesIO()
pictures[0].save(photo, "PNG")
for call in (lambda: client.images.edit(model="procedural/galaxies", image=("a.png", photo.getvalue()), prompt="x"),
             lambda: client.images.create_variation(model="procedural/galaxies", image=("a.png", photo.getvalue()))):
    try:
        call()
        raise SystemExit("a rule painted over a picture")
    except openai.UnprocessableEntityError as error:
        assert "init-img" in str(error) or "rule" in str(error), error
print("openai for Python works unchanged")
