/* Keeps what is typed into a form until the site has it: an expired session, a failed connection or the back button
   loses nothing. It stays in this tab, and is told apart by person and by what that person saved last. */
"use strict";

for (const form of document.querySelectorAll("form.hub-typed")) {
  const place = "typed:" + location.pathname;
  const fields = () => [...form.elements].filter(
    (field) => field.name && field.type !== "file" && field.type !== "submit" && field.name !== "csrfmiddlewaretoken");

  const keep = () => {
    const typed = fields().map((field) => [field.name, field.value, field.checked]);
    sessionStorage.setItem(place, JSON.stringify({ made: form.dataset.typed, typed }));
  };

  const restore = () => {
    const kept = JSON.parse(sessionStorage.getItem(place) || "null");
    if (!kept || kept.made !== form.dataset.typed) return sessionStorage.removeItem(place);
    for (const [name, value, checked] of kept.typed) {
      for (const field of fields().filter((field) => field.name === name)) {
        if (field.type === "radio" || field.type === "checkbox") {
          if (field.value === value) field.checked = checked && !field.disabled;
        } else {
          field.value = value;
        }
      }
    }
    form.querySelector(".hub-restored").hidden = false;
  };

  // A form that comes back holds what was sent: it is newer than what was kept before.
  "back" in form.dataset ? keep() : restore();
  form.addEventListener("input", keep);
}
