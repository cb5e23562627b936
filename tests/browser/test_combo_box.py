"""The field with a list of what it may mean: an answer to half a word is never taken for the whole."""

SET_UP = """() => {
  const box = document.createElement("combo-box");
  box.id = "alone";
  window.asked = [];
  window.taken = [];
  box.search = (text) => new Promise((resolve) => asked.push({ text, answer: (name) => resolve([{ id: name, text: name, data: name }]) }));
  box.addEventListener("taken", (event) => taken.push(event.detail.text));
  document.body.append(box);
  return box.updateComplete.then(() => box.input.focus());
}"""
# In one go, so that the wait for the next letter cannot end in between: a letter, perhaps Enter, and then the late answer.
GO_ON = """async ([text, enters]) => {
  const { input } = document.querySelector("#alone");
  input.value = text;
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  if (enters) input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  asked[0].answer("Bačka");
  for (let turn = 0; turn < 10; turn += 1) await null;
  return { taken, shown: document.querySelector("#alone").options.map((one) => one.text) };
}"""


def _asked(page, count: int) -> str:
    page.wait_for_function("(count) => asked.length >= count", arg=count)
    return page.evaluate("asked.at(-1).text")


def test_a_late_answer_to_half_a_word_is_neither_taken_nor_shown(seat, dispatcher, city):
    page = seat(dispatcher).page
    page.evaluate(SET_UP)
    page.keyboard.type("B")
    assert _asked(page, 1) == "B"
    assert page.evaluate(GO_ON, ["Bulevar", True]) == {"taken": [], "shown": []}
    assert _asked(page, 2) == "Bulevar"
    page.evaluate("asked[1].answer('Bulevar Evrope')")
    page.wait_for_function("taken.length > 0")
    assert page.evaluate("taken") == ["Bulevar Evrope"]
    assert page.locator("#alone input").input_value() == "Bulevar Evrope"


def test_what_was_offered_for_half_a_word_is_not_taken_by_enter_after_one_typed_on(seat, dispatcher, city):
    page = seat(dispatcher).page
    page.evaluate(SET_UP)
    page.keyboard.type("B")
    _asked(page, 1)
    page.evaluate("asked[0].answer('Bačka')")
    page.locator("#alone [role=option]").wait_for()
    page.keyboard.type("u")
    page.keyboard.press("Enter")
    assert page.evaluate("taken") == []
    assert _asked(page, 2) == "Bu"
    page.evaluate("asked[1].answer('Bulevar Evrope')")
    page.wait_for_function("taken.length > 0")
    assert page.evaluate("taken") == ["Bulevar Evrope"]


def test_whoever_went_on_to_another_field_gets_nothing_put_into_the_one_before(seat, dispatcher, city):
    page = seat(dispatcher).page
    page.evaluate(SET_UP)
    page.keyboard.type("B")
    _asked(page, 1)
    page.keyboard.press("Enter")
    page.locator("#queue").focus()
    page.evaluate("asked[0].answer('Bačka')")
    assert page.evaluate("taken") == []
    assert page.locator("#alone input").input_value() == "B"
