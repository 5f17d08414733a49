/* A search box with a list of suggestions, after the combobox pattern of the WAI-ARIA practices. Without this file, or
   without suggestions, it is a plain search box. <input data-suggests="id"> and <ul id="id" hidden>, filled by htmx. */
(() => {
  const input = document.querySelector("[data-suggests]");
  const list = input && document.getElementById(input.dataset.suggests);
  if (!list) return;
  let typed = input.value;
  let active = -1;
  const options = () => [...list.querySelectorAll('[role="option"]')];

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  list.setAttribute("role", "listbox");

  const mark = (number) => {
    active = number;
    options().forEach((option, place) => {
      option.setAttribute("aria-selected", String(place === active));
      if (place === active) option.scrollIntoView({ block: "nearest" });
    });
    const chosen = options()[active];
    input.value = chosen ? chosen.dataset.value : typed;
    if (chosen) input.setAttribute("aria-activedescendant", chosen.id); else input.removeAttribute("aria-activedescendant");
  };
  const open = (shown) => {
    list.hidden = !shown;
    input.setAttribute("aria-expanded", String(shown));
    if (!shown) { active = -1; input.removeAttribute("aria-activedescendant"); }
  };
  open(false);

  input.addEventListener("input", () => { typed = input.value; active = -1; if (!typed.trim()) open(false); });
  list.addEventListener("htmx:afterSwap", () => {
    open(options().length > 0 && document.activeElement === input && typed.trim() !== "" && input.value === typed);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const count = options().length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!count) return;
      event.preventDefault();
      if (list.hidden) open(true);
      // One more place than options: the text as it was typed stands between the last and the first.
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(((active + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      input.value = typed;
      open(false);
    } else if (event.key === "Enter") {
      open(false);
    }
  });
  input.addEventListener("blur", () => open(false));
  // The box keeps the focus while an option is pressed.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest('[role="option"]');
    if (!option) return;
    input.value = typed = option.dataset.value;
    open(false);
    input.form.requestSubmit();
  });
})();
