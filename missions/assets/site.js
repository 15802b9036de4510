
/* What htmx leaves to the page. Without this file, and without htmx, every link and form does its work all the same. */
"use strict";

// Parameters without a value say nothing: they stay out of the address.
document.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

// Half-typed pinyin is no word to search for.
document.addEventListener("input", (event) => { if (event.isComposing) event.stopPropagation(); }, true);

// Nor is a year of which one figure is typed a year to ask about: its field knows.
document.addEventListener("change", (event) => { if (!event.target.validity.valid) event.stopPropagation(); }, true);

// What is shown already is no step to go back to.
document.addEventListener("htmx:before:history:update", (event) => {
  if (event.detail.history.path === location.pathname + location.search) event.preventDefault();
});

document.addEventListener("htmx:after:swap", () => {
  // The answer says what is chosen. What somebody is typing meanwhile stays.
  const typing = document.activeElement;
  for (const field of document.querySelectorAll(".query input")) {
    if (field.type === "checkbox") field.checked = field.defaultChecked;
    else if (field !== typing) field.value = field.defaultValue;
  }
});

let fromPager = false;
document.addEventListener("click", (event) => { fromPager = Boolean(event.target.closest(".pager")); }, true);
document.addEventListener("htmx:after:settle", () => {
  // Another page of the list begins at its heading; and so does whoever pressed a control that is gone.
  const title = document.getElementById("results-title");
  if (title && (fromPager || document.activeElement === document.body)) title.focus();
  fromPager = false;
});
