/* Optional enhancements. Every page works without this file. */
(() => {
  const root = document.documentElement;

  // Theme: the form posts and the server sets data-theme from a cookie; here it switches at once.
  document.querySelector("[data-theme-form]")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = event.submitter?.value;
    if (value === "auto") delete root.dataset.theme; else root.dataset.theme = value;
    document.cookie = `theme=${value}; path=/; max-age=31536000; samesite=lax`;
    event.target.querySelectorAll("button").forEach((button) => {
      button.classList.toggle("on", button === event.submitter);
      button.setAttribute("aria-pressed", String(button === event.submitter));
    });
  });

  // The error summary takes focus, on load and after a swap.
  const focusSummary = (scope) => scope.querySelector?.(".error-summary")?.focus();
  focusSummary(document);
  document.addEventListener("htmx:afterSettle", (event) => focusSummary(event.detail.elt));

  // Validation errors come back as 422 with the form: show them instead of dropping them.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 422) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });

  // A select or facet that submits its form by itself; the button stays for everybody else.
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-submits]")) event.target.form?.requestSubmit();
  });

  // Dialogs: <button data-opens="id"> opens <dialog id>; closing is a form with method="dialog".
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-opens]");
    const dialog = opener && document.getElementById(opener.dataset.opens);
    if (dialog?.showModal) { event.preventDefault(); dialog.showModal(); }
    if (event.target.closest?.("[data-prints]")) window.print();
    event.target.closest?.("[data-dismisses]")?.closest(".toast, .notice")?.remove();
  });

  // Unified social credit code: check digit (GB 32100-2015) while typing; the server checks again.
  const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  const validUscc = (code) => {
    if (!/^[0-9A-HJ-NPQRTUWXY]{18}$/.test(code)) return false;
    let sum = 0;
    for (let i = 0, weight = 1; i < 17; i += 1, weight = (weight * 3) % 31) sum += alphabet.indexOf(code[i]) * weight;
    return alphabet[(31 - (sum % 31)) % 31] === code[17];
  };
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches?.("[data-uscc]")) return;
    input.value = input.value.replace(/\s/g, "").toUpperCase();
    if (!input.value || validUscc(input.value)) input.removeAttribute("aria-invalid"); else input.setAttribute("aria-invalid", "true");
  });
})();
