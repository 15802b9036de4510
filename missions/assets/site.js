
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

// A field that cannot be read shows itself, also where it is folded away.
document.addEventListener("invalid", (event) => {
  for (let part = event.target; (part = part.parentElement.closest("details")); ) part.open = true;
}, true);

// What is shown already is no step to go back to, nor is a word half typed.
let typed = false;
document.addEventListener("htmx:before:history:update", (event) => {
  const typing = document.activeElement?.type === "search";
  if (event.detail.history.path === location.pathname + location.search) event.preventDefault();
  else if (typing && typed) event.detail.history.type = "replace";
  typed = typing;
});

// Without an answer the page is loaded like any other: the browser says what is wrong, and can try again.
document.addEventListener("htmx:error", (event) => {
  const address = event.detail.ctx?.request.action;
  if (address) location.assign(address);
});

document.addEventListener("htmx:after:swap", () => {
  // The response has the choices. Text being typed stays.
  const typing = document.activeElement;
  for (const field of document.querySelectorAll(".query input")) {
    if (field.type === "checkbox") field.checked = field.defaultChecked;
    else if (field !== typing) field.value = field.defaultValue;
  }
});

let fromPager = false;
document.addEventListener("click", (event) => {
  const staysHere = !(event.ctrlKey || event.metaKey || event.shiftKey);
  fromPager = staysHere && Boolean(event.target.closest(".pager"));
}, true);
document.addEventListener("htmx:after:settle", () => {
  // On another page, or if the pressed control is gone, focus the heading.
  if (fromPager || document.activeElement === document.body)
    (document.getElementById("results-title") ?? document.querySelector("main")).focus();
  fromPager = false;
});
