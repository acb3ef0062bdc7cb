// A triad: one point in a triangle and three numbers that make 100. Each moves the other; the numbers are what is sent.

import { movable, numberOf, write } from "./movable.js";

const CORNERS = [[200, 8], [8, 340.5], [392, 340.5]];

const partsAt = (x, y) => {
  const [[ax, ay], [bx, by], [cx, cy]] = CORNERS;
  const whole = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy);
  const a = ((by - cy) * (x - cx) + (cx - bx) * (y - cy)) / whole;
  const b = ((cy - ay) * (x - cx) + (ax - cx) * (y - cy)) / whole;
  return [a, b, 1 - a - b];
};

const pointOf = (parts) => [0, 1].map((axis) => parts.reduce((sum, part, i) => sum + part * CORNERS[i][axis], 0));

// The nearest point of the triangle: a finger may leave it.
const inside = (x, y) => {
  if (partsAt(x, y).every((part) => part >= 0)) return [x, y];
  let best = null;
  for (let i = 0; i < 3; i += 1) {
    const [ax, ay] = CORNERS[i];
    const [bx, by] = CORNERS[(i + 1) % 3];
    const along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2);
    const held = Math.min(1, Math.max(0, along));
    const point = [ax + held * (bx - ax), ay + held * (by - ay)];
    const far = (point[0] - x) ** 2 + (point[1] - y) ** 2;
    if (!best || far < best.far) best = { point, far };
  }
  return best.point;
};

// Whole per cents that make 100: what is left over goes to the largest remainders.
export const percents = (parts) => {
  const exact = parts.map((part) => Math.max(0, part) * 100);
  const whole = exact.map(Math.floor);
  const order = exact.map((value, i) => [value - whole[i], i]).sort((one, other) => other[0] - one[0]);
  for (let left = 100 - whole.reduce((sum, value) => sum + value, 0), i = 0; left > 0; left -= 1, i += 1) whole[order[i % 3][1]] += 1;
  return whole;
};

for (const box of document.querySelectorAll("[data-triad]")) {
  const svg = box.querySelector("svg");
  const handle = svg.querySelector(".handle");
  const fields = [...box.querySelectorAll("[data-number]")];
  const outputs = [...box.querySelectorAll(".corner output")];
  const how = box.querySelector("[data-how]");
  const back = box.querySelector("[data-take-back]");
  const together = box.querySelector("[data-together]");
  const isMirrored = getComputedStyle(box).direction === "rtl";
  let point = null;
  let isOurs = false;

  const draw = (numbers) => {
    const [x, y] = point ?? [200, 229.7];
    handle.setAttribute("transform", `translate(${isMirrored ? 400 - x : x} ${y})`);
    handle.classList.toggle("untouched", !point);
    const words = point ? fields.map((field, i) => `${field.dataset.text} ${numbers[i]} %`).join(", ") : box.dataset.untouched;
    handle.setAttribute("aria-valuenow", point ? Math.round(numbers[0]) : 33);
    handle.setAttribute("aria-valuetext", words);
    outputs.forEach((output, i) => { output.textContent = point ? `${numbers[i]} %` : ""; });
    back.hidden = !point;
  };
  const put = (x, y) => {
    point = inside(x, y);
    const numbers = percents(partsAt(...point));
    isOurs = true;
    fields.forEach((field, i) => write(field, String(numbers[i])));
    isOurs = false;
    together.hidden = true;
    draw(numbers);
  };
  const fromNumbers = () => {
    if (isOurs) return;
    const numbers = fields.map((field) => numberOf(field.value));
    const sum = numbers.reduce((all, number) => all + (number ?? 0), 0);
    together.hidden = fields.every((field) => !field.value);
    together.firstElementChild.textContent = together.dataset.together.replace("%s", Math.round(sum * 100) / 100);
    const isWhole = !numbers.includes(null) && Math.abs(sum - 100) < 1e-9;
    point = isWhole ? pointOf(numbers.map((number) => number / 100)) : null;
    draw(numbers);
  };
  const takeBack = () => { fields.forEach((field) => write(field, "")); fromNumbers(); };

  const seen = (x) => (isMirrored ? 400 - x : x);
  movable({
    svg, handle, takeBack, catchesAll: true,
    put: (x, y) => put(seen(x), y),
    step: (dx, dy) => { const [x, y] = point ?? [200, 229.7]; put(x + (isMirrored ? -dx : dx), y + dy); },
  });
  back.addEventListener("click", () => { takeBack(); handle.focus(); });
  for (const field of fields) field.addEventListener("input", fromNumbers);
  box.closest("[data-answer]").addEventListener("answer-changed", fromNumbers);
  how.hidden = false;
  fromNumbers();
}
