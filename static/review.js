// The keyboard of the review page. Everything it does can be done without it.
const KEPT = "review-keys";
const form = document.getElementById("decide");
const switchBox = document.getElementById("keys-on");
const suggestions = [...form.querySelectorAll(".suggestion")];

// Single letters get in the way of speech input, so they can be turned off (WCAG 2.1.4).
switchBox.checked = localStorage.getItem(KEPT) !== "off";
switchBox.addEventListener("change", () => localStorage.setItem(KEPT, switchBox.checked ? "on" : "off"));

const choose = (suggestion, value) => {
  const choice = suggestion.querySelector(`input[value=${value}]`);
  choice.checked = true;
  choice.focus();
};
const turn = (suggestion) =>
  choose(suggestion, suggestion.querySelector("input[value=confirm]").checked ? "reject" : "confirm");

const actions = {
  a: () => suggestions.forEach((suggestion) => choose(suggestion, "confirm")),
  r: () => suggestions.filter((suggestion) => !suggestion.querySelector("input:checked")).forEach((suggestion) => choose(suggestion, "reject")),
  k: () => {
    const remarks = document.getElementById("remarks");
    remarks.open = true;
    remarks.querySelector("select").focus();
  },
  n: () => document.getElementById("none").click(),
  s: () => document.getElementById("skip").click(),
  t: () => form.querySelector("select[name=add]").focus(),
  u: () => document.getElementById("undo")?.click(),
  Enter: () => form.requestSubmit(form.querySelector("button.button")),
};

// A theme that has been picked leaves the keys free for saving.
form.querySelectorAll("select[name=add]").forEach((select) => select.addEventListener("change", () => select.blur()));

document.addEventListener("keydown", (event) => {
  if (!switchBox.checked || event.ctrlKey || event.metaKey || event.altKey) return;
  const at = event.target;
  if (at.matches("select, textarea, a, button, summary, input:not([type=radio])")) return;
  const suggestion = suggestions[Number(event.key) - 1];
  const action = suggestion ? () => turn(suggestion) : actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});
