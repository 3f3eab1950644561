// "Use my location": fills in the field beside the button. Without it the place is typed.
for (const button of document.querySelectorAll("[data-locate]")) {
  if (!navigator.geolocation) continue;
  const field = document.getElementById(button.dataset.locate);
  const status = button.closest(".question").querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", () => {
    status.textContent = "…";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        field.value = [coords.latitude.toFixed(6), coords.longitude.toFixed(6), Math.round(coords.altitude ?? 0), Math.round(coords.accuracy)].join(" ");
        status.textContent = "";
        field.focus();
      },
      () => { status.textContent = button.dataset.refused; field.focus(); },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
}
