// What stands below the picture: the chapter's drawing, on a phone its line in numbers; there the drawings are in the text.

/** @param {{chapters: any[], live: HTMLElement, place: HTMLElement}} of */
export function createNote({ chapters, live, place }) {
  const inTexts = chapters.map(({ section }) => section.querySelector(".note-here"));
  const stills = inTexts.map((element) => element.innerHTML);
  let written = "";
  let paper = false;
  /** @type {{element: Element, after: string}[]} */
  let factors = [];

  /** The five doors, below one path of factors. */
  function open(doors) {
    const head = document.createElement("div");
    head.className = "doors-head";
    head.innerHTML =
      "<h3>One path back, factor by factor</h3><p>From the output to the first layer, through this very network. The bar is what is left of the error.</p>";
    place.prepend(head);
    place.append(doors.cloneNode(true));
    factors = [...place.querySelectorAll("[data-after]")].map((element) => ({
      element,
      after: element.getAttribute("data-after"),
    }));
  }

  /** Writes the drawings into the text, null those that the page came with. @param {Record<string, string>|null} drawn */
  function inText(drawn) {
    inTexts.forEach((element, i) => {
      const html = drawn?.[chapters[i].note] ?? stills[i];
      if (element.innerHTML !== html) element.innerHTML = html;
    });
  }

  return {
    /**
     * @param {number} at chapter @param {{name: string, drawn: Record<string, string>|null, phone: boolean, other: boolean}} now
     *   other: the picture shows another network than the chapter's
     */
    show(at, { name, drawn, phone, other }) {
      const { section } = chapters[at];
      const html = !name ? "" : (drawn?.[name] ?? stills[at]);
      const doors = name === "doors" && !phone;
      const line = phone && !other;
      if (phone && !paper) inText(drawn);
      live.classList.toggle("is-doors", doors);
      live.dataset.note = name;
      const key = [at, other, phone, html].join(" ");
      if (key === written) return;
      written = key;
      place.innerHTML = line ? `<p class="line">${section.querySelector(".only").innerHTML}</p>` : html;
      factors = [];
      if (doors) open(section.querySelector(".doors"));
    },
    /** How far the path back has come: a factor is there once its record is. @param {any[]} ops @param {number} op @param {number} t */
    reach(ops, op, t) {
      for (const { element, after } of factors) {
        const index = ops.findIndex((one) => one.name === after);
        element.classList.toggle("ahead", index > op || (index === op && t < 0.5));
      }
    },
    /** On paper are the drawings that the page came with. @param {boolean} printing */
    paper(printing) {
      paper = printing;
      if (printing) inText(null);
    },
    /** The size has changed. */
    forget() {
      written = "";
    },
  };
}
