// A handle on a drawing that a finger, a mouse or the arrow keys move. What it means is the caller's business.

export const SIDE = 400;

export const numberOf = (text) => {
  const plain = text.trim()
    .replace(/[\u0660-\u0669]/g, (d) => d.charCodeAt(0) - 0x660)
    .replace(/[\u06f0-\u06f9]/g, (d) => d.charCodeAt(0) - 0x6f0)
    .replace(/[\u0966-\u096f]/g, (d) => d.charCodeAt(0) - 0x966)
    .replace(/[,٫]/, ".").replace(/[%٪]$/, "");
  return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
};

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// put(x, y) lays the handle there, step(dx, dy) moves it, takeBack() leaves the question unanswered.
export const movable = ({ svg, handle, put, step, takeBack, catchesAll }) => {
  const at = (event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    put(point.x, point.y);
  };
  const held = catchesAll ? svg : handle;
  let pointer = null;
  held.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    pointer = event.pointerId;
    held.setPointerCapture(pointer);
    at(event);
    handle.focus({ preventScroll: true });
    event.preventDefault();
  });
  held.addEventListener("pointermove", (event) => { if (event.pointerId === pointer) at(event); });
  for (const end of ["pointerup", "pointercancel"]) held.addEventListener(end, () => { pointer = null; });
  handle.addEventListener("keydown", (event) => {
    const way = STEPS[event.key];
    if (way) step(...way.map((part) => part * (event.shiftKey ? 1 : 2) * (SIDE / 100)));
    else if (["Delete", "Backspace"].includes(event.key)) takeBack();
    else if (["Home", "Enter", " "].includes(event.key)) step(0, 0);
    else return;
    event.preventDefault();
  });
  svg.removeAttribute("aria-hidden");
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-labelledby", handle.closest("fieldset").querySelector("legend").id);
  handle.removeAttribute("hidden");
};

// Typed by hand or by us, a field tells the page in the same way.
export const write = (field, text) => {
  if (field.value === text) return;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};
