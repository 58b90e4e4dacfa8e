# Every GET route whose answer is documented as JSON, asked at URL for the things named as NAME=VALUE (job, run, picture, model): each
# answer validates against the served OpenAPI document and holds nothing that the document does not name.
import json
import sys
import urllib.error
import urllib.request

import jsonschema

url = sys.argv[1]
known = dict(argument.split("=", 1) for argument in sys.argv[2:])


def answer(path):
    try:
        with urllib.request.urlopen(url + path, timeout=60) as response:
            return response.status, response.headers.get_content_type(), json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get_content_type(), json.load(error)


def closed(schema):
    """Where properties are named, no others may come."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: closed(part) for key, part in schema.items()}
    if isinstance(schema.get("properties"), dict) and "type" in schema:
        schema.setdefault("additionalProperties", False)
    return schema


status, _, document = answer("/v1/openapi.json")
assert status == 200 and document["openapi"].startswith("3.1")
components = closed(document["components"])
for name, schema in document["components"]["schemas"].items():
    jsonschema.Draft202012Validator.check_schema(schema)


def faults_of(what, value, schema):
    validator = jsonschema.Draft202012Validator({**closed(schema), "components": components})
    return [f"{what}: {'/'.join(map(str, fault.absolute_path))}: {fault.message[-300:]}" for fault in validator.iter_errors(value)]


def filled(path):
    thing = "picture" if path.startswith("/v1/pictures/") else "run" if path.startswith("/v1/runs/") else "job"
    folder, name = known["model"].split("/")
    return path.replace("{id}", known[thing]).replace("{folder}", folder).replace("{name}", name if "{folder}" in path else known["plain"])


asked = 0
faults = []
for path, operations in document["paths"].items():
    content = operations.get("get", {}).get("responses", {}).get("200", {}).get("content", {}).get("application/json")
    if content is None:
        continue
    asked += 1
    status, kind, value = answer(filled(path))
    if (status, kind) == (200, "application/json"):
        faults += faults_of(filled(path), value, content["schema"])
    else:
        faults.append(f"{filled(path)}: {status} {kind} {value}")
    if "{id}" in path:
        status, kind, value = answer(path.replace("{id}", "0" * 26).replace("{name}", "x"))
        problem = operations["get"]["responses"]["default"]["content"]["application/problem+json"]["schema"]
        faults += faults_of(path + " of nothing", value, problem)
        if status not in (400, 404) or kind != "application/problem+json":
            faults.append(f"{path} of nothing: {status} {kind}")
job = answer(f"/v1/jobs/{known['job']}")[2]
for wrong in ({}, {**job, "id": 1}, {**job, "state": "eaten"}, {**job, "more": 1}):  # the check can fail
    if not faults_of("", wrong, {"$ref": "#/components/schemas/Job"}):
        faults.append(f"{json.dumps(wrong)[:200]} passes for a job")
if faults or asked < 20:
    sys.exit("\n".join(faults + [f"{asked} routes document JSON"]))
print(f"{asked} answers are as the document says")
