// The keyboard of blind coding, and finding a theme by typing. All of it can be done without.
const form = document.getElementById("blind");
const find = document.getElementById("find");
const choices = [...form.querySelectorAll(".choice")];
find.closest("[hidden]").hidden = false;

const shown = () => choices.filter((choice) => !choice.hidden);
find.addEventListener("input", () => {
  const wanted = find.value.trim().toLowerCase();
  choices.forEach((choice) => {
    choice.hidden = wanted !== "" && !choice.textContent.toLowerCase().includes(wanted);
  });
});
find.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !find.value) return;
  event.preventDefault();
  const box = shown()[0]?.querySelector("input");
  if (box) box.checked = !box.checked;
  find.value = "";
  find.dispatchEvent(new Event("input"));
  find.blur();
});

document.addEventListener("keydown", (event) => {
  if (localStorage.getItem("review-keys") === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input[type=search], a, button, summary")) return;
  const action = {
    "/": () => find.focus(),
    n: () => document.getElementById("none").click(),
    s: () => document.getElementById("skip").click(),
    Enter: () => form.requestSubmit(form.querySelector("button.button")),
  }[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});
