#!/usr/bin/python3
"""Small PyTorch files of every dtype and form, with their values as JSON, for tests/unit/weights.
Made with Debian's python3-torch 1.13; run: /usr/bin/python3 tests/golden/make_weights.py"""
import collections, json, pathlib, torch

out = pathlib.Path(__file__).parent.parent / "unit/weights/data"
out.mkdir(parents=True, exist_ok=True)
torch.manual_seed(7)
base = torch.randn(6, 4)
state = collections.OrderedDict(
    f64=torch.randn(3, dtype=torch.float64), f32=base, transposed=base.t(), row=base[2], every_other=base[:, ::2],
    f16=torch.randn(5).half(), bf16=torch.randn(2, 3).bfloat16(), i64=torch.arange(-2, 3), i32=torch.tensor([[1, -7]], dtype=torch.int32),
    i16=torch.tensor([300, -300], dtype=torch.int16), i8=torch.tensor([-128, 127], dtype=torch.int8), u8=torch.tensor([0, 255], dtype=torch.uint8),
    truth=torch.tensor([True, False, True]), scalar=torch.tensor(2.5), empty=torch.empty(0, 3), parameter=torch.nn.Parameter(torch.randn(2, 2)))
wrapped = {"epoch": 3, "note": "x", "state_dict": state}
torch.save(wrapped, out / "zip.pth")
torch.save(wrapped, out / "legacy.pth", _use_new_zipfile_serialization=False)
torch.save({"w": torch.tensor([1.0, 2.0])}, out / "small_zip.pth")
torch.save({"w": torch.tensor([1.0, 2.0])}, out / "small_legacy.pth", _use_new_zipfile_serialization=False)
torch.save(torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.BatchNorm1d(1)), out / "module_legacy.pth", _use_new_zipfile_serialization=False)
golden = {k: {"shape": list(v.shape), "values": v.detach().double().flatten().tolist()} for k, v in state.items()}
(out / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")
