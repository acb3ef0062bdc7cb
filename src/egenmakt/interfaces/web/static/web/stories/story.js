// Comfort on top of plain fields: questions that do not apply are hidden, "does not apply" and an answer exclude each
// other without losing what was typed. The server reads everything again.

const questions = [...document.querySelectorAll(".question[data-question]")];

const chosen = (code) =>
  [...document.querySelectorAll(`[data-question="${CSS.escape(code)}"]:not([hidden]) [data-answer] :is(:checked)`)]
    .map((field) => field.value);

const showAndHide = () => {
  for (const question of questions) {
    const other = question.dataset.showIf;
    if (!other || !document.querySelector(`[data-question="${CSS.escape(other)}"]`)) continue;
    const wanted = question.dataset.anyOf.split(" ");
    question.hidden = !chosen(other).some((code) => wanted.includes(code));
  }
};

for (const question of questions) {
  const answer = question.querySelector("[data-answer]");
  const state = question.querySelector("input[name$='.state']");
  const fields = () => [...answer.querySelectorAll("input[name], textarea[name], select[name]")];
  let kept = null;
  state?.addEventListener("change", () => {
    if (state.checked) {
      kept = fields().map((field) => [field, field.value, field.checked]);
      for (const field of fields()) {
        if (["radio", "checkbox"].includes(field.type)) field.checked = false;
        else if (field.tagName !== "SELECT") field.value = "";
      }
    } else if (kept) {
      for (const [field, value, checked] of kept) {
        if (field.type !== "file") field.value = value;
        field.checked = checked;
      }
      kept = null;
    }
    answer.dispatchEvent(new CustomEvent("answer-changed"));
    showAndHide();
  });
  answer.addEventListener("input", () => { if (state) state.checked = false; });
  // at most so many: the others wait until one is taken back
  const most = Number(answer.querySelector("[data-most]")?.dataset.most ?? 0);
  const limit = () => {
    if (!most) return;
    const boxes = fields().filter((field) => field.type === "checkbox");
    const isFull = boxes.filter((box) => box.checked).length >= most;
    for (const box of boxes) box.disabled = isFull && !box.checked;
  };
  answer.addEventListener("change", limit);
  answer.addEventListener("answer-changed", limit);
  limit();
}
document.addEventListener("change", showAndHide);
showAndHide();

// Numbers are for those who want them: closed where a finger works, open where something is wrong.
for (const details of document.querySelectorAll("details.numbers")) {
  details.open = Boolean(details.closest(".invalid"));
}
