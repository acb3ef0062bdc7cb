// Stones on a canvas: each has two numbers. Those that are not laid yet wait in a row below.

import { movable, numberOf, SIDE, write } from "./movable.js";

for (const box of document.querySelectorAll("[data-stones]")) {
  const svg = box.querySelector("svg");
  // a picture is never mirrored: what lies beside what on it would change
  const isMirrored = !box.dataset.fixed && getComputedStyle(box).direction === "rtl";
  const seen = (x) => (isMirrored ? SIDE - x : x);
  const held = (value) => Math.min(SIDE, Math.max(0, value));
  const handles = [...svg.querySelectorAll(".handle")];

  handles.forEach((handle, place) => {
    const [xField, yField] = [handle.dataset.x, handle.dataset.y].map((id) => document.getElementById(id));
    const waiting = [SIDE * ((place + 0.5) / handles.length), SIDE + 200];
    let point = null;
    let isOurs = false;

    const draw = () => {
      const [x, y] = point ?? waiting;
      handle.setAttribute("transform", `translate(${seen(x)} ${y})`);
      handle.classList.toggle("untouched", !point);
      handle.setAttribute("aria-valuenow", point ? xField.value : "0");
      handle.setAttribute("aria-valuetext", point ? `${xField.value}, ${yField.value}` : box.dataset.untouched);
    };
    const put = (x, y) => {
      point = [held(x), held(y)];
      isOurs = true;
      write(xField, String(Math.round((point[0] / SIDE) * 100)));
      write(yField, String(Math.round((1 - point[1] / SIDE) * 100)));
      isOurs = false;
      draw();
    };
    const fromNumbers = () => {
      if (isOurs) return;
      const [x, y] = [numberOf(xField.value), numberOf(yField.value)];
      const isLaid = x !== null && y !== null && x <= 100 && y <= 100;
      point = isLaid ? [(x / 100) * SIDE, (1 - y / 100) * SIDE] : null;
      draw();
    };
    const takeBack = () => { write(xField, ""); write(yField, ""); fromNumbers(); };

    movable({
      svg, handle, takeBack, catchesAll: false,
      put: (x, y) => put(seen(x), y),
      step: (dx, dy) => {
        const [x, y] = point ?? [SIDE / 2, SIDE / 2];
        put(x + (isMirrored ? -dx : dx), y + dy);
      },
    });
    for (const field of [xField, yField]) field.addEventListener("input", fromNumbers);
    box.closest("[data-answer]").addEventListener("answer-changed", fromNumbers);
    fromNumbers();
  });
  box.querySelector("[data-how]").hidden = false;
}
