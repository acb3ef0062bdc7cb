// Small helps on top of pages that work without JavaScript. Nothing here is needed to finish a task.

const integerOf = (text, decimals, point) => {
  // Whole minor units from what a person typed; null when it is no amount. Integers only: money is never a float.
  const cleaned = text.replace(/[\s\u00a0\u202f'’]/g, "").replace(point === "," ? "," : /,/g, point === "," ? "." : "");
  const match = /^(\d*)(?:\.(\d*))?$/.exec(cleaned);
  if (!match || (match[2] ?? "").length > decimals) return null;
  return BigInt((match[1] || "0") + (match[2] ?? "").padEnd(decimals, "0"));
};

const written = (minor, decimals, language) => {
  const digits = minor.toString().padStart(decimals + 1, "0");
  const cut = digits.length - decimals;
  const parts = new Intl.NumberFormat(language, { minimumFractionDigits: 1 }).formatToParts(0.5);
  const point = parts.find((part) => part.type === "decimal").value;
  const whole = new Intl.NumberFormat(language).format(BigInt(digits.slice(0, cut)));
  return decimals ? whole + point + digits.slice(cut) : whole;
};

// <output data-sum-of="savings" data-decimals="2" data-point=","> shows the sum of the fields named savings-….
for (const output of document.querySelectorAll("output[data-sum-of]")) {
  const decimals = Number(output.dataset.decimals);
  const fields = [...output.closest("form").querySelectorAll(`input[data-sum="${CSS.escape(output.dataset.sumOf)}"]`)];
  const show = () => {
    const amounts = fields.map((field) => integerOf(field.value, decimals, output.dataset.point));
    output.textContent = amounts.includes(null)
      ? "–"
      : written(amounts.reduce((sum, amount) => sum + amount, 0n), decimals, document.documentElement.lang);
  };
  fields.forEach((field) => field.addEventListener("input", show));
  output.closest("[hidden]")?.removeAttribute("hidden");
  show();
}

// <form data-guard> asks before what was typed is lost.
for (const form of document.querySelectorAll("form[data-guard]")) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

// <button data-print hidden> and <button data-copy="id" data-copied="Copied" hidden>: shown only where they work.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.nextElementSibling.textContent = button.dataset.copied;
  });
}

// The menu closes with Escape and by a touch elsewhere.
for (const menu of document.querySelectorAll("details.menu")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
}

// After a mistake the reader begins at the summary.
document.querySelector(".error-summary:not([data-invented] *)")?.focus();
