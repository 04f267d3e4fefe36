// Shows what the server sends to elements with `data-stream`. Every page works without it.
"use strict";
const COME_BACK = 5000; // milliseconds after which a stream that was refused is asked for again
const MOST_SHOWN = 3; // of what is added to a page; the rest stands on the page it leads to

for (const place of document.querySelectorAll("[data-stream]")) {
  let source = null;
  let last = "";

  const open = () => {
    if (document.hidden || source) return; // a browser keeps few connections open, so pages in the background keep none
    source = new EventSource(place.dataset.stream + (last && `?after=${encodeURIComponent(last)}`));
    source.addEventListener("show", (event) => { place.innerHTML = event.data; });
    source.addEventListener("add", (event) => {
      last = event.lastEventId;
      place.insertAdjacentHTML("afterbegin", event.data);
      while (place.children.length > MOST_SHOWN) place.lastElementChild.remove();
    });
    source.addEventListener("reload", () => { shut(); location.reload(); });
    source.addEventListener("error", () => {
      if (source && source.readyState === EventSource.CLOSED) {
        shut();
        setTimeout(open, COME_BACK);
      }
    });
  };
  const shut = () => {
    if (source) source.close();
    source = null;
  };

  document.addEventListener("visibilitychange", () => (document.hidden ? shut() : open()));
  open();
}
