// Sends forms with `data-upload` with a bar that shows how far their file is, and lets one drop the file onto its field.
// The form is sent as it is without this. Words stand in the page, in the element `.sending` of the form.
"use strict";
const PERCENT = "{percent}";

const wire = (form) => {
  const input = form.querySelector("input[type=file]");
  const zone = input.closest(".field");
  const place = form.querySelector(".sending");
  const [bar, words, stop] = ["progress", "span", "button"].map((name) => place.querySelector(name));
  const buttons = form.querySelectorAll("button[type=submit]");

  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault(); // or the browser would leave the page to show the file
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });

  const say = (text, sending) => {
    place.hidden = !text;
    bar.hidden = stop.hidden = !sending;
    words.textContent = text;
    for (const each of buttons) each.disabled = sending; // so that a second click sends nothing
  };

  const shown = (request) => {
    if (new URL(request.responseURL).pathname !== new URL(form.action).pathname) {
      location.assign(request.responseURL);
      return;
    }
    const answer = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
    const kept = input.files; // a file stays chosen where something else has to be put right
    document.querySelector("main").replaceWith(answer);
    const again = answer.querySelector("form[data-upload]");
    if (again) {
      again.querySelector("input[type=file]").files = kept;
      wire(again);
    }
    const first = answer.querySelector(".error-summary a");
    if (first) first.focus();
  };

  form.addEventListener("submit", (event) => {
    if (!input.files.length) return; // what is missing the server says
    event.preventDefault();
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.upload.addEventListener("progress", (at) => {
      const percent = at.total ? Math.floor((at.loaded * 100) / at.total) : 0;
      bar.value = percent;
      say((percent < 100 ? place.dataset.sending : place.dataset.sent).replace(PERCENT, percent), true);
    });
    request.addEventListener("load", () => shown(request));
    request.addEventListener("error", () => say(place.dataset.failed, false));
    request.addEventListener("abort", () => say(place.dataset.stopped, false));
    stop.onclick = () => request.abort();
    say(place.dataset.sending.replace(PERCENT, 0), true);
    request.send(new FormData(form, event.submitter));
  });
};

for (const form of document.querySelectorAll("form[data-upload]")) {
  wire(form);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }); // back: a new form, no old bar
}
