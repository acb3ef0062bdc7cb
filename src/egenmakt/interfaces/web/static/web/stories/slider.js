// A range that knows whether it was touched: untouched it stands for nothing, and its numbers stay empty.

import { numberOf, write } from "./movable.js";

for (const box of document.querySelectorAll("[data-slider]")) {
  const range = box.querySelector("input[type=range]");
  const fields = [...box.querySelectorAll("[data-number]")];
  const state = box.querySelector(".scale-state");
  const said = state.querySelector("output");
  const back = state.querySelector("[data-take-back]");
  const together = box.querySelector("[data-together]");
  let isOurs = false;

  const show = (isTouched) => {
    range.classList.toggle("untouched", !isTouched);
    const right = Number(range.value);
    const words = !isTouched ? box.dataset.untouched
      : fields.length === 2 ? `${fields[0].dataset.text} ${100 - right} %, ${fields[1].dataset.text} ${right} %`
      : box.dataset.touched.replace("%s", right);
    range.setAttribute("aria-valuetext", words);
    said.textContent = words;
    back.hidden = !isTouched;
  };
  const touch = () => {
    isOurs = true;
    const right = Number(range.value);
    if (fields.length === 2) { write(fields[0], String(100 - right)); write(fields[1], String(right)); }
    else write(fields[0], String(right));
    isOurs = false;
    show(true);
  };
  const fromNumbers = () => {
    if (isOurs) return;
    const numbers = fields.map((field) => numberOf(field.value));
    const sum = numbers.reduce((all, number) => all + (number ?? 0), 0);
    const isWhole = !numbers.includes(null) && (fields.length === 1 ? numbers[0] <= 100 : sum === 100);
    if (together) {
      together.hidden = fields.every((field) => !field.value);
      together.firstElementChild.textContent = together.dataset.together.replace("%s", sum);
    }
    range.value = isWhole ? String(numbers.at(-1)) : "50";
    show(isWhole);
  };

  range.addEventListener("input", touch);
  range.addEventListener("pointerup", touch); // a touch in the middle changes nothing, and is an answer all the same
  range.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); touch(); }
    if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); back.click(); }
  });
  back.addEventListener("click", () => { for (const field of fields) write(field, ""); fromNumbers(); range.focus(); });
  for (const field of fields) field.addEventListener("input", fromNumbers);
  box.closest("[data-answer]").addEventListener("answer-changed", fromNumbers);
  range.disabled = false;
  range.hidden = state.hidden = false;
  fromNumbers();
}
