// What a public screen must not do: open menus or windows, zoom, drag.

export function teachManners() {
  const refuse = (event) => event.preventDefault();
  for (const type of ["contextmenu", "dragstart", "auxclick"]) document.addEventListener(type, refuse);
  document.addEventListener("wheel", (event) => event.ctrlKey && refuse(event), { passive: false });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && "+-=0".includes(event.key)) refuse(event);
    // A switch often gives a space only, which a browser keeps for buttons.
    if (event.key === " " && !event.repeat && event.target.matches?.("a[href]")) {
      refuse(event);
      event.target.click();
    }
  });
}
